"""Each figure of the board opens its rows, and they are as many as it says (screens.md 14.18)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import asyncpg

from interactions.facts import AgentPhoneChanged, AgentStateChanged
from journal import service as journal
from journal.core.facts import SYSTEM
from kit.clock import millis
from live.core import view
from live.core.board import Changes
from live.rewind import board_at
from live.service import Watched, open_board
from portal.live_rows import FIGURES
from tests.portal import telling
from tests.support.site import Site

_COUNT = re.compile(r'data-count="(\d+)" data-figure="(\d+)"')


async def day(site: Site, code: str = "galaxy") -> telling.Place:
    """Tell a client's day: two answered, one lost, one message, one waiting, one in the flow, one agent there."""
    at = await telling.place(site, code)
    for _ in range(2):
        await telling.tell(site, at.tenant, telling.answered(at, recording=uuid4()))
    await telling.tell(site, at.tenant, telling.abandoned(at))
    await telling.tell(site, at.tenant, telling.voicemail(at, recording=uuid4()))
    await telling.tell(site, at.tenant, telling.arrival(at))
    await telling.tell(site, at.tenant, telling.arrival(at)[:2])
    async with site.house.app.transaction(at.tenant) as scope:
        for payload in (
            AgentPhoneChanged(str(at.agents[0]), "8001", "web", registered=True),
            AgentStateChanged(str(at.agents[0]), "8001", "available", None, None),
        ):
            journal.append(scope, payload, subject=UUID(str(at.agents[0])), at=datetime.now(UTC), actor=SYSTEM)
    return at


async def read(client: aiohttp.ClientSession, path: str) -> str:
    async with client.get(path, headers={"Accept": "text/html"}) as answer:
        text = await answer.text()
        assert answer.status == 200, text[-1500:]
        return text


async def totals_of(site: Site, at: telling.Place) -> dict[str, Any]:
    board = await open_board(site.house.app, Watched(at.tenant, "", "Asia/Shanghai"))
    board.begin_day(datetime.now(UTC), Changes())
    return view.totals(board)


async def test_each_figure_opens_as_many_rows_as_it_says_and_none_of_another_client(site: Site) -> None:
    at = await day(site)
    await day(site, "harbour-light")
    totals = await totals_of(site, at)
    assert (totals["offered"], totals["answered"], totals["abandoned"], totals["in_flow"]) == (5, 2, 1, 1)
    manager = await site.person((await site.people("galaxy"))["client_manager"], "galaxy")
    says = says_of(totals)
    assert set(says) == FIGURES
    async with site.house.app.transaction(site.tenants["harbour-light"]) as scope:
        others = {
            str(row["id"])
            for row in await scope.fetch("SELECT id FROM gf.interaction WHERE tenant_id = $1", scope.tenant_id)
        }
    for figure, expected in says.items():
        assert not [each for each in others if each in await opens(manager, figure, expected)]
    await of_one_queue(manager, at, site)
    board = await read(manager, "/live?lang=en")
    linked = set(re.findall(r'href="/live/rows/(\w+)', board))
    assert linked >= FIGURES - {"rented", "longest", "callbacks_open", "dequeued"}, FIGURES - linked


def says_of(totals: dict[str, Any]) -> dict[str, int]:
    """How many rows each figure of a board opens, to go by what the feed says."""
    return {
        "offered": totals["offered"], "answered": totals["answered"], "abandoned": totals["abandoned"],
        "level": totals["service_level"]["den"], "level_now": sum(row[4] for row in totals["recent"]),
        "arrived": sum(row[1] for row in totals["recent"]), "arriving": totals["in_flow"], "waiting": totals["waiting"],
        "longest": totals["waiting"], "aht": totals["handled"], "staffed": totals["seats_staffed"],
        "rented": totals["seats_rented"], "occupancy": totals["seats_rented"], "callbacks": 0,
        "callbacks_open": totals["callbacks"], "work_orders": totals["work_orders_open"],
        "dequeued": totals["dequeued"],
    }  # fmt: skip


async def opens(manager: aiohttp.ClientSession, figure: str, expected: int, of: str = "") -> str:
    """Open a figure: as many rows as it says and as are expected; return the page."""
    text = await read(manager, f"/live/rows/{figure}?lang=en{of}")
    found = _COUNT.search(text)
    assert found is not None
    assert (figure, *map(int, found.groups()), text.count("<tr data-row")) == (figure, expected, expected, expected), of
    return text


