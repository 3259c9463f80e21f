"""Languages and times: which catalogue a reader gets, and how instants are shown in the client's zone.

Catalogues are gettext files under `locales/<locale>/LC_MESSAGES/`, one for each part of the screens; together they are
one vocabulary. They are compiled in memory when first used, so no compiled file can be older than its source.
"""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

CatalogueName = Literal["en", "zh_Hans", "zh_Hant"]

LOCALES: tuple[CatalogueName, ...] = ("en", "zh_Hans", "zh_Hant")
LOCALE_NAMES: dict[CatalogueName, str] = {"en": "English", "zh_Hans": "简体中文", "zh_Hant": "繁體中文"}
FOLDER = Path(__file__).resolve().parent.parent / "locales"
TRADITIONAL = {"tw", "hk", "mo", "hant"}
SECOND = timedelta(seconds=1)
NOON = 12


def normalise(tag: str | None) -> CatalogueName | None:
    """Return the catalogue for a language tag in any spelling; None when we have none.

    zh-TW, zh-HK, zh-MO and anything marked Hant are Traditional, every other zh is Simplified. An explicit script wins
    over the region: zh-Hans-HK is Simplified.
    """
    parts = (tag or "").strip().replace("_", "-").lower().split("-")
    if parts[0] == "en":
        return "en"
    if parts[0] != "zh":
        return None
    if "hans" in parts:
        return "zh_Hans"
    return "zh_Hant" if TRADITIONAL.intersection(parts) else "zh_Hans"


def from_header(accept_language: str | None) -> CatalogueName | None:
    """Return the first catalogue that an `Accept-Language` header asks for, by its weights; None when none fits."""
    wishes: list[tuple[float, int, str]] = []
    for place, item in enumerate((accept_language or "").split(",")):
        tag, _, weight = item.partition(";q=")
        try:
            wishes.append((-float(weight) if weight else -1.0, place, tag))
        except ValueError:
            continue
    for weight_, _, tag in sorted(wishes):
        found = normalise(tag) if weight_ < 0 else None
        if found:
            return found
    return None


def choose(*wishes: str | None, accept_language: str | None = None) -> CatalogueName:
    """Return the catalogue for a request: the first wish that we have (query, cookie, profile), the header, then en."""
    for wish in wishes:
        found = normalise(wish)
        if found:
            return found
    return from_header(accept_language) or "en"


def html_lang(locale: CatalogueName) -> str:
    """Value of `<html lang>` and of `Content-Language`; it picks the right Han glyphs."""
    return locale.replace("_", "-")


@lru_cache
def translations(locale: CatalogueName) -> NullTranslations:
    """Return the catalogue of a locale, ready for gettext; English is the source and needs none."""
    if locale == "en":
        return NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, catalogue(locale))
    compiled.seek(0)
    return GNUTranslations(compiled)


def catalogue(locale: CatalogueName) -> Catalog:
    """Return all files of a locale as one; a text that stands in two of them is the earlier file's (by name)."""
    together = Catalog(locale=locale)
    for path in sorted((FOLDER / locale / "LC_MESSAGES").glob("*.po"), reverse=True):
        with path.open("rb") as source:
            for message in read_po(source, locale=locale):
                if message.id:
                    together[message.id] = message
    return together


def zone_label(zone: ZoneInfo, at: datetime) -> str:
    """Return the zone as a reader checks it: `GMT+8`, `GMT+5:30`, `GMT`."""
    minutes = int((at.astimezone(zone).utcoffset() or timedelta()).total_seconds()) // 60
    if not minutes:
        return "GMT"
    hours, rest = divmod(abs(minutes), 60)
    return f"GMT{'+' if minutes > 0 else '-'}{hours}{f':{rest:02d}' if rest else ''}"


def clock(at: datetime | None, zone: ZoneInfo, *, hours: str = "24", seconds: bool = True) -> str:
    """Time of day in `zone`: `14:03:22`, on a clock of 12 hours `2:03:22 pm`; a dash when there is no instant."""
    if at is None:
        return "—"
    local = at.astimezone(zone)
    if hours == "12":
        return f"{local.hour % 12 or 12}{local:{':%M:%S' if seconds else ':%M'}} {'am' if local.hour < NOON else 'pm'}"
    return f"{local:{'%H:%M:%S' if seconds else '%H:%M'}}"


def moment(at: datetime | None, zone: ZoneInfo, locale: CatalogueName, *, hours: str = "24") -> str:
    """Date and time to the second in the reader's language and `zone`; a dash when there is no instant."""
    if at is None:
        return "—"
    style = "d MMM y" if locale == "en" else "y年M月d日"
    day = format_datetime(at.astimezone(zone), style, locale=Locale.parse(locale))
    return f"{day} {clock(at, zone, hours=hours)}"


def short_day(at: datetime, zone: ZoneInfo, locale: CatalogueName) -> str:
    """Day and month of an instant in `zone`, as short as the language writes them."""
    return format_datetime(at.astimezone(zone), "d MMM" if locale == "en" else "M月d日", locale=Locale.parse(locale))


def day(on: date | datetime, zone: ZoneInfo, locale: CatalogueName) -> str:
    """Return a date with its weekday in the reader's language; an instant is first taken to `zone`."""
    local = on.astimezone(zone).date() if isinstance(on, datetime) else on
    return format_date(local, "full", locale=Locale.parse(locale))


def utc(at: datetime | None) -> str:
    """Return the same instant in UTC, for a tooltip."""
    return "" if at is None else f"{at.astimezone(ZoneInfo('UTC')):%Y-%m-%d %H:%M:%S} UTC"


def duration(milliseconds: float | None) -> str:
    """`mm:ss`, from an hour on `h:mm:ss`; whole seconds, never rounded up; a dash when not known."""
    if milliseconds is None:
        return "—"
    seconds = int(milliseconds // (SECOND.total_seconds() * 1000))
    hours, rest = divmod(max(seconds, 0), 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes:02d}:{seconds:02d}"
