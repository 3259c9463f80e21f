"""What an engine's events say, put together: the other half of "the snapshot agrees with the events"."""

from __future__ import annotations

from telephony.port import CallArrived, EngineBack, Event, LegAnswered, LegEnded, LegRinging, LegState, Snapshot


def ended_legs(events: list[Event]) -> list[LegEnded]:
    """Every end that was told, by an event or by a snapshot after a gap."""
    ended: list[LegEnded] = []
    for event in events:
        if isinstance(event, LegEnded):
            ended.append(event)
        elif isinstance(event, EngineBack):
            ended.extend(event.snapshot.ended)
    return ended


def is_arrived(leg: LegState) -> bool:
    """Whether a leg was dialled to us."""
    return not leg.endpoint and not leg.dialled


def told(events: list[Event]) -> dict[str, bool]:
    """The legs that should exist by what was told, and whether they are connected (arrived ones count as such)."""
    legs: dict[str, bool] = {}
    for event in events:
        match event:
            case EngineBack(snapshot=Snapshot() as snapshot):
                legs = {leg.leg: leg.answered or is_arrived(leg) for leg in snapshot.legs}
            case CallArrived(leg=name) | LegAnswered(leg=name):
                legs[name] = True
            case LegRinging(leg=name):
                legs[name] = False
            case LegEnded(leg=name):
                legs.pop(name, None)  # a number that nobody has never rang
            case _:
                pass
    return legs
