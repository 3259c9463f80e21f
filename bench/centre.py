"""Our side of ``bench.calls``: a centre with queues and agents, Asterisk under it, and the shipped engine process."""

from __future__ import annotations

import asyncio
import json
import secrets
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from app.flows import check_flow
from bench.children import ROOT, Child
from bench.clients import mail
from bench.ground import Ground
from bench.telephones import CARRIER
from kit import clock
from kit.bus import Bus
from kit.embedded.child import ChildProcess
from kit.errors import Unavailable
from kit.settings import child_environment
from switchboard.core.plan import CALLS_PER_MINUTE
from switchboard.inbox import RELOAD, inbox_name
from telephony.asterisk.local import LocalAsterisk
from telephony.asterisk.ports import LEGS, OWN
from tenants.service.blueprints import Order, apply_blueprint
from tenants.service.centre import apply_centre
from tenants.service.floors import floor_configuration

HOME = ROOT / ".glassfloor" / "phone-engine"
FLOOR, ENGINE = "main", "bench"
FIRST_SEAT = 8000
READY_WITHIN_S = 60.0
KEYS = {name: secrets.token_hex(32) for name in ("GF_SIGNING_KEY", "GF_MASTER_KEY")}
"""Of this run: every process of it has the same."""
TIMES = {"ring_s": 15, "max_wait_s": 60, "wrap_up_s": 0}


class NotReady(RuntimeError):
    """The engine process did not open the floor; ends with its log."""


@dataclass(frozen=True, slots=True)
class Size:
    """How many queues, and agents in each; ``spare`` agents serve nobody. ``recorded``: every call is.

    ``per_minute``: so many calls the engine may take.
    """

    queues: int
    agents: int
    spare: int = 0
    recorded: bool = False
    per_minute: int = CALLS_PER_MINUTE

    @property
    def legs(self) -> int:
        """So many phones have sound when every agent talks, and some call or listen beside."""
        return len(self.all_seats) * 5 // 2

    @property
    def seats(self) -> list[str]:
        """Every seat; those of one queue lie together."""
        return [str(FIRST_SEAT + n) for n in range(self.queues * self.agents)]

    @property
    def all_seats(self) -> list[str]:
        """Every seat, the spare ones last."""
        return [str(FIRST_SEAT + n) for n in range(self.queues * self.agents + self.spare)]

    @property
    def numbers(self) -> list[str]:
        """A number for each queue."""
        return [f"+8520000{n:04}" for n in range(self.queues)]

    def queue_of(self, seat: str) -> str:
        """Return the queue that a seat serves."""
        return f"q{(int(seat) - FIRST_SEAT) // self.agents:04}"


@dataclass(frozen=True, slots=True)
class Open:
    """An open floor."""

    asterisk: LocalAsterisk
    process: ChildProcess
    phones: list[list[str]]
    agents: list[str]
    bus: Bus

    @property
    def spare(self) -> str:
        """The last seat."""
        return self.phones[-1][0].removeprefix("o-")

    async def begin(self, outside: Child) -> None:
        """Let the telephones outside register every phone of this engine, and make every agent available."""
        await outside.ask("open", engine="ours", server=[self.asterisk.bind, self.asterisk.sip_port])
        await outside.ask("register", engine="ours", phones=self.phones)
        await asyncio.sleep(1)
        await self.sign_in()

    async def sign_in(self) -> None:
        """Make every agent available."""
        for agent in self.agents:
            command = {"command": "set_state", "agent": agent, "state": "available"}
            answer = await self.bus.ask(inbox_name(FLOOR), command, timedelta(seconds=5))
            if not answer["ok"]:
                raise NotReady(str(answer))

    async def limit(self, ground: Ground, size: Size, per_minute: int) -> None:
        """Let the engine take so many calls a minute from now on."""
        await apply_centre(ground.control, ground.plane, _centre(replace(size, per_minute=per_minute)), clock.now())
        answer = await self.bus.ask(inbox_name(FLOOR), {"command": RELOAD, "tenants": None}, timedelta(seconds=10))
        if not answer["ok"]:
            raise NotReady(str(answer))


