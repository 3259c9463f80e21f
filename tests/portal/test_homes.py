"""The first page of each role, with real rows behind it; and how a person wants pages."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import aiohttp
import pytest

from portal import live_words
from portal.figures import figures
from portal.homes.told import headline, worth_hearing
from tenants.core.permissions import Role
from tests.portal import telling
from tests.portal.test_roles import HTML, people
from tests.support.site import Site

KINDS = {
    Role.CLIENT_MANAGER: "manager", Role.CLIENT_VIEWER: "heard", Role.QUALITY: "heard",
    Role.CLIENT_DEVELOPER: "systems", Role.SUPERVISOR: "floor", Role.ONBOARDING: "centre",
}  # fmt: skip


async def test_each_role_finds_its_answer_on_its_home(site: Site) -> None:
    at = await telling.place(site)
    call = await telling.tell(site, at.tenant, telling.answered(at, recording=uuid4()))
    for role, reader in (await people(site)).items():
        async with reader.get("/", headers=HTML, params={"lang": "en"}) as answer:
            text = await answer.text()
            assert (answer.status, answer.url.path) == (200, "/home"), (role, text[-800:])
        assert f'data-kind="{KINDS[role]}"' in text, role
        said = re.search(r'class="answer" data-tone="(\w+)".*?<span>(.+?)</span>', text)
        assert said is not None, role
        assert said[2], role
        assert (str(call) in text) is (KINDS[role] == "heard"), role
        async with reader.get("/home", headers={**HTML, "HX-Request": "true"}) as answer:
            part = await answer.text()
            assert (answer.status, "<html" in part, 'id="home-now"' in part) == (200, False, True), role
    _, email = (await site.agents())[0]
    async with (await site.person(email)).get("/home", allow_redirects=False) as answer:
        assert answer.headers["Location"] == "/desk"


async def test_zone_clock_and_language_are_a_persons_own_and_days_stay_the_clients(site: Site) -> None:
    reader = await site.person((await site.people("galaxy"))["client_viewer"], "galaxy")
    other = await site.person((await site.people("galaxy"))["client_manager"], "galaxy")
    chosen = {"language": "zh-Hant", "zone": "America/Sao_Paulo", "clock": "12"}
    async with _posts(reader, "/account/preferences", chosen) as answer:
        text = await answer.text()
        assert answer.status == 200, text[-500:]
        assert '<html lang="zh-Hant"' in text
        assert 'data-zone="America/Sao_Paulo" data-hours="12"' in text
        assert re.search(r"\d{1,2}:\d\d:\d\d (am|pm)</b> <span class=\"soft\">GMT-3", text), text[:3000]
        assert "GMT+8" in text, "whose days they are is said"
    async with other.get("/account/preferences") as answer:
        assert 'data-zone="Asia/Shanghai" data-hours="24"' in await answer.text(), "nobody else's pages changed"
    wrongs = {"zone": ("Mars/Olympus", "../etc/passwd"), "clock": ("13",), "language": ("tlh",), "single_keys": ("x",)}
    for wrong in ({field: value} for field, values in wrongs.items() for value in values):
        async with _posts(reader, "/account/preferences", {**chosen, **wrong}) as answer:
            assert answer.status == 422, wrong
            assert 'role="alert"' in await answer.text()
    async with reader.get("/account/preferences") as answer:
        assert 'data-zone="America/Sao_Paulo"' in await answer.text(), "a refused choice changed nothing"


async def test_a_guided_visit_is_kept_once_and_can_be_asked_for_again(site: Site) -> None:
    reader = await site.person((await site.people("galaxy"))["client_viewer"], "galaxy")
    async with _posts(reader, "/account/preferences/toured", {"tour": "home"}) as answer:
        assert answer.status == 204
    async with _posts(reader, "/account/preferences/toured", {"tour": "of the moon"}) as answer:
        assert (answer.status, (await answer.json())["code"]) == (400, "preference_unknown")
    async with reader.get("/home", headers=HTML) as answer:
        assert 'data-tour="home"' not in await answer.text()
    async with _posts(reader, "/account/preferences/again", {}) as answer:
        assert answer.status == 200
    async with reader.get("/home", headers=HTML) as answer:
        assert 'data-tour="home"' in await answer.text()


def _posts(reader: aiohttp.ClientSession, path: str, form: dict[str, str]) -> Any:
    return reader.post(path, data=form)


@pytest.mark.parametrize(
    ("totals", "tone", "says"),
    [
        ({"engine": "lost", "waiting": 9, "oldest_wait_at": 0}, "bad", "engine"),
        ({"waiting": 2, "oldest_wait_at": 1}, "bad", "2 contacts wait"),
        ({"waiting": 1, "oldest_wait_at": 299_000, "seats_staffed": 0}, "warn", "Nobody"),
        ({"seats_staffed": 0}, "info", "Nobody"),
        ({"service_level": {"num": 0, "den": 0}}, "ok", "No calls yet"),
        ({"service_level": {"num": 79, "den": 100}}, "warn", "79.0 % of 80 %"),
        ({"service_level": {"num": 4, "den": 5}}, "ok", "80.0 %"),
    ],
)
def test_a_home_says_the_worst_thing_first(totals: dict[str, Any], tone: str, says: str) -> None:
    calm = {
        "engine": "ok",
        "waiting": 0,
        "oldest_wait_at": None,
        "seats_staffed": 3,
        "service_level": {"num": 1, "den": 1},
    }
    board = {"totals": {**calm, **totals}, "formula": {"target_pct": 80}, "limits": {"wait_s": 120}}
    said = headline(board, 300_000, str, lambda one, many, n: one if n == 1 else many)
    assert (said.tone, says in said.text) == (tone, True), said


def test_what_became_a_work_order_is_heard_first_and_nothing_is_heard_twice() -> None:
    def row(number: int, **more: Any) -> dict[str, Any]:
        return {"id": number, "recording": True, "outcome": "answered", "hold_ms": 0, "wait_ms": 0, "talk_ms": 1} | more

    rows = [row(1), row(2, talk_ms=400_000), row(3, hold_ms=90_000, talk_ms=500_000), row(4, recording=False), row(5)]
    found = [(one.row["id"], one.reason) for one in worth_hearing(rows, frozenset({"5"}))]
    assert found == [(5, "escalated"), (3, "hold"), (2, "talk"), (1, "newest")]


def test_the_help_has_the_formula_of_every_figure_of_the_board() -> None:
    explained = {figure.key for figure in figures(str)}
    assert explained == {*live_words.figures(str), "state"}
