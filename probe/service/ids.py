"""Every type of id that the tables know, put into every place of a request: path, query, body, header, cookie, cursor.

The catalogue says which types there are in a tenant's plane; the control plane's are named here. Each try is made
twice, with a real id and with one of the same shape that belongs to nobody: both must be answered alike.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode
from uuid import UUID, uuid4

from kit.db import AccessibleTenantId
from probe.core.identities import CONTROL_IDS, NO_IDS, PEOPLE
from probe.core.messages import Request
from probe.core.oracles import Finding
from probe.core.tally import Group, Tally
from probe.service.crawl import Crawl, admitted
from probe.service.fillers import FILLERS, fill
from probe.service.filling import nobody
from probe.service.ground import Attacker, Ground
from probe.service.members import Member

PLACES = ("path", "query", "body", "header", "cookie", "cursor")
_PATHS = 3
"""At so many routes is each type tried in the path, others for each type; its own routes the crawl tries as well."""
_UUID_KEYS = """
SELECT c.relname AS name, a.attname AS column FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY(i.indkey)
WHERE n.nspname = 'gf' AND i.indisprimary AND NOT c.relispartition AND a.attname <> 'tenant_id'
  AND a.atttypid = 'uuid'::regtype ORDER BY 1
"""
_TABLES = """
SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'gf' AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1
"""


_POOLS = ("0123456789", "abcdef")
_HEXADECIMAL = frozenset("".join(_POOLS))


@dataclass(frozen=True, slots=True)
class Known:
    """One real id: its type, and one of the same shape that belongs to nobody."""

    type: str
    value: str
    random: str


async def ids_of(ground: Ground, tenant: AccessibleTenantId, tally: Tally, most: int = 1) -> list[Known]:
    """Return the newest ids of each type; a table that nobody gave a case is a finding, one without rows is told."""
    found: list[Known] = []
    types: set[str] = set()
    async with ground.plane.transaction(tenant) as scope:
        keys = {row["name"]: row["column"] for row in await scope.fetch(_UUID_KEYS)}
        for row in await scope.fetch(_TABLES):
            table, column = row["name"], keys.get(row["name"])
            if column is None and f"gf.{table}" not in NO_IDS:
                tally.find("http", Finding("no case", f"ids of gf.{table}", "anybody", ""))
            if column is not None:
                types.add(table)
                sql = f"SELECT {column}::text AS id FROM gf.{table} WHERE tenant_id = $1 ORDER BY 1 DESC LIMIT $2"  # noqa: S608 - names of the catalogue
                found += [_known(table, one["id"]) for one in await scope.fetch(sql, tenant, most)]
    pool = await ground.control.pool()
    for table, sql in CONTROL_IDS.items():
        found += [_known(table, row["id"]) for row in await pool.fetch(sql.replace("@people", PEOPLE), tenant, most)]
    tally.figures.setdefault("id_types", sorted(types | set(CONTROL_IDS)))
    return found


def _known(table: str, value: str) -> Known:
    return Known(table, value, shaped_like(value))


def shaped_like(value: str) -> str:
    """Return a value of the same shape that belongs to nobody; an id of version 7 keeps its moment (RFC 9562).

    What is no hexadecimal digit stays: an answer may say which character of an id is none, and where it stands. Only
    of a value without any digit the last letter is another one.
    """
    if re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", value):
        return str(UUID(value[:15] + str(uuid4())[15:]))
    if not _HEXADECIMAL.intersection(value):
        return value[:-1] + ("y" if value.endswith("z") else "z")
    made = value
    while made == value:
        made = "".join(next((secrets.choice(pool) for pool in _POOLS if one in pool), one) for one in value)
    return made


async def attack_ids(
    crawl: Crawl, members: Sequence[Member], known: Sequence[Known], group: Group, places: Sequence[str] = PLACES
) -> None:
    """Put each id into each of these places, at routes that differ from type to type; count which was tried where."""
    works = [work for number, one in enumerate(known) for work in _tries(crawl, members, number, one, places)]
    counts: dict[str, dict[str, int]] = crawl.tally.figures.setdefault(
        "ids" if group == "http" else "own_ids_tried", {}
    )
    for one, place, *_ in works:
        row = counts.setdefault(one.type, {})
        row[place] = row.get(place, 0) + 1
    await crawl.crowd(_tried(crawl, work, group) for work in works if work[2].method == "GET")
    for work in works:
        if work[2].method != "GET":  # one at a time: some end the session that others would use meanwhile
            await _tried(crawl, work, group)
    await crawl.ground.sign_in_again()


async def _tried(crawl: Crawl, work: Try, group: Group) -> None:
    _, _, member, who, foreign, random = work
    await crawl.compare(member, who, foreign, random, group)


Try = tuple[Known, str, Member, Attacker, Request, Request]


def _tries(crawl: Crawl, members: Sequence[Member], number: int, one: Known, places: Sequence[str]) -> Iterator[Try]:
    unsafe = "body" in places
    for place in places:
        walk = [m for m in members if m.kind == "http" and _fits(m, place, unsafe=unsafe) and _who(crawl, m)]
        for turn in range(min(len(walk), _PATHS if place == "path" else 1)):
            member = walk[(number * _PATHS + turn) % len(walk)]
            who = _who(crawl, member)
            if who is not None:
                foreign, random = (_filled(crawl, member, place, one.type, value) for value in (one.value, one.random))
                yield one, place, member, who, foreign, random


def _fits(member: Member, place: str, *, unsafe: bool) -> bool:
    """Say whether something of this place can be put into a request to the member."""
    if place == "path":
        ids = [p for p in member.named("path") if p.name in FILLERS]
        return bool(ids) and (unsafe or member.method == "GET")
    if place == "body":
        return member.method != "GET"
    if place == "cursor":
        names = member.reads | {p.name for p in member.named("query")}
        return member.method == "GET" and not member.named("path") and bool({"after", "before"} & names)
    return member.method == "GET" and not member.named("path")


def _who(crawl: Crawl, member: Member) -> Attacker | None:
    """Return somebody of B who comes past the member's guard, if anybody may try it."""
    order = ["agent"] if member.path.startswith("/desk") else ["key"] if member.path.startswith("/v1") else []
    for name in (*order, "client_manager", "client_developer", "onboarding", "agent"):
        who = crawl.ground.attackers.get(name)
        if who and not crawl.spare(member, who) and admitted(member, who):
            return who
    return None


