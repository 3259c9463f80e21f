"""Whom and what a work order is about: parties and related things, each changed in its place by who asked for it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final

import orjson

from kit.errors import Detail, ValidationFailed
from workorders.schemas import WorkOrderPatch

FIELDS: Final[Mapping[str, tuple[str, ...]]] = {"parties": ("role", "name", "id"), "related": ("type", "name", "id")}
"""By list: what is said of each in it."""
ROLES: Final = ("customer", "requester", "reporter", "contact")
"""Roles that are offered; any other word of the client's is taken too."""


def of_order(raw: Mapping[str, Any], shown: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return both lists as the reader sees them, each with its place ``at`` and a ``key`` of what it says there.

    ``plain``: nothing of it is masked, so that it can be changed.
    """
    return {
        name: [
            {**seen, "at": str(at), "key": f"{at}-{_digest(seen)}", "plain": seen == said}
            for at, (said, seen) in enumerate(zip(raw[name], shown[name], strict=True))
        ]
        for name in FIELDS
    }


def patch_of(form: Mapping[str, str], order: Mapping[str, Any]) -> WorkOrderPatch:
    """Return what the form adds to one of the lists, or changes or takes away at its place ``at``.

    Raises :class:`ValidationFailed` for a list or place that is not there, and pydantic's ``ValidationError``.
    """
    name, at = form.get("about", ""), form.get("at", "")
    if name not in FIELDS:
        raise _missing("/about")
    said = {each: form.get(each, "").strip() or None for each in FIELDS[name]}
    there: list[Any] = list(order[name])
    if not at:
        there.append(said)
    elif at in map(str, range(len(there))):
        there[int(at) : int(at) + 1] = [] if form.get("act", "") == "remove" else [said]
    else:
        raise _missing("/at")
    return WorkOrderPatch.model_validate({name: there})


def _digest(one: Mapping[str, Any]) -> str:
    return hashlib.sha256(orjson.dumps(one, option=orjson.OPT_SORT_KEYS)).hexdigest()[:8]


def _missing(pointer: str) -> ValidationFailed:
    why = "there is no such one"
    return ValidationFailed(why, errors=(Detail(pointer, "not_found", why),))
