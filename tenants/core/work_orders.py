"""What a client's blueprint says about work orders, as values; and whether it hangs together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from tenants.core.calendar import DAY, HORIZON_DAYS, Calendar, Interval
from tenants.core.complaints import Complaint, Content
from tenants.core.documents import pointer
from tenants.core.guide import complaint_of_text, filled_text

_PLACE = re.compile(r"\{([^{}]*)\}")
_PHONE = re.compile(r"\+[1-9][0-9]{5,14}")
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?")
_LIKE: Final = {
    "choice": "it is one of {}",
    "date": "it is a date such as 2026-11-23",
    "number": "it is a number such as 12 or, as a text, 19.90",
    "phone": "it is a number such as +8613812345678",
}
"""What a value of each kind is like."""
_WORKDAYS: Final = dict.fromkeys(range(5), (Interval(0, 24 * 60),))


@dataclass(frozen=True, slots=True)
class OrderField:
    """A field that work orders of a type have in ``custom``."""

    code: str
    name: str
    kind: str
    required: bool
    choices: tuple[str, ...]

    def wrong(self, value: Any) -> str | None:  # noqa: ANN401 - any JSON value
        """Return what is wrong with a value; None: nothing. No value is none, also an empty text."""
        if value in (None, ""):
            return "this type of work order needs it" if self.required else None
        text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        if not isinstance(text, str):
            return f"it is a {self.kind}"
        fits = {
            "text": True,
            "choice": text in self.choices,
            "date": _is_date(text),
            "number": _NUMBER.fullmatch(text) is not None,
            "phone": _PHONE.fullmatch(text) is not None,
        }
        return None if fits[self.kind] else _LIKE[self.kind].format(", ".join(self.choices))


@dataclass(frozen=True, slots=True)
class OrderType:
    """A kind of work orders; see ``tenants.work_order_parts``."""

    code: str
    name: str
    title: str
    priority: str
    severity: str
    description: str
    fields: tuple[OrderField, ...]
    instructions: str
    script: str

    def titled(self, custom: Mapping[str, Any]) -> str:
        """Return what a work order of this type is called if nobody says; empty: it has no such title."""
        title = _PLACE.sub(lambda found: str(custom.get(found[1], "")), filled_text(self.title, {}))
        return " ".join(title.split())[:200]

    def wrong(self, custom: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Yield each field whose value is missing or wrong, and why."""
        for each in self.fields:
            if why := each.wrong(custom.get(each.code)):
                yield each.code, why


@dataclass(frozen=True, slots=True)
class OrderRules:
    """The section of one client, with its zone and the calendar that it counts business days by."""

    zone: str = "UTC"
    types: Mapping[str, OrderType] = field(default_factory=dict)
    reopen: timedelta = timedelta(days=14)
    auto_close_days: int = 3
    calendar: Content | None = None
    """As the blueprint says it; None: Monday to Friday."""
    at_once: frozenset[str] = frozenset()
    inform_customer: bool = True
    attachment_mb: int | None = None
    """How large a file may be by the contract; None: nothing was agreed."""

    @classmethod
    def of(cls, content: Content) -> OrderRules:
        """Read a blueprint; what it does not say is as the file's defaults are."""
        said, zone = content.get("work_orders") or {}, content["tenant"]["zone"]
        calendars = {each["code"]: each for each in content.get("calendars", [])}
        return cls(
            zone,
            {each["code"]: _type(each) for each in said.get("types", [])},
            timedelta(days=said.get("reopen_days", 14)),
            said.get("auto_close_business_days", 3),
            calendars.get(said.get("calendar")),
            frozenset(said.get("acknowledge_at_once", [])),
            said.get("inform_customer", True),
            (content.get("contract") or {}).get("attachment_mb"),
        )


def closes_at(resolved_at: datetime, days: int, calendar: Calendar) -> datetime | None:
    """Return the end of the last of so many business days after the day of the resolution; None: never."""
    on, left = resolved_at.astimezone(calendar.zone).date(), days
    if not days:
        return None
    for _ in range(HORIZON_DAYS):
        on += DAY
        left -= bool(calendar.hours_on(on))
        if not left:
            return datetime.combine(on + DAY, time(), calendar.zone).astimezone(ZoneInfo("UTC"))
    return None


def workdays(zone: str) -> Calendar:
    """Return the calendar of a client that names none: Monday to Friday."""
    return Calendar(ZoneInfo(zone), _WORKDAYS)


def order_complaints(content: Content) -> Iterator[Complaint]:
    """Yield what is wrong with the section: names that stand twice, and names that are nowhere."""
    said = content["work_orders"]
    yield from _twice(said["types"], "types")
    for index, kind in enumerate(said["types"]):
        yield from _twice(kind["fields"], "types", index, "fields")
        codes = {each["code"] for each in kind["fields"]}
        for part in ("title", "description"):
            if why := complaint_of_text(kind[part]):
                yield Complaint(pointer("work_orders", "types", index, part), why)
        for name in _PLACE.findall(filled_text(kind["title"], {})):
            if name not in codes:
                yield Complaint(pointer("work_orders", "types", index, "title"), f"there is no field {name!r}")
    if said["calendar"] is not None and said["calendar"] not in {each["code"] for each in content["calendars"]}:
        yield Complaint("/work_orders/calendar", f"there is no calendar {said['calendar']!r}")
    systems = {each["code"] for each in content["connections"]}
    for index, code in enumerate(said["acknowledge_at_once"]):
        if code not in systems:
            yield Complaint(pointer("work_orders", "acknowledge_at_once", index), f"there is no connection {code!r}")


def _twice(entries: list[Content], *place: str | int) -> Iterator[Complaint]:
    seen: set[str] = set()
    for index, entry in enumerate(entries):
        if entry["code"] in seen:
            yield Complaint(pointer("work_orders", *place, index, "code"), f"{entry['code']!r} stands twice")
        seen.add(entry["code"])


def _type(said: Content) -> OrderType:
    fields = tuple(OrderField(**{**each, "choices": tuple(each["choices"])}) for each in said["fields"])
    return OrderType(**{"description": "", **said, "fields": fields})


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
