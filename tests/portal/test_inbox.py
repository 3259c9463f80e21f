"""The list of work orders as people use it: groups, filters, views, acts on many at once, files."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import aiohttp

from tests.portal import telling
from tests.portal.telling import Place
from tests.portal.test_work_orders import get, reader
from tests.support.site import Site
from workorders.core.doer import Doer
from workorders.core.states import Side
from workorders.schemas import Move, NewWorkOrder
from workorders.service import changes

URL = "/work-orders"


async def raised(site: Site, at: Place, *titles: str, **fields: Any) -> list[tuple[str, int]]:
    """Return the id and version of each order that a seat raises."""
    doer = Doer(Side.OUTSOURCER, "agent", str(at.agents[0]), at.aliases[0], agent_id=at.agents[0])
    made = []
    async with site.house.app.session(at.tenant) as scope:
        for title in titles:
            body = NewWorkOrder(title=title, **{"type": "refund", **fields})
            order = await changes.create(scope, changes.Asked(body, None, at.agents[0]), doer, datetime.now(UTC))
            made.append((order["id"], order["version"]))
    return made


async def moved(site: Site, at: Place, order: str, to: str, **more: Any) -> None:
    doer = Doer(Side.TENANT, "user", "u-1", "M. Chan")
    async with site.house.app.session(at.tenant) as scope:
        await changes.transition(scope, UUID(order), Move(to=to, **more), doer, datetime.now(UTC))


def shown(text: str) -> list[str]:
    return re.findall(r"<bdi>(order \w+)</bdi></a></td>", text)


def counts(text: str) -> dict[str, str]:
    return dict(re.findall(r'data-group="(\w+)"><span>[^<]+</span><span class="count[^"]*">([^<]+)<', text))


async def act(
    client: aiohttp.ClientSession, ticked: list[tuple[str, int]], **form: str
) -> tuple[int, list[tuple[str, str]], str]:
    """Return the status, what became of each (number, outcome), and the page."""
    data = [("order", f"{order}:{version}") for order, version in ticked]
    data += list({"once": str(uuid4()), "query": "group=yours", **form}.items())
    async with client.post(f"{URL}/acts", data=data, params={"lang": "en"}, headers={"Accept": "text/html"}) as answer:
        text = await answer.text()
    told = re.findall(r'<li data-outcome="(\w+)">.*?href="/work-orders/([^"]+)"', text)
    return answer.status, [(order, outcome) for outcome, order in told], text


async def test_the_page_answers_what_waits_and_filters_say_what_is_wrong(site: Site) -> None:
    at = await telling.place(site)
    (one, _), _, (three, _) = await raised(site, at, "order a", "order b", "order c")
    await raised(site, at, "order d", priority="critical", external_ref=[{"owner": "erp", "type": "case", "id": "R-7"}])
    await moved(site, at, one, "inProgress")
    await moved(site, at, one, "pending", pending_on="outsourcer", reason="which?")
    await moved(site, at, three, "rejected", reason="not ours")
    manager = await reader(site, "client_manager")
    text = await get(manager, URL)
    assert sorted(shown(text)) == ["order b", "order d"]
    assert counts(text) == {"yours": "2", "theirs": "1", "others": "0", "done": "1"}
    assert ('aria-current="page" data-group="yours"' in text, "to acknowledge" in text) == (True, True)
    assert shown(await get(manager, URL, group="theirs")) == ["order a"]
    assert shown(await get(manager, URL, group="done")) == ["order c"]
    assert len(shown(await get(manager, URL, group="all"))) == 4
    assert shown(await get(manager, URL, status="pending,rejected")) == ["order c", "order a"]  # filters alone: of all
    assert shown(await get(manager, URL, external_ref="erp:R-7", priority="critical")) == ["order d"]
    assert shown(await get(manager, URL, title="order b")) == ["order b"]
    assert shown(await get(manager, URL, **{"created_at.gte": "2020-01-01T08:00", "group": "yours"}))
    assert shown(await get(manager, URL, **{"created_at.lt": "2020-01-01"})) == []
    await _archived(site, at, manager, three)
    supervisor = await site.person("sup@harbour.example", "galaxy")
    text = await get(supervisor, URL)
    assert (shown(text), "With the client" in text, "a question to answer" in text) == (["order a"], True, True)
    wrong = {"number": "abc", "status": "flown", "created_at.gte": "gestern", "external_ref": "R7", "colour": "red"}
    text = await get(manager, URL, sort="upwards", **wrong)
    assert 'data-state="error"' in text
    for part in ("Write a number as WO-1042", "This is none of the choices.", "Write a day as 2026-11-21",
                 "Write the system, a colon", "There is no such filter."):  # fmt: skip
        assert part in text.partition('id="results"')[2], part
    assert re.search(r'id="created_at-gte"[^>]*value="gestern"[^>]*aria-invalid="true"', text)
    assert 'data-state="error"' in await get(manager, URL, after="AAAA")
    async with manager.get(URL, headers={"HX-Request": "true"}) as answer:
        part = await answer.text()
    assert ("<html" in part, 'id="groups"' in part, 'hx-swap-oob="true"' in part) == (False, True, True)


async def _archived(site: Site, at: Place, manager: aiohttp.ClientSession, order: str) -> None:
    """What is over for long leaves the lists in which nothing is filtered, and stays found."""
    for age, there in (("89 days 23 hours", True), ("1 hour", False)):
        async with site.house.app.transaction(at.tenant) as scope:
            older = f"UPDATE gf.work_order SET closed_at = closed_at - interval '{age}' WHERE id = $1"
            await scope.fetch(older, UUID(order))
        assert ("order c" in shown(await get(manager, URL, group="all"))) == there
    text = await get(manager, URL, group="all")
    assert ("order c" in shown(text), "over for more than 90 days is in the archive" in text) == (False, True)
    text = await get(manager, URL, group="all", archived="true")
    assert (shown(text), "The archive: what has been over" in text) == (["order c"], True)
    assert shown(await get(manager, URL, status="rejected")) == ["order c"]
    assert shown(await get(manager, URL, status="rejected", archived="false")) == []
    assert "This cannot be read." in await get(manager, URL, archived="perhaps")


async def test_a_view_is_kept_for_oneself(site: Site) -> None:
    manager, viewer = await reader(site, "client_manager"), await reader(site, "client_viewer")
    kept = {"name": "urgent ones", "query": "group=all&priority=critical&sort=due&after=x&lang=en"}
    async with manager.post(f"{URL}/views", data=kept, allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, f"{URL}?group=all&sort=due&priority=critical")
    text = await get(manager, URL, group="all", sort="due", priority="critical")
    assert re.search(r'class="view" href="[^"]+" aria-current="page"><bdi>urgent ones', text)
    assert "urgent ones" not in await get(viewer, URL)
    forget = re.search(r'action="(/work-orders/views/[^"]+/forget)"', text)
    assert forget is not None
    for person, status in ((viewer, 404), (manager, 303)):
        async with person.post(forget[1], allow_redirects=False) as answer:
            assert answer.status == status


async def test_many_are_acted_on_and_each_says_what_became_of_it(site: Site) -> None:
    at = await telling.place(site)
    first, second, third, fourth = await raised(site, at, "order a", "order b", "order c", "order d")
    theirs = [(str(uuid4()), 1)]
    await moved(site, at, third[0], "inProgress")  # its version is another one meanwhile
    await moved(site, at, fourth[0], "rejected", reason="no")
    fourth = (fourth[0], fourth[1] + 1)
    manager, once = await reader(site, "client_manager"), str(uuid4())
    for _ in range(2):  # the same form twice does nothing twice
        status, told, text = await act(manager, [first, second, third, fourth, *theirs], act="acknowledged", once=once)
        assert status == 200, text[-1500:]
        assert dict(told) == {
            first[0]: "done", second[0]: "done", third[0]: "version_mismatch", fourth[0]: "transition_not_allowed",
            theirs[0][0]: "not_found",
        }  # fmt: skip
        assert ("2 done" in text, "3 refused" in text) == (True, True)
    first, second, third = ((order, version + 1) for order, version in (first, second, third))
    remark = {"act": "comment", "comment": "paid <today>", "once": str(uuid4())}
    for _ in range(2):
        assert dict((await act(manager, [first, second], **remark))[1]) == {first[0]: "done", second[0]: "done"}
    page = await get(manager, f"{URL}/{first[0]}")
    assert page.count("paid &lt;today&gt;") == 1
    _, told, _ = await act(manager, [first, fourth], act="assign", team="Refunds", person="")
    assert dict(told) == {first[0]: "done", fourth[0]: "work_order_over"}
    assert "Refunds" in await get(manager, URL)
    for form, said in (({"act": "comment", "comment": " "}, "Write the comment first"), ({"act": "flown"}, "not whole"),
                       ({"act": "closed", "once": "x"}, "not whole")):  # fmt: skip
        status, told, text = await act(manager, [third], **form)
        assert (status, told, said in text) == (422, [], True)
        assert re.search(rf'value="{third[0]}:\d+"[^>]* checked', text), "what is ticked stays"
    assert "Tick at least one" in (await act(manager, [], act="closed"))[2]
    assert "At most 200" in (await act(manager, [(str(uuid4()), 1) for _ in range(201)], act="closed"))[2]
    supervisor = await site.person("sup@harbour.example", "galaxy")
    _, told, text = await act(supervisor, [second, third], act="cancelled", reason="solved by phone")
    assert dict(told) == {second[0]: "done", third[0]: "cancel_agreed"}
    assert "ask on its page that the other side agrees" in text
    _, told, _ = await act(supervisor, [third], act="assign", person="nobody")
    assert dict(told) == {third[0]: "person_unknown"}
    await act(supervisor, [third], act="comment", comment="for us only", visibility="internal")
    assert "for us only" not in await get(manager, f"{URL}/{third[0]}")
    viewer = await reader(site, "client_viewer")
    assert (await act(viewer, [third], act="closed"))[0] == 403
    assert dict((await act(viewer, [third], act="comment", comment="seen"))[1]) == {third[0]: "done"}


async def test_a_file_has_what_the_page_shows_and_nothing_in_it_is_a_formula(site: Site) -> None:
    at = await telling.place(site)
    await raised(site, at, '=HYPERLINK("https://b.example")', priority="critical")
    await raised(site, at, *(f"order {n:03}" for n in range(205)))
    manager = await reader(site, "client_manager")
    async with manager.get(f"{URL}.csv", params={"lang": "en", "group": "yours", "sort": "newest"}) as answer:
        lines = list(csv.reader(io.StringIO((await answer.read()).decode("utf-8-sig"))))
        assert answer.headers["Content-Disposition"].endswith('.csv"')
    assert (lines[0][1], lines[3][1]) == ("Group: Waits for you", "206")
    assert lines[5][:3] == ["Number", "Title", "Waits for"]
    rows = lines[6:]
    assert (len(rows), rows[0][1], rows[-1][1][:12]) == (206, "order 204", "'=HYPERLINK(")
    assert {row[2] for row in rows} == {"Client"}
    assert {row[lines[5].index("Connection")] for row in rows} == {"订单系统"}, "by the client's own names"
    async with manager.get(f"{URL}.xlsx", params={"lang": "en", "priority": "critical"}) as answer:
        assert answer.status == 200
        book = zipfile.ZipFile(io.BytesIO(await answer.read()))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert ("<f>" in sheet, "=HYPERLINK" in sheet) == (False, True)
    facts = await telling.facts_of(site, at.tenant, at.tenant, "WorkOrdersTaken")
    assert [(fact["way"], fact["rows"]) for fact in facts] == [("csv", 206), ("xlsx", 1)]
    for role in ("client_viewer", "client_developer"):
        async with (await reader(site, role)).get(f"{URL}.csv") as answer:
            assert answer.status == 403
    async with manager.get(f"{URL}.csv", params={"number": "abc"}) as answer:
        assert answer.status == 400
