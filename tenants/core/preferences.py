"""How a person wants pages: language, zone, clock, keys, and which visits were guided. No client's affair: no fact.

A zone of one's own changes how instants are written, never what a day is: days, quarter hours and whatever a contract
counts stay in the client's zone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import available_timezones

LANGUAGES = ("en", "zh-Hans", "zh-Hant")
CLOCKS = ("24", "12")
SINGLE_KEYS = ("on", "off")
"""Whether single letters act: who dictates, or presses keys by mistake, turns them off (WCAG 2.2, 2.1.4)."""
TOURS = ("home", "live", "interactions", "floor", "desk", "settings")
"""Pages that guide a first visit."""


class PreferenceUnknown(ValueError):
    """This cannot be chosen; ``field`` names what was asked for."""

    def __init__(self, field: str) -> None:
        """Name the field."""
        super().__init__(field)
        self.field = field


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a person chose; an empty text is nobody's choice: the client's zone, the language of the account."""

    language: str = ""
    zone: str = ""
    clock: str = "24"
    single_keys: str = "on"
    toured: frozenset[str] = frozenset()

    def as_json(self) -> dict[str, Any]:
        """Return what is stored."""
        kept = {
            "language": self.language, "zone": self.zone, "clock": self.clock, "single_keys": self.single_keys,
            "toured": sorted(self.toured),
        }  # fmt: skip
        return {key: value for key, value in kept.items() if value}

    def been(self, tour: str) -> Preferences:
        """Return them with one more first visit guided. Raises :class:`PreferenceUnknown`."""
        if tour not in TOURS:
            raise PreferenceUnknown("tour")
        return replace(self, toured=self.toured | {tour})


def stored(kept: Mapping[str, Any]) -> Preferences:
    """Read what is stored; what the house no longer knows (a zone that was renamed) is left out."""
    language, zone, clock, keys = (str(kept.get(key, "")) for key in ("language", "zone", "clock", "single_keys"))
    return Preferences(
        language=language if language in LANGUAGES else "",
        zone=zone if zone in zones() else "",
        clock=clock if clock in CLOCKS else "24",
        single_keys=keys if keys in SINGLE_KEYS else "on",
        toured=frozenset(kept.get("toured", ())) & frozenset(TOURS),
    )


def chosen(now: Preferences, *, language: str, zone: str, clock: str, single_keys: str) -> Preferences:
    """Return ``now`` with another choice. Raises :class:`PreferenceUnknown`."""
    for field, value, known in (
        ("language", language, {*LANGUAGES, ""}), ("zone", zone, zones() | {""}), ("clock", clock, CLOCKS),
        ("single_keys", single_keys, SINGLE_KEYS),
    ):  # fmt: skip
        if value not in known:
            raise PreferenceUnknown(field)
    return replace(now, language=language, zone=zone, clock=clock, single_keys=single_keys)


def guided_again(now: Preferences) -> Preferences:
    """Return them with no first visit guided yet."""
    return replace(now, toured=frozenset())


def zones() -> frozenset[str]:
    """Return the zones of the IANA database that name a place, and UTC."""
    return _ZONES


_ZONES = frozenset(
    name for name in available_timezones()
    if name == "UTC" or name.split("/")[0] in
    {"Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}
)  # fmt: skip
