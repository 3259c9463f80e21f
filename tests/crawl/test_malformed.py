"""Whatever is sent: a page or a problem with a stable code, never a 500, no stack, no SQL."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import quote

import pytest

from probe.core.messages import Request
from probe.core.oracles import complaints
from probe.service.fillers import fill
from probe.service.ground import Attacker
from probe.service.members import Member, members
from tests.crawl.ground import SiteGround
from tests.crawl.raw import send
from workorders.service.filters import FILTERS

WORDS = (
    "%00", "a%00b", "%2B%00", "%2B86138%001", "..%2f..%2fetc%2fpasswd", "%252e%252e%252f", "%ff%fe", "%ed%a0%80",
    "9" * 400,
    "0001" + "9" * 30, "0200999", "-1", "1e9", "A" * 3000, "'%20OR%201%3D1--", "%7b%7b7*7%7d%7d", "%E2%80%AE", "null",
    "0001-01-01", "9999-12-31", "0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00", "2026-02-30",
    "%F0%9F%92%A3",
    "%C2%B2%C2%B2%C2%B2%C2%B2", "00000000-0000-0000-0000-000000000000", "%0d%0aSet-Cookie:%20x=1", "[]",
    "WO-" + "9" * 25,
)  # fmt: skip
ONE_OF_EACH = {each.read: name for name, each in FILTERS.items()}.values()
"""Of the filters of work orders one for each way in which one is read."""
JSON_BODIES: tuple[bytes, ...] = (
    b"", b"{", b"null", b"[]", b"7", b'"x"', b"\xff\xfe", b'{"\\ud800": 1}', b'{"title": "\\ud800"}', b"[" * 50_000,
    b'{"a":' * 20_000, b'{"limit": 1e999}', b'{"n": NaN}', b'{"title": "a\\u0000b", "type": "x"}', b"9" * 5000,
)  # fmt: skip
KNOWN_PROTOCOL_ANSWER = "Invalid HTTP request received."
"""The server's own words for what is not HTTP: no route was reached."""


@pytest.fixture
def people(ground: SiteGround) -> list[Attacker]:
    return [ground.attackers[name] for name in ("client_manager", "agent", "key")]


async def test_odd_words_in_path_and_address(ground: SiteGround, people: list[Attacker]) -> None:
    """Each word under all names at once; where that is refused, one name may have hidden another: each alone, too."""
    asked, wrong, gets = 0, [], [m for m in members(ground.app) if m.method == "GET" and m.kind == "http"]
    for member in gets:
        base = fill(member, ground.world.b.victim)[0].target
        path = base.partition("?")[0]
        names = sorted(
            {p.name for p in member.named("query")} | member.reads | set(ONE_OF_EACH if "after" in member.reads else ())
        )
        who = people[0]
        for one in people[1:]:
            if (await ground.ask(who, Request("GET", base))).status == 200:
                break
            who = one
        refused: list[str] = []
        if member.named("path"):
            together = {_put(member.path, word): "" for word in WORDS}
        else:
            together = {f"{path}?{'&'.join(f'{name}={word}' for name in names)}": word for word in WORDS if names}
        wrong += await _all_well(ground, [(who, Request("GET", target)) for target in together], refused)
        words = [together[target] for target in refused] if len(names) > 1 and not member.named("path") else []
        alone = [f"{path}?{name}={word}" for word in words for name in names]
        wrong += await _all_well(ground, [(who, Request("GET", target)) for target in alone])
        asked += len(together) + len(alone)
    assert wrong == []
    assert asked > 3000


KINDS = (
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "text/plain",
)


