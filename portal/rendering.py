"""Templates to HTML: one environment per language, and what every page knows about its reader.

A page template takes `page` (a `Page`) and the context that its first comment describes: plain dictionaries, lists and
aware datetimes, never a database row. `render` gives the page, `render_block` one named block of it for htmx.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache, partial
from pathlib import Path
from types import CodeType
from typing import Any
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo

import jinja2
import jinja2_fragments
from markupsafe import Markup

from portal import i18n, places, static, tours, words
from portal.figures import shortcuts
from probe.service.alarms import Alarm
from tenants.core import outcomes
from tenants.core.permissions import CLIENT_PEOPLE, Permission, Role, decide

FOLDER = Path(__file__).resolve().parent.parent / "templates"
SPRITE = "vendor/tabler-icons@3.51.0/sprite.svg"
NAVIGATION: tuple[tuple[str, str, str, Permission], ...] = (
    ("live", "/live", "layout-grid", "live.read"),
    ("control", "/control", "adjustments", "control.read"),
    ("interactions", "/interactions", "history", "interaction.read"),
    ("work_orders", "/work-orders", "clipboard-list", "work_order.read"),
    ("settings", places.SETTINGS, "settings", "settings.read"),
)
"""A client's places and what one needs to see each. An agent has its desk, and no client to look at as a whole."""
_HOME = ("home", "/home", "home")
_DESK = ("desk", "/desk", "headset")
_FLOOR = ("floor", "/floor", "users")
_CENTRE = ("centre", places.CENTRE, "building-community")


@dataclass(frozen=True)
class Reader:
    """Who looks at a page, as far as the page shows it."""

    name: str
    email: str
    role: str


@dataclass(frozen=True)
class Client:
    """The client company whose data a page shows."""

    code: str
    name: str


@dataclass(frozen=True)
class Page:
    """What every page knows: the reader's language and zone, the client, where we are, the CSRF token.

    `zone` is the one in which the reader wants to see instants, `days` the client's, in which days begin (None: the
    same); `hours` is the reader's clock, 24 or 12. `path` and `query` are those of the request (the query without `?`);
    `clients` are the others that the reader may switch to; `theme` is `auto`, `light` or `dark`; `kiosk` hides
    everything but the board; without `fresh`, what cannot be taken back asks first for a confirmation.
    """

    locale: i18n.CatalogueName
    zone: ZoneInfo
    now: datetime
    path: str
    query: str = ""
    csrf: str = ""
    reader: Reader | None = None
    client: Client | None = None
    clients: tuple[Client, ...] = field(default=())
    theme: str = "auto"
    kiosk: bool = False
    fresh: bool = True
    days: ZoneInfo | None = None
    hours: str = "24"
    single_keys: bool = True
    """Whether single letters act (WCAG 2.2, 2.1.4)."""
    toured: frozenset[str] | None = None
    """First visits that were guided already; None: nobody to guide."""
    alarms: tuple[Alarm, ...] = field(default=())
    """Red results of the isolation probe that this page says first."""

    @property
    def lang(self) -> str:
        """Value of `<html lang>`."""
        return i18n.html_lang(self.locale)

    @property
    def day_zone(self) -> ZoneInfo:
        """The zone whose midnight begins a day: the client's, whatever the reader's clock shows."""
        return self.days or self.zone

    @property
    def day_label(self) -> str:
        """That zone as shown, empty when it is the reader's own."""
        return "" if self.day_zone == self.zone else i18n.zone_label(self.day_zone, self.now)

    @property
    def zone_label(self) -> str:
        """The zone as shown beside every time."""
        return i18n.zone_label(self.zone, self.now)

    @property
    def navigation(self) -> list[dict[str, Any]]:
        """The places that this reader may go to: `key`, `href`, `icon`, `current`."""
        return [
            {"key": key, "href": href, "icon": icon, "current": self.path == href or self.path.startswith(f"{href}/")}
            for key, href, icon in self._places()
        ]

    def _places(self) -> list[tuple[str, str, str]]:
        role = self.reader.role if self.reader else ""
        if role == Role.AGENT:
            return [_DESK]
        if not role:
            return []
        back_office = [_CENTRE] if decide(Role(role), "tenant.create") else []
        watching = [_FLOOR] if decide(Role(role), "floor.watch") else []
        own = NAVIGATION if self.client else ()
        return [
            _HOME,
            *back_office,
            *watching,
            *((key, href, icon) for key, href, icon, needed in own if decide(Role(role), needed)),
        ]

    @property
    def tour(self) -> tuple[str, tours.Steps] | None:
        """The guided visit of this page, if this reader has not had it: its name and steps."""
        name = tours.PAGES.get(self.path)
        if name is None or self.toured is None or name in self.toured:
            return None
        return name, tours.tours(i18n.translations(self.locale).gettext)[name]

    @property
    def watches_staff(self) -> bool:
        """Whether this reader is of the client and sees on every page when the outsourcer's people are inside."""
        role = self.reader.role if self.reader else ""
        return bool(self.client and role in CLIENT_PEOPLE and decide(Role(role), "staff_access.read"))

    @property
    def may_ask(self) -> bool:
        """Whether this reader is of the outsourcer and may ask clients for access."""
        role = self.reader.role if self.reader else ""
        return bool(role) and decide(Role(role), "staff_access.ask") is not None

    @property
    def may_open_hub(self) -> bool:
        """Whether the area's first page is open to this reader: the back office has pages for others, too."""
        role = self.reader.role if self.reader else ""
        return not self.in_centre or (bool(role) and decide(Role(role), "tenant.create") is not None)

    @property
    def rooms(self) -> list[dict[str, Any]]:
        """The pages of settings or of the back office that this reader may open, in groups; see ``portal.places``."""
        role = self.reader.role if self.reader else ""
        return places.rooms(self.path, role, i18n.translations(self.locale).gettext)

    @property
    def in_centre(self) -> bool:
        """Whether this page belongs to the outsourcer and to no client."""
        return places.area_of(self.path) == places.CENTRE

    def url_with(self, **changes: str) -> str:
        """Return this page's address with some query parameters changed; an empty value removes one."""
        kept = [(key, value) for key, value in parse_qsl(self.query) if key not in changes]
        pairs = [*kept, *((key, value) for key, value in changes.items() if value)]
        return f"{self.path}?{urlencode(pairs)}" if pairs else self.path

    def url_without(self, *names: str) -> str:
        """Return this page's address without some query parameters."""
        return self.url_with(**dict.fromkeys(names, ""))


