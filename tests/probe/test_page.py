"""The pages of the probe: the button, the queue, the verdict, every try, the signed result; who may and who may not."""

from __future__ import annotations

import json
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest

from app import probing
from app.probing import Prober
from kit import clock
from kit.signing import DocumentSigner
from probe.core.oracles import Finding
from probe.core.tally import Attempt, Tally
from probe.service import alarms, runs
from probe.service.engine import Run
from tests.probe.conftest import Field
from tests.support.house import KEYS

PAGE = "/settings/isolation"
MANAGER = "wang@galaxy.example"
PLATFORM, ONBOARDING = "platform@harbour.example", "onboarding@harbour.example"
REASON = "A route of our own test; it was taken out."


async def _english(field: Field, email: str) -> aiohttp.ClientSession:
    person = await field.site.person(email)
    person.headers["Cookie"] += "; lang=en"
    return person


async def _finish(field: Field, monkeypatch: pytest.MonkeyPatch, *findings: Finding) -> None:
    async def go(self: Run, _client: Any = None) -> Tally:
        self.tally.add(Attempt("http", "key", "GET /v1/x/{order_id}", "order_id", "404 not_found", "refused"))
        for number in range(120):
            self.tally.add(
                Attempt("sql", "the application's login", f"SELECT {number}", "tenant_id", "0 rows", "alike")
            )
        for finding in findings:
            self.tally.find("http", finding)
        self.tally.figures |= {"requests": 121, "seconds": 2.5}
        return self.tally

    monkeypatch.setattr(Run, "go", go)
    monkeypatch.setattr(probing, "tools_of", lambda *_args, **_more: field.tools)
    signer = DocumentSigner(bytes.fromhex(KEYS["GF_SIGNING_KEY"]))
    services: Any = SimpleNamespace(control=field.site.house.control, settings=field.site.settings, signer=signer)
    assert await Prober(services, field.site.house.app).run_next()  # type: ignore[arg-type] # one database is a plane


async def test_from_the_button_to_the_signed_result(field: Field, monkeypatch: pytest.MonkeyPatch) -> None:
    manager = await _english(field, MANAGER)
    csrf = {"csrf_token": (await field.site.cookie(MANAGER))[1]}
    empty = await (await manager.get(PAGE)).text()
    assert "No run yet" in empty
    started = await manager.post(PAGE + "/runs", data=csrf, allow_redirects=False)
    assert (started.status, started.headers["location"]) == (303, PAGE)
    waiting = await (await manager.get(PAGE)).text()
    assert "A run is waiting for its turn" in waiting
    assert "Attack us now" not in waiting
    twice = await manager.post(PAGE + "/runs", data=csrf, allow_redirects=False)
    assert (twice.status, "under way already" in await twice.text()) == (409, True)
    assert "It begins in a moment" in await (await manager.get(PAGE + "/now")).text()
    await _finish(field, monkeypatch)
    assert (await manager.get(PAGE + "/now")).headers["HX-Refresh"] == "true"
    shown = await (await manager.get(PAGE)).text()
    assert "Nothing got through" in shown
    async with field.site.house.app.transaction(field.site.tenants["galaxy"]) as scope:
        run_id = (await runs.recent(scope))[0]["id"]
    tries = await (await manager.get(f"{PAGE}/runs/{run_id}")).text()
    assert "GET /v1/x/{order_id}" in tries
    assert tries.count("<tr>") < 115  # a hundred at once
    refused = await (await manager.get(f"{PAGE}/runs/{run_id}?came=refused")).text()
    assert "SELECT 7" not in refused
    got = await manager.get(f"{PAGE}/runs/{run_id}/result.json")
    assert "attachment" in got.headers["Content-Disposition"]
    keys = await (await manager.get("/.well-known/glassfloor-keys.json")).json()
    assert json.loads(await got.read())["signature"]
    assert keys["keys"]
    soon = await manager.post(PAGE + "/runs", data=csrf, allow_redirects=False)
    assert (soon.status, "within the last hour" in await soon.text()) == (429, True)


