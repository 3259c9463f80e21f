"""Whether a client sees its agents' desks, who of its readers may, and for how long an agent's word holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tenants.core.permissions import Role, decide

OFF, LIVE, STORED = "off", "live", "live_and_stored"
SHIFT = timedelta(hours=14)
"""An agent that was asked before its shift is asked again after so long."""


@dataclass(frozen=True, slots=True)
class DesktopPolicy:
    """The section ``contract.desktop`` of a blueprint."""

    view: str = OFF
    viewers: tuple[str, ...] = ("client_manager", "supervisor", "quality")
    consent: bool = True
    told: bool = True

    @property
    def on(self) -> bool:
        """Say whether a desk is shown at all."""
        return self.view != OFF

    @property
    def stored(self) -> bool:
        """Say whether it is kept beside the recording."""
        return self.view == STORED

    def lets(self, role: Role) -> bool:
        """Say whether a reader of this role may see desks of this client."""
        return self.on and role in self.viewers and decide(role, "desktop.view") is not None

    @classmethod
    def of(cls, section: Mapping[str, Any] | None) -> DesktopPolicy:
        """Read the section, of today or from before it was there."""
        known = {name: value for name, value in (section or {}).items() if name in cls.__slots__}
        if "viewers" in known:
            known["viewers"] = tuple(known["viewers"])
        return cls(**known)


def agreed(said: bool | None, at: datetime | None, now: datetime) -> bool | None:  # noqa: FBT001 - what was said
    """Return what an agent said for this shift; None: it has to be asked (again)."""
    if said is None or at is None or now - at > SHIFT:
        return None
    return said
