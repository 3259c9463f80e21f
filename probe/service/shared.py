"""Links to recordings: cut, changed, forged, ended, carried to another client, door or browser; cookies alike."""

from __future__ import annotations

import secrets
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode
from uuid import UUID

from interactions.sharing import service as sharing
from interactions.sharing.service import Made, Maker, Pass, Wanted
from journal.core.facts import SYSTEM
from kit.ids import new_id
from kit.signing import DocumentSigner
from probe.core.messages import Request
from probe.core.tally import Tally
from probe.service.ground import Attacker, Ground
from probe.service.handed import another, count, spoilt
from probe.service.written import link_of

ANYONE, PEOPLE = sharing.PATHS["anyone"], sharing.PATHS["people"]
_REFUSED = 400
_TURNED_AWAY = frozenset({401, 403, 404, 410})
"""What the door says; whatever comes behind it, a file that cannot be read among it, was let in."""
_OPENED = 'id="h-shared"'
_COOKIE = struct.Struct(">16s16sQ")
"""Of a browser that opened a link: which, who (none: anyone), until when."""
_OURS = Maker(SYSTEM, "isolation probe", staff=False)
_FORM, _JSON = {"Content-Type": "application/x-www-form-urlencoded"}, {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class Links:
    """Links of B that were really made: two that live, one whose time is over, one that was ended."""

    first: Made
    second: Made
    late: Made
    ended: Made


async def attack_shared(ground: Ground, tally: Tally, signer: DocumentSigner) -> None:
    """Let B share a recording, and use its addresses, passcodes and cookies wrongly in every way."""
    nobody = Attacker("nobody", {"Origin": ground.url, "Sec-Fetch-Site": "same-origin"})
    links = await _made(ground)
    try:
        if (await ground.ask(nobody, _look(sharing.token(signer, links.first.place)))).status >= _REFUSED:
            tally.unreached.setdefault(
                "identity", "a good link to a recording was refused, so a bad one proves nothing"
            )
        await _addresses(ground, tally, signer, links)
        await _passcodes(ground, tally, signer, links)
        await _cookies(ground, tally, signer, links)
    finally:
        for link in (links.first, links.second):
            await _end(ground, link)


async def _made(ground: Ground) -> Links:
    b, now = ground.world.b, datetime.now(UTC)
    wanted = Wanted(UUID(b.victim.interaction), UUID(b.victim.recording), "anyone", hours=1, openings=5)
    made = []
    for at in (now, now, now - timedelta(hours=2), now):
        async with ground.plane.transaction(b.tenant) as scope:
            made.append(await sharing.make(scope, wanted, _OURS, at))
    links = Links(*made)
    await _end(ground, links.ended)
    return links


async def _end(ground: Ground, link: Made) -> None:
    b = ground.world.b
    async with ground.plane.transaction(b.tenant) as scope:
        await sharing.revoke(scope, link.place.link_id, UUID(b.victim.interaction), _OURS, datetime.now(UTC))


async def _addresses(ground: Ground, tally: Tally, signer: DocumentSigner, links: Links) -> None:
    """Show every wrong address at every place of its door, signed in at the other one too."""
    nobody, viewer = ground.attackers["nobody"], ground.attackers["client_viewer"]
    wrong = [*spoilt(sharing.token(signer, links.first.place)), *_forged(ground, signer, links)]
    for what, token in wrong:
        for request in _requests(token, links.first.passcode):
            answer = await ground.ask(nobody, request)
            count(tally, f"a link to a recording, {what}", answer.brief, bad=answer.status < _REFUSED)
    real = quote(sharing.token(signer, links.first.place), safe="")
    answer = await ground.ask(viewer, Request("GET", f"{PEOPLE}{real}"))
    count(tally, "a link to a recording, at the other door", answer.brief, bad=answer.status < _REFUSED)


def _forged(ground: Ground, signer: DocumentSigner, links: Links) -> Iterator[tuple[str, str]]:
    """Yield addresses that only we could sign, and that lead nowhere; those of others; and those that are over."""
    a, b, place = ground.world.a.tenant, ground.world.b.tenant, links.first.place
    theirs = Pass(a, link_of(a), secrets.token_bytes(len(place.secret)))
    changed = bytes([place.secret[0] ^ 1]) + place.secret[1:]
    for what, wrong in (
        ("B's in the name of A", replace(place, tenant_id=a)), ("A's in the name of B", replace(theirs, tenant_id=b)),
        ("A's, its secret guessed", theirs), ("of nobody", replace(place, tenant_id=new_id())),
        ("that was never made", replace(place, link_id=new_id())),
        ("its secret changed", replace(place, secret=changed)),
        ("the secret of another one", replace(place, secret=links.second.place.secret)),
        ("expired", links.late.place), ("ended", links.ended.place),
    ):  # fmt: skip
        yield what, sharing.token(signer, wrong)
    yield "its secret cut", signer.token("recording-link/1", b.bytes + place.link_id.bytes + place.secret[:-1])
    yield "signed by somebody else", sharing.token(DocumentSigner(secrets.token_bytes(32)), place)
    yield "signed for something else", signer.token("recording-link-opened/1", place.link_id.bytes)


async def _passcodes(ground: Ground, tally: Tally, signer: DocumentSigner, links: Links) -> None:
    token, nobody = sharing.token(signer, links.first.place), ground.attackers["nobody"]
    for what, code in (
        ("none", ""),
        ("that of another link", links.second.passcode),
        ("cut", links.first.passcode[:-1]),
    ):
        answer = await ground.ask(nobody, _enter(token, code))
        count(tally, f"a passcode of a link to a recording, {what}", answer.brief, bad=answer.status < _REFUSED)


async def _cookies(ground: Ground, tally: Tally, signer: DocumentSigner, links: Links) -> None:
    """Open a link, and hear with other cookies than the one that its browser was given, or at another link."""
    nobody = ground.attackers["nobody"]
    first, second = (sharing.token(signer, link.place) for link in (links.first, links.second))
    opened = (await ground.ask(nobody, _enter(first, links.first.passcode))).header("set-cookie").partition(";")[0]
    if _OPENED not in (await ground.ask(nobody, _with(_look(first), opened))).text:
        tally.unreached.setdefault("identity", "a link to a recording could not be opened")
    name, soon = opened.partition("=")[0], int(datetime.now(UTC).timestamp()) + 3600
    link, somebody = links.first.place.link_id.bytes, ground.attackers["client_viewer"].user or new_id()

    def made(by: DocumentSigner, who: bytes, until: int) -> str:
        return f"{name}={by.token('recording-link-opened/1', _COOKIE.pack(link, who, until))}"

    for what, token, cookie in (
        ("none", first, ""), ("another link's", second, opened), ("changed", first, another(opened)),
        ("that has ended", first, made(signer, bytes(16), soon - 7200)),
        ("of a person", first, made(signer, somebody.bytes, soon)),
        ("its end put off", first, made(DocumentSigner(secrets.token_bytes(32)), bytes(16), soon)),
    ):  # fmt: skip
        shown = _OPENED in (await ground.ask(nobody, _with(_look(token), cookie))).text
        count(tally, f"a cookie of a link to a recording, {what}", "opened" if shown else "its cover", bad=shown)
        for request in (_hear(token), _tell(token)):
            answer = await ground.ask(nobody, _with(request, cookie))
            bad = answer.status not in _TURNED_AWAY
            count(tally, f"a cookie of a link to a recording, {what}", answer.brief, bad=bad)


def _requests(token: str, code: str) -> tuple[Request, ...]:
    return _look(token), _enter(token, code), _hear(token), _tell(token)


def _look(token: str) -> Request:
    return Request("GET", f"{ANYONE}{quote(token, safe='')}")


def _enter(token: str, code: str) -> Request:
    return Request("POST", f"{ANYONE}{quote(token, safe='')}", dict(_FORM), urlencode({"passcode": code}).encode())


def _hear(token: str) -> Request:
    return Request("GET", f"{ANYONE}{quote(token, safe='')}/recording")


def _tell(token: str) -> Request:
    return Request("POST", f"{ANYONE}{quote(token, safe='')}/heard", dict(_JSON), b'{"spans": [[0, 1000]]}')


def _with(request: Request, cookie: str) -> Request:
    return replace(request, headers={**request.headers, "X-Cookies": cookie})