@asynccontextmanager
async def opened(home: Path, ground: Ground, size: Size) -> AsyncIterator[Open]:
    """Apply the configuration, start Asterisk and the engine process, and wait until it answers."""
    await apply_centre(ground.control, ground.plane, _centre(size), clock.now())
    order = Order(by="bench", at=clock.now(), check_flow=check_flow, why="bench")
    await apply_blueprint(ground.control, ground.plane, _blueprint(size), order)
    floor = await floor_configuration(ground.control, ground.plane, FLOOR, clock.now())
    asterisk = LocalAsterisk(home, ground.folder / "ours", legs=max(size.legs, LEGS))
    bus = Bus(ground.redis.url)
    await asterisk.start()
    process = ChildProcess(
        "engine", [sys.executable, "-m", "app.start", "engine"], log=ground.folder / "engine.log",
        env=child_environment(environment(ground, asterisk)), folder=ROOT,
    )  # fmt: skip
    try:
        await asyncio.to_thread(process.start)
        phones = [[f"o-{agent.seat}", floor.phone_password(agent.seat)] for agent in floor.agents]
        made = Open(asterisk, process, phones, [str(agent.agent_id) for agent in floor.agents], bus)
        await _until_open(made)
        yield made
    finally:
        await asyncio.to_thread(process.stop)
        await bus.close()
        await asterisk.stop()


async def _until_open(made: Open) -> None:
    loop = asyncio.get_running_loop()
    until = loop.time() + READY_WITHIN_S
    command = {"command": "set_state", "agent": made.agents[0], "state": "offline"}
    while made.process.running and loop.time() < until:
        try:
            await made.bus.ask(inbox_name(FLOOR), command, timedelta(seconds=1))
        except Unavailable:
            continue
        return
    raise NotReady(f"the engine process does not answer:\n{made.process.log_tail()}")


def environment(ground: Ground, asterisk: LocalAsterisk) -> dict[str, str]:
    """Return the settings of a process of this centre."""
    return {
        **house_environment(ground),
        "ARI_URL": asterisk.ari_url,
        "ARI_NAME": ENGINE,
        "ARI_USER": asterisk.ari_user,
        "ARI_PASSWORD": asterisk.ari_password,
        "GF_CEL_PATH": str(asterisk.cel_path),
        "GF_ENGINE_RECORDINGS": str(asterisk.recordings_folder),
        "GF_MEDIA_ADDRESS": asterisk.bind,
        "GF_METRICS_PORT": str(metrics_port(asterisk)),
        "GF_SPEECH_COMMAND": str(asterisk.home / "bin" / "espeak-ng"),
    }


def metrics_port(asterisk: LocalAsterisk) -> int:
    """Return a port for our figures: the last of the engine's own, which nobody else takes."""
    return asterisk.http_port - 1 + OWN - 1


def house_environment(ground: Ground) -> dict[str, str]:
    """Return the settings of a process of these databases, without a phone engine."""
    dsns = ground.prepared.dsns
    return {
        "GF_APP_DSN": dsns["gf_app"],
        "GF_WORKER_DSN": dsns["gf_worker"],
        "GF_SEALER_DSN": dsns["gf_sealer"],
        "GF_CONTROL_DSN": dsns["gf_control"],
        "GF_CONTEXT_KEY": ground.prepared.signer.key.hex(),
        **KEYS,
        "REDIS_URL": ground.redis.url,
        "GF_FLOOR": FLOOR,
        "GF_DATA_FOLDER": str(ground.folder / "data"),
    }


def _centre(size: Size) -> str:
    seats = size.all_seats
    staff = [{"email": mail(s), "name": f"Agent {s}", "role": "agent", "seat": s, "locale": "en"} for s in seats]
    return json.dumps({
        "centre": 1, "name": "Bench", "zone": "UTC", "trunks": [{"name": "o-carrier", "address": CARRIER}],
        "seats": seats, "staff": staff, "engines": [{"name": ENGINE, "calls_per_minute": size.per_minute}],
    })  # fmt: skip


def _blueprint(size: Size) -> str:
    """One skill for each queue, so that every decision matches skills; Queue() makes no recordings either."""
    codes = [f"q{n:04}" for n in range(size.queues)]
    ends = dict.fromkeys(("timeout", "overflow", "no_agents", "closed", "error"), "bye")
    flows = [
        {
            "schema": "flow/1", "id": f"flow-{code}", "entry": "wait", "locales": ["en"],
            "nodes": {
                "wait": {"type": "queue", "queue": f"q:{code}", "while_waiting": {"music": "default"}, "exits": ends},
                "bye": {"type": "end"},
            },
        }
        for code in codes
    ]  # fmt: skip
    return json.dumps({
        "blueprint": 1,
        "tenant": {"code": "bench", "name": "Bench", "zone": "UTC", "languages": ["en"]},
        "skills": [{"code": code, "name": code} for code in codes],
        "queues": [{"code": c, "name": c, "needs": {c: 2}, **TIMES} for c in codes],
        "flows": flows,
        "numbers": [{"number": n, "flow": f"flow-{code}"} for n, code in zip(size.numbers, codes, strict=True)],
        "seats": [
            {"seat": s, "kind": "dedicated", "agent": mail(s), "alias": f"A{s}", "skills": {size.queue_of(s): 3}}
            for s in size.seats
        ],
        "recording": {"policy": "always" if size.recorded else "never"},
    })  # fmt: skip
