"""Events of a real Asterisk that come late, twice and out of order: nothing is told twice, and nobody is forgotten.

``events.jsonl`` is what an engine sent while a contact chose in a menu, was answered, pressed keys, was put on hold and
into a conference, a second one gave up after an agent's phone was busy, and a third had dialled a wrong number.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from telephony import port
from telephony.asterisk.names import is_ours, leg_of
from telephony.asterisk.translate import Translator
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
