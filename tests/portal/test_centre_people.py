"""The outsourcer's own people: added, given roles, locked, let in again; and what nobody can give itself by it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from uuid import UUID

import aiohttp
import pytest

from journal import service as journal
from kit.errors import NotSignedIn
from tenants.core.permissions import decide
from tenants.errors import WrongPassword
from tenants.identity.errors import SignInLocked
from tenants.service import sessions
from tenants.service.centre import apply_centre
from tenants.service.colleagues import ROLES
from tenants.service.new_password import set_password
from tenants.service.people import Attempt, Visit, sign_in
from tests.support.house import INSTALLATION
from tests.support.site import EXAMPLES, Site
from tests.tenants.entering import entrance_of

HERE = "/centre/people"
PLATFORM, ONBOARDING, SUPERVISOR = "platform@harbour.example", "onboarding@harbour.example", "sup@harbour.example"
NEW = {"email": " New.One@Harbour.example ", "name": "  林  Ève שרה ", "role": "supervisor", "locale": "zh-HK"}
PAGE = {"Accept": "text/html"}
PASSWORD = "three green bottles"


async def user(site: Site, email: str) -> UUID:
    found = await (await site.house.control.pool()).fetchval('SELECT id FROM control."user" WHERE email = $1', email)
    assert isinstance(found, UUID)
    return found


async def do(who: aiohttp.ClientSession, act: str, **form: object) -> tuple[int, str]:
    data = {name: str(value) for name, value in form.items()}
    async with who.post(f"{HERE}/{act}?lang=en", data=data, headers=PAGE, allow_redirects=False) as got:
        return got.status, got.headers.get("Location", await got.text())


async def facts(site: Site) -> list[tuple[str, object, str]]:
    async with site.house.app.transaction(INSTALLATION) as scope:
        found = await journal.read(
            scope, kinds=("ColleagueChanged", "SignInLinkMade", "SignInUnlocked", "SessionsEnded")
        )
    return [(fact.kind, fact.data.get("change"), fact.actor["id"]) for fact in found]


async def test_a_colleague_is_added_looked_after_and_dismissed(site: Site) -> None:
    chief, chief_id = await site.person(PLATFORM), await user(site, PLATFORM)
    status, page = await do(chief, "add", **NEW)
    assert status == 200
    (link,) = set(re.findall(r"/set-password\?link=([\w-]{43})", page))
    newcomer = await user(site, "new.one@harbour.example")
    form, ours = {"link": link, "password": PASSWORD}, {"Sec-Fetch-Site": "same-origin"}
    async with aiohttp.ClientSession(site.url, headers=ours) as door:
        assert (await door.post("/set-password", data=form, allow_redirects=False)).status == 303
    token = await sessions.open_session(site.house.control, newcomer, datetime.now(UTC))
    principal = await sessions.read_session(site.house.control, token, datetime.now(UTC))
    assert (principal.staff_role, principal.memberships) == ("supervisor", {})  # no client lets it in yet
    await apply_centre(site.house.control, site.house.app, (EXAMPLES / "centre.yaml").read_text(), datetime.now(UTC))
    principal = await sessions.read_session(site.house.control, token, datetime.now(UTC))
    assert (principal.staff_role, principal.memberships) == ("supervisor", {})  # nor does the file dismiss it
    async with chief.get(f"{HERE}?lang=en", headers=PAGE) as got:
        text = await got.text()
    assert "<bdi>林 Ève שרה</bdi>" in text
    assert "new.one@harbour.example" in text
    assert (await do(chief, "link", person_id=newcomer))[0] == 403  # it has a password: only by mail
    assert await do(chief, "role", person_id=newcomer, role="quality") == (303, f"{HERE}?told=role")
    with pytest.raises(NotSignedIn):
        await sessions.read_session(site.house.control, token, datetime.now(UTC))
    way_in = entrance_of(site.house)
    attempt = Attempt("new.one@harbour.example", PASSWORD, Visit("192.0.2.1"))
    assert await do(chief, "lock", person_id=newcomer) == (303, f"{HERE}?told=locked")
    with pytest.raises(SignInLocked):
        await sign_in(way_in, attempt, datetime.now(UTC))
    assert await do(chief, "unlock", person_id=newcomer) == (303, f"{HERE}?told=unlocked")
    assert (await sign_in(way_in, attempt, datetime.now(UTC))).session
    assert (await do(chief, "sessions/end", person_id=newcomer))[0] == 303
    assert (await do(chief, "dismiss", person_id=newcomer))[0] == 303
    with pytest.raises(WrongPassword):
        await sign_in(way_in, attempt, datetime.now(UTC))
    told = await facts(site)
    assert [change for kind, change, _ in told if kind == "ColleagueChanged"] == [
        "added",
        "role",
        "locked",
        "dismissed",
    ]
    assert {by for _, _, by in told} == {str(chief_id)}
    assert (await do(chief, "add", **NEW))[0] == 200  # and may come back


async def test_what_a_colleague_cannot_do(site: Site) -> None:
    assert all(decide(role, "tenant.erase") is None for role in ROLES)  # else one could make itself two who decide
    chief, chief_id, grace = await site.person(PLATFORM), await user(site, PLATFORM), await user(site, SUPERVISOR)
    clients = (await site.people("galaxy"))["client_manager"]
    for act in ("role", "dismiss", "lock", "unlock", "second-factor/remove"):
        assert (await do(chief, act, person_id=chief_id, role="quality"))[0] == 403, act  # to oneself
        assert (await do(chief, act, person_id=await user(site, clients), role="quality"))[0] == 404, act
    for act in ("role", "dismiss"):
        assert (await do(chief, act, person_id=grace, role="quality"))[0] == 409, act  # the file says who it is
    assert (await do(chief, "link", person_id=grace))[0] == 403  # clients let her in: her link is not shown
    for wrong, status in (
        ({"email": clients}, 409), ({"email": SUPERVISOR}, 409), ({"email": "no address"}, 422), ({"name": " "}, 422),
        ({"role": "agent"}, 422), ({"role": "client_manager"}, 422),
        ({"role": "platform"}, 422), ({"role": "onboarding"}, 422), ({"locale": "tlh"}, 422),
        ({"email": "a@b@c"}, 422), ({"name": "Eve\u202eecarG"}, 422), ({"email": "gr\u0430ce\u200b@x.example"}, 422),
    ):  # fmt: skip
        assert (await do(chief, "add", **{**NEW, **wrong}))[0] == status, wrong
    people = await site.people("galaxy")
    for email in (ONBOARDING, SUPERVISOR, people["client_manager"], people["client_developer"]):
        other = await site.person(email)
        assert (await do(other, "lock", person_id=chief_id))[0] == 403
        async with other.get(HERE, headers=PAGE) as got:
            assert got.status == 403
    await set_password(site.house.control, SUPERVISOR, PASSWORD)
    attempt = Attempt(SUPERVISOR, PASSWORD, Visit("192.0.2.1"))
    assert (await sign_in(entrance_of(site.house), attempt, datetime.now(UTC))).session
    assert [kind for kind, *_ in await facts(site)] == []
