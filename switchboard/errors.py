"""What the switchboard refuses."""

from __future__ import annotations

from datetime import datetime

from kit.errors import Conflict, Forbidden, Unavailable, ValidationFailed


class NotYours(Forbidden):
    """The interaction is not the agent's, or there is none of this id now."""

    code = "not_yours"
    title = "This is not your interaction"


class NotPossibleNow(Conflict):
    """The interaction or the agent is in a state in which the command means nothing."""

    code = "not_possible_now"
    title = "This is not possible now"


class NotCalledNow(Conflict):
    """The client's hours for calling its contacts are over, or have not begun."""

    code = "not_called_now"
    title = "Contacts of this client are not called at this hour"


class CommandUnknown(ValidationFailed):
    """No such command, or one of its fields is missing or has the wrong form."""

    code = "command_unknown"
    title = "The switchboard does not know this command"


class AgentUnknown(Forbidden):
    """The agent does not work on this floor."""

    code = "agent_unknown"
    title = "You do not work on this floor"


class EngineAway(Unavailable):
    """The phone engine cannot be reached at the moment; talking calls go on."""

    code = "engine_away"
    title = "The phone engine cannot be reached at the moment"


class EngineStillThere(Conflict):
    """The phone engine is to be given up and answers: it is not gone, so its calls are not over."""

    code = "engine_still_there"
    title = "This phone engine answers: empty it instead"


class FloorSilent(Unavailable):
    """The process of the floor does not answer."""

    code = "floor_silent"
    title = "The floor does not answer"


class FloorTaken(Conflict):
    """Another process owns the floor; ``owner`` and ``until`` say which, and how long at least."""

    code = "floor_taken"
    title = "Another process owns the floor"

    def __init__(self, floor: str, owner: str, until: datetime) -> None:
        shown = ":".join(owner.split(":")[:2])
        super().__init__(f"floor {floor} is owned by {shown} until {until.isoformat()}; stop that one first")
        self.owner = owner
        self.until = until


class LeaseLost(Conflict):
    """The floor was ours and is another's now: stop deciding."""

    code = "lease_lost"
    title = "The floor is another's now"


class NotSupervised(Forbidden):
    """The client allows nobody, or not this person, to take part in its conversations in this way."""

    code = "not_supervised"
    title = "This client does not allow that"


class WhisperTaken(Conflict):
    """Another supervisor speaks to this agent already; one at a time."""

    code = "whisper_taken"
    title = "Somebody else speaks to this agent already"


class ListenersFull(Conflict):
    """As many take part in this conversation as its client allows at once."""

    code = "listeners_full"
    title = "As many take part as may at once"


class CardDataGiven(Conflict):
    """The contact gives card data: nobody listens until that is over."""

    code = "card_data_given"
    title = "Card data is being given"


class OutcomeRequired(Conflict):
    """The client wants to know how each conversation of this queue ended before its agent goes on."""

    code = "outcome_required"
    title = "Choose an outcome first"


class PhoneNotReady(Conflict):
    """The phone of whoever wants to take part is not registered."""

    code = "phone_not_ready"
    title = "Your phone is not registered"


class ReasonNeeded(ValidationFailed):
    """The client wants to know why, and nothing was said."""

    code = "reason_needed"
    title = "Say why"


class NoHelpAsked(Conflict):
    """The agent does not ask for help with this conversation, or somebody took care of it."""

    code = "no_help_asked"
    title = "Nobody asks for help there"
