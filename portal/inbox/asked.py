"""What an address asks of the work orders: a group, filters as the API has them, an order; and what of it is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo

from kit.errors import ValidationFailed
from portal.rendering import Page, words_of
from workorders.core import numbers
from workorders.errors import UnknownFilter
from workorders.service import filters
from workorders.service.inbox import Asked, Group, Order

PAGE: Final = "/work-orders"
SHOWN: Final = ("number", "status", "priority", "sla.due_at.lt")
"""The filters in sight."""
MORE: Final = (
    "title", "external_ref", "type", "connection", "requester_side", "severity", "sla.state", "assignment.team",
    "assignment.person", "created_at.gte", "created_at.lt", "updated_at.gte", "updated_at.lt", "archived",
)  # fmt: skip
"""Those below. Every other one of the API is kept and shown when the address has it."""
CHOICES: Final = {
    "status": "order_status", "priority": "priority", "severity": "severity", "requester_side": "side",
    "pending_on": "pending_on", "sla.state": "clock", "archived": "inbox_archive",
}  # fmt: skip
"""Filters of codes, and the table that says what each is called."""
_BESIDE = frozenset({"group", "sort", "after", "lang"})
_SEVERAL = ","


class Address:
    """One address of the list, read.

    ``filters``: as they were typed, without empty ones; ``wrong``: by name, the code of why it cannot be read.
    """

    def __init__(self, query: str, page: Page, after: str | None = None) -> None:
        """Read it; ``after``: the cursor in it."""
        given = dict(parse_qsl(query))
        self.filters = {name: text for name, text in given.items() if name not in _BESIDE and text.strip()}
        self.wrong = {name: why for name, text in self.filters.items() if (why := _wrong(name, text, page))}
        self.group = self._one_of(Group, "group", given, Group.ALL if self.filters else Group.YOURS)
        self.order = self._one_of(Order, "sort", given, Order.NEWEST if self.group is Group.ALL else Order.DUE)
        self.after = after or None
        self._zone = page.day_zone

    def _one_of(self, kind: Any, name: str, given: Mapping[str, str], usual: Any) -> Any:  # noqa: ANN401 - an enumeration
        text = given.get(name, "")
        if text and text not in set(kind):
            self.wrong[name] = "no_choice"
        return kind(text) if text in set(kind) else usual

    @property
    def wanted(self) -> dict[str, str]:
        """The filters as the service takes them: instants with their zone; without any, the archive is left out."""
        if not self.filters:
            return {"archived": "false"}
        return {name: _with_zone(name, text, self._zone) for name, text in self.filters.items()}

    @property
    def asked(self) -> Asked:
        """The page that is asked for. Raises ``ValidationFailed`` while something is wrong."""
        if self.wrong:
            raise ValidationFailed(f"it cannot be read: {', '.join(self.wrong)}")
        return Asked(self.group, self.wanted, self.order, self.after)

    @property
    def query(self) -> str:
        """The address's query without where in the list it is."""
        beside = {"group": self.group.value, "sort": self.order.value}
        return urlencode({**beside, **self.filters})

    def of_group(self, group: Group) -> str:
        """Return the address of another group with the same filters."""
        return f"{PAGE}?{urlencode({'group': group.value, **self.filters})}"


def _with_zone(name: str, text: str, zone: ZoneInfo) -> str:
    """Return an instant with its zone; a day or minute without one is of the client's zone."""
    if name not in filters.INSTANTS:
        return text
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    return text if at.tzinfo else at.replace(tzinfo=zone).isoformat()


def _wrong(name: str, text: str, page: Page) -> str | None:
    """Return the code of why a filter cannot be read; None: it can."""
    try:
        filters.read(name, _with_zone(name, text, page.day_zone))
    except UnknownFilter:
        return "no_such"
    except ValidationFailed:
        return "no_reference" if name == "external_ref" else "not_a_day" if name in filters.INSTANTS else "not_readable"
    if name in CHOICES:
        known = words_of(page)[CHOICES[name]]
        return None if set(text.split(_SEVERAL)) <= set(known) else "no_choice"
    return "no_number" if name == "number" and numbers.parse(text) is None else None
