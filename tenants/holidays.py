"""Public holidays by region, from the ``holidays`` package, as the plain dates that a calendar takes (metrics.md 7)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType

import holidays

REGIONS: Mapping[str, tuple[str, ...]] = {
    "CN": ("public",),
    "HK": ("public", "optional"),
    "TW": ("public",),
    "MO": ("public",),
    "SG": ("public",),
}
"""Regions with the package's categories; Hong Kong's default lacks Good Friday and its like."""

CONFIRMED_THROUGH: Mapping[str, date] = {"CN": date(2026, 12, 31)}
"""Swaps of working days are announced each November for a year; beyond, only statutory days are known."""


class RegionUnknown(ValueError):
    """No holidays are known for this region."""


@dataclass(frozen=True, slots=True)
class HolidaySet:
    """Holidays (date to id), make-up workdays on weekends, and the last date for which both are official."""

    holidays: Mapping[date, str]
    workdays: frozenset[date]
    confirmed_through: date | None


def holidays_of(region: str, years: Iterable[int]) -> HolidaySet:
    """Load a region's holidays (``CN HK TW MO SG``); raises ``RegionUnknown``."""
    if region not in REGIONS:
        raise RegionUnknown(f"no holidays are known for '{region}'; there are: {', '.join(REGIONS)}")
    return _holidays_of(region, frozenset(years))


@cache
def _holidays_of(region: str, wanted: frozenset[int]) -> HolidaySet:
    """Compute them once: a floor reads the calendars of hundreds of tenants."""
    categories = REGIONS[region]
    found = holidays.country_holidays(region, years=wanted, categories=categories, language="en_US")
    return HolidaySet(
        holidays=MappingProxyType({on: holiday_id(name) for on, name in sorted(found.items())}),
        workdays=frozenset(on for on in found.weekend_workdays if on.year in wanted),
        confirmed_through=CONFIRMED_THROUGH.get(region),
    )


def holiday_id(name: str) -> str:
    """Make an id of a holiday's English name: rules and prompts are keyed by it, never by a displayed name."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower().replace("'", "")).strip("-")
