"""The blueprint's routes as a client's developer meets them: real server, sessions, JSON and YAML, refusals."""

from __future__ import annotations

import json
import re
from typing import Any

import aiohttp
import pytest

from kit.clock import now
from tests.support.site import EXAMPLES, Site
from tests.tenants.world import own

FILE = (EXAMPLES / "galaxy.yaml").read_text(encoding="utf-8")
GALAXY = own(FILE)
OTHER = (EXAMPLES / "harbour-light.yaml").read_text(encoding="utf-8")
CHANGED = GALAXY.replace("max_wait_s: 300", "max_wait_s: 200")
FIELD = 'name="{}" value="([^"]*)"'.format
FIRST = {"If-Match": '"blueprint-1"'}


@pytest.fixture
async def manager(site: Site) -> aiohttp.ClientSession:
    return await site.person((await site.people("galaxy"))["client_manager"], "galaxy")


async def problem(answer: aiohttp.ClientResponse) -> dict[str, Any]:
    assert answer.content_type == "application/problem+json"
    found: dict[str, Any] = await answer.json(content_type="application/problem+json")
    return found


async def test_the_blueprint_comes_as_yaml_and_as_json(manager: aiohttp.ClientSession) -> None:
    text = await manager.get("/v1/blueprint")
    assert (text.status, text.content_type, await text.text()) == (200, "application/yaml", GALAXY)
    assert text.headers["ETag"] == '"blueprint-1"'
    value = await (await manager.get("/v1/blueprint", headers={"Accept": "application/json"})).json()
    assert value["tenant"]["code"] == "galaxy"
    assert value["masking"] == {
        "agent": "masked", "supervisor": "masked", "quality": "masked", "reveal": {"allowed": False, "per_hour": 10},
    }  # fmt: skip


async def test_plan_apply_versions_diff_and_revert(manager: aiohttp.ClientSession) -> None:
    planned = await (await manager.post("/v1/blueprint/plan", data=CHANGED.encode())).json()
    assert planned["summary"] == "1 changed"
    assert planned["changes"] == [
        {"verb": "~", "section": "queues", "name": "care", "details": ["max_wait_s: 300 -> 200"]}
    ]
    missing = await manager.post("/v1/blueprint/apply", data=CHANGED.encode())
    assert (missing.status, (await problem(missing))["code"]) == (428, "if_match_required")
    done = await manager.post("/v1/blueprint/apply?why=shorter", data=CHANGED.encode(), headers=FIRST)
    assert (done.status, done.headers["ETag"], (await done.json())["version"]) == (200, '"blueprint-2"', 2)
    again = await manager.post("/v1/blueprint/apply", data=CHANGED.encode(), headers=FIRST)
    assert (again.status, (await again.json())["summary"]) == (200, "no change")
    stale = await manager.post("/v1/blueprint/apply", data=GALAXY.encode(), headers=FIRST)
    assert stale.status == 412
    assert (await problem(stale))["current_version"] == 2
    versions = (await (await manager.get("/v1/blueprint/versions")).json())["data"]
    assert [(v["version"], v["by"], v["why"]) for v in versions] == [(2, "王经理", "shorter"), (1, "tests", "")]
    diff = await (await manager.get("/v1/blueprint/diff?earlier=1&later=2")).json()
    assert diff["text"].splitlines()[-1] == "1 changed"
    back = await manager.post("/v1/blueprint/revert", json={"to_version": 1}, headers={"If-Match": '"blueprint-2"'})
    assert (await back.json())["version"] == 3
    assert await (await manager.get("/v1/blueprint")).text() == GALAXY
    assert await (await manager.get("/v1/blueprint/versions/2")).text() == CHANGED
    assert (await manager.get("/v1/blueprint/versions/99999999999999")).status == 404


async def test_json_is_read_as_well(manager: aiohttp.ClientSession) -> None:
    value = await (await manager.get("/v1/blueprint", headers={"Accept": "application/json"})).json()
    value["queues"][0]["wrap_up_s"] = 31
    done = await manager.post("/v1/blueprint/apply", json=value, headers=FIRST)
    assert (await done.json())["changes"] == [
        {"verb": "~", "section": "queues", "name": "care", "details": ["wrap_up_s: 30 -> 31"]}
    ]
    value["queues"][0]["needs"] = {"nothing": 1}
    bad = await problem(await manager.post("/v1/blueprint/plan", json=value))
    assert bad["errors"] == [
        {"pointer": "/queues/0/needs/nothing", "code": "refused", "detail": "there is no skill 'nothing'"}
    ]


