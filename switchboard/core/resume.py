"""A call as JSON and back: what a new process needs to go on where the old one stopped."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from ivr.core.values import State as Position
from ivr.core.values import StepNeeds
from switchboard.core.call import Call, CallState, Offered, Playing, Waited
from switchboard.core.party import dump_party, load_party
from switchboard.core.tape import dump_consent, dump_tape, load_consent, load_tape


def dump(call: Call) -> dict[str, Any]:
    """Return everything that is in no fact, and the state; the interaction's id and tenant are the row's."""
    return {
        "state": call.state.value,
        "leg": call.leg,
        "number": call.number,
        "contact": call.contact,
        "flow": call.flow,
        "flow_version": call.flow_version,
        "touched_at": call.touched_at.isoformat(),
        "position": call.position.to_dict(),
        "playing": None if call.playing is None else [call.playing.playback, call.playing.name],
        "played": call.played,
        "waited": None if call.waited is None else _dump_waited(call.waited),
        "first_queued_at": _text(call.first_queued_at),
        "offer": None if call.offer is None else _dump_offer(call.offer),
        "connected_at": _text(call.connected_at),
        "recording": call.recording,
        "parties": [dump_party(party) for party in call.parties],
        "side": call.side,
        "rooms": call.rooms,
        "aside_at": _text(call.aside_at),
        "held_by": call.held_by,
        "phone_holds": sorted(call.phone_holds),
        "music": call.music,
        "held_ms": call.held_ms,
        "talked_ms": call.talked_ms,
        "is_muted": call.is_muted,
        "is_lost": call.is_lost,
        "was_answered": call.was_answered,
        "missed_by": None if call.missed_by is None else str(call.missed_by),
        "node": call.node,
        "help_at": _text(call.help_at),
        "tape": dump_tape(call.tape),
        "consent": dump_consent(call.consent),
        "dialled_at": _text(call.dialled_at),
        "turn": call.turn,
        "announced": list(call.announced),
        "lines": list(call.lines),
    }


def load(interaction: UUID, tenant: UUID, caller: str, stored: Mapping[str, Any]) -> Call:
    """Return the call that :func:`dump` wrote. Raises ``KeyError``, ``TypeError`` or ``ValueError`` for others."""
    playing, waited, offer = stored["playing"], stored["waited"], stored["offer"]
    return Call(
        id=interaction,
        tenant=tenant,
        leg=stored["leg"],
        number=stored["number"],
        caller=caller,
        contact=stored["contact"],
        flow=stored["flow"],
        flow_version=stored["flow_version"],
        touched_at=datetime.fromisoformat(stored["touched_at"]),
        state=CallState(stored["state"]),
        position=Position.from_dict(stored["position"]),
        playing=None if playing is None else Playing(*playing),
        played=stored["played"],
        waited=None if waited is None else _load_waited(waited),
        first_queued_at=_instant(stored["first_queued_at"]),
        offer=None if offer is None else _load_offer(offer),
        connected_at=_instant(stored["connected_at"]),
        recording=stored["recording"],
        parties=tuple(load_party(party) for party in stored.get("parties", ())),
        side=stored.get("side", ""),
        rooms=stored.get("rooms", 0),
        **_load_hold(stored),
        talked_ms=stored.get("talked_ms", 0),
        is_muted=stored.get("is_muted", False),
        is_lost=stored.get("is_lost", False),
        help_at=_instant(stored.get("help_at")),
        was_answered=stored.get("was_answered", stored["connected_at"] is not None),
        missed_by=UUID(missed_by) if (missed_by := stored.get("missed_by")) else None,
        node=stored.get("node", ""),
        tape=load_tape(stored.get("tape")),
        consent=load_consent(stored.get("consent")),
        dialled_at=_instant(stored.get("dialled_at")),
        turn=stored.get("turn", 0),
        announced=tuple(stored.get("announced", ())),
        lines=tuple(stored.get("lines", ())),
    )


def _load_hold(stored: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "aside_at": _instant(stored.get("aside_at")),
        "held_by": stored.get("held_by", ""),
        "held_ms": stored.get("held_ms", 0),
        "phone_holds": frozenset(stored.get("phone_holds", ())),
        "music": stored.get("music", "default"),
    }


def _text(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _dump_waited(waited: Waited) -> dict[str, Any]:
    return {
        "queue_id": str(waited.queue_id),
        "queue": waited.queue,
        "queued_at": waited.queued_at.isoformat(),
        "place_at": waited.place_at.isoformat(),
        "expires_at": waited.expires_at.isoformat(),
        "head_start_s": waited.head_start_s,
        "steps": [[dict(step.expr), step.expires_s] for step in waited.steps],
        "music": waited.music,
    }


def _load_waited(stored: Mapping[str, Any]) -> Waited:
    return Waited(
        UUID(stored["queue_id"]),
        stored["queue"],
        datetime.fromisoformat(stored["queued_at"]),
        datetime.fromisoformat(stored["place_at"]),
        datetime.fromisoformat(stored["expires_at"]),
        stored["head_start_s"],
        tuple(StepNeeds(expr, expires_s) for expr, expires_s in stored["steps"]),
        stored["music"],
    )


def _dump_offer(offer: Offered) -> dict[str, Any]:
    return {
        "id": str(offer.id),
        "agent": str(offer.agent),
        "endpoint": offer.endpoint,
        "expires_at": offer.expires_at.isoformat(),
    }


def _load_offer(stored: Mapping[str, Any]) -> Offered:
    expires_at = datetime.fromisoformat(stored["expires_at"])
    return Offered(UUID(stored["id"]), UUID(stored["agent"]), stored["endpoint"], expires_at)