async def of_one_queue(manager: aiohttp.ClientSession, at: telling.Place, site: Site) -> None:
    """The figures of one queue open its stays, on the page and in the file; those of another client are not there."""
    queue = f"queue={at.queue}&lang=en"
    for figure, expected in (
        ("offered", 5), ("answered", 2), ("abandoned", 1), ("dequeued", 1), ("level", 3), ("level_now", 3),
        ("waiting", 1),
    ):  # fmt: skip
        text = await opens(manager, figure, expected, f"&{queue}")
        assert at.queue_name in text
        assert "tag-bad" not in text
        async with manager.get(f"/live/rows/{figure}.csv?{queue}") as answer:
            file = (await answer.read()).decode("utf-8-sig")
            assert (answer.status, file.count("\r\n")) == (200, expected + 6), file
            assert f"{expected}\r\n" in file.split("\r\n")[0] + "\r\n"
    assert 'data-went="voicemail" data-count="1"' in await read(manager, f"/live/rows/dequeued?{queue}")
    for path in (f"/live/rows/offered?queue={uuid4()}", "/live/rows/level.csv?queue=%00", "/live/rows/secrets.csv"):
        async with manager.get(path, headers={"Accept": "text/html"}) as answer:
            assert answer.status == 404, path
    other = await site.person((await site.people("harbour-light"))["client_manager"], "harbour-light")
    async with other.get(f"/live/rows/offered?{queue}", headers={"Accept": "text/html"}) as answer:
        assert answer.status == 404


