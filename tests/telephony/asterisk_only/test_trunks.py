"""Trunks of two tenants at a carrier that asks for a login: over UDP, TCP, and TLS with SRTP."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
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
    CommandRefused,
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
    TrunkState,
    Withdraw,
)
from tests.telephony.asterisk_only.carriers import Account, Carrier
from tests.telephony.asterisk_only.ear import Ear
from tests.telephony.asterisk_only.sip import RawCaller, Refuser, refusing
from tests.telephony.world import SOON

ASKED_S = 30.0
"""An end that is not heard when it is asked first is asked again after 20 seconds."""
HOUR = timedelta(hours=1)
SECRET = "correct-horse"
SEVERAL = "t-f.many"


class Lab:
    def __init__(self, home: Path, folder: Path) -> None:
        certificate = own_certificate(folder / "certificate", "127.0.0.1")
        self.asterisk = LocalAsterisk(home, folder / "engine", certificate=certificate)
        self.home, self.folder = home, folder
        self.carrier: Carrier
        self.ear: Ear
        self.broken: str
        self.refuser: Refuser

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
    async with refusing("127.0.0.9", 503) as (made.broken, made.refuser):
        yield made
    await made.ear.close()
    await made.carrier.close()
    await made.asterisk.stop()


KINDS = (
    ("t-a.udp", Transport.UDP, Codec.PCMA, "transport-udp", "alaw,ulaw"),
    ("t-b.tcp", Transport.TCP, Codec.G722, "transport-tcp", "ulaw,g722"),
    ("t-c.tls", Transport.TLS, Codec.OPUS, "transport-tls-any", "ulaw,opus"),
)


async def usable(ear: Ear, names: set[str], known: Sequence[TrunkState] = ()) -> None:
    """Wait until the trunks are registered and answer; what is ``known`` already is not told again."""
    there = {state.trunk for state in known if state.usable}
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


async def has_three_addresses(lab: Lab) -> None:
    """Nobody is at the first, the second is there and brings no call through, the third is the carrier's."""
    third = f"{lab.carrier.process.bind}:{lab.carrier.process.sip_port}"
    login = Login("t-a-udp", SECRET)
    trunk = Trunk(SEVERAL, "127.0.0.9:5998", others=(lab.broken, third), login=login, known_by_line=True)
    await lab.ear.engine.perform(Provision(trunks=(trunk,)))


async def tries_each_address(lab: Lab) -> None:
    """The one that does not answer OPTIONS is left out, the one that refuses fails, and the third one rings."""
    book, plans, engine = TrunkBook(), [TrunkPlan(SEVERAL, addresses=3)], lab.ear.engine
    silent = frozenset({SEVERAL})
    async with asyncio.timeout(ASKED_S):
        while book.of(SEVERAL).silent != silent:
            for state in (await engine.snapshot()).trunks:
                book.told(state)
    assert not book.of(SEVERAL).is_away
    way = choice(plans, book.conditions, datetime.now(UTC))
    assert way == f"{SEVERAL}#2"
    await engine.perform(Dial("c0", "c0.second", way, "+862188887777", "Alpha", "+862150001234", SOON))
    end = await lab.ear.next(LegEnded)
    assert (end.cause, end.sip, lab.refuser.invited) == (Cause.CONGESTION, 503, 1)
    book.failed(way, Ended(end.cause, end.sip), end.at)
    way = choice(plans, book.conditions, end.at, [way])
    assert way == f"{SEVERAL}#3"
    line = await dialled(lab, way, "c0", 1700)
    await line.hang_up()
    await lab.ear.next(LegEnded)
    await engine.perform(Withdraw((SEVERAL,)))


async def another_engine_registers(lab: Lab, trunk: Trunk) -> None:
    """We say goodbye where we register no more: the carrier forgets us at once."""

    async def contacts() -> str:
        return await lab.carrier.process.console("pjsip show contacts")

    assert f" {trunk.login.username}/" in await contacts() if trunk.login else False
    await lab.ear.engine.perform(Provision(trunks=(replace(trunk, registration=None),)))
    async with asyncio.timeout(SOON.total_seconds()):
        while trunk.login is not None and f" {trunk.login.username}/" in await contacts():  # noqa: ASYNC110 - its word
            await asyncio.sleep(0.05)


CHECKS = {f"t-d.{'strict' if verified else 'lax'}": verified for verified in (True, False)}


async def check_a_certificate(lab: Lab) -> None:
    """It is of the other end's own making."""
    tls = f"{lab.carrier.process.bind}:{lab.carrier.process.tls_port + 1}"
    kinds = [
        Trunk(name, tls, transport=Transport.TLS, verified=verified, known_by_line=True)
        for name, verified in CHECKS.items()
    ]
    await lab.ear.engine.perform(Provision(trunks=tuple(kinds)))
    await usable(lab.ear, {"t-d.lax"})


