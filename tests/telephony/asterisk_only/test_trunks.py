"""Trunks of two tenants at a carrier that asks for a login: over UDP, TCP, and TLS with SRTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest_asyncio

from telephony.asterisk.adapter import AsteriskEngine
from telephony.asterisk.certificate import own_certificate
from telephony.asterisk.conversation import Line
from telephony.asterisk.local import LocalAsterisk
from telephony.port import (
    Answer,
    Bridge,
    CallArrived,
    Codec,
    EngineBack,
    EngineLost,
    Login,
    Provision,
    Transport,
    Trunk,
    TrunkChanged,
    Withdraw,
)
from tests.telephony.asterisk_only.carriers import Account, Carrier
from tests.telephony.asterisk_only.ear import Ear

SOON = timedelta(seconds=8)
HOUR = timedelta(hours=1)
SECRET = "correct-horse"


class Lab:
    def __init__(self, home: Path, folder: Path) -> None:
        certificate = own_certificate(folder / "certificate", "127.0.0.1")
        self.asterisk = LocalAsterisk(home, folder / "engine", certificate=certificate)
        self.home, self.folder = home, folder
        self.carrier: Carrier
        self.ear: Ear

    def trunk(self, name: str, transport: Transport, codec: Codec) -> Trunk:
        process = self.carrier.process
        port = process.tls_port + 1 if transport is Transport.TLS else process.sip_port
        return Trunk(
            name, f"{process.bind}:{port}", transport=transport, codecs=(codec,), verified=False,
            encrypted=transport is Transport.TLS, login=Login(name.replace(".", "-"), SECRET), registration=HOUR,
            known_by_line=True, tenant=name[:3],
        )  # fmt: skip


@pytest_asyncio.fixture
async def lab(home: Path, tmp_path: Path) -> AsyncIterator[Lab]:
    made = Lab(home, tmp_path)
    await made.asterisk.start()
    made.carrier = Carrier(home, tmp_path / "carrier", (made.asterisk.bind, made.asterisk.sip_port))
    await made.carrier.start()
    made.ear = Ear(AsteriskEngine.of(made.asterisk))
    await made.ear.start()
    await made.ear.next(EngineBack)
    yield made
    await made.ear.close()
    await made.carrier.close()
    await made.asterisk.stop()


KINDS = (
    ("t-a.udp", Transport.UDP, Codec.PCMA, "transport-udp", "alaw,ulaw"),
    ("t-b.tcp", Transport.TCP, Codec.G722, "transport-tcp", "ulaw,g722"),
    ("t-c.tls", Transport.TLS, Codec.OPUS, "transport-tls-any", "ulaw,opus"),
)


async def usable(ear: Ear, names: set[str]) -> None:
    """Wait until the trunks are registered and answer."""
    there: set[str] = set()
    while there != names:
        state = (await ear.next(TrunkChanged)).state
        there = there | {state.trunk} if state.usable else there - {state.trunk}


async def channel_of(lab: Lab, leg: str) -> str:
    """The engine's own name of an arrived leg's channel."""
    shown = await lab.asterisk.console("core show channels concise")
    return next(line.split("!")[0] for line in shown.splitlines() if line.endswith(f"!{leg}"))


async def arrives(lab: Lab, trunk: str, call: str, hertz: int) -> tuple[Line, str]:
    """Let a contact call over a trunk's registration, and answer it."""
    contact = await lab.carrier.calls(trunk.replace(".", "-"), "+862150001234", "13812345678")
    arrived = await lab.ear.next(CallArrived)
    assert (arrived.trunk, arrived.number, arrived.caller) == (trunk, "+862150001234", "13812345678")
    await lab.ear.engine.perform(Answer(call, arrived.leg))
    await contact.answered(SOON)
    await contact.play(hertz)
    return contact, arrived.leg


async def test_calls_over_every_transport(lab: Lab) -> None:
    trunks = []
    for name, transport, codec, there, codecs in KINDS:
        account = Account(name.replace(".", "-"), SECRET, there, codecs, encrypted=transport is Transport.TLS)
        await lab.carrier.open_account(account)
        trunks.append(lab.trunk(name, transport, codec))
    engine, names = lab.ear.engine, {trunk.name for trunk in trunks}
    await engine.perform(Provision(trunks=tuple(trunks)))
    await usable(lab.ear, names)
    tones = (440, 1000, 1300)
    legs, contacts = [], []
    for index, (trunk, hertz) in enumerate(zip(trunks, tones, strict=True)):
        contact, leg = await arrives(lab, trunk.name, f"c{index}", hertz)
        legs.append(leg)
        contacts.append(contact)
    for leg in legs[1:]:
        await engine.perform(Bridge("c0", leg))
    for contact, own in zip(contacts, tones, strict=True):
        assert await contact.hears(timedelta(seconds=0.8)) == set(tones) - {own}
    for leg, word in zip(legs, ("alaw", "g722", "opus"), strict=True):
        assert f"({word})" in await lab.asterisk.console(f"core show channel {await channel_of(lab, leg)}")
    await lab.asterisk.kill()
    await lab.ear.next(EngineLost)
    await lab.asterisk.start()
    back = (await lab.ear.next(EngineBack)).snapshot
    assert {state.trunk for state in back.trunks} == names
    await usable(lab.ear, names)
    for index, trunk in enumerate(trunks):
        await arrives(lab, trunk.name, f"d{index}", 440)
    await engine.perform(Withdraw(("t-a.udp",)))
    assert "Unable to find" in await lab.asterisk.console("pjsip show registration t-a.udp")
