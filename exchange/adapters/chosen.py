"""The adapters that there are, by the name under which a connection chooses one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from exchange.adapters.glassfloor import Glassfloor
from exchange.adapters.mail import Mail
from exchange.adapters.native import Native
from exchange.adapters.port import Adapter
from exchange.adapters.zammad import Zammad
from exchange.core.maps import NATIVE, FieldRow, Map, StatusRow

ADAPTERS: Final[Mapping[str, Adapter]] = {
    "native": Native(), "glassfloor": Glassfloor(), "zammad": Zammad(), "mail": Mail(), "drop": Native(),
}  # fmt: skip
WITHOUT_ADDRESS: Final = frozenset({"mail", "drop"})
"""Kinds whose messages come by mail or in files, never to an address for webhooks."""

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
            "new": StatusRow("acknowledged"), "open": StatusRow("inProgress"),
            "pending reminder": StatusRow("held"), "pending close": StatusRow("resolved", code="done"),
            "closed": StatusRow("resolved", code="done"), "merged": StatusRow("resolved", code="merged"),
        },
        (
            FieldRow("type", constant="zammad"), FieldRow("title", path="title"),
            FieldRow("priority", path="priority",
                     values={"1 low": "low", "2 normal": "medium", "3 high": "high"}),
        ),
    ),
}  # fmt: skip
"""What is in force before a client has made a map of its own."""
