"""Interactions and their recordings as people see them, with real rows behind every page."""

from __future__ import annotations

import asyncio
import csv
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import aiohttp
import pytest

from interactions.facts import InteractionStarted
from tests.portal import telling
from tests.support.site import Site

RAW = re.compile(r">\s*(in_flow|queued|offered|talking|wrapping_up|ended|left_in_flow|None|undefined)\s*<")


async def read(client: aiohttp.ClientSession, path: str, **params: str) -> str:
    async with client.get(path, params=params, headers={"Accept": "text/html"}) as answer:
        text = await answer.text()
        assert answer.status == 200, text[-1500:]
        return text


async def manager(site: Site) -> aiohttp.ClientSession:
    return await site.person((await site.people("galaxy"))["client_manager"], "galaxy")


def rows(text: str) -> int:
    return text.count('<tr><td class="nowrap"><a href="/interactions/')


async def test_every_fact_of_a_call_is_told_in_words(site: Site) -> None:
    at = await telling.place(site)
    first = uuid4()
    calls = [
        await telling.tell(site, at.tenant, telling.answered(at, recording=first)),
        await telling.tell(site, at.tenant, telling.abandoned(at)),
        await telling.tell(site, at.tenant, telling.voicemail(at, recording=uuid4())),
    ]
    reader = await manager(site)
    for lang in ("en", "zh-Hans", "zh-Hant"):
        for call in calls:
            text = await read(reader, f"/interactions/{call}", lang=lang)
            assert RAW.search(text) is None, RAW.search(text)
            sentences = re.findall(r'<div class="ladder-text">(.*?)<details>', text, re.DOTALL)
            told = " ".join(re.sub(r"<[^>]+>", " ", sentence) for sentence in sentences)
            assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}", told), told
            assert "_" not in told, told
    text = await read(reader, f"/interactions/{calls[0]}", lang="en")
    for part in (
        *at.aliases, at.queue_name, "not answered in time", "longest idle", "step 1", "fewest other skills",
        "Wrap-up done: talk 01:01, wrap-up 00:12", "branch 1", "(pressed 1)", telling.CONTACT,
    ):  # fmt: skip
        assert part in text, part
    assert "called back &lt;b&gt;twice&lt;/b&gt;" in text
    assert "while ringing, after 00:31" in await read(reader, f"/interactions/{calls[1]}", lang="en")
    assert "Message recorded, 00:01" in await read(reader, f"/interactions/{calls[2]}", lang="en")


async def test_a_list_is_filtered_by_its_address_and_says_how_many(site: Site) -> None:
    at = await telling.place(site)
    reader = await manager(site)
    assert "No interactions yet" in await read(reader, "/interactions", lang="en")
    for _ in range(2):
        await telling.tell(site, at.tenant, telling.answered(at, recording=uuid4()))
    await telling.tell(site, at.tenant, telling.abandoned(at))
    running = await telling.tell(site, at.tenant, telling.arrival(at)[:2])
    old = await telling.tell(site, at.tenant, telling.abandoned(at), datetime(2026, 1, 5, 8, tzinfo=UTC))
    asked: Mapping[tuple[tuple[str, str], ...], int] = {
        (): 5,
        (("from", "today"),): 4,
        (("outcome", "answered"), ("from", "today")): 2,
        (("outcome", "abandoned"),): 2,
        (("outcome", "voicemail"),): 0,
        (("queue", str(at.queue)),): 4,
        (("agent", str(at.agents[1])), ("from", "today")): 2,
        (("from", "2026-01-05"), ("to", "2026-01-05")): 1,
        (("q", str(old)),): 1,
        (("q", "1234"),): 5,
        (("q", "9999"),): 0,
    }
    for filters, count in asked.items():
        text = await read(reader, "/interactions", lang="en", **dict(filters))
        assert rows(text) == count, filters
        word = "interaction" if count == 1 else "interactions"
        assert (f"{count} {word}" if count else "No interaction matches") in text, filters
    text = await read(reader, "/interactions", q=str(running), lang="en")
    assert "In the flow" in text
    assert RAW.search(text) is None
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat()
    assert f'value="{today}T00:00"' in await read(reader, "/interactions", **{"from": "today"})


BAD = ({"from": "yesterday"}, {"q": "hello"}, {"queue": "1"}, {"agent": "x"}, {"after": "x"}, {"to": "9999-12-31"})


