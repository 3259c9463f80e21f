"""The page by which one of the client's people is told of a call, its API and figure, and attacks on all of them."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import asyncpg

from app import telling as telling_jobs
from interactions.facts import InteractionConnected
from interactions.people import links
from interactions.people.facts import ContextSent, NoteTaken, PersonAnswered
from journal import service as journal
from journal.core.facts import SYSTEM, Payload
from kit import vault
from kit.signing import DocumentSigner
from tests.portal import telling
from tests.support.house import KEYS
from tests.support.site import Site
from webhooks.core.events import place
from webhooks.service import contexts

SIGNER = DocumentSigner(bytes.fromhex(KEYS["GF_SIGNING_KEY"]))
VARIABLES = {"order_no": "20461", "card": "4111111111111111", "empty": None}
HTML = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}


def browser(site: Site) -> aiohttp.ClientSession:
    """Somebody who keeps cookies, of an address without a name too."""
    return aiohttp.ClientSession(site.url, cookie_jar=aiohttp.CookieJar(unsafe=True))


async def say(site: Site, tenant: Any, subject: UUID, *facts: Payload) -> None:
    async with site.house.app.transaction(tenant) as scope:
        for fact in facts:
            journal.append(scope, fact, subject=subject, at=datetime.now(UTC), actor=SYSTEM)


async def sent(
    site: Site,
    *,
    person: str = "zhao",
    minutes: int = 60,
    ways: tuple[str, ...] = ("header", "page"),
    story: Callable[[telling.Place], list[Payload]] = lambda at: telling.answered(at, recording=uuid4()),
) -> tuple[str, UUID, UUID, telling.Place]:
    """Return the path of a page, its telling, its interaction, and where that was."""
    at = await telling.place(site)
    call = await telling.tell(site, at.tenant, story(at))
    context, ends = uuid4(), datetime.now(UTC) + timedelta(minutes=minutes)
    await say(
        site,
        at.tenant,
        call,
        ContextSent(str(context), person, list(ways), ends.isoformat(), str(at.agents[0])),
    )
    return f"/c/{links.token(SIGNER, at.tenant, context, ends)}", context, call, at


async def got(who: aiohttp.ClientSession, path: str, status: int = 200, **more: Any) -> str:
    async with who.get(path, headers=HTML, **more) as answer:
        text = await answer.text()
        assert answer.status == status, text[-800:]
        return text


async def sends(who: aiohttp.ClientSession, path: str, do: str, status: int = 303, **fields: str) -> None:
    async with who.post(
        path,
        data={"do": do, **fields},
        headers={**HTML, "Origin": str(who._base_url).rstrip("/")},
        allow_redirects=False,
    ) as answer:
        assert answer.status == status, (await answer.text())[-800:]


async def kinds(site: Site, tenant: Any, call: UUID) -> list[tuple[str, dict[str, Any]]]:
    async with site.house.app.transaction(tenant) as scope:
        found = await journal.history(scope, call)
    return [(fact.kind, dict(fact.data)) for fact in found if fact.kind.startswith(("Context", "Person"))]


async def hears_some(phone: aiohttp.ClientSession, other: aiohttp.ClientSession, path: str, page: str) -> None:
    """Hear the recording of the page as its player does; what was not opened, or is another's, tells nothing."""
    to = re.findall(r'data-heard="([^"]+)"', page)[0]
    assert to.startswith(f"{path}/heard?recording=")

    async def tell(who: aiohttp.ClientSession, address: str, spans: Any, **headers: str) -> int:
        async with who.post(
            address, json={"spans": spans}, headers={"Sec-Fetch-Site": "same-origin", **headers}
        ) as got:
            return got.status

    assert await tell(phone, to, [[0, 900]]) == 204, "never sent, so nothing of it was heard"
    async with phone.get(to.replace("/heard", "/recording")) as answer:
        assert await answer.read() == telling.sound()
    for spans in ([[0, 400]], [[300, 1000]], [[300, 1000]], [[2000, 3000]]):
        assert await tell(phone, to, spans) == 204
    assert await tell(other, to, [[0, 1000]]) == 404, "not opened in this browser"
    assert await tell(phone, f"{path}/heard?recording={uuid4()}", [[0, 1]]) == 404
    assert (
        await tell(phone, to, [[0, 1000]], **{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}) == 403
    )
    assert await tell(phone, to, [[0]]) == 400


async def was_heard(site: Site, at: telling.Place, call: UUID, shown: str) -> None:
    heard_by = shown.partition('id="heard"')[2].partition("</section>")[0]
    assert "<bdi>赵敏</bdi> on the page of a call handed over" in heard_by
    assert "00:01 of 00:01" in heard_by
    facts = await telling.facts_of(site, at.tenant, call, "RecordingHeard")
    assert [(fact["heard_ms"], fact["lasts_ms"]) for fact in facts] == [(400, 1000), (1000, 1000)], "twice is once"