def _filled(crawl: Crawl, member: Member, place: str, name: str, value: str) -> Request:
    """Return the member's request, with nobody's values everywhere but in this place."""
    request = fill(member, nobody(crawl.ground.world.a.victim))[0]
    more = {f"{name}_id": value, "id": value}
    sent, filled = (*request.sent, value), (f"{name} in {place}",)
    if place == "path":
        return replace(request, target=_target(member, request, value), sent=sent, filled=filled)
    if place == "body":
        return replace(request, body=_body(request, more), sent=sent, filled=filled)
    if place == "header":
        headers = {f"X-{name.replace('_', '-')}-Id": value, "X-Id": value}
        return replace(request, headers={**request.headers, **headers}, sent=sent, filled=filled)
    if place == "cookie":
        cookies = "; ".join([*filter(None, [request.headers.get("X-Cookies")]), f"{name}_id={value}", f"id={value}"])
        return replace(request, headers={**request.headers, "X-Cookies": cookies}, sent=sent, filled=filled)
    if place == "cursor":
        more = _cursors(crawl.ground.world.b.tenant, value)
    target = request.target + ("&" if "?" in request.target else "?") + urlencode(more)
    return replace(request, target=target, sent=(*sent, *more.values()), filled=filled)


def _target(member: Member, request: Request, value: str) -> str:
    """Return the address with this value in every part of the path that is an id."""
    parts = []
    given = request.target.partition("?")
    for template, part in zip(member.path.split("/"), given[0].split("/"), strict=True):
        name = template.removeprefix("{").removesuffix("}")
        parts.append(quote(value, safe="") if template.startswith("{") and name in FILLERS else part)
    return "/".join(parts) + "".join(given[1:])


def _body(request: Request, more: Mapping[str, str]) -> bytes:
    body = request.body or b""
    if body.startswith(b"{"):
        return json.dumps({**json.loads(body), **more}).encode()
    return b"&".join(filter(None, [body, urlencode(more).encode()]))


def _cursors(own: UUID, value: str) -> dict[str, str]:
    """Return the id as a cursor, and with the mark that B's own lists sign with: only B's lists take that."""
    try:
        marked = UUID(value).bytes + hashlib.sha256(f"{own} gf.work_order".encode()).digest()[:8]
    except ValueError:
        return {"after": value, "before": value}
    return {"after": base64.urlsafe_b64encode(marked).decode(), "before": value}