async def test_a_red_run_says_so_first(field: Field, monkeypatch: pytest.MonkeyPatch) -> None:
    manager = await _english(field, MANAGER)
    csrf = {"csrf_token": (await field.site.cookie(MANAGER))[1]}
    await manager.post(PAGE + "/runs", data=csrf)
    await _finish(field, monkeypatch, Finding("no guard", "GET /planted", "everybody", "secret text"))
    shown = await (await manager.get(PAGE)).text()
    assert 'role="alert"' in shown
    assert "Something got through" in shown
    assert "A route without a guard" in shown
    assert "secret text" not in shown


async def test_a_red_result_stands_on_every_page_until_green_or_a_reason(
    field: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager, platform, onboarding = [await _english(field, who) for who in (MANAGER, PLATFORM, ONBOARDING)]
    other = await _english(field, (await field.site.people("harbour-light"))["client_manager"])
    control, galaxy = field.site.house.control, field.site.tenants["galaxy"]
    monkeypatch.setattr(alarms, "FRESH_S", 0.0)

    async def said(person: aiohttp.ClientSession, *paths: str) -> set[bool]:
        pages = [await (await person.get(path)).text() for path in paths]
        assert all("<main" in page for page in pages)
        return {'class="alarm"' in page for page in pages}

    async def run(at: timedelta, *findings: Finding) -> None:
        await runs.ask(control, field.site.house.app, galaxy, runs.Wish("x", "X", "night", clock.now() + at))
        await _finish(field, monkeypatch, *findings)

    mine = ("/live", "/work-orders", "/settings", "/settings/isolation", "/account/security")
    assert await said(manager, *mine) == {False}
    await run(timedelta(), Finding("no guard", "GET /planted", "everybody", "secret text"))
    assert await said(manager, *mine) == {True}
    assert await said(platform, "/centre", "/centre/clients") == {True}
    assert await said(other, "/live", "/settings") == {False}
    (alarm,) = await alarms.open_alarms(control)
    address, csrf = f"/centre/isolation/{alarm.run_id}/acknowledge", (await field.site.cookie(PLATFORM))[1]
    listed = await (await platform.get("/centre/isolation")).text()
    assert ("GET /planted" in listed, "secret text" in listed) == (True, False)
    assert "Platform staff may acknowledge this" in await (await onboarding.get("/centre/isolation")).text()
    for person, token in ((manager, MANAGER), (onboarding, ONBOARDING)):
        form = {"csrf_token": (await field.site.cookie(token))[1], "reason": REASON}
        assert (await person.post(address, data=form)).status == 403
    short = await platform.post(address, data={"csrf_token": csrf, "reason": "why not?"})
    assert (short.status, "why not?</textarea>" in await short.text()) == (422, True)
    form = {"csrf_token": csrf, "reason": REASON}
    assert (await platform.post(address, data=form, allow_redirects=False)).status == 303
    assert (await platform.post(address, data=form)).status == 404
    assert await said(manager, *mine) == {False}
    for path in (PAGE, f"{PAGE}/runs/{alarm.run_id}"):
        assert "A route of our own test; it was taken out." in await (await manager.get(path)).text()
    async with field.site.house.app.transaction(galaxy) as scope:
        assert (await scope.fetch("SELECT kind FROM gf.journal ORDER BY seq DESC LIMIT 1"))[0]["kind"] == (
            "ProbeAcknowledged"
        )
    await run(timedelta(hours=7), Finding("canary", "GET /planted", "key", "order title"))
    assert await said(manager, "/live") == {True}
    await run(timedelta(hours=14))
    assert await said(manager, "/live") == {False}


async def test_only_who_may_start_it_has_the_button(field: Field) -> None:
    viewer = (await field.site.people("galaxy"))["client_viewer"]
    person = await _english(field, viewer)
    page = await person.get(PAGE)
    assert (page.status, "Attack us now" in await page.text()) == (200, False)
    csrf = {"csrf_token": (await field.site.cookie(viewer))[1]}
    assert (await person.post(PAGE + "/runs", data=csrf)).status == 403