async def test_page_file_and_api_answer_the_same_search(site: Site) -> None:
    at = await telling.place(site)
    for story in (telling.answered(at, recording=uuid4()), telling.abandoned(at)):
        await telling.tell(site, at.tenant, story)
    other = await telling.place(site, "harbour-light")
    await telling.tell(site, other.tenant, telling.answered(other, recording=uuid4()))
    reader, machine = await manager(site), await site.machine("galaxy")
    for search, n in (
        ({}, 2), ({"note": "called twice"}, 1), ({"node": "choose", "key": "1"}, 1), ({"wait_min": "0:31"}, 1),
        ({"recorded": "no"}, 1), ({"from": "today", "sort": "-wait"}, 2),
    ):  # fmt: skip
        assert rows(await read(reader, "/interactions", **search)) == n, search
        async with machine.get("/v1/interactions", params=search) as answer:
            assert len((await answer.json())["data"]) == n, search
        async with reader.get(
            "/interactions.csv", params={**search, "columns": "started,note,id", "lang": "en"}
        ) as got:
            assert got.content_type == "text/csv", await got.text()
            lines = list(csv.reader((await got.text()).lstrip("\ufeff").splitlines()))
        assert lines[1] == ["Times in", "Asia/Shanghai (GMT+8)"]
        assert (lines[3], lines[5], len(lines)) == (["Rows", str(n)], ["Started", "Note", "Id"], 6 + n), search
        assert all(line[0].endswith("+08:00") for line in lines[6:])
    for wrong in (
        {"colour": "red"},
        {"recorded": "perhaps"},
        {"wait_min": "x"},
        {"since": "2026-11-21T08:00:00"},
        {"after": "x"},
    ):
        async with machine.get("/v1/interactions", params=wrong) as answer:
            assert answer.status == 400, (wrong, await answer.text())
    async with reader.get("/interactions.csv", params={"colour": "red"}) as answer:
        assert answer.status == 400
    viewer = await site.person((await site.people("galaxy"))["client_viewer"], "galaxy")
    async with viewer.get("/interactions.csv") as answer:
        assert answer.status == 403
    assert [fact["rows"] for fact in await telling.facts_of(site, at.tenant, at.tenant, "InteractionsTaken")] == [
        2, 1, 1, 1, 1, 2
    ]  # fmt: skip
    text = await read(reader, "/interactions", note="twice", columns="started,note", lang="en")
    token = re.search(r'name="csrf_token" value="([^"]+)"', text)
    assert token is not None
    kept = {"csrf_token": token[1], "name": " Told  twice ", "query": "note=twice&columns=started&after=x"}
    async with reader.post("/interactions/views", data=kept, allow_redirects=False) as answer:
        assert answer.status == 303, await answer.text()
    text = await read(reader, "/interactions", lang="en")
    assert 'href="/interactions?note=twice&amp;columns=started"><bdi>Told twice</bdi>' in text
    assert "Told twice" not in await read(viewer, "/interactions", lang="en")
    forget = re.search(r'action="(/interactions/views/[^"]+/forget)"', text)
    assert forget is not None
    async with viewer.get("/interactions", headers={"Accept": "text/html"}) as answer:
        theirs = re.search(r'name="csrf_token" value="([^"]+)"', await answer.text())
    assert theirs is not None
    for person, csrf, status in ((viewer, theirs[1], 404), (reader, token[1], 303), (reader, token[1], 404)):
        async with person.post(forget[1], data={"csrf_token": csrf}, allow_redirects=False) as answer:
            assert answer.status == status
    async with reader.post("/interactions/views", data={**kept, "name": " "}, allow_redirects=False) as answer:
        assert answer.status == 400


async def test_a_bad_filter_is_named_and_keeps_what_was_typed(site: Site) -> None:
    reader = await manager(site)
    for bad in BAD:
        text = await read(reader, "/interactions", lang="zh-CN", **bad)
        assert 'data-state="error"' in text, bad
        assert "无法识别筛选条件" in text
    assert 'value="hello"' in await read(reader, "/interactions", q="hello")


WRONG = {
    "q": ("hello", "Write an interaction&#39;s id"), "from": ("yesterday", "Write a day as 2026-11-21"),
    "queue": ("1", "This is none of the choices."), "wait_min": ("x", "Write seconds as 90"),
    "talk_max": ("10", "It ends before it begins."), "recorded": ("perhaps", "This is none of the choices."),
}  # fmt: skip