async def test_a_wrong_file_is_refused_with_line_and_pointer(manager: aiohttp.ClientSession) -> None:
    bad = GALAXY.replace("needs: {orders: 1}", "needs: {nothing: 1}").replace("flow: main}", "flow: nowhere}", 1)
    answer = await manager.post("/v1/blueprint/plan", data=bad.encode())
    found = await problem(answer)
    assert (answer.status, found["code"]) == (400, "configuration_refused")
    assert [(e["pointer"], e["line"]) for e in found["errors"]] == [
        ("/queues/0/needs/nothing", bad.splitlines().index("    needs: {nothing: 1}") + 1),
        ("/numbers/0/flow", next(n for n, line in enumerate(bad.splitlines(), 1) if "nowhere" in line)),
    ]


async def test_a_client_changes_neither_its_contract_nor_another_client(manager: aiohttp.ClientSession) -> None:
    richer = GALAXY.replace("target_pct: 80", "target_pct: 95")
    for verb in ("plan", "apply"):
        answer = await manager.post(f"/v1/blueprint/{verb}", data=richer.encode(), headers=FIRST)
        found = await problem(answer)
        assert (answer.status, found["code"]) == (403, "section_not_yours")
        assert [(e["pointer"], e["line"]) for e in found["errors"]] == [("/contract", 6)]
        answer = await manager.post(f"/v1/blueprint/{verb}", data=OTHER.encode(), headers=FIRST)
        assert [e["pointer"] for e in (await problem(answer))["errors"]] == ["/tenant/code"]
        nobody = GALAXY.replace("code: galaxy", "code: nobody")
        answer = await manager.post(f"/v1/blueprint/{verb}", data=nobody.encode(), headers=FIRST)
        assert [e["pointer"] for e in (await problem(answer))["errors"]] == ["/tenant/code"]


async def test_a_client_cannot_ask_for_seats_agents_and_numbers_of_others(manager: aiohttp.ClientSession) -> None:
    for old, new in (
        ('seat: "S1"', 'seat: "9999"'), ('seat: "S1"', 'seat: "8010"'), ("+862150001234", "+85228001234"),
        ("+862150001234", "+85228009999"), ("agent: S1", "agent: nobody@harbour.example"),
        ('seat: "S1"', 'seat: "S99"'),
        ('seat: "S7", kind: shared, agent: S7', 'seat: "8007", kind: shared, agent: wong.kayan@harbour.example'),
    ):  # fmt: skip
        found = await problem(await manager.post("/v1/blueprint/plan", data=GALAXY.replace(old, new, 1).encode()))
        assert found["code"] == "section_not_yours"
        assert not any(word in json.dumps(found) for word in ("free", "no seat", "not the agent"))


async def test_who_may_not_change_settings_reads_or_does_not(site: Site) -> None:
    people = await site.people("galaxy")
    viewer = await site.person(people["client_viewer"], "galaxy")
    agent = await site.person("li.na@harbour.example", "galaxy")
    machine = await site.machine("galaxy")
    assert (await viewer.get("/v1/blueprint")).status == 200
    for who in (agent, machine):
        assert (await who.get("/v1/blueprint")).status == 403
    for who in (viewer, agent, machine):
        for verb in ("plan", "apply"):
            assert (await who.post(f"/v1/blueprint/{verb}", data=GALAXY.encode(), headers=FIRST)).status == 403
        answer = await who.post("/v1/blueprint/revert", json={"to_version": 1}, headers=FIRST)
        assert answer.status == 403


DEEP = "[" * 100_000
ODD: list[tuple[bytes, str]] = [
    (b"", "the file is empty"),
    (DEEP.encode(), "the file is nested deeper than 32 levels"),
    (("flows: " + DEEP).encode(), "nested deeper"),
    (b"a: &a [x]\nb: *a\n", "aliases"),
    (b"a: {<<: {b: 1}}\n", "merge keys"),
    (b"a: 1\na: 2\n", "stands twice"),
    (b"a: !!python/object:os.system x\n", "the tag"),
    (b'a: "\\0"\n', "NUL"),
    (b"a: \x00\n", "control characters"),
    (b"a: " + b"9" * 5000 + b"\n", "more than 15 digits"),
    (b"a: 1\n\xff\xfe\n", "not UTF-8"),
    (b'a: "\\ud800"\n', "invalid Unicode"),
    (b"? {a: 1}\n: 2\n", "a key must be plain text"),
    (b"a: 1\n---\nb: 2\n", "another document"),
    (b"a: [" + b"x," * 100_001 + b"]", "more than 100000 values"),
    (b"a" * 500 + b": 1\n", "a key is longer"),
    (b"x" * 1_000_001, "longer than"),
]


@pytest.mark.parametrize(("body", "reason"), ODD, ids=[reason for _, reason in ODD])
async def test_odd_bytes_are_refused_and_never_a_fault(
    manager: aiohttp.ClientSession, body: bytes, reason: str
) -> None:
    answer = await manager.post("/v1/blueprint/apply", data=body, headers=FIRST)
    assert answer.status == 400
    found = await problem(answer)
    assert found["code"] == "configuration_refused"
    assert reason in found["detail"]
    assert len(json.dumps(found)) < 2000


