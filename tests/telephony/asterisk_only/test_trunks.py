"""Trunks of two tenants at a carrier that asks for a login: over UDP, TCP, and TLS with SRTP."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest_asyncio

from switchboard.core.trunks import Ended, TrunkBook, TrunkPlan, choice, is_the_trunks_fault
from telephony.asterisk.adapter import AsteriskEngine
from telephony.asterisk.certificate import own_certificate
from telephony.asterisk.conversation import Line
from telephony.asterisk.local import LocalAsterisk
from telephony.port import (
    Answer,
    Bridge,
    CallArrived,
    Cause,
    Codec,
    Dial,
    EngineBack,
    EngineLost,
    LegAnswered,
    LegEnded,
    Login,
    Provision,
    Refuse,
    Transport,
    Trunk,
    TrunkChanged,
    Withdraw,
)
from tests.telephony.asterisk_only.carriers import Account, Carrier
from tests.telephony.asterisk_only.ear import Ear
from tests.telephony.asterisk_only.sip import RawCaller

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
            name, f"{process.bind}:{port}", transport=transport, codecs=(codec, Codec.PCMU), verified=False,
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
    while not names <= there:
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


async def dialled(lab: Lab, trunk: str, call: str, hertz: int) -> Line:
    """Call somebody outside over a trunk, into a call."""
    phone, leg = await lab.carrier.outside("+862188887777"), f"{call}.{trunk}"
    await lab.ear.engine.perform(Dial(call, leg, trunk, "+862188887777", "Alpha", "+862150001234", SOON))
    line = await phone.incoming(SOON)
    assert line.caller_number == "+862150001234"
    await line.answer()
    assert (await lab.ear.next(LegAnswered)).leg == leg
    await lab.ear.engine.perform(Bridge(call, leg))
    await line.play(hertz)
    return line


async def addressed_to_our_contact(lab: Lab, trunk: str) -> None:
    """Some carriers call the contact that we registered; whom the caller dialled stands in To."""
    shown = await lab.carrier.process.console("pjsip show contacts")
    (line,) = re.findall(rf"{trunk.replace('.', '-')}/(sip:line@\S*;line=\w+)", shown)
    with RawCaller("127.0.0.5", (lab.asterisk.bind, lab.asterisk.sip_port)) as caller:
        invited = asyncio.create_task(asyncio.to_thread(caller.invite, "+862150007777", "", line))
        arrived = await lab.ear.next(CallArrived)
        assert (arrived.trunk, arrived.number) == (trunk, "+862150007777")
        await lab.ear.engine.perform(Refuse(arrived.leg, Cause.BUSY))
        assert await invited == 486
    await lab.ear.next(LegEnded)


async def fails_over(lab: Lab, trunks: list[Trunk]) -> None:
    """The carrier has no way through for the first line (503), and the second one brings the call through."""
    book, plans = TrunkBook(), [TrunkPlan(trunk.name, n) for n, trunk in enumerate(trunks)]
    ends = []
    for number in ("50301", "48601"):
        name = choice(plans, book.conditions, datetime.now(UTC))
        assert name is not None
        await lab.ear.engine.perform(Dial("c0", f"c0.{number}", name, number, "Alpha", "+862150001234", SOON))
        end = await lab.ear.next(LegEnded)
        ended = Ended(end.cause, end.sip)
        ends.append((name, end.cause, end.sip, is_the_trunks_fault(ended)))
        book.failed(name, ended, end.at)
    assert ends == [("t-a.udp", Cause.CONGESTION, 503, True), ("t-b.tcp", Cause.BUSY, 486, False)]


async def another_engine_registers(lab: Lab, trunk: Trunk) -> None:
    """We say goodbye where we register no more: the carrier forgets us at once."""

    async def contacts() -> str:
        return await lab.carrier.process.console("pjsip show contacts")

    assert f" {trunk.login.username}/" in await contacts() if trunk.login else False
    await lab.ear.engine.perform(Provision(trunks=(replace(trunk, registration=None),)))
    async with asyncio.timeout(SOON.total_seconds()):
        while trunk.login is not None and f" {trunk.login.username}/" in await contacts():  # noqa: ASYNC110 - its word
            await asyncio.sleep(0.05)


async def the_certificate_is_checked(lab: Lab) -> None:
    """A certificate of the other end's own making is good only where none is asked for."""
    tls = f"{lab.carrier.process.bind}:{lab.carrier.process.tls_port + 1}"
    names = {verified: f"t-d.{'strict' if verified else 'lax'}" for verified in (True, False)}
    kinds = [Trunk(name, tls, transport=Transport.TLS, verified=verified) for verified, name in names.items()]
    await lab.ear.engine.perform(Provision(trunks=tuple(kinds)))
    await usable(lab.ear, {names[False]})
    gone = re.compile(rf"{names[True]}/\S+\s+\w+\s+Unavail")
    async with asyncio.timeout(SOON.total_seconds()):
        while not gone.search(await lab.asterisk.console("pjsip show contacts")):  # noqa: ASYNC110 - its word
            await asyncio.sleep(0.05)
    await lab.ear.engine.perform(Withdraw(tuple(names.values())))


async def test_calls_over_every_transport(lab: Lab) -> None:
    trunks = []
    for name, transport, codec, there, codecs in KINDS:
        account = Account(name.replace(".", "-"), SECRET, there, codecs, encrypted=transport is Transport.TLS)
        await lab.carrier.open_account(account)
        trunks.append(lab.trunk(name, transport, codec))
    engine, names = lab.ear.engine, {trunk.name for trunk in trunks}
    await engine.perform(Provision(trunks=tuple(trunks)))
    await usable(lab.ear, names)
    tones, legs = (440, 1000, 1300), []
    contact, leg = await arrives(lab, trunks[0].name, "c0", tones[0])
    lines = [contact]
    for trunk, hertz in zip(trunks[1:], tones[1:], strict=True):
        line = await dialled(lab, trunk.name, "c0", hertz)
        lines.append(line)
        legs.append(f"c0.{trunk.name}")
    for line, own in zip(lines, tones, strict=True):
        assert await line.hears(timedelta(seconds=0.8)) == set(tones) - {own}
    for channel, word in zip((leg, *(f"gf-{each}" for each in legs)), ("alaw", "g722", "opus"), strict=True):
        assert f"({word})" in await lab.asterisk.console(f"core show channel {await channel_of(lab, channel)}")
    await addressed_to_our_contact(lab, "t-a.udp")
    await fails_over(lab, trunks)
    await the_certificate_is_checked(lab)
    await another_engine_registers(lab, trunks[1])
    await engine.perform(Provision(trunks=tuple(trunks)))
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