async def test_a_page_is_opened_once_knowingly_and_says_what_the_client_lets_it(site: Site) -> None:
    path, context, call, at = await sent(site)
    async with browser(site) as phone, browser(site) as other:
        cover = await got(phone, path)
        assert 'lang="zh-Hans"' in cover
        assert telling.CONTACT not in cover, "looking shows nothing"
        assert [kind for kind, _ in await kinds(site, at.tenant, call)] == ["ContextSent"], "looking is no opening"
        await sends(phone, path, "acknowledge")  # not opened yet: nothing happens
        await sends(phone, path, "open")
        page = await got(phone, path)
        for text in (telling.CONTACT, at.queue_name, at.aliases[1], "<audio"):
            assert text in page, text
        await hears_some(phone, other, path, page)
        await say(
            site, at.tenant, call, PersonAnswered("zhao", "desk", str(uuid4()), str(context), 900, str(at.agents[0]))
        )
        await sends(phone, path, "acknowledge")
        await sends(phone, path, "acknowledge")
        await sends(phone, path, "note", text="<b>I call at five</b>\r\nX-Evil: 1")
        assert "我已阅读" not in await got(phone, path)
        again = await got(other, path)
        assert telling.CONTACT not in again
        assert "打开过" in again
        await sends(other, path, "open")
        assert telling.CONTACT in await got(other, f"{path}?lang=en")
    told = await kinds(site, at.tenant, call)
    assert [kind for kind, _ in told] == [
        "ContextSent", "ContextOpened", "PersonAnswered", "ContextAcknowledged", "ContextReplied", "ContextOpened",
    ]  # fmt: skip
    assert [data["again"] for kind, data in told if kind == "ContextOpened"] == [False, True]
    manager = await site.person((await site.people("galaxy"))["client_manager"], "galaxy")
    shown = await got(manager, f"/interactions/{call}?lang=en")
    assert "before the answer" in shown
    await was_heard(site, at, call, shown)
    async with manager.get(f"/v1/interactions/{call}/contexts") as answer:
        (row,) = (await answer.json())["data"]
    assert (row["id"], row["in_time"], row["acknowledged_by"]) == (str(context), True, "page")
    since, until = datetime.now(UTC) - timedelta(hours=1), datetime.now(UTC) + timedelta(hours=1)
    async with manager.get(
        "/v1/figures/context-delivered", params={"since": since.isoformat(), "until": until.isoformat()}
    ) as answer:
        figure = await answer.json()
    assert (figure["formula"], figure["answered"], figure["delivered_before_answer"], figure["share_pct"]) == (
        "CD1", 1, 1, 100.0,
    )  # fmt: skip
    assert [day["sent"] for day in figure["days"]] == [1]
    async with manager.post(f"/interactions/{call}/contexts/{context}/revoke", allow_redirects=False) as answer:
        assert answer.status == 303
    async with aiohttp.ClientSession(site.url) as phone:
        await got(phone, path, 410)


def running(at: telling.Place) -> list[Payload]:
    """A call that goes on, with what its agent has written so far."""
    who = str(at.agents[1])
    return [
        *telling.arrival(at), *telling.offered(at, 1, "answered"),
        InteractionConnected(who, str(at.queue), str(uuid4()), 900), NoteTaken(who, "+8613800001234 was charged twice"),
    ]  # fmt: skip


async def test_the_page_of_a_running_call_shows_the_note_as_it_is_written_and_what_was_keyed_in(site: Site) -> None:
    path, _context, call, at = await sent(site, story=running)
    admin = await asyncpg.connect(site.house.admin_dsn)
    position = {"flow": "main", "flow_version": 1, "position": {"variables": VARIABLES}}
    await admin.execute("UPDATE gf.interaction SET resume = $2::jsonb WHERE id = $1", call, json.dumps(position))
    pay = json.dumps({"type": "collect", "secure": True, "into": "card"})
    await admin.execute(
        "UPDATE gf.flow SET content = jsonb_set(content, '{nodes,pay}', $2::jsonb) WHERE tenant_id = $1", at.tenant, pay
    )
    await admin.close()
    async with browser(site) as phone:
        await sends(phone, path, "open")
        page = await got(phone, f"{path}?lang=en")
        assert 'hx-trigger="every 5s"' in page
        for text in ("charged twice", "order_no", "20461", "The call goes on"):
            assert text in page, text
        for hidden in ("+8613800001234", "4111"):
            assert hidden not in page, hidden
        await sends(phone, path, "call_back", text="<i>soon</i>")
        page = await got(phone, f"{path}?lang=en")
        assert "You asked to be called back" in page
        assert "&lt;i&gt;soon" in page
        assert "on its way" in page
    async with aiohttp.ClientSession(site.url) as over:
        closed = await got(over, f"/c/{links.token(SIGNER, at.tenant, uuid4(), datetime.now(UTC))}", 410)
        assert "This page is closed" in closed
        async with over.get(path[:-1], headers={**HTML, "HX-Request": "true"}) as answer:
            assert (answer.status, answer.headers["HX-Refresh"]) == (200, "true")