async def test_each_wrong_filter_says_why_at_its_field_and_the_rest_stays(site: Site) -> None:
    reader, old = await manager(site), str(uuid4())
    given = {name: text for name, (text, _) in WRONG.items()}
    asked = {**given, "talk_min": "90", "outcome": "answered", "last_agent": old, "colour": "red", "after": ""}
    text = await read(reader, "/interactions", lang="en", **asked)
    for name, (typed, why) in WRONG.items():
        field = re.search(rf'<(input|select)[^>]* id="{name}"[^>]*>', text)
        assert field is not None
        assert 'aria-invalid="true"' in field[0], name
        assert re.search(rf'id="w-{name}">(?:<svg.*?</svg>)?{why}', text), name
        assert f"“<bdi>{typed}</bdi>”" in text.partition('id="results"')[2], name
    assert text.count('aria-invalid="true"') == len(WRONG)
    assert "colour “<bdi>red</bdi>”: There is no such filter." in text
    for kept in ('value="yesterday"', 'value="90"', '<option value="answered" selected>', f'value="{old}" selected>'):
        assert kept in text, kept
    repaired = re.search(r'href="(/interactions\?[^"]+)">[^>]*(?:<[^>]+>)*\s*Search without them', text)
    assert repaired is not None
    assert set(re.findall(r"(\w+)=", repaired[1])) == {"talk_min", "outcome", "last_agent", "lang"}
    for one, name, why in (
        ({"note": "!!"}, "note", "no word in it"), ({"key": "1"}, "key", "at which step"), ({"q": "+8613"}, "q", ""),
        ({"from": "2026-11-21", "since": "2026-11-21T08:00:00Z"}, "", "either a day or a moment"),
    ):  # fmt: skip
        async with reader.get("/interactions", params={**one, "lang": "en"}, headers={"HX-Request": "true"}) as answer:
            part = await answer.text()
        assert why in part, one
        filled = re.findall(r'id="w-(\w+)" hx-swap-oob="true"><svg', part)
        assert filled == ([name] if why and name else []), one
        assert 'id="w-to" hx-swap-oob="true"></p>' in part, "what is right says nothing any more"


async def test_htmx_gets_the_results_and_older_pages_follow(site: Site) -> None:
    at = await telling.place(site)
    for _ in range(51):
        await telling.tell(site, at.tenant, telling.arrival(at)[:1])
    reader = await manager(site)
    async with reader.get("/interactions", headers={"HX-Request": "true"}) as answer:
        part = await answer.text()
    assert "<html" not in part
    assert (rows(part), "51 interactions" in part or "51 条" in part or "51" in part) == (50, True)
    older = re.search(r'href="(/interactions\?[^"]*after=[^"]+)"', part)
    assert older is not None
    last = await read(reader, older[1].replace("&amp;", "&"), lang="en")
    assert (rows(last), "51 interactions" in last, "These are the last." in last) == (1, True, True)
    assert 'href="/interactions?lang=en"' in last, "back to the first page"


async def test_a_figure_of_the_board_opens_as_many_rows_as_it_counts(site: Site) -> None:
    at = await telling.place(site)
    for story in (*[telling.answered(at, recording=uuid4()) for _ in range(3)], telling.abandoned(at)):
        await telling.tell(site, at.tenant, story)
    reader = await manager(site)
    board = await read(reader, "/live", lang="en")
    for key, count in {"answered": 3, "offered": 4}.items():
        card = re.search(rf'data-kpi="{key}".*?href="([^"]+)"><span data-f="value">(\d+)<', board, re.DOTALL)
        assert card is not None, key
        assert int(card[2]) == count
        assert f'data-count="{count}"' in await read(reader, card[1].replace("&amp;", "&")), key
    assert "answered within 20 s ÷ (answered + abandoned, short abandons left out)" in board
    assert "3 of 4" in board  # 31 s of ringing is no short abandon
    assert board.count("data-as-of") == 12


