"""What can go wrong, said once: a problem carries a status, a stable code and pointers (RFC 9457)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar


def pointer_of(place: Iterable[object]) -> str:
    """Return the JSON pointer (RFC 6901) of a place by the names and numbers on the way to it; the whole is empty."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in place)


@dataclass(frozen=True, slots=True)
class Detail:
    """One wrong place in an input. ``pointer`` is a JSON pointer (RFC 6901) into it."""

    pointer: str
    code: str
    detail: str
    line: int | None = None
    """The line of a text that was sent, from 1."""

    def as_dict(self) -> dict[str, str | int]:
        """Return the member of a problem's ``errors`` array."""
        made: dict[str, str | int] = {"pointer": self.pointer, "code": self.code, "detail": self.detail}
        return made if self.line is None else {**made, "line": self.line}


class Problem(Exception):
    """An error that the caller can understand; ``app`` renders it once as ``application/problem+json`` or a page.

    Subclasses set ``status``, ``code`` and ``title``; an instance adds the sentence and the places.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"
    title: ClassVar[str] = "Internal error"
    type_uri: ClassVar[str] = ""
    """A problem type that is registered elsewhere, in place of our own page of the code."""

    def __init__(self, detail: str = "", *, errors: tuple[Detail, ...] = (), **data: object) -> None:
        """Take the human sentence, the wrong places, and extension members of the problem."""
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.errors = errors
        self.data = data


class ValidationFailed(Problem):
    """The input does not have the form that it must have; nothing was changed."""

    status = 400
    code = "validation_failed"
    title = "The request is not valid"


class NotSignedIn(Problem):
    """No credential, or one that is not valid (any more)."""

    status = 401
    code = "not_signed_in"
    title = "Sign in first"


class Forbidden(Problem):
    """The credential is valid and its role does not allow this."""

    status = 403
    code = "forbidden"
    title = "Your role does not allow this"


class NotFound(Problem):
    """No such thing for this caller; the same answer for another tenant's thing as for none."""

    status = 404
    code = "not_found"
    title = "Not found"


class Conflict(Problem):
    """The present state does not allow it."""

    status = 409
    code = "conflict"
    title = "The present state does not allow this"


class IfMatchRequired(Problem):
    """A change by a machine must say which version it saw (RFC 6585, section 3)."""

    status = 428
    code = "if_match_required"
    title = "Send If-Match with the ETag that you read"


class TooManyRequests(Problem):
    """A limit was reached; ``retry_after_s`` says when to come back."""

    status = 429
    code = "quota_exceeded"
    title = "Too many requests"


class Unavailable(Problem):
    """A part that is needed is away; nothing was changed and the caller may try again."""

    status = 503
    code = "unavailable"
    title = "Temporarily unavailable"


class TenantElsewhere(Unavailable):
    """One tenant's data cannot be reached just now; every other tenant's can. Its subclasses say why."""

    code = "tenant_elsewhere"
    title = "This client's data cannot be reached at the moment"
    retry_after_s: ClassVar[int] = 2

    def __init__(self, detail: str = "") -> None:
        """Take the sentence for whoever asked."""
        super().__init__(detail, headers={"Retry-After": str(self.retry_after_s)})


class TenantMoving(TenantElsewhere):
    """The tenant's data is just now carried to another database; this takes seconds and loses nothing."""

    code = "tenant_moving"
    title = "This client's data is moving to another database"


class DatabaseAway(TenantElsewhere):
    """The tenant lives in a database of its own, which does not answer; calls go on and their facts are kept."""

    code = "database_away"
    title = "This client's own database does not answer"
    retry_after_s = 5


class PlacementBehind(TenantElsewhere):
    """The tenant's own database was not brought to this version's tables yet, so nothing may use it."""

    code = "placement_behind"
    title = "This client's own database waits for its migration"
    retry_after_s = 30


class KeysAway(Unavailable):
    """The keys that seal this client's personal data cannot be reached; its calls go on and nothing is lost."""

    code = "keys_away"
    title = "The client's keys cannot be reached"


class KeysDestroyed(Problem):
    """The client has left and its keys are destroyed: what they sealed can never be opened, nor anything be added."""

    status = 410
    code = "keys_destroyed"
    title = "The client's keys are destroyed"
