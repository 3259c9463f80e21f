"""What was begun when the process died, or the engine went, and is in no fact: it is ended, not begun again."""

from __future__ import annotations

from uuid import UUID

from switchboard.core import flowing
from switchboard.core.call import Call, CallState
from switchboard.floor import Floor
from telephony.port import Answer, Bridge, LegState, Snapshot


def taken(floor: Floor, call: Call, leg: LegState, snapshot: Snapshot) -> None:
    """Answer a contact whom we meant to answer: its phone rings still, or it hears nobody."""
    if call.state is CallState.DIALLING or (leg.answered and leg.bridged):
        return
    is_arrived = not leg.endpoint and not leg.dialled
    if is_arrived and (not leg.answered or call.name not in snapshot.calls):
        floor.effects.append(call.do(Answer(call.name, call.leg)))
    elif leg.answered:
        floor.effects.append(call.do(Bridge(call.name, call.leg)))


def spoken(floor: Floor, call_id: UUID, recording: str | None) -> None:
    """Let a message go on that began after what was stored last: it is being recorded under this name."""
    call = floor.calls.get(call_id)
    if recording is not None and call is not None and call.state is CallState.VOICEMAIL and call.recording is None:
        after, floor.effects = flowing.spoken_already(call, recording, floor.effects)
        floor.put((after, ()))
