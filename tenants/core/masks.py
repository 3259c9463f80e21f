"""What a contact's number looks like to whom: the table says whether, the tenant's policy says how (isolation.md 9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from tenants.core.permissions import Grant, Role


class Shown(IntEnum):
    """How much of a number is shown, less first."""

    HIDDEN = 0
    LAST4 = 1
    MASKED = 2
    FULL = 3


_NAMES = {"hidden": Shown.HIDDEN, "last4": Shown.LAST4, "masked": Shown.MASKED, "full": Shown.FULL}
_BY_POLICY = {Role.AGENT: "agent", Role.SUPERVISOR: "supervisor", Role.QUALITY: "quality"}

TAIL = 4
DOTS = "****"


@dataclass(frozen=True, slots=True)
class Masking:
    """The section ``masking`` of a blueprint."""

    shown: Mapping[Role, Shown]
    reveal: bool
    per_hour: int

    @classmethod
    def from_dict(cls, section: Mapping[str, Any]) -> Masking:
        """Read the section; what it does not say is ``masked``, and nothing is revealed."""
        reveal = section.get("reveal", {})
        shown = {role: _NAMES.get(section.get(name, "masked"), Shown.HIDDEN) for role, name in _BY_POLICY.items()}
        return cls(shown, bool(reveal.get("allowed", False)), int(reveal.get("per_hour", 10)))

    def for_reader(self, role: Role, grant: Grant) -> Shown:
        """Return what a reader sees. A grant without mask sees all; a masked one what the policy says of its role.

        A masked role that the policy does not name (platform, a client's viewer of the live board) sees ``masked``.
        """
        return self.shown.get(role, Shown.MASKED) if grant.masked else Shown.FULL


def narrow(masked: str, shown: Shown) -> str:
    """Return an already masked number (``+86 138****1234``) as ``shown`` allows it; nothing is ever added."""
    if shown >= Shown.MASKED or not masked:
        return masked
    if shown is Shown.HIDDEN:
        return DOTS
    tail = masked[-TAIL:]
    return DOTS + tail if tail.isdigit() and "*" in masked else DOTS
