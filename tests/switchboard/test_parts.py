"""Small parts of the switchboard on their own: timers, clock, spool, lanes, voice."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import Mock
from uuid import UUID

import pytest

from interactions.facts import AgentPhoneChanged
from journal.core.facts import Actor, NewFact
from kit.errors import KeysAway, KeysDestroyed
from kit.keystore import LocalKeyStore
from kit.sealedlines import LineSealer
from kit.secretbox import SecretBox
from kit.tenantkeys import Tampered
from switchboard.clock import SteadyClock
from switchboard.configuration import Voice
from switchboard.core.effects import Keep
from switchboard.core.plan import Text
from switchboard.hands import Hands
from switchboard.inputs import Fired, Refused
from switchboard.spool import Batch, Spool
from switchboard.timers import Timers
from telephony.port import Command, CommandRefused, CommandUnanswered, HangUp
from tests.switchboard.world import PlainSpeaker

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
A, B = UUID(int=1), UUID(int=2)
SECOND = timedelta(seconds=1)


def test_timers_run_out_in_the_order_of_their_instants() -> None:
    timers = Timers()
    timers.arm(A, "late", AT + 2 * SECOND)
    timers.arm(B, "soon", AT + SECOND)
    timers.arm(A, "same", AT + SECOND)
    assert timers.next_at() == AT + SECOND
    assert list(timers.due(AT)) == []
    assert list(timers.due(AT + 2 * SECOND)) == [Fired(B, "soon"), Fired(A, "same"), Fired(A, "late")]
    assert timers.next_at() is None


def test_a_timer_that_is_set_again_or_forgotten_does_not_run_out_at_its_old_time() -> None:
    timers = Timers()
    for name in ("moved", "gone", "kept"):
        timers.arm(A, name, AT)
    timers.arm(A, "moved", AT + 5 * SECOND)
    timers.disarm(A, "gone")
    timers.disarm(A, "never set")
    assert list(timers.due(AT)) == [Fired(A, "kept")]
    timers.disarm(A, None)
    assert list(timers.due(AT + 9 * SECOND)) == []


def test_a_jump_of_the_wall_clock_stretches_no_duration() -> None:
    wall, steady = 1_700_000_000.0, 50.0
    clock = SteadyClock(lambda: wall, lambda: steady)
    before = clock.now()
    wall, steady = wall + 300 + 10, steady + 10
    assert timedelta(seconds=9.9) < clock.now() - before < timedelta(seconds=10.1)
    moments = [clock.now()]
    for _ in range(100):
        wall, steady = wall - 3, steady + 1
        moments.append(clock.now())
    assert moments == sorted(moments)


def test_a_clock_that_was_set_is_followed_slowly() -> None:
    wall, steady = 1_700_000_000.0, 0.0
    clock = SteadyClock(lambda: wall, lambda: steady)
    wall += 1
    for _ in range(2000):
        wall, steady = wall + 1, steady + 1
        clock.now()
    assert abs(clock.now().timestamp() - wall) < 0.001


def a_batch(number: int) -> Batch:
    fact = AgentPhoneChanged(agent_id=str(A), seat="8001", endpoint="o-8001", registered=True)
    facts = (NewFact(fact, A, AT, Actor("agent", str(A))),)
    return Batch(B, 3, number, facts, (Keep(B, A, "+8613812345678", {"state": "queued"}),))


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return spool_at(tmp_path / "deep" / "main.jsonl")


def spool_at(path: Path, tenant: UUID = B, what: str = "spool of main") -> Spool:
    store = LocalKeyStore(path.parents[1] / "keys", SecretBox(bytes(32)))
    return Spool(path, LineSealer(store, tenant, what), room=100)


def test_the_spool_keeps_batches_in_order_and_forgets_them_when_told(spool: Spool) -> None:
    assert spool.is_empty
    spool.append([a_batch(1), a_batch(2)])
    spool.append([a_batch(3)])
    assert spool_at(spool.path).read() == [a_batch(1), a_batch(2), a_batch(3)]
    assert spool.is_full
    spool.clear()
    assert spool.is_empty
    assert spool.read() == []
    spool.append([a_batch(4)])
    assert spool_at(spool.path).read() == [a_batch(4)]


def test_a_line_that_death_cut_off_was_never_promised_and_spoils_no_later_one(spool: Spool) -> None:
    spool.append([a_batch(1)])
    with spool.path.open("ab") as file:
        file.write(b"gf1 0000")
    assert spool_at(spool.path).read() == [a_batch(1)]
    spool_at(spool.path).append([a_batch(2)])
    assert spool_at(spool.path).read() == [a_batch(1), a_batch(2)]


def test_a_full_disk_leaves_no_half_line(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    spool.append([a_batch(1)])

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            spool.append([a_batch(2)])
    spool.append([a_batch(3)])
    assert spool.read() == [a_batch(1), a_batch(3)]


def test_a_refused_spool_is_set_aside(spool: Spool) -> None:
    spool.append([a_batch(1)])
    place = spool.set_aside("refused-3")
    assert place.name == "main.refused-3.jsonl"
    assert spool_at(place).read() == [a_batch(1)]
    assert spool.is_empty
    assert spool.read() == []


def test_a_spool_is_sealed_by_its_tenants_key_line_by_line(spool: Spool) -> None:
    spool.append([a_batch(1), a_batch(2), a_batch(3)])
    lines = spool.path.read_bytes().split(b"\n")[:-1]
    other = b"B" if lines[0][-6:-5] == b"A" else b"A"
    assert not any(word in line for line in lines for word in (b"13812345678", b"8001", b"{"))
    others = {
        "another tenant's": (lines, A, "spool of main"),
        "another floor's": (lines, B, "spool of other"),
        "two lines swapped": ([lines[1], lines[0], lines[2]], B, "spool of main"),
        "the first one gone": (lines[1:], B, "spool of main"),
        "a byte changed": ([lines[0][:-6] + other + lines[0][-5:], *lines[1:]], B, "spool of main"),
    }
    for what, (content, tenant, name) in others.items():
        spool.path.write_bytes(b"".join(line + b"\n" for line in content))
        with pytest.raises((Tampered, KeysAway)):
            pytest.fail(f"{what}: {spool_at(spool.path, tenant, name).read()}")
    spool.path.write_bytes(b"".join(line + b"\n" for line in lines))
    store = LocalKeyStore(spool.path.parents[1] / "keys", SecretBox(bytes(32)))
    asyncio.run(store.rotate(B))
    spool = spool_at(spool.path)
    spool.append([a_batch(4)])
    assert [batch.number for batch in spool.read()] == [1, 2, 3, 4]  # under an older key and the newest
    asyncio.run(store.destroy(B, AT))
    for act in (spool.read, lambda: spool.append([a_batch(5)])):
        with pytest.raises(KeysDestroyed):
            act()


class SlowEngine:
    """Performs commands slowly and refuses those for legs whose name begins with ``no``."""

    def __init__(self) -> None:
        self.done: list[str] = []

    async def perform(self, command: Command) -> None:
        assert isinstance(command, HangUp)
        await asyncio.sleep(0.01 if command.leg.endswith("1") else 0)
        if command.leg.startswith("no"):
            raise CommandRefused(command, "no leg")
        if command.leg == "deaf":
            self.done.append("asked")
            raise CommandUnanswered(command, "no answer")
        if command.leg == "bug":
            raise RuntimeError("a bug of the adapter")
        self.done.append(command.leg)


async def test_commands_of_a_call_keep_their_order_and_calls_do_not_wait_for_each_other() -> None:
    engine, refused = SlowEngine(), list[Refused]()
    hands = Hands(engine, SteadyClock(), refused.append, Mock())  # type: ignore[arg-type]
    for leg in ("a1", "a2", "no", "bug", "deaf", "a3"):
        hands.do("a", HangUp(leg))
    hands.do("b", HangUp("b2"))
    await hands.rest()
    assert engine.done == ["b2", "a1", "a2", "asked", "asked", "asked", "a3"], "what harms nobody is said three times"
    assert [(r.command, r.reason, r.unanswered) for r in refused] == [
        (HangUp("no"), "no leg", False), (HangUp("bug"), "RuntimeError('a bug of the adapter')", False),
        (HangUp("deaf"), "no answer", True),
    ]  # fmt: skip


def test_a_text_is_spoken_once_and_a_dumb_speaker_is_no_error(tmp_path: Path) -> None:
    speaker = PlainSpeaker(tmp_path)
    voice = Voice(speaker, tmp_path / "recorded")
    first = voice.speak((Text("hello", "en"), Text("hello", "zh-CN")))
    assert len(set(first)) == 2
    assert Path(f"{first[0].value}.wav").is_file()
    assert voice.ready[Text("hello", "en")] == first[0]

    speaker.dumb = True
    assert voice.speak((Text("hello", "en"),)) == first[:1]
    assert voice.speak((Text("hello", "en"), Text("new", "en"))) == ()
    own = tmp_path / "recorded" / "t1" / "abc.wav"
    own.parent.mkdir(parents=True)
    own.write_bytes(b"RIFF")
    (sound,) = voice.speak((Text("hello", "en", "t1", "abc"),))
    assert sound.value == str(own.with_suffix(""))
    speaker.dumb = False
    (spoken,) = voice.speak((Text("hello", "en", "", "gone"),))
    assert spoken == first[0]