@lru_cache(maxsize=1024)
def _icon(name: str, *, label: str = "") -> Markup:
    """Return an icon of the sprite; without a label it is decoration and hidden from screen readers."""
    use = Markup('<use href="{}#{}"></use>').format(static.url(SPRITE), name)
    if label:
        return Markup('<svg class="icon" role="img" aria-label="{}">{}</svg>').format(label, use)
    return Markup('<svg class="icon" aria-hidden="true">{}</svg>').format(use)


def _instant(milliseconds: int | None) -> datetime | None:
    """Return a frame's integer milliseconds as an aware datetime."""
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)


class _Compiled(jinja2.BytecodeCache):
    """What templates were compiled to, for every language: the words of one are looked up when a page is rendered."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        """Give what another language has compiled of this very text."""
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        """Keep it for the other languages."""
        if bucket.code is not None:
            self._codes[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _Compiled()


@lru_cache
def environment(locale: i18n.CatalogueName) -> jinja2.Environment:
    """Return the Jinja environment of a language: strict about undefined names, escaping on."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        bytecode_cache=_COMPILED,
    )
    catalogue = i18n.translations(locale)
    made.install_gettext_translations(catalogue, newstyle=True)  # type: ignore[attr-defined] # from the extension
    made.globals.update(
        icon=_icon,
        static=static.url,
        sprite=static.url(SPRITE),
        shortcuts=shortcuts(catalogue.gettext),
        words=words.vocabulary(catalogue.gettext, catalogue.ngettext),
        locales=i18n.LOCALE_NAMES,
        lang_of=i18n.html_lang,
        instant=_instant,
        icons=words.STATE_ICONS,
    )
    made.filters.update(duration=i18n.duration, utc=i18n.utc, outcomes=outcomes.flat)
    return made


def _context(page: Page, context: Mapping[str, Any]) -> dict[str, Any]:
    """Return the template's names: its own context, the page, and the time formats of the page's zone and language."""
    times = {
        "clock": partial(i18n.clock, zone=page.zone, hours=page.hours),
        "minute": partial(i18n.clock, zone=page.zone, hours=page.hours, seconds=False),
        "moment": partial(i18n.moment, zone=page.zone, locale=page.locale, hours=page.hours),
        "short_day": partial(i18n.short_day, zone=page.zone, locale=page.locale),
        "day": partial(i18n.day, zone=page.zone, locale=page.locale),
    }
    return {**context, **times, "page": page}


def words_of(page: Page) -> Mapping[str, Any]:
    """Return the vocabulary of a page's language, as its template has it."""
    made: Mapping[str, Any] = environment(page.locale).globals["words"]  # type: ignore[assignment]
    return made


def render(template: str, page: Page, **context: Any) -> str:  # noqa: ANN401 # each template documents its own context
    """Render a whole page; raises `jinja2.UndefinedError` when the context lacks a name."""
    return environment(page.locale).get_template(template).render(_context(page, context))


def render_block(template: str, block: str, page: Page, **context: Any) -> str:  # noqa: ANN401 # the same
    """One named block of a page, for an htmx answer."""
    made: str = jinja2_fragments.render_block(environment(page.locale), template, block, _context(page, context))
    return made
