"""The signed addresses of pages about calls: cut, changed, ended, carried to another client, used by two browsers."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode
from uuid import UUID

from interactions.people import links
from kit.ids import new_id
from kit.signing import DocumentSigner
from probe.core.messages import Answer, Request
from probe.core.oracles import Finding
from probe.core.tally import Attempt, Tally
from probe.service.ground import Attacker, Ground
from tenants.service.directory import people_of

_REFUSED = 400
_LIFE = timedelta(minutes=5)
_OPENED = b'class="handed"'
_TELL = """
INSERT INTO gf.client_context (tenant_id, id, interaction_id, person, ways, sent_at, expires_at)
VALUES ($1, $2, $3, $4, '{page}', $5, $6)
"""
_FORM, _JSON = {"Content-Type": "application/x-www-form-urlencoded"}, {"Content-Type": "application/json"}


async def attack_calls(ground: Ground, tally: Tally, signer: DocumentSigner) -> None:
    """Tell one of B's people of a call twice, and use both addresses wrongly in every way."""
    nobody = Attacker("nobody", {"Origin": ground.url, "Sec-Fetch-Site": "same-origin"})
    ends = datetime.now(UTC) + _LIFE
    first, second = await _told(ground, ends), await _told(ground, ends)
    tenant, real = ground.world.b.tenant, links.token(signer, ground.world.b.tenant, first, ends)
    if (await ground.ask(nobody, _look(real))).status >= _REFUSED:
        tally.unreached.setdefault("identity", "the good address of a page was refused, so a bad one proves nothing")
    for what, token in (*spoilt(real), *_forged(ground, signer, first, ends)):
        for request in _requests(token):
            _judge(tally, f"an address of a page about a call, {what}", await ground.ask(nobody, request))
    other = links.token(signer, tenant, second, ends)
    opened = await ground.ask(nobody, _open(real))
    cookie = opened.header("set-cookie").partition(";")[0]
    if _OPENED not in (await _page(ground, nobody, real, cookie)):
        tally.unreached.setdefault("identity", "a page about a call could not be opened")
    for what, token, sent in (
        ("used again by another browser", real, ""),
        ("with the cookie of another page", other, cookie),
        ("with a cookie that is none", real, another(cookie)),
    ):
        shown = _OPENED in await _page(ground, nobody, token, sent)
        count(tally, f"an address of a page about a call, {what}", "opened" if shown else "its cover", bad=shown)


def another(cookie: str) -> str:
    """Return a cookie that is surely none: one sign in the middle is another one; at the end it might mean the same."""
    place = len(cookie) - 8
    return f"{cookie[:place]}{'B' if cookie[place] == 'A' else 'A'}{cookie[place + 1 :]}"


async def _told(ground: Ground, ends: datetime) -> UUID:
    """Write that a person of B's directory was told of B's call; return the telling."""
    b, context = ground.world.b, new_id()
    async with ground.plane.transaction(b.tenant) as scope:
        who, call = (await people_of(scope))[0], UUID(b.victim.interaction)
        await scope.fetch(_TELL, b.tenant, context, call, who.code, datetime.now(UTC), ends)
    return context


def spoilt(token: str) -> Iterator[tuple[str, str]]:
    """Yield an address that was changed by who has it: each part of what is signed, and the signature, bit by bit."""
    yield from (("cut", token[:-4]), ("cut to nothing", " "), ("longer", f"{token}AAAA"), ("twice", token + token))
    raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    for place in {0, *(secrets.randbelow(len(raw)) for _ in range(6)), len(raw) - 1}:
        flipped = raw[:place] + bytes([raw[place] ^ 1 << secrets.randbelow(8)]) + raw[place + 1 :]
        yield "with one bit changed", base64.urlsafe_b64encode(flipped).rstrip(b"=").decode()


def _forged(ground: Ground, signer: DocumentSigner, context: UUID, ends: datetime) -> Iterator[tuple[str, str]]:
    """Yield addresses that only we could sign, and that lead nowhere; and those that somebody else signed."""
    a, b = ground.world.a, ground.world.b
    theirs, late = UUID(a.victim.context), datetime.now(UTC) - timedelta(seconds=1)
    yield "B's telling in the name of A", links.token(signer, a.tenant, context, ends)
    yield "A's telling in the name of B", links.token(signer, b.tenant, theirs, ends)
    yield "of nobody", links.token(signer, new_id(), context, ends)
    yield "expired", links.token(signer, b.tenant, context, late)
    yield "signed by somebody else", links.token(DocumentSigner(secrets.token_bytes(32)), a.tenant, theirs, ends)
    yield "signed for something else", signer.token("client-context-opened/1", context.bytes)


def _requests(token: str) -> Iterator[Request]:
    yield _look(token)
    yield _open(token)
    yield Request("GET", f"/c/{quote(token, safe='')}/recording?recording={new_id()}")
    body = b'{"spans": [[0, 1000]]}'
    yield Request("POST", f"/c/{quote(token, safe='')}/heard?recording={new_id()}", _JSON, body)


def _look(token: str) -> Request:
    return Request("GET", f"/c/{quote(token, safe='')}")


def _open(token: str) -> Request:
    return Request("POST", f"/c/{quote(token, safe='')}", _FORM, urlencode({"do": "open"}).encode())


async def _page(ground: Ground, nobody: Attacker, token: str, cookie: str) -> bytes:
    request = _look(token)
    request.headers["X-Cookies"] = cookie
    return (await ground.ask(nobody, request)).text.encode("latin-1")


def _judge(tally: Tally, what: str, answer: Answer) -> None:
    count(tally, what, answer.brief, bad=answer.status < _REFUSED)


def count(tally: Tally, what: str, answer: str, *, bad: bool) -> None:
    """Take down a try with its answer; ``bad``: it was let in."""
    if bad:
        tally.find("identity", Finding("let in", what, "nobody", ""))
    tally.add(Attempt("identity", "nobody", what, "", answer, "finding" if bad else "refused"))
