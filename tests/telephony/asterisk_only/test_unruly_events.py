"""Events of a real Asterisk that come late, twice and out of order: nothing is told twice, and nobody is forgotten.

And answers of its REST interface that come late, or never.

``events.jsonl`` is what an engine sent while a contact chose in a menu, was answered, pressed keys, was put on hold and
into a conference, a second one gave up after an agent's phone was busy, and a third had dialled a wrong number.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from switchboard.clock import SteadyClock
from switchboard.hands import Hands
from switchboard.inputs import Refused
from telephony import port
from telephony.asterisk.adapter import AsteriskEngine
from telephony.asterisk.ari import AriAway, AriClient, AriError
from telephony.asterisk.names import is_ours, leg_of
from telephony.asterisk.provisioning import Provisioning
from telephony.asterisk.translate import Translator
from telephony.asterisk.trunk_watch import TrunkWatch
from telephony.asterisk.world import Leg, Playback, World

EVENTS: list[dict[str, Any]] = [
    orjson.loads(line) for line in (Path(__file__).parent / "events.jsonl").read_text(encoding="utf-8").splitlines()
]
ONCE = (
    port.CallArrived, port.LegRinging, port.LegAnswered, port.LegEnded, port.PlaybackEnded, port.RecordingEnded,
)  # fmt: skip
OF_LEGS = (port.LegRinging, port.LegAnswered, port.LegEnded, port.DigitPressed, port.PhoneHeld, port.PhoneResumed)
LATENESS = st.lists(st.integers(0, 60), min_size=len(EVENTS), max_size=len(EVENTS))
"""By how many events each one comes late; a doubled one comes once in time, and once so late."""
TIMES = st.lists(st.booleans(), min_size=len(EVENTS), max_size=len(EVENTS))


def heard(order: list[dict[str, Any]]) -> tuple[list[port.Event], World]:
    """What the port tells of events in this order; what we did ourselves, we know before."""
    world = World()
    for event in EVENTS:
        for channel in (event.get("channel"), event.get("peer")):
            if channel and is_ours(channel["id"]):
                leg = leg_of(channel["id"])
                world.legs[leg] = Leg(leg, channel["id"], arrived=False)
        if "playback" in event:
            world.playbacks[leg_of(event["playback"]["id"])] = Playback("a call")
        if "recording" in event:
            world.recordings.add(event["recording"]["name"])
    translator = Translator(world, None)
    return [told for event in order for told in translator.translate(event)], world


def subject_of(event: Any) -> tuple[type, str]:
    return type(event), str(
        next(getattr(event, name) for name in ("leg", "playback", "recording") if hasattr(event, name))
    )


IN_ORDER, _ = heard(EVENTS)
ALL = {subject_of(event) for event in IN_ORDER if isinstance(event, ONCE)}
KEYS = Counter((event.leg, event.digit, event.at) for event in IN_ORDER if isinstance(event, port.DigitPressed))
LAST_SEEN = {
    event.endpoint: type(event) for event in IN_ORDER if isinstance(event, port.EndpointSeen | port.EndpointGone)
}


@settings(max_examples=300, deadline=None)
@given(lateness=LATENESS, doubled=TIMES)
def test_whatever_the_order_everything_is_told_once_and_nobody_is_forgotten(
    lateness: list[int], doubled: list[bool]
) -> None:
    arrivals = [(place + late, event) for place, (late, event) in enumerate(zip(lateness, EVENTS, strict=True))]
    arrivals += [(place, event) for place, (twice, event) in enumerate(zip(doubled, EVENTS, strict=True)) if twice]
    told, world = heard([event for _, event in sorted(arrivals, key=lambda each: each[0])])
    counts = Counter(subject_of(event) for event in told if isinstance(event, ONCE))
    assert set(counts.values()) <= {1}, "told once"
    must = {each for each in ALL if each[0] is not port.LegRinging and each[0] is not port.LegAnswered}
    assert must <= set(counts) <= ALL, "everything that must be told, and nothing else"
    assert world.legs == {}
    assert world.playbacks == {}
    assert world.recordings == set()
    over: set[str] = set()
    for event in told:
        if isinstance(event, OF_LEGS):
            assert event.leg not in over, "nothing after the end"
            over |= {event.leg} if isinstance(event, port.LegEnded) else set()
    keys = Counter((event.leg, event.digit, event.at) for event in told if isinstance(event, port.DigitPressed))
    assert keys <= KEYS, "a key that comes twice is one"
    last = {event.endpoint: type(event) for event in told if isinstance(event, port.EndpointSeen | port.EndpointGone)}
    assert last.get("o-8002") in {LAST_SEEN["o-8002"], None}
    assert world.online == {"o-8001"}, "as the engine said last"


def test_the_record_itself_tells_the_whole_story() -> None:
    assert Counter(type(event).__name__ for event in IN_ORDER) == {
        "EndpointSeen": 2, "EndpointGone": 1, "CallArrived": 3, "LegRinging": 3, "LegAnswered": 2, "LegEnded": 6,
        "DigitPressed": 3, "PhoneHeld": 1, "PhoneResumed": 1, "PlaybackEnded": 4, "RecordingEnded": 1,
    }  # fmt: skip


# -------------------------------------------------------------------------------------------------- unanswered requests

FATES = st.lists(st.sampled_from(["at_once", "slow", "unheard", "never", "afterwards"]), max_size=30)
TONE = port.Sound(port.SoundKind.TONE, "440")
PATIENCE = 3
"""A request that is repeated is answered at last, or the engine counts as lost."""


class Silent(AriClient):
    """The REST side of an engine that answers late or not at all: what was asked is done, or not, or only then."""

    def __init__(self, fates: list[str]) -> None:
        super().__init__("http://127.0.0.1/ari", "user", "password", "app")
        self.fates = fates
        self.afterwards: list[tuple[str, ...]] = []
        self.there: dict[tuple[str, ...], str] = {}
        """Channels, bridges, playbacks and recordings, and the bridge in which each is."""
        self._asked: Counter[tuple[str, ...]] = Counter()

    async def request(self, method: str, path: str | tuple[str, ...], query: Any = None, body: Any = None) -> None:
        what = (method, *((path,) if isinstance(path, str) else path))
        name = (body or {}).get("channelId") or (query or {}).get("bridgeId") or (query or {}).get("name") or ""
        what = (*what, name) if name else what
        self._asked[what] += 1
        fate = self.fates.pop() if self.fates and self._asked[what] < PATIENCE else "at_once"
        for _ in range(5 if fate == "slow" else 1):
            await asyncio.sleep(0)
        if fate == "afterwards":
            self.afterwards.append(what)
        if fate in {"never", "afterwards"}:
            raise AriAway("no answer")
        self.do(what)
        if fate == "unheard":
            raise AriAway("no answer")

    def do(self, what: tuple[str, ...]) -> None:
        """Carry a request out, as far as it makes, moves or ends something."""
        match what:
            case ("POST", "channels", name):
                self.there["channels", name] = ""
            case ("POST", "bridges", name):
                self.there["bridges", name] = ""
            case ("POST", "bridges", bridge, "play", name) | ("POST", "bridges", bridge, "record", name):
                self._needs("bridges", bridge)
                self.there["playbacks" if "play" in what else "recordings", name] = bridge
            case ("DELETE", "bridges", name):
                self._needs("bridges", name)
                self.there = {k: v for k, v in self.there.items() if v != name and k != ("bridges", name)}
            case ("POST", "recordings", "live", name, "stop"):
                self._needs("recordings", name)
                del self.there["recordings", name]
            case ("DELETE", kind, name):
                self._needs(kind, name)
                del self.there[kind, name]
            case (_, "bridges" | "channels" as kind, name, _):
                self._needs(kind, name)

    def _needs(self, kind: str, name: str) -> None:
        if (kind, name) not in self.there:
            raise AriError(404, "not found")

    def channels(self) -> set[str]:
        return {name for kind, name in self.there if kind == "channels"}


def sign(kind: str, channel: str) -> dict[str, Any]:
    about = {"id": channel, "caller": {"number": ""}}
    at = "2026-11-23T10:00:00.000+0000"
    return {"type": kind, "channel": about, "peer": about, "dialstatus": "RINGING", "args": ["ring"], "timestamp": at}


async def ends_with_nothing(fates: list[str]) -> None:
    engine, refused = AsteriskEngine("http://127.0.0.1/ari", "user", "password"), list[Refused]()
    rest = engine._ari = engine._hands.ari = Silent(fates)
    engine._is_there = True
    hands = Hands(engine, SteadyClock(), refused.append, Mock())

    async def do(*commands: port.Command) -> None:
        for command in commands:
            hands.do("c1", command)
        await hands.rest()
        await asyncio.gather(*engine._hands._chores)

    await do(port.Open("c1"), port.Ring("c1", "l1", "o-8001", "", "", timedelta(9)),
             port.Dial("c1", "l2", "o-carrier", "+862150001234", "", "", timedelta(9)))  # fmt: skip
    for what in rest.afterwards:
        with suppress(AriError):
            rest.do(what)
    rest.afterwards.clear()
    for channel in sorted(rest.channels()):
        rest.fates, kept = [], rest.fates
        for kind in ("Dial", "StasisStart"):
            engine.happened(sign(kind, channel))
            await do()
        rest.fates = kept
    given_up = {each.command.leg for each in refused if isinstance(each.command, port.Ring | port.Dial)}
    assert rest.channels() == {f"gf-{leg}" for leg in {"l1", "l2"} - given_up}, "nobody rings or waits for nobody"
    await do(port.Bridge("c1", "l1", "aside"), port.Record("c1", "r1"), port.Play("c1", "p1", (TONE,)),
             port.Mute("l1"), port.HangUp("l2"), port.CloseCall("c1"))  # fmt: skip
    assert rest.there == {}, "nothing is left, whatever was answered"


@settings(max_examples=80, deadline=None)
@given(fates=FATES)
def test_whatever_the_engine_does_not_answer_nobody_is_left_on_a_line(fates: list[str]) -> None:
    asyncio.run(ends_with_nothing(fates))


# --------------------------------------------------------------------------------------------------------------- trunks


class Carrier(AriClient):
    """An engine whose one trunk is there or is not; an answer waits for its event, and says what was so when asked."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1/ari", "user", "password", "app")
        self.online = False
        self.slow: asyncio.Event | None = None

    async def request(self, *asked: Any, **_: Any) -> Any:
        said = [{"resource": "t-a", "state": "online" if self.online else "offline"}] if "PJSIP" in asked[1] else []
        if self.slow is not None:
            await self.slow.wait()
        return said


