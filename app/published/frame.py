"""What stands around all operations: tags in their order, headers, ways to sign in, the words at the beginning."""

from __future__ import annotations

from typing import Any, Final

from tenants.core.permissions import scopes

TITLE: Final = "Glassfloor"
VERSION: Final = "1"
"""Of the addresses below /v1. What is added does not raise it; see docs/api.md, "What may change"."""

WORDS: Final = """\
Everything that a client's own systems can do at their outsourced contact centre.

- **Who asks**: `Authorization: Bearer` with an API key (`gf_live_...`) or an OAuth 2 token. A key belongs to one
  connection of one client and sees nothing else; what is another's is `404 not_found`, as what does not exist.
- **Errors** are `application/problem+json` (RFC 9457) with a stable `code`; nothing was changed by a refused request.
- **Twice is once**: send an `Idempotency-Key` with each POST, the same one when you repeat it.
- **Two at once**: send in `If-Match` the `ETag` that you read.
- **How often**: `RateLimit-Policy` says what is allowed, `RateLimit` what is left; after a 429 wait `Retry-After`.
- **What may change**: members, parameters, codes and event types are added without notice; ignore what you do not
  know. Whatever goes away says so for six months before, in `Deprecation` and `Sunset`.
"""

TAGS: Final[tuple[tuple[str, str], ...]] = (
    ("work orders", "Work between a seat and the client's systems: create, read, move on, comment."),
    ("assignment", "Who on each side works on it."),
    ("info requests", "One side asks the other for something it needs to go on."),
    ("cancellation", "Ending what is already in progress takes both sides."),
    ("seat tasks", "What an agent shall do about a work order: call back, tell the caller, ask something."),
    ("attachments", "Files of a work order, scanned before anybody sees them."),
    ("clocks", "What was promised, by when, and how much of that time is gone."),
    ("context", "The conversation behind a work order, as a signed vCon."),
    ("events", "Everything that happened, in order, to be read from where you stopped."),
    ("endpoints", "Where webhooks go, what was delivered, and sending it again."),
    ("inbound", "What your systems tell us by webhooks of their own."),
    ("connections", "Which of your systems exchange work orders, and whether they may now."),
    ("interactions", "Conversations: search, read, listen, share, export."),
    ("client's people", "Calls that went to people of the client, and what these were told."),
    ("calls", "Calls that the centre begins."),
    ("live", "The board of now and of any past second."),
    ("controls", "What a client changes while its centre runs."),
    ("sounds", "Recordings for prompts and music."),
    ("blueprint", "The client's whole configuration as one file."),
    ("do not call", "Numbers that are not to be called."),
    ("holds", "Conversations that must not be deleted."),
    ("journal", "Signed heads of the client's journal, to be kept where nobody else reaches them."),
    ("OAuth 2", "Tokens for systems that would rather not send a key; what a key may do."),
)
"""In the order of the document: what a client's developer needs first comes first."""

HEADERS: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "ETag": ("Which version this is; send it back in If-Match or If-None-Match.", {"type": "string"}),
    "Location": ("Where what was made can be read.", {"type": "string", "format": "uri-reference"}),
    "Link": ('The next older page: `<...>; rel="next"` (RFC 8288). Absent on the last one.', {"type": "string"}),
    "Idempotency-Replayed": (
        "`true`: this is the stored answer of an earlier request with the same key.",
        {"type": "string", "const": "true"},
    ),
    "Retry-After": ("Seconds to wait before the next attempt.", {"type": "integer", "minimum": 0}),
    "RateLimit-Policy": (
        "What is allowed: for each policy `q` requests in `w` seconds; `-all`: all systems of the client together.",
        {"type": "string", "examples": ['"read";q=600;w=60, "read-all";q=3000;w=60']},
    ),
    "RateLimit": (
        "What is left: no more than `r` requests within the next `t` seconds, for each policy.",
        {"type": "string", "examples": ['"read";r=98;t=1, "read-all";r=498;t=1']},
    ),
    "X-Request-Id": ("The request's id, also `trace_id` of a problem. Quote it when you ask us.", {"type": "string"}),
    "Content-Disposition": ("How the file is called.", {"type": "string"}),
    "Accept-Ranges": ("Parts can be asked for with Range.", {"type": "string"}),
}

SCHEMA_NAMES: Final = {
    "AssignmentOf": "NewAssignment", "Asked": "NewExport", "Lifting": "DoNotCallLift", "LinkWanted": "NewRecordingLink",
    "Move": "NewTransition", "Named": "HoldOfInteractions", "Revert": "BlueprintRevert", "Wanted": "HoldOfFound",
    "Why": "HoldReason",
}  # fmt: skip
"""What a body is called outside, where a name that is clear beside its route is not clear in a client."""

_EVERYWHERE: Final = ("X-Request-Id", "RateLimit-Policy", "RateLimit")


def headers(names: tuple[str, ...], *, counted: bool) -> dict[str, Any]:
    """Return references to headers: these, and those of every answer; who is not counted is told no limits."""
    everywhere = _EVERYWHERE if counted else _EVERYWHERE[:1]
    return {name: {"$ref": f"#/components/headers/{name}"} for name in (*names, *everywhere)}


def header_components() -> dict[str, Any]:
    """Return every header that an answer may carry."""
    return {name: {"description": said, "schema": schema} for name, (said, schema) in HEADERS.items()}


def security_schemes() -> dict[str, Any]:
    """Return the two ways in which a system says who it is, and that of a person's browser."""
    allowed = {str(scope): str(scope) for scope in sorted(map(str, scopes()))}
    return {
        "key": {
            "type": "http", "scheme": "bearer", "description": "An API key, `gf_live_...`, made on /settings/keys.",
        },
        "oauth": {
            "type": "oauth2", "description": "A token for client credentials, good for ten minutes.",
            "flows": {"clientCredentials": {"tokenUrl": "/oauth/token", "scopes": allowed}},
        },
        "session": {
            "type": "apiKey", "in": "cookie", "name": "gf",
            "description": "A person who is signed in; a change also wants X-CSRF-Token. No key may do this.",
        },
    }  # fmt: skip


def parameter_components() -> dict[str, Any]:
    """Return the headers that several operations take."""
    key = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": r"^[\x21-\x7e]+$"}
    tag = {"type": "string", "minLength": 1}
    once = (
        "New for each thing that you want, the same when you repeat it because no answer came; answered again for "
        "7 days. {} of a system."
    )
    seen = "The `ETag` that you read; 412 when somebody was faster. {}"
    made = {
        "IdempotencyKey": ("Idempotency-Key", True, once.format("Required"), key),
        "IdempotencyKeyOptional": ("Idempotency-Key", False, once.format("Not asked"), key),
        "IfMatch": ("If-Match", True, seen.format("Required of a system."), tag),
        "IfMatchOptional": ("If-Match", False, seen.format("Optional."), tag),
    }
    return {
        name: {"name": header, "in": "header", "required": required, "description": said, "schema": schema}
        for name, (header, required, said, schema) in made.items()
    }
