"""The adapters that there are, by the name under which a connection chooses one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from exchange.adapters.glassfloor import Glassfloor
from exchange.adapters.native import Native
from exchange.adapters.port import Adapter
from exchange.adapters.zammad import Zammad
from exchange.core.maps import NATIVE, FieldRow, Map, StatusRow

ADAPTERS: Final[Mapping[str, Adapter]] = {"native": Native(), "glassfloor": Glassfloor(), "zammad": Zammad()}

STARTING: Final[Mapping[str, Map]] = {
    "native": NATIVE,
    "glassfloor": NATIVE,
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
