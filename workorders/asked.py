"""What a request asks by its address and its headers, beside its body."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from fastapi import Request
from starlette.exceptions import HTTPException

from kit.errors import Detail, ValidationFailed
from kit.idempotency import parse_key
from workorders import service
from workorders.errors import UnknownField, UnknownFilter
from workorders.schemas import FIELDS
from workorders.service.lists import DEFAULT_LIMIT, MAX_LIMIT, version_of

_MERGE: Final = frozenset({"application/merge-patch+json", "application/json"})


async def is_merge_patch(request: Request) -> None:
    """Refuse a change in another form, such as a JSON Patch."""
    if request.headers.get("Content-Type", "").partition(";")[0].strip().lower() not in _MERGE:
        raise HTTPException(415, "Send application/merge-patch+json or application/json")


def only(request: Request, *known: str) -> None:
    """Refuse a parameter that this address does not have, or has twice: none is ever passed over.

    Raises :class:`UnknownFilter` and :class:`ValidationFailed`.
    """
    seen: set[str] = set()
    for name, _ in request.query_params.multi_items():
        if name not in known:
            why = f"there is no parameter {name[:80]!r} here"
            raise UnknownFilter(why, errors=(Detail(f"query:{name[:80]}", UnknownFilter.code, why),))
        if name in seen:
            raise _bad_query(name, "it is given twice")
        seen.add(name)


def fields_of(request: Request) -> frozenset[str] | None:
    """Return the fields that are asked for; None: all. Raises :class:`UnknownField`."""
    if "fields" not in request.query_params:
        return None
    fields = frozenset(request.query_params["fields"].split(","))
    if unknown := sorted(fields.difference(FIELDS)):
        why = f"there is no field {unknown[0][:80]!r}; there are {', '.join(FIELDS)}"
        raise UnknownField(why, errors=(Detail("query:fields", UnknownField.code, why),))
    return fields | {"id"}


def page_of(request: Request, *others: str) -> service.Wanted:
    """Read which page is wanted; ``others`` are parameters that the route reads itself."""
    given: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name in given:
            raise _bad_query(name, "it is given twice")
        given[name] = value
    for name in others:
        given.pop(name, None)
    limit = given.pop("limit", str(DEFAULT_LIMIT))
    if not (limit.isascii() and limit.isdigit() and len(limit) < 4 and 1 <= int(limit) <= MAX_LIMIT):  # noqa: PLR2004 - digits of MAX_LIMIT
        raise _bad_query("limit", f"it is a number from 1 to {MAX_LIMIT}")
    after, before = given.pop("after", None), given.pop("before", None)
    if after is not None and before is not None:
        raise _bad_query("before", "after and before exclude each other")
    return service.Wanted(given, int(limit), after, before)


def if_match(request: Request) -> str | None:
    """Return If-Match as one list, in however many lines it came (RFC 9110, 5.3); None: it was not sent."""
    lines = request.headers.getlist("If-Match")
    return ", ".join(lines) if lines else None


def seen_by(request: Request, work_order_id: UUID) -> int | None:
    """Return the version of a work order that If-Match names; 0: none that it can have. None: it was not sent."""
    tag = if_match(request)
    return None if tag is None else version_of(tag, work_order_id)


def idempotency_key(request: Request) -> str | None:
    """Return the key; None: it was not sent. Raises :class:`ValidationFailed` for one that is none, and for several."""
    lines = request.headers.getlist("Idempotency-Key")
    if not lines:
        return None
    key = parse_key(lines[0]) if len(lines) == 1 else None
    if key is None:
        raise no_key()
    return key


def no_key() -> ValidationFailed:
    """Return the refusal of a request whose key is missing or none."""
    where = Detail("header:Idempotency-Key", "idempotency_key", "one of 1 to 255 visible ASCII characters")
    return ValidationFailed(
        "Send an Idempotency-Key, new for each request and the same for its retries", errors=(where,)
    )


def _bad_query(name: str, why: str) -> ValidationFailed:
    return ValidationFailed(f"{name[:80]}: {why}", errors=(Detail(f"query:{name[:80]}", "value_error", why),))
