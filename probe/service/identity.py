"""Who one says one is: forged, mixed and foreign credentials, and requests that another site's page sends."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence

from probe.core.oracles import Finding
from probe.core.tally import Attempt, Tally
from probe.service.fillers import fill
from probe.service.ground import Attacker, Ground
from probe.service.members import Member
from tenants.endpoints import SignedInGuard, TenantGuard

_REFUSED = 400
_SOMEBODY_ELSES_PAGE: tuple[dict[str, str | None], ...] = (
    {"Sec-Fetch-Site": "cross-site"}, {"X-CSRF-Token": "0" * 64}, {"X-CSRF-Token": None},
    {"Sec-Fetch-Site": None, "Origin": "https://evil.example"}, {"Sec-Fetch-Site": None, "Origin": "null"},
)  # fmt: skip


async def attack_identity(ground: Ground, tally: Tally, members: Sequence[Member]) -> None:
    """Forge credentials at the first page of a tenant; then let another site's page press every button of B."""
    guarded = [m for m in members if m.kind == "http" and any(isinstance(g, TenantGuard) for g in m.guards)]
    page = next((m for m in guarded if m.method == "GET" and not m.named("path")), None)
    if page is None:
        tally.unreached["identity"] = "there is no page to try it on"
        return
    for name, headers in _forged(ground):
        request = fill(page, ground.world.b.victim)[0]
        answer = await ground.ask(Attacker(name, headers), request)
        bad = answer.status < _REFUSED
        _count(tally, "nobody", f"{name} at {page.path}", answer.brief, bad=bad)
    buttons = [m for m in members if m.method != "GET" and m.kind == "http" and _by_a_person(m)]
    for member in buttons:
        for spoilt in _SOMEBODY_ELSES_PAGE:
            await _cross_site(ground, tally, member, spoilt)
    await ground.sign_in_again()


def _by_a_person(member: Member) -> bool:
    return any(guard.permission or isinstance(guard, SignedInGuard) for guard in member.guards)


def _forged(ground: Ground) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield credentials that nobody was given."""
    cookie = ground.attackers["client_manager"].headers["Cookie"]
    key = ground.attackers["key"].headers["Authorization"].removeprefix("Bearer ")
    theirs = next((who.headers["Authorization"].removeprefix("Bearer ") for who in ground.insiders
                   if "Authorization" in who.headers), key)  # fmt: skip
    name, token = cookie.split("=", 1)
    yield "another cookie's token", {"Cookie": f"{name}={secrets.token_urlsafe(32)}"}
    yield "a token with its last character changed", {"Cookie": cookie[:-1] + ("A" if cookie[-1] != "A" else "B")}
    yield "a token twice", {"Cookie": f"{cookie}; {name}x={token}; {name}={token[::-1]}"}
    yield "a token as a key", {"Authorization": f"Bearer {token}"}
    yield "a cookie and a key at once", {"Cookie": cookie, "Authorization": f"Bearer {key}"}
    yield "a key as a cookie", {"Cookie": f"{name}={key}"}
    parts, foreign = key.split("_"), theirs.split("_")
    yield "A's key id with B's secret", {"Authorization": f"Bearer {'_'.join([*parts[:2], foreign[2], parts[3]])}"}
    yield "a key with a changed secret", {"Authorization": f"Bearer {key[:-8]}{'0' * 8}"}
    yield "a basic login", {"Authorization": "Basic YTpi"}
    yield "an unsigned web token", {"Authorization": "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0."}
    yield "an empty key", {"Authorization": "Bearer "}
    yield "headers that name a user", {"X-Forwarded-User": ground.world.a.victim.email, "X-Tenant-Id": "1"}


async def _cross_site(ground: Ground, tally: Tally, member: Member, spoilt: dict[str, str | None]) -> None:
    who = ground.attackers["agent" if member.path.startswith("/desk") else "client_manager"]
    headers = {k: v for k, v in {**who.headers, **spoilt}.items() if v is not None}
    if len(spoilt) == 1 and "X-CSRF-Token" in spoilt:
        headers.setdefault("X-CSRF-Token", "")
    request = fill(member, ground.world.b.victim)[0]
    answer = await ground.ask(Attacker("another site's page", headers), request)
    bad = answer.status < _REFUSED
    _count(tally, "another site's page", str(member), answer.brief, bad=bad)


def _count(tally: Tally, who: str, what: str, answer: str, *, bad: bool) -> None:
    if bad:
        tally.find("identity", Finding("let in", what, who, ""))
    tally.add(Attempt("identity", who, what, "", answer, "finding" if bad else "refused"))
