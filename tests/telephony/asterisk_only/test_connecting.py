"""An engine that refuses us or is too old is named so, and port trouble names the port."""

from __future__ import annotations

import base64
import socket
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from telephony.asterisk import ports
from telephony.asterisk.adapter import AsteriskEngine
from telephony.asterisk.layout import NotInstalled
from telephony.asterisk.local import LocalAsterisk
from telephony.port import CommandRefused, EngineBack, EngineLost, StopPlay
from tests.telephony.asterisk_only.ear import Ear


async def test_a_wrong_password_is_named(asterisk: LocalAsterisk) -> None:
    ear = Ear(AsteriskEngine(asterisk.ari_url, asterisk.ari_user, "wrong"))
    await ear.start()
    assert (await ear.next(EngineLost)).reason == "the engine refuses our ARI user or password"
    with pytest.raises(CommandRefused, match="away"):
        await ear.engine.perform(StopPlay("p"))
    await ear.close()


@pytest.mark.parametrize(("version", "refused"), [("18.26.4", True), ("certified/18.9", True), ("20.0.0", False)])
async def test_an_old_engine_is_refused(version: str, refused: bool) -> None:  # noqa: FBT001
    async def info(request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == "Basic " + base64.b64encode(b"u:p").decode()
        return web.json_response({"system": {"version": version}})

    application = web.Application()
    application.router.add_get("/ari/asterisk/info", info)
    async with TestServer(application) as server:
        ear = Ear(AsteriskEngine(str(server.make_url("/ari")), "u", "p"))
        await ear.start()
        reason = (await ear.next(EngineLost)).reason
        assert (f"Asterisk {version} is too old: at least 20 is needed" == reason) is refused
        await ear.close()


async def test_an_engine_that_comes_up_later_is_found(asterisk: LocalAsterisk) -> None:
    await asterisk.kill()
    ear = Ear(AsteriskEngine.of(asterisk))
    await ear.start()
    await ear.next(EngineLost)
    await asterisk.start()
    await ear.next(EngineBack)
    assert [event for event in ear.said if isinstance(event, EngineLost)] == []
    await ear.close()


@pytest.mark.parametrize(
    ("kind", "word", "option"), [(socket.SOCK_DGRAM, "UDP", "sip_port"), (socket.SOCK_STREAM, "TCP", "http_port")]
)
async def test_a_port_in_use_is_named(
    home: Path, tmp_path: Path, kind: socket.SocketKind, word: str, option: str
) -> None:
    with socket.socket(socket.AF_INET, kind) as holder:
        holder.bind(("127.0.0.1", 0))
        if kind is socket.SOCK_STREAM:
            holder.listen()
        port = holder.getsockname()[1]
        engine = LocalAsterisk(home, tmp_path, **{option: port})
        with pytest.raises(ports.PortTaken, match=f"{word} port {port} of 127.0.0.1 is in use"):
            await engine.start()
        await engine.stop()


async def test_without_an_installation_the_command_that_helps_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotInstalled, match="scripts/phone-engine install"):
        await LocalAsterisk(tmp_path / "nothing", tmp_path / "engine").start()
