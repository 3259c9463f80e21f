"""Keys and OAuth clients that are bound to networks and certificates: used from there, and from anywhere else."""

from __future__ import annotations

import json

import aiohttp
import pytest

from kit.errors import NotFound, ValidationFailed
from tenants.core.origin import Bounds
from tenants.oauth.bounds import bind, read_bounds
from tenants.oauth.clients import Wanted, list_credentials, make_key, replace_key
from tests.support.site import Site
from tests.tenants.core.test_origin import certificate, hashed, header
from tests.tenants.test_oauth import FORM, basic, change, client, planes, token

OFFICE, STREET = "198.51.100.9", "203.0.113.9"
NET = Bounds(("198.51.100.0/24",))
READS = frozenset({"work_order.read"})


async def _ask(site: Site, bearer: str, address: str, **headers: str) -> tuple[int, str]:
    """Ask as a proxy on this machine tells it: the tests' server trusts it as uvicorn does by itself."""
    sent = {"Authorization": f"Bearer {bearer}", "X-Forwarded-For": address, **headers}
    async with aiohttp.ClientSession(site.url) as http, http.get("/v1/work-orders", headers=sent) as got:
        return got.status, (await got.json()).get("code", "")


async def test_a_key_opens_nothing_from_elsewhere_and_the_page_tells_where_it_was_tried(site: Site) -> None:
    house = planes(site)
    key = await make_key(house, change(site), Wanted(site.connections["galaxy"], READS, bounds=NET))
    own = key.split("_")[2]
    assert (await _ask(site, key, OFFICE))[0] == 200
    assert await _ask(site, key, STREET) == (403, "credential_elsewhere")
    assert await _ask(site, key, "nonsense") == (403, "credential_elsewhere")

    async def row(which: str) -> dict[str, object]:
        keys, clients = await list_credentials(site.house.control, change(site).tenant_id)
        return next(each for each in (*keys, *clients) if each["id"] == which)

    tried = await row(own)
    assert (tried["networks"], tried["refused_from"]) == (["198.51.100.0/24"], STREET)  # the first of a minute
    second = await replace_key(house, change(site), own)
    assert await _ask(site, second, STREET) == (403, "credential_elsewhere")  # as the one it replaces
    await bind(house, change(site), "key", own, read_bounds([STREET], []))
    assert (await row(own))["refused_from"] is None
    assert (await _ask(site, key, STREET))[0] == 200
    assert await _ask(site, key, OFFICE) == (403, "credential_elsewhere")
    await bind(house, change(site), "key", own, Bounds())
    assert (await _ask(site, key, OFFICE))[0] == 200
    other = change(site, next(code for code in site.tenants if code != "galaxy"))
    with pytest.raises(NotFound):
        await bind(house, other, "key", own, Bounds())
    async with site.house.app.transaction(change(site).tenant_id) as scope:
        facts = await scope.fetch(
            "SELECT data -> 'networks' AS networks FROM gf.journal WHERE kind = 'CredentialBound' ORDER BY seq"
        )
    assert [json.loads(fact["networks"]) for fact in facts] == [
        ["198.51.100.0/24"], ["198.51.100.0/24"], [f"{STREET}/32"], [],
    ]  # fmt: skip


async def test_a_token_is_asked_for_and_used_from_there_only(site: Site) -> None:
    client_id, secret = await client(site, bounds=NET)
    inside = {**basic(client_id, secret), "X-Forwarded-For": OFFICE}
    assert await token(site, FORM, {**inside, "X-Forwarded-For": STREET}) == (401, "invalid_client")
    status, made = await token(site, FORM, inside)
    assert status == 200
    assert (await _ask(site, made, OFFICE))[0] == 200
    assert await _ask(site, made, STREET) == (403, "credential_elsewhere")
    _, clients = await list_credentials(site.house.control, change(site).tenant_id)
    assert next(each for each in clients if each["id"] == client_id)["refused_from"] == STREET


async def test_a_certificate_counts_where_the_proxy_hands_it_on(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, another = certificate(), certificate("thief")
    wanted = Wanted(site.connections["galaxy"], READS, bounds=read_bounds([], [ours]))
    key = await make_key(planes(site), change(site), wanted)
    shown = {"Client-Cert": header(ours)}
    assert (await _ask(site, key, OFFICE, **shown))[0] == 403  # nobody vouches for the header
    monkeypatch.setattr(site.settings, "client_certificates", True)
    assert (await _ask(site, key, OFFICE, **shown))[0] == 200
    for wrong in ({}, {"Client-Cert": header(another)}, {"Client-Cert": hashed(ours)}, {"Client-Cert": ":AA:"}):
        assert await _ask(site, key, OFFICE, **wrong) == (403, "credential_elsewhere")
    async with aiohttp.ClientSession(site.url) as http:
        sent = {"Authorization": f"Bearer {key}", **shown}
        async with http.get("/v1/keys/self", headers=sent) as got:
            told = await got.json()
    assert (told["networks"], told["certificates"]) == ([], [hashed(ours)])


def test_what_cannot_be_read_is_named() -> None:
    with pytest.raises(ValidationFailed) as wrong:
        read_bounds(["198.51.100.0/24", "198.51.100.1/24"], ["x"])
    assert [each.pointer for each in wrong.value.errors] == ["/networks/1", "/certificates/0"]
    with pytest.raises(ValidationFailed):
        read_bounds([f"192.0.2.{n}" for n in range(51)], [])
    assert read_bounds(["192.0.2.1"] * 3, []) == Bounds(("192.0.2.1/32",))