async def the_certificate_is_checked(lab: Lab) -> None:
    """Such a certificate is good only where none is asked for."""
    gone = re.compile(r"t-d.strict/\S+\s+\w+\s+Unavail")
    async with asyncio.timeout(ASKED_S):
        while not gone.search(await lab.asterisk.console("pjsip show contacts")):  # noqa: ASYNC110 - its word
            await asyncio.sleep(0.05)
    states = {state.trunk: state.reachable for state in (await lab.ear.engine.snapshot()).trunks}
    assert {name: states[name] for name in CHECKS} == {"t-d.strict": False, "t-d.lax": True}
    await lab.ear.engine.perform(Withdraw(tuple(CHECKS)))


SEALED = Trunk(
    "t-e.pbx", transport=Transport.TLS, encrypted=True, login=Login("", SECRET), registers=True, codecs=(Codec.PCMU,)
)


async def logs_in_by_udp(lab: Lab) -> str:
    """The engine takes the login, and then sends nothing there."""
    await lab.ear.engine.perform(Provision(trunks=(SEALED,)))
    target = f"{lab.asterisk.bind}:{lab.asterisk.sip_port}"
    return await lab.carrier.log_in(SEALED.name, SECRET, target, secure=False)


async def an_encrypted_login_keeps_to_tls(lab: Lab, clear: str) -> None:
    """Who logs in another way is as one who did not, and its calls are refused; by TLS and SRTP all goes through."""
    name, engine, here = SEALED.name, lab.ear.engine, lab.asterisk
    gone = re.compile(rf"{name}/\S+\s+\w+\s+Unavail")
    async with asyncio.timeout(ASKED_S):
        while not gone.search(await here.console("pjsip show contacts")):  # noqa: ASYNC110 - its word
            await asyncio.sleep(0.05)
    (state,) = [state for state in (await engine.snapshot()).trunks if state.trunk == name]
    assert (state.registered, state.usable) == (False, False)
    with pytest.raises(CommandRefused):
        await engine.perform(Dial("c0", "c0.clear", name, "8001", "", "1", SOON))
    sealed = await lab.carrier.log_in(name, SECRET, f"{here.bind}:{here.tls_port}", secure=True)
    await usable(lab.ear, {name})
    lab.ear.said.clear()
    refused = await lab.carrier.calls(clear, "4008", "13812345678")
    assert await refused.ended(SOON) is Cause.REJECTED
    await lab.carrier.speak_in_the_clear(sealed, clear=True)
    unsealed = await lab.carrier.calls(sealed, "4008", "13812345678")
    assert await unsealed.ended(SOON) is Cause.UNREACHABLE  # 488
    assert not [event for event in lab.ear.said if isinstance(event, CallArrived)]
    await lab.carrier.speak_in_the_clear(sealed, clear=False)
    contact = await lab.carrier.calls(sealed, "4008", "13812345678")
    arrived = await lab.ear.next(CallArrived)
    assert (arrived.trunk, arrived.number) == (name, "4008")
    await engine.perform(Answer("e0", arrived.leg))
    await contact.answered(SOON)
    await contact.play(440)
    line = await dialled(lab, name, "e0", 1300)
    assert await line.hears(timedelta(seconds=0.5)) == {440}
    for each in (line, contact):
        await each.hang_up()
        await lab.ear.next(LegEnded)
    await engine.perform(Withdraw((name,)))


async def test_calls_over_every_transport(lab: Lab) -> None:
    trunks = []
    for name, transport, codec, there, codecs in KINDS:
        account = Account(name.replace(".", "-"), SECRET, there, codecs, encrypted=transport is Transport.TLS)
        await lab.carrier.open_account(account)
        trunks.append(lab.trunk(name, transport, codec))
    engine, names = lab.ear.engine, {trunk.name for trunk in trunks}
    await engine.perform(Provision(trunks=tuple(trunks)))
    await usable(lab.ear, names)
    # what the engine finds out by asking takes it seconds: meanwhile the rest goes on
    clear = await logs_in_by_udp(lab)
    await has_three_addresses(lab)
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
        # agreed upon first; a carrier that agreed to two may send the other one, and gets it back
        assert f"Formats: ({word}" in await lab.asterisk.console(f"core show channel {await channel_of(lab, channel)}")
    await addressed_to_our_contact(lab, "t-a.udp")
    await fails_over(lab, trunks)
    await tries_each_address(lab)
    await check_a_certificate(lab)
    await the_certificate_is_checked(lab)
    await an_encrypted_login_keeps_to_tls(lab, clear)
    await another_engine_registers(lab, trunks[1])
    await engine.perform(Provision(trunks=tuple(trunks)))
    await lab.asterisk.kill()
    await lab.ear.next(EngineLost)
    await lab.asterisk.start()
    back = (await lab.ear.next(EngineBack)).snapshot
    assert {state.trunk for state in back.trunks} == names
    await usable(lab.ear, names, back.trunks)
    for index, trunk in enumerate(trunks):
        await arrives(lab, trunk.name, f"d{index}", 440)
    await engine.perform(Withdraw(("t-a.udp",)))
    assert "Unable to find" in await lab.asterisk.console("pjsip show registration t-a.udp")
