"""The form that changes the fields of a work order: what the reader may change, and what of it was changed.

The form brings back what it showed (``was``), so only what its reader touched is sent: whatever somebody else changed
meanwhile is neither overwritten nor asked about twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import orjson

from kit.errors import ValidationFailed
from portal.rewind import moment_of_page
from tenants.core.work_orders import OrderType
from workorders.core.states import Party
from workorders.service.editing import ONLY

_KINDS: Final = {
    "title": "line", "description": "text", "priority": "code", "severity": "code",
    "requested_resolution_at": "instant", "expected_resolution_at": "instant",
}  # fmt: skip
CODES: Final = {"priority": ("critical", "high", "medium", "low"), "severity": ("critical", "major", "minor")}
CUSTOM: Final = "custom-"
"""What the name of a field of the client's own begins with."""
_TYPES: Final = {"choice": "choice", "date": "date", "number": "number", "phone": "phone"}


def fields_of(order: Mapping[str, Any], party: Party, kind: OrderType | None, zone: ZoneInfo) -> list[dict[str, Any]]:
    """Return what this party may change, in the form's order: ``name``, ``kind``, ``value`` as a text, ``choices``.

    The client's own fields have a ``label``: those of the type, and any other that holds a text or a number.
    """
    others = ONLY[Party.RESOLVER if party is Party.REQUESTER else Party.REQUESTER]
    own = [
        {"name": name, "kind": like, "value": _text(order[name], like, zone), "choices": CODES.get(name, ())}
        for name, like in _KINDS.items()
        if name not in others
    ]
    return [*own, *_customs(order["custom"], kind)]


def patch_of(form: Mapping[str, str], order: Mapping[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    """Return the merge-patch of what the reader changed. Raises :class:`ValidationFailed`."""
    was, patch, custom = was_of(form), {}, {}
    for name, before in was.items():
        typed = form.get(name, before).replace("\r\n", "\n")
        if typed == before:
            continue
        if name.startswith(CUSTOM):
            key = name.removeprefix(CUSTOM)
            custom[key] = _custom(typed.strip(), order["custom"].get(key))
        elif name in _KINDS:
            patch[name] = _value(typed, _KINDS[name], zone)
    return {**patch, **({"custom": custom} if custom else {})}


def was_of(form: Mapping[str, str]) -> dict[str, str]:
    """Return what the form showed before it was changed. Raises :class:`ValidationFailed`."""
    try:
        was = orjson.loads(form.get("was", "") or "{}")
    except orjson.JSONDecodeError:
        was = None
    if not isinstance(was, dict) or not all(isinstance(each, str) for each in was.values()):
        raise ValidationFailed("what the form showed cannot be read")
    return was


def kept(fields: list[dict[str, Any]], form: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the fields as they are now with what the reader typed in those that were touched.

    ``now``: what a touched field holds meanwhile, if that is neither what the reader saw nor what was typed.
    """
    was, made = was_of(form), []
    for each in fields:
        before = was.get(each["name"], each["value"])
        typed = form.get(each["name"], before).replace("\r\n", "\n")
        touched = typed != before
        news = each["value"] if touched and each["value"] not in (before, typed) else None
        made.append({**each, "shown": typed if touched else each["value"], "now": news})
    return made


def _customs(custom: Mapping[str, Any], kind: OrderType | None) -> Iterator[dict[str, Any]]:
    declared = {each.code: each for each in kind.fields} if kind is not None else {}
    for code, each in declared.items():
        yield {"name": CUSTOM + code, "label": each.name, "kind": _TYPES.get(each.kind, "line"),
               "value": _plain(custom.get(code)), "choices": each.choices, "required": each.required}  # fmt: skip
    for key, value in custom.items():
        if key not in declared and isinstance(value, str | int) and not isinstance(value, bool):
            yield {"name": CUSTOM + key, "label": key, "kind": "line", "value": str(value), "choices": ()}


def _plain(value: Any) -> str:  # noqa: ANN401 - any JSON value
    return "" if value is None else str(value)


def _custom(typed: str, present: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Return a field of the client's own as it was kept before: a number stays one; an empty one goes."""
    if not typed:
        return None
    number = isinstance(present, int) and not isinstance(present, bool) and typed.removeprefix("-").isdecimal()
    return int(typed) if number else typed


def _text(value: Any, like: str, zone: ZoneInfo) -> str:  # noqa: ANN401 - a field's value
    if value is None:
        return ""
    if like == "instant":
        local = datetime.fromisoformat(value).astimezone(zone).replace(tzinfo=None)
        return local.isoformat(timespec="seconds" if local.second else "minutes")
    return str(value)


def _value(typed: str, like: str, zone: ZoneInfo) -> Any:  # noqa: ANN401 - a field's value
    if like == "instant":
        return moment_of_page(typed, zone).isoformat() if typed else None
    return typed