async def test_odd_bodies(ground: SiteGround, people: list[Attacker]) -> None:
    """A form or document that a route declares is read by the framework, for all alike: its own kind alone there.

    The first route of each sort is tried with every kind, and so is each that may read the body by itself; the longer
    ones there by turns as a document and as a form.
    """
    wrong, sorts, asked = [], set(), 0
    for turn, member in enumerate(members(ground.app)):
        if member.method != "POST" or member.path == "/sign-in":
            continue
        target = fill(member, ground.world.b.victim)[0].target
        own = KINDS[:1] if member.named("body") else KINDS[1:2] if member.named("form") else ()
        first = own not in sorts
        kinds = KINDS if not own or first else own
        sorts.add(own)
        who = await _past_the_guard(ground, people, member, target)
        tries = [
            (who, Request("POST", target, {"Content-Type": kind, "Idempotency-Key": f"k{n}"}, body))
            for n, body in enumerate(JSON_BODIES)
            for kind in (kinds if n < 4 else kinds[:2] if first or own else kinds[(n + turn) % 2 :][:1])
        ]  # fmt: skip
        wrong += await _all_well(ground, tries)
        asked += len(tries)
    assert wrong == []
    assert len(sorts) == 3
    assert asked > 4000


async def _past_the_guard(ground: SiteGround, people: list[Attacker], member: Member, target: str) -> Attacker:
    """Return who is let in: the guard answers everybody else before anything else is looked at."""
    order = sorted(people, key=lambda who: (who.name == "agent") != member.path.startswith("/desk"))
    for who in order:
        if (await ground.ask(who, Request("POST", target))).status not in {401, 403}:
            return who
    return order[0]


async def test_odd_texts_in_fields_of_ones_own_work(ground: SiteGround) -> None:
    """What passes the form and fails deeper: an agent escalates its own interaction with words that are none."""
    agent = await ground.somebody("yip.meiling@harbour.example", "harbour-light")
    own = {"interaction": ground.world.b.victim.interaction, "type": "callback", "title": "t"}
    tries = [{**own, "type": "not a code!"}, {**own, "title": " "}, {**own, "title": "a\0b"}, {**own, "type": ""},
             {**own, "description": "a\0"}, {**own, "interaction": ground.world.b.talking}]  # fmt: skip
    answers = []
    for body in tries:
        request = Request("POST", "/desk/escalate", {"Content-Type": "application/json"}, json.dumps(body).encode())
        answers.append(await ground.ask(agent, request))
    assert [answer.status for answer in answers] == [400, 400, 400, 400, 400, 201], [a.text[:200] for a in answers]
    assert all('"code":"validation_failed"' in answer.text for answer in answers[:5])


async def test_sign_in_with_odd_words(ground: SiteGround) -> None:
    for email, password in (("a%00b", "x"), ("%ff", "x"), ("x%40y.example", "%00"), ("%F0%9F%92%A3", "x"), ("", "")):
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
        request = Request("POST", "/sign-in", headers, f"email={email}&password={password}".encode())
        answer = await ground.ask(Attacker("nobody", {}), request)
        assert answer.status in {400, 401}, (email, answer.status, answer.text[:200])
    headers = {"Content-Type": f"multipart/form-data; boundary={'x' * 300}", "Sec-Fetch-Site": "same-origin"}
    answer = await ground.ask(Attacker("nobody", {}), Request("POST", "/sign-in", headers, b""))
    assert answer.status == 400, answer.text[:200]


async def test_static_files_and_recordings_by_path(ground: SiteGround, people: list[Attacker]) -> None:
    ways = ("..%2fapp%2fweb.py", "%2e%2e/app/web.py", "..%5capp%5cweb.py", "%00", "css%00", "a" * 5000,
            "....//app/web.py",
            "%252e%252e%252fapp", "/etc/passwd", "%2fetc%2fpasswd", "css/..%2f..%2fpyproject.toml", "%ff",
            "~", "")  # fmt: skip
    tries = [(people[0], Request("GET", f"/static/{way}")) for way in ways]
    key = ground.world.a.victim.key
    own = ground.world.b.victim.interaction
    for base in (f"/v1/interactions/{own}/recording", f"/interactions/{own}/recording"):
        for way in (
            key,
            quote(key, safe=""),
            f"../{key}",
            f"..%2f..%2f{quote(key, safe='')}",
            "%00",
            "..%2f..%2fspool",
        ):
            tries += [(people[0], Request("GET", f"{base}?recording={way}"))]
    assert await _all_well(ground, tries) == []
    for who, request in tries:
        answer = await ground.ask(who, request)
        assert answer.status in {400, 404, 405}, (request.target, answer.status)