async def test_forged_foreign_expired_and_orphaned_addresses_show_nothing_and_change_nothing(site: Site) -> None:
    path, context, call, at = await sent(site)
    token = path.removeprefix("/c/")
    ends = datetime.now(UTC) + timedelta(hours=1)
    raw = base64.urlsafe_b64decode(token + "==")
    other = site.tenants["harbour-light"]
    forged = {
        "cut": token[:-1], "longer": token + "A",
        "another key": links.token(DocumentSigner(b"x" * 32), at.tenant, context, ends),
        "another tenant": links.token(SIGNER, other, context, ends),
        "unknown": links.token(SIGNER, at.tenant, uuid4(), ends),
        "no tenant": links.token(SIGNER, uuid4(), context, ends),
        "changed": base64.urlsafe_b64encode(bytes([raw[0] ^ 1]) + raw[1:]).rstrip(b"=").decode(),
        "another kind": SIGNER.token("client-context-opened/1", raw[:36]),
        "other spelling": token[:-1] + chr(ord(token[-1]) + 1), "zero": token + "%00", "empty": "%20",
    }  # fmt: skip
    late = links.token(SIGNER, at.tenant, context, datetime.now(UTC) - timedelta(seconds=1))
    async with aiohttp.ClientSession(site.url) as nobody:
        for bad in forged.values():
            await got(nobody, f"/c/{bad}", 404)
            await sends(nobody, f"/c/{bad}", "open", 404)
        await got(nobody, f"/c/{late}", 410)
        async with nobody.get(f"{path}/recording", params={"recording": str(uuid4())}) as answer:
            assert answer.status == 404
        async with nobody.post(path, data={"do": "open"}, headers={"Origin": "https://evil.example"}) as answer:
            assert answer.status == 403
        gone, *_ = await sent(site, person="nobody")
        await got(nobody, gone, 410)
    stranger = await site.person((await site.people("harbour-light"))["client_manager"], "harbour-light")
    for method, target in (
        ("POST", f"/v1/contexts/{context}/acknowledge"), ("GET", f"/v1/interactions/{call}/contexts"),
        ("POST", f"/interactions/{call}/contexts/{context}/revoke"),
    ):  # fmt: skip
        async with stranger.request(method, target, allow_redirects=False) as answer:
            assert answer.status == 404, target
    assert [kind for kind, _ in await kinds(site, at.tenant, call)] == ["ContextSent"]
    manager = await site.person((await site.people("galaxy"))["client_manager"], "galaxy")
    async with manager.post(f"/v1/contexts/{context}/acknowledge") as answer:
        assert (answer.status, (await answer.json())["acknowledged_by"]) == (200, "api")


async def test_the_clients_system_is_told_once_and_its_answer_is_an_acknowledgement(site: Site) -> None:
    _path, context, call, at = await sent(site, ways=("page", "webhook", "work_order"))
    telling_jobs.install(SIGNER, site.settings)
    async with site.house.app.session(at.tenant) as scope:
        await scope.fetch(
            "UPDATE gf.connection SET events = '{work_orders,handed_calls}' WHERE tenant_id = $1", at.tenant
        )
    for job in (telling_jobs.webhook, telling_jobs.work_order, telling_jobs.mail) * 2:
        async with site.house.app.session(at.tenant) as scope:
            await job(scope, {"subject": str(call)})
    async with site.house.app.session(at.tenant) as scope:
        (event,) = await scope.fetch(
            "SELECT id, body, sequence FROM gf.webhook_event WHERE tenant_id = $1 AND type = 'context.sent'", at.tenant
        )
        body = json.loads(
            await vault.opened(scope, lambda keys: keys.open_bytes(bytes(event["body"]), place(event["id"])))
        )
        orders = await scope.fetch(
            "SELECT type FROM gf.work_order WHERE tenant_id = $1 AND interaction_id = $2", at.tenant, call
        )
    assert [row["type"] for row in orders] == ["handed_call"]
    data = body["data"]
    assert (body["subject"], data["contact"], data["person"]["name"]) == (str(context), telling.CONTACT, "赵敏")
    assert data["link"].startswith(f"{site.settings.public_url}/c/")
    assert "+86138" not in json.dumps(body)
    for subject, answer in ((context, "not json"), (context, '{"acknowledged": true}'), (uuid4(), "{}")):
        async with site.house.app.session(at.tenant) as scope:
            await contexts.taken(scope, subject, answer)
    told = await kinds(site, at.tenant, call)
    assert [kind for kind, _ in told] == ["ContextSent", "ContextDelivered", "ContextAcknowledged"]
    assert told[-1][1]["by"] == "webhook"
