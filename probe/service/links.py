"""One-time links and signed tokens: a real one of B that was cut, changed, ended or carried to another address."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode

from probe.core.messages import Answer, Request
from probe.core.oracles import Finding
from probe.core.tally import Attempt, Tally
from probe.service.ground import Attacker, Ground
from probe.service.members import Member
from tenants.service.sessions import token_hash

_REFUSED = 400
SET_PASSWORD, INVITED = "/set-password", "/sign-in/invited/{token}"
_LIFE = timedelta(minutes=5)
_MAKE = """
INSERT INTO control.sign_in_link (user_id, token_hash, purpose, created_at, expires_at) VALUES ($1, $2, 'reset', $3, $4)
ON CONFLICT (user_id) DO UPDATE SET token_hash = EXCLUDED.token_hash, created_at = EXCLUDED.created_at,
  expires_at = EXCLUDED.expires_at
"""


async def attack_links(ground: Ground, tally: Tally, members: Sequence[Member]) -> None:
    """Use B's link wrongly in every way, forge what a sign-in service would sign, and cut B's own cursor."""
    paths = {member.path for member in members}
    nobody = Attacker("nobody", {"Origin": ground.url, "Sec-Fetch-Site": "same-origin"})
    if SET_PASSWORD in paths:
        await _links(ground, tally, nobody)
    for member in members:
        if any(parameter.name == "logout_token" for parameter in member.named("form")):
            await _logout(ground, tally, nobody, member)
    await _cursors(ground, tally)


async def _links(ground: Ground, tally: Tally, nobody: Attacker) -> None:
    pool, now = await ground.control.pool(), datetime.now(UTC)
    person = ground.attackers["client_viewer"].user
    token, old = secrets.token_urlsafe(32), secrets.token_urlsafe(32)

    async def seen(path: str, link: str) -> Answer:
        target = path.replace("{token}", quote(link, safe="")) if "{token}" in path else f"{path}?link={quote(link)}"
        return await ground.ask(nobody, Request("GET", target))

    try:
        await pool.execute(_MAKE, person, token_hash(token), now, now + _LIFE)
        if (await seen(SET_PASSWORD, token)).status >= _REFUSED:
            tally.unreached.setdefault("identity", "a good link was refused, so a bad one proves nothing")
        for what, link in _spoilt(token).items():
            _judge(tally, f"a link to set a password, {what}", await seen(SET_PASSWORD, link))
        _judge(tally, "a link to set a password, at the address of an invitation", await seen(INVITED, token))
        await pool.execute(_MAKE, person, token_hash(old), now - 2 * _LIFE, now - _LIFE)
        _judge(tally, "a link to set a password, expired", await seen(SET_PASSWORD, old))
        _judge(tally, "a link to set a password, ended by a newer one", await seen(SET_PASSWORD, token))
    finally:
        await pool.execute("DELETE FROM control.sign_in_link WHERE user_id = $1", person)


def _spoilt(token: str) -> dict[str, str]:
    """Return a secret in ways that must not work."""
    other = "A" if token[-1] != "A" else "B"
    return {
        "cut": token[:-1], "longer": token + "A", "its last character changed": token[:-1] + other,
        "in capitals": token.swapcase(), "its hash instead": token_hash(token).hex(), "twice": f"{token},{token}",
        "with a zero byte": f"{token}\0", "nothing": "",
    }  # fmt: skip


def _forged_tokens(victim_idp: str, person: str) -> Iterator[tuple[str, str]]:
    """Yield logout tokens (OpenID Connect Back-Channel Logout 1.0) that no sign-in service signed."""
    event: dict[str, object] = {"http://schemas.openid.net/event/backchannel-logout": {}}
    claims = {"iss": "https://a.example", "aud": victim_idp, "sub": person, "iat": 0, "jti": "x", "events": event}
    for name, header, signature in (
        ("unsigned", {"alg": "none"}, ""),
        ("signed with the wrong kind of key", {"alg": "HS256"}, "e30"),
        ("with a key of its own", {"alg": "RS256", "jku": "https://evil.example/keys"}, "e30"),
        ("with a signature that is none", {"alg": "RS256"}, "AAAA"),
    ):
        yield name, f"{_part(header)}.{_part(claims)}.{signature}"


def _part(content: Mapping[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


async def _logout(ground: Ground, tally: Tally, nobody: Attacker, member: Member) -> None:
    victim = ground.world.a.victim
    target = member.path.replace("{idp_id}", victim.idp)
    for name, token in _forged_tokens(victim.idp, victim.person or victim.agent):
        form = urlencode({"logout_token": token}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = await ground.ask(nobody, Request("POST", target, headers, form))
        _judge(tally, f"a logout token, {name}, at {member.path}", answer)


async def _cursors(ground: Ground, tally: Tally) -> None:
    """Cut and change a cursor of B's own list, and take it to another list."""
    who, cursor = ground.attackers["key"], ground.world.b.victim.cursor
    for what, text in (
        ("cut", cursor[:-4]),
        ("its mark changed", f"{cursor[:-4]}AAAA"),
        ("of A's list", ground.world.a.victim.cursor),
    ):
        answer = await ground.ask(who, Request("GET", f"/v1/work-orders?after={quote(text)}"))
        _judge(tally, f"a cursor, {what}, at /v1/work-orders", answer)
    answer = await ground.ask(who, Request("GET", f"/v1/interactions?after={quote(cursor)}"))
    _judge(tally, "a cursor of another list, at /v1/interactions", answer)


def _judge(tally: Tally, what: str, answer: Answer) -> None:
    bad = answer.status < _REFUSED
    if bad:
        tally.find("identity", Finding("let in", what, "nobody", ""))
    tally.add(Attempt("identity", "nobody", what, "", answer.brief, "finding" if bad else "refused"))