async def test_a_recording_plays_in_ranges_and_is_one_listening(site: Site) -> None:
    at = await telling.place(site)
    kept = uuid4()
    call = await telling.tell(site, at.tenant, telling.answered(at, recording=kept))
    reader = await manager(site)
    sound, path = telling.sound(), f"/interactions/{call}/recording"
    async with reader.get(path, headers={"Range": "bytes=0-"}) as answer:
        assert (answer.status, answer.content_type) == (206, "audio/wav")
        assert await answer.read() == sound
        assert answer.headers["Cache-Control"] == "private, no-store"
    async with reader.get(path, headers={"Range": "bytes=8000-8099"}) as answer:
        assert answer.headers["Content-Range"] == f"bytes 8000-8099/{len(sound)}"
        assert await answer.read() == sound[8000:8100]
    async with reader.get(path, headers={"Range": f"bytes={len(sound)}-"}) as answer:
        assert answer.status == 416
    heard = await telling.facts_of(site, at.tenant, call, "RecordingPlayed")
    assert [fact["recording_id"] for fact in heard] == [str(kept)]
    viewer = await site.person((await site.people("galaxy"))["client_viewer"], "galaxy")
    for part in ("bytes=1-", "bytes=-8000", "bytes=9-"):  # nearly all of it, and never its first byte
        async with viewer.get(path, headers={"Range": part}) as answer:
            assert answer.status == 206
    heard = await telling.facts_of(site, at.tenant, call, "RecordingPlayed")
    assert len({fact["by"] for fact in heard}) == len(heard) == 2, "whoever hears a part has listened, once"
    async with viewer.post("/sign-out", allow_redirects=False) as answer:
        assert answer.status == 303
    async with viewer.get(path, headers={"Accept": "audio/*"}, allow_redirects=False) as answer:
        assert (answer.status, await answer.read() == sound) in {(303, False), (401, False)}
    text = await read(reader, f"/interactions/{call}", lang="en")
    assert "Recording heard by 王经理" in text
    heard_by = re.findall(r"<bdi>([^<]+)</bdi>", text.partition('id="heard"')[2].partition("</ul>")[0])
    assert len(heard_by) == 2, "newest first"
    assert heard_by[1] == "王经理"
    assert len(re.findall(rf'data-fact="\d+" data-of="{kept}"', text)) >= 2, "facts lie on the recording"
    for _ in range(2):  # made, then as it was kept
        async with reader.get(f"/interactions/{call}/peaks") as answer:
            loud = await answer.json()
            assert (loud["duration_ms"], len(loud["channels"])) == (1000, 1)
            assert set(loud["channels"][0]) == {0}, "silence"
    async with site.house.app.transaction(at.tenant) as scope:
        (row,) = await scope.fetch("SELECT peaks FROM gf.recording_peaks WHERE tenant_id = $1", at.tenant)
    assert bytes(row["peaks"]).startswith(b"\0gf1"), "sealed"
    async with reader.get(path, params={"recording": str(uuid4())}) as answer:
        assert answer.status == 404


async def test_a_recording_is_cut_off_when_the_grant_ends(site: Site) -> None:
    """What is sent already is gone; the rest does not come, and nobody takes the part for the whole."""
    at = await telling.place(site)
    kept = uuid4()
    call = await telling.tell(site, at.tenant, telling.answered(at, recording=kept))
    (site.settings.recordings_folder / telling.key_of(at, kept)).write_bytes(telling.sound() + bytes(48 * 1024 * 1024))
    sup = await site.person("sup@harbour.example", "galaxy")
    pool = await site.house.control.pool()
    async with sup.get(f"/interactions/{call}/recording") as answer:
        assert answer.status == 200
        await answer.content.read(65_536)
        began = time.monotonic()
        await pool.execute("UPDATE control.staff_grant SET until_at = clock_timestamp()")
        await asyncio.sleep(1.5)
        with pytest.raises(aiohttp.ClientPayloadError):
            await answer.read()
        assert time.monotonic() - began < 4


async def test_nobody_reads_or_hears_another_clients_call(site: Site) -> None:
    at = await telling.place(site)
    call = await telling.tell(site, at.tenant, telling.answered(at, recording=uuid4()))
    other = await site.person((await site.people("harbour-light"))["client_manager"], "harbour-light")
    for path in (
        f"/interactions/{call}", f"/interactions/{call}/recording", f"/interactions/{call}/peaks",
        f"/interactions/{uuid4()}",
    ):  # fmt: skip
        async with other.get(path, headers={"Accept": "text/html"}) as answer:
            assert (answer.status, telling.CONTACT in await answer.text()) == (404, False)
    assert rows(await read(other, "/interactions")) == 0


async def test_midnight_is_the_clients(site: Site) -> None:
    at = await telling.place(site)
    midnight = datetime.now(ZoneInfo("Asia/Shanghai")).replace(hour=0, minute=0, second=0, microsecond=0)
    started = InteractionStarted("+862150001234", telling.CONTACT, "voice", "inbound", "main", 3)
    before: UUID = await telling.tell(site, at.tenant, [started], midnight - timedelta(seconds=1))
    after: UUID = await telling.tell(site, at.tenant, [started], midnight)
    text = await read(await manager(site), "/interactions", **{"from": "today"})
    assert str(after) in text
    assert str(before) not in text
