"""What is refused to a client that changes something while its centre runs."""

from __future__ import annotations

from kit.errors import Conflict, Forbidden, Problem, ValidationFailed


class NotAgreed(Forbidden):
    """The contract does not let the client do this, or not this person of it."""

    code = "not_agreed"
    title = "The contract does not allow this"


class BeyondAgreed(Problem):
    """The contract allows it, and less of it: the bounds of a priority, how long, how many."""

    status = 422
    code = "beyond_agreed"
    title = "This is beyond what was agreed"


class ControlInForce(Conflict):
    """Something else is in force about the same: read it, and say in If-Match that this replaces it."""

    code = "control_in_force"
    title = "Something else is in force about the same"


class ControlChanged(Problem):
    """What the caller wanted to replace is not in force any more, or something else is."""

    status = 412
    code = "control_changed"
    title = "Somebody else has changed this"


class ControlNotClear(ValidationFailed):
    """It cannot be done as it was said; the detail says why."""

    code = "control_not_clear"
    title = "This cannot be done as it is said"
