"""The whole web application as a process of its own, on the databases of a run; it tells what its feeds have counted.

Run by ``bench.glass``. ``start`` serves it, ``figures`` returns its memory and the counters of :mod:`live.metrics`.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import uvicorn
from prometheus_client import REGISTRY
from pydantic import SecretStr

from app.web import at_ease, create_app
from bench.children import obey, until
from kit.embedded.machine import LOOPBACK, free_port
from kit.settings import Settings
from live.sockets import TransportProtocol

_KEY = "00" * 32
_OFTEN = 1_000_000


class Portal:
    """One server."""

    def __init__(self) -> None:
        self._server: uvicorn.Server | None = None
        self._serving: asyncio.Task[None] | None = None

    async def __call__(self, command: dict[str, Any]) -> dict[str, Any]:
        """Start, stop, or tell."""
        if command["do"] == "start":
            return await self._start(command["wiring"])
        if command["do"] == "stop" and self._server is not None and self._serving is not None:
            self._server.should_exit = True
            await self._serving
            return {}
        return {"rss": _rss(), **_counted()}

    async def _start(self, wiring: dict[str, Any]) -> dict[str, Any]:
        port, dsns = free_port(), wiring["dsns"]
        settings = Settings(
            app_dsn=SecretStr(dsns["gf_app"]), control_dsn=SecretStr(dsns["gf_control"]),
            REDIS_URL=SecretStr(wiring["redis"]), context_key=SecretStr(wiring["key"]),
            context_kid=wiring["kid"], data_folder=Path(wiring["folder"]), master_key=SecretStr(_KEY),
            signing_key=SecretStr(_KEY), public_url=f"http://{LOOPBACK}:{port}", port=port, secure_cookies=False,
            rate_read_per_minute=_OFTEN, rate_write_per_minute=_OFTEN, rate_expensive_per_minute=_OFTEN,
        )  # fmt: skip
        config = uvicorn.Config(
            create_app(settings), host=LOOPBACK, port=port, http="httptools", ws=TransportProtocol, backlog=8192,
            ws_per_message_deflate=False, access_log=False, log_level="warning", ws_max_size=65_536,
            timeout_graceful_shutdown=2,
        )  # fmt: skip
        at_ease()
        server = self._server = uvicorn.Server(config)
        self._serving = asyncio.create_task(server.serve())
        await until(lambda: server.started)
        return {"port": port}


def _rss() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096


def _counted() -> dict[str, float]:
    return {
        f"{sample.name}{''.join(sample.labels.values())}".removeprefix("glassfloor_live_"): sample.value
        for metric in REGISTRY.collect() for sample in metric.samples if sample.name.startswith("glassfloor_live_")
    }  # fmt: skip


if __name__ == "__main__":
    obey(Portal())
