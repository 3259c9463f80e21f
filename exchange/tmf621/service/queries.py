"""What a list of trouble tickets is asked by, in the words of work orders: parameters, and version 5's JSONPath."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from exchange.tmf621.core.naming import ATTRIBUTES, FILTERS, STATUSES
from kit.errors import ValidationFailed
from kit.instants import YEARS
from webhooks.core.tmf621 import OWNER
from workorders.errors import UnknownField, UnknownFilter

DEFAULT_LIMIT: Final = 50
MAX_LIMIT: Final = 200
MAX_OFFSET: Final = 10_000
"""Beyond this a list is walked by ``after``, which costs the same at any depth."""
NEWEST_FIRST: Final = "-creationDate"

_INSTANTS: Final = frozenset(
    {"creationDate", "lastUpdate", "requestedResolutionDate", "expectedResolutionDate", "resolutionDate"}
)
_LOWER: Final = frozenset({"severity", "priority"})
_SEVERAL: Final = frozenset({"status", "severity", "priority"})
_OPERATORS: Final = {"==": "eq", "=": "eq", ">=": "gte", "<=": "lte", ">": "gt", "<": "lt"}
_PATH = re.compile(r"(?:\$|troubleTicket)?\s*\[\?\((.*)\)\]", re.DOTALL)
_CONDITION = re.compile(
    r"\s*@\.?([A-Za-z]+(?:\.[A-Za-z]+)?)\s*(==|=|>=|<=|>|<)\s*(?:'([^'\\]*)'|\"([^\"\\]*)\"|(-?\d{1,15}))\s*(&&|\Z)"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A list, or the fields of one ticket, as it was asked for."""

    filters: Mapping[str, str]
    """In the words of work orders."""
    fields: frozenset[str] | None
    """The attributes that are wanted; None: all that this answer has."""
    limit: int = DEFAULT_LIMIT
    offset: int = 0
    after: str | None = None
    before: str | None = None


def read_list(items: Iterable[tuple[str, str]], version: str) -> Asked:
    """Read a list's parameters. Raises :class:`UnknownFilter`, :class:`UnknownField`, :class:`ValidationFailed`."""
    given = _collected(items)
    fields = read_fields(given.pop("fields", None), version)
    limit = _number("limit", given.pop("limit", None), DEFAULT_LIMIT, 1, MAX_LIMIT)
    offset = _number("offset", given.pop("offset", None), 0, 0, MAX_OFFSET)
    after = before = None
    conditions: list[tuple[str, str, str]] = []
    if version == "v5":
        after, before = given.pop("after", None), given.pop("before", None)
        if given.pop("sort", NEWEST_FIRST) != NEWEST_FIRST:
            raise ValidationFailed(f"tickets come newest first: sort is {NEWEST_FIRST} or left out")
        conditions += _json_path(given.pop("filter", None))
    if sum([after is not None, before is not None, offset > 0]) > 1:
        raise ValidationFailed("after, before and offset exclude each other")
    conditions += [_condition(name, value) for name, value in given.items()]
    return Asked(_native(conditions), fields, limit, offset, after, before)


def read_fields(text: str | None, version: str) -> frozenset[str] | None:
    """Return the attributes that ``fields`` names; ``none`` names none. Raises :class:`UnknownField`."""
    if text is None:
        return None
    wanted = frozenset(part.strip() for part in text.split(",")) - {"none"}
    unknown = sorted(wanted - shown_in(version))
    if unknown:
        raise UnknownField(f"a trouble ticket has no {unknown[0][:64]!r}")
    return wanted


def shown_in(version: str) -> frozenset[str]:
    """Return every attribute of a ticket in this version."""
    return frozenset(name for name, versions in ATTRIBUTES.items() if version in versions)


def _collected(items: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return each parameter once; where several values mean "any of them", a repeated one is joined by commas."""
    given: dict[str, str] = {}
    for name, value in items:
        if name in given and name not in _SEVERAL:
            raise ValidationFailed(f"{name[:64]} is given twice")
        given[name] = f"{given[name]},{value}" if name in given else value
    return given


def _number(name: str, text: str | None, default: int, least: int, most: int) -> int:
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most)) and least <= int(text) <= most):
        raise ValidationFailed(f"{name} is a number from {least} to {most}")
    return int(text)


def _condition(name: str, value: str) -> tuple[str, str, str]:
    plain, _, operator = name.rpartition(".")
    return (plain, operator, value) if operator in {"gt", "gte", "lt", "lte", "eq"} else (name, "eq", value)


def _json_path(text: str | None) -> Iterator[tuple[str, str, str]]:
    """Read ``$[?(@.status=='pending' && @.severity=='Major')]``: comparisons of a ticket's own attributes, all true."""
    if text is None:
        return
    whole, at = _PATH.fullmatch(text.strip()), 0
    conditions, more = whole.group(1) if whole else "", "&&"
    while more:
        found = _CONDITION.match(conditions, at)
        if found is None:
            raise ValidationFailed(
                "filter is understood as $[?(@.attribute=='value' && ...)] with ==, >, >=, < and <= only"
            )
        name, operator, *values, more = found.groups()
        at = found.end()
        yield name, _OPERATORS[operator], next(value for value in values if value is not None)


def _native(conditions: Iterable[tuple[str, str, str]]) -> dict[str, str]:
    filters: dict[str, str] = {}
    for name, operator, value in conditions:
        ours = FILTERS.get(name)
        if ours is None or (operator != "eq" and name not in _INSTANTS):
            raise UnknownFilter(f"there is no filter {name[:64]!r}; there are {', '.join(sorted(FILTERS))}")
        suffix, text = _as_ours(name, operator, value)
        if ours + suffix in filters:
            raise ValidationFailed(f"{name} is given twice")
        filters[ours + suffix] = text
    return filters


def _as_ours(name: str, operator: str, value: str) -> tuple[str, str]:
    """Return the suffix and the value of a native filter: it knows ``.gte`` and ``.lt``, to the millisecond."""
    if name == "status":
        if unknown := sorted(set(value.split(",")) - STATUSES):
            raise ValidationFailed(f"there is no status {unknown[0][:64]!r}")
        return "", ",".join("submitted,acknowledged" if each == "acknowledged" else each for each in value.split(","))
    if name == "externalId":
        if not value:
            raise ValidationFailed("externalId is empty")
        return "", f"{OWNER}:{value}"
    if name not in _INSTANTS:
        return "", value.lower() if name in _LOWER else value
    try:
        at = datetime.fromisoformat(value)
    except ValueError as error:
        raise ValidationFailed(f"{name} is an instant as in RFC 3339") from error
    if at.tzinfo is None or at.year not in YEARS:
        raise ValidationFailed(f"{name} is an instant with its zone, between the years 2000 and 2199")
    if operator in {"gt", "lte"}:
        at = at.replace(microsecond=at.microsecond // 1000 * 1000) + timedelta(milliseconds=1)
    suffix = "" if operator == "eq" else ".gte" if operator in {"gt", "gte"} else ".lt"
    return suffix, at.astimezone(UTC).isoformat().replace("+00:00", "Z")
