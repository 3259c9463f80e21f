"""What this room refuses, with the codes of workorders.md, section 5."""

from __future__ import annotations

from kit.errors import Conflict, Forbidden, Problem, ValidationFailed


class UnknownFilter(ValidationFailed):
    """A list was asked with a parameter that does not exist; a misspelt filter must never mean "everything"."""

    code = "unknown_filter"
    title = "There is no such filter"


class UnknownConnection(ValidationFailed):
    """The work order names a connection that its tenant does not have."""

    code = "unknown_connection"
    title = "The client has no such connection"


class UnknownType(ValidationFailed):
    """The client has named its types of work orders, and this is none of them."""

    code = "unknown_type"
    title = "The client has no such type of work order"


class UnknownField(ValidationFailed):
    """``fields`` names something that a work order does not have."""

    code = "unknown_field"
    title = "There is no such field"


class DuplicateExternalId(Conflict):
    """Another work order of the connection has this external id; ``existing`` is its address."""

    code = "duplicate_external_id"
    title = "There is a work order with this external id"


class WorkOrderOver(Conflict):
    """It is closed, rejected or cancelled: what follows is a new work order that supersedes it."""

    code = "work_order_over"
    title = "The work order is over and is not changed any more"


class ChangeWrongSide(Forbidden):
    """The field, or the assignment, is the other side's to change."""

    code = "change_wrong_side"
    title = "This is the other side's to change"


class TransitionNotAllowed(Conflict):
    """The state machine has no such step from here; ``allowed`` lists those that this caller has."""

    code = "transition_not_allowed"
    title = "This transition is not allowed from the present status"


class TransitionWrongSide(Forbidden):
    """The step exists, but the other side takes it."""

    code = "transition_wrong_side"
    title = "This transition belongs to the other side"


class VersionMismatch(Problem):
    """The caller saw an older version; ``current_version`` and ``changed_fields`` say what it missed."""

    status = 412
    code = "version_mismatch"
    title = "The work order has changed since you read it"


class IdempotencyInProgress(Conflict):
    """The first request with this key is still running."""

    code = "idempotency_in_progress"
    title = "The first request with this Idempotency-Key is still running"


class IdempotencyKeyReused(Problem):
    """The key was used before, for another request."""

    status = 422
    code = "idempotency_key_reused"
    title = "This Idempotency-Key belongs to a different request"
