"""How long a run of the isolation probe takes: the whole application as a process of its own, attacked from this one.

The limits on requests are the product's own. The first run makes the synthetic clients and is not counted. Wall time
and CPU of both processes depend on the machine; the time for 100 routes is what grows with the product.
"""

from __future__ import annotations

import asyncio
import secrets
import sys
import time
from statistics import median

import aiohttp

from app import reactions
from app.probing import open_prober, tools_of
from app.wiring import open_services
from bench.children import ROOT
from bench.ground import Ground, grounded
from bench.run import Run
from kit.embedded.child import ChildProcess
from kit.embedded.machine import LOOPBACK, free_port
from kit.settings import Settings, child_environment
from probe.core.tally import Tally
from probe.service.engine import Run as Attack

_READY_WITHIN_S = 60.0
_HUNDRED = 100


async def run(given: Run) -> None:
    """Print a line."""
    async with grounded(given.folder, 1, given.say) as ground:
        environment = _environment(ground)
        web = ChildProcess(
            "web", [sys.executable, "-m", "app.start", "web"], log=given.folder / "web.log",
            env=child_environment(environment), folder=ROOT,
        )  # fmt: skip
        try:
            await asyncio.to_thread(web.start)
            await _until_ready(environment["GF_PUBLIC_URL"], web)
            told = await _rounds(given, _settings(environment))
        finally:
            await asyncio.to_thread(web.stop)
    given.tell(_line(told))


async def _rounds(given: Run, settings: Settings) -> list[tuple[Tally, float, float]]:
    """Return each counted run with its wall time and this process's CPU, in seconds."""
    told = []
    async with open_services(settings) as services, open_prober(services) as prober:
        reactions.install(services.bus)
        for turn in range(1 + given.count(3, 1)):
            given.say(f"run {turn}" if turn else "the first run makes the synthetic clients")
            began, cpu = time.perf_counter(), time.process_time()
            tally = await Attack(tools_of(services, prober.plane)).go()
            told.append((tally, time.perf_counter() - began, time.process_time() - cpu))
        reactions.install(None)
    return told[1:]


def _line(told: list[tuple[Tally, float, float]]) -> str:
    tally = told[-1][0]
    routes, walls = tally.figures["members"], [wall for _, wall, _ in told]
    verdicts = ", ".join(sorted({tally.verdict for tally, _, _ in told}))
    return (
        f"  PRB  a run of the probe: {median(walls) / routes * _HUNDRED:.1f} s for 100 routes and methods"
        f" ({median(walls):.1f} s, {min(walls):.1f} to {max(walls):.1f}, for {routes}), {tally.figures['requests']}"
        f" requests, {tally.attempts.total()} tries; the prober's own CPU {median(cpu for _, _, cpu in told):.1f} s;"
        f" {verdicts}"
    )


def _environment(ground: Ground) -> dict[str, str]:
    dsns, port = ground.prepared.dsns, free_port()
    return {
        "GF_APP_DSN": dsns["gf_app"], "GF_CONTROL_DSN": dsns["gf_control"],
        "GF_CONTEXT_KEY": ground.prepared.signer.key.hex(), "GF_SIGNING_KEY": secrets.token_hex(32),
        "GF_MASTER_KEY": secrets.token_hex(32), "REDIS_URL": ground.redis.url, "GF_HOST": LOOPBACK,
        "GF_PORT": str(port), "GF_PUBLIC_URL": f"http://{LOOPBACK}:{port}",
        "GF_DATA_FOLDER": str(ground.folder / "data"), "GF_SECURE_COOKIES": "false",
    }  # fmt: skip


def _settings(environment: dict[str, str]) -> Settings:
    """Return the same settings for this process."""
    names = ("app_dsn", "control_dsn", "context_key", "signing_key", "master_key", "port", "public_url", "data_folder")
    given = {name: environment[f"GF_{name.upper()}"] for name in names}
    return Settings.model_validate({**given, "REDIS_URL": environment["REDIS_URL"], "secure_cookies": False})


async def _until_ready(url: str, web: ChildProcess) -> None:
    until = time.monotonic() + _READY_WITHIN_S
    async with aiohttp.ClientSession() as http:
        while web.running and time.monotonic() < until:
            try:
                async with http.get(f"{url}/healthz"):
                    return
            except aiohttp.ClientError:
                await asyncio.sleep(0.1)
    raise RuntimeError(f"the web does not answer:\n{web.log_tail()}")
