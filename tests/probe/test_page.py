"""The pages of the probe: the button, the queue, the verdict, every try, the signed result; who may and who may not."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest

from app import probing
from app.probing import Prober
from kit.signing import DocumentSigner
from probe.core.oracles import Finding
from probe.core.tally import Attempt, Tally
from probe.service import runs
from probe.service.engine import Run
from tests.probe.conftest import Field
from tests.support.house import KEYS

PAGE = "/settings/isolation"
MANAGER = "wang@galaxy.example"


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


async def test_only_who_may_start_it_has_the_button(field: Field) -> None:
    viewer = (await field.site.people("galaxy"))["client_viewer"]
    person = await _english(field, viewer)
    page = await person.get(PAGE)
    assert (page.status, "Attack us now" in await page.text()) == (200, False)
    csrf = {"csrf_token": (await field.site.cookie(viewer))[1]}
    assert (await person.post(PAGE + "/runs", data=csrf)).status == 403
