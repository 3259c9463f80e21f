"""The adapters that there are, by the name under which a connection chooses one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from exchange.adapters.glassfloor import Glassfloor
from exchange.adapters.jira import Jira
from exchange.adapters.mail import Mail
from exchange.adapters.native import Native
from exchange.adapters.port import Adapter, Connector
from exchange.adapters.servicenow import ServiceNow
from exchange.adapters.zammad import Zammad
from exchange.adapters.zendesk import Zendesk
from exchange.core.maps import NATIVE, FieldRow, Map, StatusRow

CONNECTORS: Final[Mapping[str, Connector]] = {
    "jira": Jira(), "servicenow": ServiceNow(), "zammad": Zammad(), "zendesk": Zendesk(),
}  # fmt: skip
"""Those that are also told, by their own API."""
ADAPTERS: Final[Mapping[str, Adapter]] = {
    "native": Native(), "glassfloor": Glassfloor(), **CONNECTORS, "mail": Mail(), "drop": Native(),
}  # fmt: skip
WITHOUT_ADDRESS: Final = frozenset({"mail", "drop"})
"""Kinds whose messages come by mail or in files, never to an address for webhooks."""

_BEGUN, _WORKED, _HELD = StatusRow("acknowledged"), StatusRow("inProgress"), StatusRow("held")
_DONE, _CANCELLED = StatusRow("resolved", code="done"), StatusRow("resolved", code="cancelled")
_CALLER, _THIRD = StatusRow("pending", "end_customer"), StatusRow("pending", "third_party")

STARTING: Final[Mapping[str, Map]] = {
    "native": NATIVE,
    "glassfloor": NATIVE,
    "drop": NATIVE,
    "mail": Map(
        0,
        {
            "acknowledged": StatusRow("acknowledged"), "in progress": StatusRow("inProgress"),
            "on hold": StatusRow("held"), "waiting for you": StatusRow("pending", pending_on="outsourcer"),
            "resolved": StatusRow("resolved", code="done"), "rejected": StatusRow("rejected"),
        },
        (FieldRow("type", constant="mail"), FieldRow("title", path="title")),
    ),
    "zammad": Map(
        0,
        {
            "new": _BEGUN, "open": _WORKED, "pending reminder": _HELD, "pending close": _DONE, "closed": _DONE,
            "merged": StatusRow("resolved", code="merged"),
        },
        (
            FieldRow("type", constant="zammad"), FieldRow("title", path="title"),
            FieldRow("priority", path="priority",
                     values={"1 low": "low", "2 normal": "medium", "3 high": "high"}),
        ),
        CONNECTORS["zammad"].words,
    ),
    "jira": Map(
        0,
        {
            "Open": _BEGUN, "Waiting for support": _BEGUN, "Reopened": _WORKED, "In Progress": _WORKED,
            "Work in progress": _WORKED, "Escalated": _WORKED, "Waiting for approval": _HELD,
            "Waiting for customer": _CALLER, "Pending": _THIRD, "Resolved": _DONE, "Closed": _DONE, "Done": _DONE,
            "Completed": _DONE, "Canceled": _CANCELLED, "Declined": StatusRow("resolved", code="declined"),
        },
        (
            FieldRow("type", constant="jira"), FieldRow("title", path="summary"),
            FieldRow("description", path="description"),
            FieldRow("priority", path="priority.name",
                     values={"Highest": "critical", "High": "high", "Medium": "medium", "Low": "low",
                             "Lowest": "low"}),
        ),
        CONNECTORS["jira"].words,
    ),
    "servicenow": Map(
        0,
        {
            "1": _BEGUN, "2": _WORKED, "3": _HELD, "3/1": _CALLER, "3/3": _HELD, "3/4": _THIRD, "3/5": _HELD,
            "6": _DONE, "7": _DONE, "8": _CANCELLED,
        },
        (
            FieldRow("type", constant="servicenow"), FieldRow("title", path="short_description"),
            FieldRow("description", path="description"),
            FieldRow("priority", path="priority",
                     values={"1": "critical", "2": "high", "3": "medium", "4": "low", "5": "low"}),
        ),
        CONNECTORS["servicenow"].words,
    ),
    "zendesk": Map(
        0,
        {
            "new": _BEGUN, "open": _WORKED, "pending": _CALLER, "hold": _HELD, "solved": _DONE, "closed": _DONE,
        },
        (
            FieldRow("type", constant="zendesk"), FieldRow("title", path="subject"),
            FieldRow("description", path="description"),
            FieldRow("priority", path="priority",
                     values={"urgent": "critical", "high": "high", "normal": "medium", "low": "low"}),
        ),
        CONNECTORS["zendesk"].words,
    ),
}  # fmt: skip
"""What is in force before a client has made a map of its own."""