JSON_ODD = [
    b"", b"{", b"[" * 100_000, b'{"a": NaN}', b'{"a": 1, "a": 2}', b'{"a": "\\ud800"}', b'{"a": "\\u0000"}',
    b'{"a": ' + b"9" * 5000 + b"}", b"7", b"null", b"\xff", b'{"blueprint": 1, "flows": [{"id": [1]}]}',
]  # fmt: skip


@pytest.mark.parametrize("body", JSON_ODD, ids=[repr(body[:20]) for body in JSON_ODD])
async def test_odd_json_is_refused_and_never_a_fault(manager: aiohttp.ClientSession, body: bytes) -> None:
    headers = {**FIRST, "Content-Type": "application/json"}
    answer = await manager.post("/v1/blueprint/apply", data=body, headers=headers)
    assert (answer.status, (await problem(answer))["code"]) == (400, "configuration_refused")


async def test_fifty_megabytes_are_not_read(manager: aiohttp.ClientSession) -> None:
    async def much() -> Any:
        for _ in range(50):
            yield b"#" * 1_048_576

    answer = await manager.post("/v1/blueprint/plan", data=b"#" * 1_100_000)
    assert answer.status == 413
    try:
        streamed = await manager.post("/v1/blueprint/plan", data=much())
        assert streamed.status == 413
    except aiohttp.ClientConnectionError:
        pass  # the server closed the connection before we had sent it all


async def test_a_file_from_windows_is_read(manager: aiohttp.ClientSession) -> None:
    body = b"\xef\xbb\xbf" + CHANGED.replace("\n", "\r\n").encode()
    done = await manager.post("/v1/blueprint/apply", data=body, headers=FIRST)
    assert (done.status, (await done.json())["summary"]) == (200, "1 changed")


ICS = b"""BEGIN:VCALENDAR
BEGIN:VEVENT
DTSTART;VALUE=DATE:%d0101
DTEND;VALUE=DATE:%d0103
SUMMARY:%b\r
END:VEVENT
END:VCALENDAR
"""


async def test_days_off_come_out_of_a_calendar_file_at_once_and_into_the_draft(manager: aiohttp.ClientSession) -> None:
    year = now().year + 1
    file, address = ICS % (year, year, "元旦".encode()), "/v1/blueprint/calendars/office/days-off"
    kind = {"Content-Type": "text/calendar; charset=utf-8"}
    assert (await manager.post(address, data=file, headers=FIRST)).status == 415
    assert (await manager.post(address, data=file, headers=kind)).status == 428
    assert (await manager.post(address.replace("office", "none"), data=file, headers=FIRST | kind)).status == 404
    wrong = await manager.post(address, data=file.replace(b"END:VEVENT", b"END:VTODO"), headers=FIRST | kind)
    told = await problem(wrong)
    assert (wrong.status, told["code"], told["errors"][0]["line"]) == (400, "configuration_refused", 6)
    page = await (await manager.get("/settings/hours?entry=office&lang=en")).text()
    said = {name: re.findall(FIELD(name), page)[0] for name in ("csrf_token", "seen")}
    form = aiohttp.FormData({**said, "entry": "office"})
    form.add_field("file", file, filename="days.ics", content_type="text/calendar")
    drafted = await manager.post("/settings/hours/days-off?lang=en", data=form)
    assert "文件中新增 2 天" in await drafted.text()
    done = await manager.post(address, data=file, headers=FIRST | kind)
    closed = await done.json()
    assert (done.status, closed["days"], closed["left_out"]) == (200, [f"{year}-01-01", f"{year}-01-02"], [])
    value = await (await manager.get("/v1/blueprint", headers={"Accept": "application/json"})).json()
    (office,) = [each for each in value["calendars"] if each["code"] == "office"]
    named = [each["name"] for each in office["exceptions"] if each["on"] in closed["days"]]
    assert named == ["元旦", "元旦"]
    again = await (await manager.post(address, data=file, headers={"If-Match": '"blueprint-2"'} | kind)).json()
    assert (again["summary"], again["days"]) == ("no change", [])


async def test_what_both_sides_owe_is_not_the_clients_to_change(manager: aiohttp.ClientSession) -> None:
    value = await (await manager.get("/v1/blueprint", headers={"Accept": "application/json"})).json()
    agreed = value["work_orders"]["sla"]
    value["work_orders"]["sla"] = {"policies": [{"code": "all", "resolve_min": 525600}]}
    refused = await manager.post("/v1/blueprint/apply", json=value, headers=FIRST)
    assert (refused.status, (await problem(refused))["code"]) == (403, "section_not_yours")
    value["work_orders"] |= {"sla": agreed, "reopen_days": 7}
    assert (await manager.post("/v1/blueprint/apply", json=value, headers=FIRST)).status == 200
    page = await (await manager.get("/settings/time-limits?lang=en")).text()
    assert "per contract" in page
    assert 'type="submit" class="btn btn-accent"' not in page
