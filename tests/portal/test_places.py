"""The tables of settings and of the back office: each row is a page, and its permission opens it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from portal import i18n
from portal.places import AREAS, area_of, groups, rooms
from tenants.core.permissions import Permission, Role, decide
from tests.support.site import Site

ROOT = Path(__file__).resolve().parents[2]
HUBS: dict[str, Permission] = {"/settings": "settings.read", "/centre": "tenant.create"}
ROWS = [(area, place) for area, table in AREAS.items() for place in table(str)]


def test_rows_stand_in_their_area_and_no_two_lead_to_one_page() -> None:
    assert len({place.href for _, place in ROWS}) == len(ROWS)
    assert all(area_of(place.href) == area and place.href != area for area, place in ROWS)
    assert {place.group for _, place in ROWS} <= set(groups(str))
    assert (area_of("/settings"), area_of("/centre/x"), area_of("/settingsx")) == ("/settings", "/centre", None)


def test_every_icon_is_in_the_sprite() -> None:
    sprite = (ROOT / "static/vendor/tabler-icons@3.51.0/sprite.svg").read_text(encoding="utf-8")
    assert {place.icon for _, place in ROWS} <= set(re.findall(r'symbol id="([^"]+)"', sprite))


@pytest.mark.parametrize("role", [*Role, ""])
@pytest.mark.parametrize("area", AREAS)
def test_a_reader_sees_what_its_role_may_open(area: str, role: str) -> None:
    shown = [place["href"] for room in rooms(area, role, str) for place in room["places"]]
    may = [place for of, place in ROWS if of == area and role and decide(Role(role), place.permission)]
    assert sorted(shown) == sorted(place.href for place in may)


@pytest.mark.parametrize("locale", ["zh_Hans", "zh_Hant"])
def test_words_and_sentences_are_translated(locale: i18n.CatalogueName) -> None:
    translated = i18n.translations(locale).gettext
    for _, place in ROWS:
        assert translated(place.word) != place.word
        assert translated(place.sentence) != place.sentence


async def test_each_role_opens_its_rows_and_no_others(site: Site) -> None:
    emails = await site.people("galaxy")
    staff = {Role.SUPERVISOR: "sup@harbour.example", Role.ONBOARDING: "onboarding@harbour.example"}
    for role in (Role.CLIENT_MANAGER, Role.CLIENT_VIEWER, Role.CLIENT_DEVELOPER, *staff):
        reader = await site.person(staff.get(role) or emails[role.value], "galaxy")
        for _, place in ROWS:
            async with reader.get(place.href, headers={"Accept": "text/html"}) as answer:
                assert answer.status == (200 if decide(role, place.permission) else 403), (role, place.href)
                assert 'data-state="denied"' in await answer.text() or answer.status == 200
        for hub, permission in HUBS.items():
            async with reader.get(hub, headers={"Accept": "text/html"}) as answer:
                assert answer.status == (200 if decide(role, permission) else 403), (role, hub)
                assert ('aria-current="page"' in await answer.text()) is (answer.status == 200)
