"""What an engine's events say, put together: the other half of "the snapshot agrees with the events"."""

from __future__ import annotations

from telephony.port import CallArrived, EngineBack, Event, LegAnswered, LegEnded, LegRinging, Snapshot


def ended_legs(events: list[Event]) -> list[LegEnded]:
    """Every end that was told, by an event or by a snapshot after a gap."""
    ended: list[LegEnded] = []
    for event in events:
        if isinstance(event, LegEnded):
            ended.append(event)
        elif isinstance(event, EngineBack):
            ended.extend(event.snapshot.ended)
    return ended


def told(events: list[Event]) -> dict[str, bool]:
    """The legs that should exist by what was told, and whether they are connected (arrived ones count as such)."""
    legs: dict[str, bool] = {}
    for event in events:
        match event:
            case EngineBack(snapshot=Snapshot() as snapshot):
                legs = {leg.leg: leg.answered or not leg.endpoint for leg in snapshot.legs}
            case CallArrived(leg=name) | LegAnswered(leg=name):
                legs[name] = True
            case LegRinging(leg=name):
                legs[name] = False
            case LegEnded(leg=name):
                del legs[name]
            case _:
                pass
    return legs