async def test_a_seats_day_its_queues_and_ones_own_views(site: Site) -> None:
    at = await day(site)
    people = await site.people("galaxy")
    manager = await site.person(people["client_manager"], "galaxy")
    other = await site.person((await site.people("harbour-light"))["client_manager"], "harbour-light")
    async with manager.get(f"/live/seats/{at.agents[0]}/day") as answer:
        told = await answer.json()
        assert [span["state"] for span in told["spans"]] == ["available"]
    async with manager.get(f"/live/seats/{at.agents[1]}/day") as answer:
        told = await answer.json()
        assert [call["outcome"] for call in told["interactions"]] == ["answered", "answered"]
        assert all("*" in call["contact"] for call in told["interactions"])
    for who, agent in ((other, at.agents[0]), (manager, uuid4())):
        async with who.get(f"/live/seats/{agent}/day") as answer:
            assert answer.status == 404
    text = await read(manager, "/live/queues?lang=en")
    assert text.count("data-key=") - text.count("<tr data-key=") == (await queues_of(site, at))
    assert text.count("<tr data-key=") == 1
    assert telling.CONTACT in text
    for name in ("mine", "mine"):
        given = {"name": name, "query": "show=talking&after=x"}
        async with manager.post("/live/views", data=given, allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (303, "/live?show=talking&after=x")
    page = await read(manager, "/live?lang=en")
    (kept,) = re.findall(r"/live/views/([0-9a-f-]{36})/usual", page)
    assert 'data-view="show=talking"' in page
    assert "data-usual" not in page
    for act, marked in (("usual", True), ("usual", False), ("usual", True)):
        async with other.post(f"/live/views/{kept}/{act}", allow_redirects=False) as answer:
            assert answer.status == 404
        async with manager.post(f"/live/views/{kept}/{act}", allow_redirects=False) as answer:
            assert answer.status == 303
        assert ("data-usual" in await read(manager, "/live")) is marked
    async with manager.post(f"/live/views/{kept}/forget", allow_redirects=False) as answer:
        assert answer.status == 303
    assert "data-view=" not in await read(manager, "/live")
    for body in ({"name": ""}, {"name": "x" * 61}, {"name": "x\0"}):
        async with manager.post("/live/views", data=body, allow_redirects=False) as answer:
            assert answer.status in {400, 409, 422}, body


async def test_a_figure_and_a_seat_of_a_past_second_open_what_was_so_then(site: Site) -> None:
    """Whatever came of it since: a call rings, is answered and finished; another comes when all that is over."""
    at, began = await telling.place(site), datetime.now(UTC) - timedelta(seconds=120)
    admin = await asyncpg.connect(site.house.admin_dsn)
    await admin.execute("UPDATE gf.journal SET at = at - interval '2 hours'")  # when the clients were set up
    await admin.close()
    await telling.tell(site, at.tenant, telling.abandoned(at), began)
    await _is(site, at, "available", began + timedelta(seconds=10))
    call = str(
        await telling.tell(site, at.tenant, telling.answered(at, recording=uuid4()), began + timedelta(seconds=20))
    )
    await _is(site, at, "on_break", began + timedelta(seconds=40))
    later = str(await telling.tell(site, at.tenant, telling.arrival(at), began + timedelta(seconds=60)))
    manager = await site.person((await site.people("galaxy"))["client_manager"], "galaxy")
    other = await site.person((await site.people("harbour-light"))["client_manager"], "harbour-light")
    rings, over = (str(millis(began + timedelta(milliseconds=ms))) for ms in (27_500, 50_000))
    watched = Watched(at.tenant, "", "Asia/Shanghai")
    for moment, figures in ((rings, (2, 0, 1, 1)), (over, (2, 1, 1, 0))):
        totals = view.totals(await board_at(site.house.app, watched, of_ms(moment), datetime.now(UTC)))
        assert tuple(totals[name] for name in ("offered", "answered", "abandoned", "waiting")) == figures
        for figure, expected in says_of(totals).items():
            text = await opens(manager, figure, expected, f"&at={moment}")
            assert (later in text, 'data-part="rewound"' in text, "tag-bad" in text) == (False, True, False), figure
            assert moment == over or 'data-outcome="answered"' not in text, figure
        text = await opens(manager, "offered", 2, f"&at={moment}&queue={at.queue}")
        assert (call in text, 'data-outcome="answered"' in text) == (True, moment == over)
        assert call not in await opens(other, "offered", 0, f"&at={moment}")
    assert telling.CONTACT in await opens(manager, "waiting", 1, f"&at={rings}")
    async with manager.get(f"/live/rows/offered.csv?at={rings}") as answer:
        assert (answer.status, (await answer.read()).count(b"\r\n")) == (200, 2 + 6)
    board = await read(manager, f"/live?lang=en&at={rings}")
    assert set(re.findall(r'href="/live/rows/(\w+)\?(?:queue=[0-9a-f-]{36}&amp;)?at=' + rings, board)) == set(
        re.findall(r'href="/live/rows/(\w+)', board.partition("<template")[0])
    )
    await _seat_then(manager, other, at, (call, rings, over))
    for query, status in (("x", 400), ("1", 410), ("4102444800000", 400)):
        for path in ("/live/rows/offered?", f"/live/seats/{at.agents[1]}/day?"):
            async with manager.get(f"{path}at={query}") as answer:
                assert answer.status == status, (path, query)


async def _seat_then(
    manager: aiohttp.ClientSession, other: aiohttp.ClientSession, at: telling.Place, of: tuple[str, str, str]
) -> None:
    """The drawer of a past second: the states up to it, and what the agent had by then, as it stood."""
    call, rings, over = of
    for moment, states, had in (
        (str(int(rings) - 12_000), ["available"], []), (rings, ["available"], [(call, None)]),
        (over, ["available", "on_break"], [(call, "answered")]), ("", ["available", "on_break"], [(call, "answered")]),
    ):  # fmt: skip
        async with manager.get(f"/live/seats/{at.agents[1]}/day?at={moment}") as answer:
            told = await answer.json()
            assert [span["state"] for span in told["spans"]] == states, moment
            assert [(each["id"], each["outcome"]) for each in told["interactions"]] == had, moment
            assert all("*" in each["contact"] for each in told["interactions"])
    for who, agent in ((other, at.agents[1]), (manager, uuid4())):
        async with who.get(f"/live/seats/{agent}/day?at={over}") as answer:
            assert answer.status == 404


async def _is(site: Site, at: telling.Place, state: str, when: datetime) -> None:
    async with site.house.app.transaction(at.tenant) as scope:
        fact = AgentStateChanged(str(at.agents[1]), "8002", state, None, None)
        journal.append(scope, fact, subject=at.agents[1], at=when, actor=SYSTEM)


def of_ms(text: str) -> datetime:
    return datetime.fromtimestamp(int(text) / 1000, UTC)


async def queues_of(site: Site, at: telling.Place) -> int:
    board = await open_board(site.house.app, Watched(at.tenant, "", "Asia/Shanghai"))
    return len(board.queues)


async def test_what_is_no_figure_or_no_place_in_a_list_changes_nothing(site: Site) -> None:
    manager = await site.person((await site.people("galaxy"))["client_manager"], "galaxy")
    for path, status in (
        ("/live/rows/secrets", 404), ("/live/rows/answered?after=x", 400), ("/live/rows/aht?after=-1", 400),
        ("/live/rows/aht?after=9999999", 400), ("/live/rows/arrived?since=99999999999999999999", 200),
        ("/live/rows/waiting?queue=%00", 200),
    ):  # fmt: skip
        async with manager.get(path, headers={"Accept": "text/html"}) as answer:
            assert answer.status == status, path
    _, email = (await site.agents())[0]
    agent = await site.person(email)
    async with agent.get("/live/rows/answered", headers={"Accept": "text/html"}) as answer:
        assert answer.status in {403, 409}