async def test_what_is_told_of_a_trunk_is_never_older_than_the_snapshot_before_it() -> None:
    ari, told, there = Carrier(), list[bool](), [True]
    provisioning = Provisioning(ari, "")
    provisioning._trunks["t-a"] = port.Trunk("t-a", "127.0.0.9:5060")

    def tell(event: port.Event) -> None:
        assert isinstance(event, port.TrunkChanged)
        told.append(event.state.reachable)

    watch = TrunkWatch(ari, provisioning, None, lambda: there[0], tell)
    watch.start()

    async def looks() -> None:
        watch.ring()
        for _ in range(20):
            await asyncio.sleep(0)

    await looks()
    assert told == [False]
    there[0] = False  # the engine is lost, and the snapshot of the next connection is on its way
    assert [state.reachable for state in await watch.look(told=True)] == [False]
    ari.online = True
    await looks()
    assert told == [False], "before the snapshot is told nothing newer is: it would be overwritten"
    there[0] = True
    await looks()
    assert told == [False, True]
    ari.online, ari.slow = False, asyncio.Event()
    await looks()
    slow, ari.online, ari.slow = ari.slow, True, None
    assert [state.reachable for state in await watch.look(told=True)] == [True]
    slow.set()
    await looks()
    assert told == [False, True], "what was seen before the snapshot is not told after it"
    await watch.close()