async def test_ranges_of_ones_own_recording(ground: SiteGround, people: list[Attacker]) -> None:
    target = f"/v1/interactions/{ground.world.b.victim.interaction}/recording"
    for given in (
        "bytes=0-10",
        "bytes=-1",
        "bytes=99999999-",
        "bytes=5-2",
        "lines=1-2",
        "bytes=x",
        "bytes=0-1,5-6",
        "b" * 9000,
    ):
        request = Request("GET", target, {"Range": given})
        answer = await ground.ask(people[0], request)
        assert answer.status in {200, 206, 400, 416}, (given, answer.status)
        found = {oracle for oracle, _ in complaints(answer, request, ground.world.a.words)}
        assert found <= {"no stable code"}, given  # the file answer's own 400 and 416 are plain text


async def test_bytes_that_are_hardly_http(ground: SiteGround) -> None:
    cookie = ground.attackers["client_manager"].headers["Cookie"].encode()
    for head in (
        b"GET /live\0 HTTP/1.1\r\n", b"GET /v1/interactions/%00 HTTP/1.1\r\nCookie: " + cookie + b"\r\n",
        b"GET /live HTTP/1.1\r\nCookie: gf=\xff\xfe\x80\r\n", b"GET /live HTTP/1.1\r\nAuthorization: Bearer \xff\r\n",
        b"GET /live HTTP/1.1\r\nAuthorization: Bearer gf_live_a_b\r\n",
        b"GET /live HTTP/1.1\r\nAuthorization: Basic x\r\n",
        b"POST /v1/work-orders HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 5\r\n",
        b"GET /live HTTP/1.1\r\nX-Request-Id: \xe4\xb8\r\n", b"GET http://evil.example/live HTTP/1.1\r\n",
        b"GET //evil.example/%2e%2e HTTP/1.1\r\n", b"GET /live HTTP/1.1\r\nAccept-Language: " + b"a," * 3000 + b"\r\n",
        b"GET /live HTTP/1.1\r\nCookie: " + b"a=b; " * 1500 + b"\r\n", b"OPTIONS * HTTP/1.1\r\n",
        b'GET /live HTTP/1.1\r\nAccept: text/html\r\nCookie: theme="><script>; lang=../../x\r\n',
    ):  # fmt: skip
        answer = await send(ground, head, b"{}{}{")
        request = Request("GET", head.decode("latin-1"))
        if KNOWN_PROTOCOL_ANSWER not in answer.text:
            assert complaints(answer, request, ground.world.a.words) == [], head
        assert answer.status < 500, head
        assert "<script>;" not in answer.text


async def test_a_body_that_is_too_big_is_refused_before_it_is_read(ground: SiteGround) -> None:
    """Also without signing in: a body is read before the guard is asked."""
    for path, kind in (("/v1/work-orders", b"application/json"), ("/sign-in", b"application/x-www-form-urlencoded")):
        head = b"POST " + path.encode() + b" HTTP/1.1\r\nContent-Type: " + kind + b"\r\n"
        declared = await send(ground, head + b"Content-Length: 80000000\r\n", b"{")
        assert (declared.status, '"code":"too_large"' in declared.text) == (413, True), declared
        chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"  # the stream never ends: only a limit answers it
        streamed = await send(ground, head + b"Transfer-Encoding: chunked\r\nX-Content-Length: 0\r\n", chunk * 20)
        assert streamed.status in {0, 413}, streamed  # 0: the connection was cut while we were still sending


def _put(path: str, word: str) -> str:
    head, _, rest = path.partition("{")
    return head + word + rest.partition("}")[2]


async def _all_well(
    ground: SiteGround, tries: list[tuple[Attacker, Request]], refused: list[str] | None = None
) -> list[Any]:
    """Return what is wrong with the answers; ``refused`` gets the addresses of those that are an error's."""
    turn, wrong = asyncio.Semaphore(4), []

    async def one(who: Attacker, request: Request) -> None:
        async with turn:
            answer = await ground.ask(who, request)
        if answer.refused and refused is not None:
            refused.append(request.target)
        found = complaints(answer, request, ground.world.a.words)
        if found or "x=1" in answer.header("set-cookie"):
            wrong.append((who.name, request.method, request.target[:120], (request.body or b"")[:40], found))

    await asyncio.gather(*(one(who, request) for who, request in tries))
    return wrong
