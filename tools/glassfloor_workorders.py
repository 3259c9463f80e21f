#!/usr/bin/env python3
"""Build and check your side of the work-order exchange, on your own machine.

One file, nothing but Python's standard library (3.9 or newer).

    listen        follows your events and forwards each to your program, signed as a webhook is
    conformance   sends your receiver good, bad, doubled, unordered and strange events, and says what it did with them
    key           makes a pair of Ed25519 keys: one to sign with, one for a receiver to verify with

``listen`` needs an address of Glassfloor and a key that may read events. ``conformance`` needs nothing of ours: it
speaks to your receiver only.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import http.client
import json
import os
import secrets
import socket
import sys
import textwrap
import time
import urllib.parse
import uuid
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

PREFIX, PRIVATE, PUBLIC = "whsec_", "whsk_", "whpk_"
SECRET_BYTES = 24, 64
SEED_BYTES = 32
TIMEOUT_S = 20.0
"""So long we wait for an answer; a webhook waits as long."""
SHOWN = 200
"""How much of an answer is printed."""
PAGE_OF_EVENTS = 20
"""The place is kept after so many: who is killed between gets them again, as webhooks may come again."""
WAIT_S = 15
"""So long one look for new events waits for them."""
PATIENCE_S = 5.0, 60.0
"""Between two attempts to forward an event: the first, and the longest."""


class Cannot(Exception):
    """It cannot be done as it was asked."""


# Signing (Standard Webhooks 1.0.0)


@dataclass(frozen=True)
class Key:
    """What signs: a secret that the receiver has as well (``v1``), or a key whose public half it has (``v1a``)."""

    octets: bytes
    private: bool = False

    @property
    def shown(self) -> str:
        """Return what a receiver verifies with."""
        kind, octets = (PUBLIC, ed25519_public(self.octets)) if self.private else (PREFIX, self.octets)
        return kind + base64.b64encode(octets).decode()

    def another(self) -> Key:
        """Return a key of the same kind that nobody has."""
        return Key(secrets.token_bytes(SEED_BYTES), self.private)


def key_of(secret: str) -> Key:
    """Return the key of a secret. Raises :class:`Cannot`."""
    private = secret.startswith(PRIVATE)
    try:
        octets = base64.b64decode(secret[len(PRIVATE if private else PREFIX) :], validate=True)
    except ValueError:
        octets = b""
    if private and len(octets) in {SEED_BYTES, 2 * SEED_BYTES}:
        return Key(octets[:SEED_BYTES], private=True)
    if not secret.startswith(PREFIX) or not SECRET_BYTES[0] <= len(octets) <= SECRET_BYTES[1]:
        raise Cannot("a webhook secret is whsec_ and base64 of 24 to 64 bytes, or whsk_ and an Ed25519 key")
    return Key(octets)


def signature(key: Key, message_id: str, timestamp: int, body: bytes) -> str:
    """Return one signature of a message."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    if key.private:
        return "v1a," + base64.b64encode(ed25519_sign(key.octets, signed)).decode()
    return "v1," + base64.b64encode(hmac.new(key.octets, signed, hashlib.sha256).digest()).decode()


# Ed25519, RFC 8032 section 5.1.6: signs with keys of tests only, so nothing here needs constant time.

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
BASE = (
    15112221349535400772501151409588531511454012693041857206046113283949847762202,
    46316835694926478169428394003475163141307993866256225615783033603165251855960,
)

Point = tuple[int, int, int, int]
"""Extended homogeneous coordinates (X, Y, Z, T) with x = X/Z, y = Y/Z, x*y = T/Z (5.1.4)."""


def add(p: Point, q: Point) -> Point:
    """Add two points of the curve."""
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times_base(number: int) -> bytes:
    """Return a multiple of the base point as 32 bytes."""
    point: Point = (*BASE, 1, BASE[0] * BASE[1] % P)
    result: Point = (0, 1, 1, 0)
    while number:
        if number & 1:
            result = add(result, point)
        point, number = add(point, point), number >> 1
    inverse = pow(result[2], P - 2, P)
    x, y = result[0] * inverse % P, result[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(SEED_BYTES, "little")


def ed25519_key(seed: bytes) -> tuple[int, bytes]:
    """Return the number behind a key, and what its signatures begin with (5.1.5)."""
    digest = hashlib.sha512(seed).digest()
    number = int.from_bytes(digest[:SEED_BYTES], "little") & (1 << 254) - 8 | 1 << 254
    return number, digest[SEED_BYTES:]


def ed25519_public(seed: bytes) -> bytes:
    """Return the public half of a key."""
    return times_base(ed25519_key(seed)[0])


def ed25519_sign(seed: bytes, message: bytes) -> bytes:
    """Return the signature of a message (5.1.6)."""
    (number, prefix), public = ed25519_key(seed), ed25519_public(seed)
    nonce = int.from_bytes(hashlib.sha512(prefix + message).digest(), "little") % L
    point = times_base(nonce)
    answer = int.from_bytes(hashlib.sha512(point + public + message).digest(), "little") % L
    return point + ((nonce + answer * number) % L).to_bytes(SEED_BYTES, "little")


def signed_headers(key: Key, message_id: str, body: bytes, at: int) -> dict[str, str]:
    """Return what a webhook carries."""
    return {
        "Content-Type": "application/json",
        "User-Agent": "Glassfloor-Webhooks/1",
        "webhook-id": message_id,
        "webhook-timestamp": str(at),
        "webhook-signature": signature(key, message_id, at, body),
    }


@dataclass(frozen=True)
class Reply:
    """What an address answered: ``status`` None for no answer, with the reason in ``text``."""

    status: int | None
    text: str = ""
    took_s: float = 0.0
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def taken(self) -> bool:
        """Say whether a webhook with this answer counts as delivered."""
        return self.status is not None and 200 <= self.status < 300  # noqa: PLR2004 - HTTP's successes


def ask(method: str, url: str, body: bytes | None, headers: Mapping[str, str], timeout_s: float = TIMEOUT_S) -> Reply:
    """Send one request; follow no redirect. Never raises for what the other side or the network does."""
    parts = urllib.parse.urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Cannot(f"{url} is not an address: begin it with http:// or https://")
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname, parts.port, timeout=timeout_s)
    began = time.monotonic()
    try:
        path = urllib.parse.urlunsplit(("", "", parts.path or "/", parts.query, ""))
        connection.request(method, path, body, dict(headers))
        answer = connection.getresponse()
        text = answer.read(4096 if method == "POST" else None).decode("utf-8", "replace")
        return Reply(answer.status, text, time.monotonic() - began, {k.lower(): v for k, v in answer.getheaders()})
    except (OSError, http.client.HTTPException) as error:
        return Reply(None, f"{type(error).__name__}: {error}", time.monotonic() - began)
    finally:
        connection.close()


# listen


@dataclass
class Feed:
    """The events of one key, from a place on."""

    url: str
    key: str
    after: str = ""

    def page(self, wait_s: int = 0) -> tuple[list[dict[str, Any]], str]:
        """Return the next events and the cursor after them. Raises :class:`Cannot` for what waiting cannot mend.

        ``wait_s``: so long an answer may take while there is nothing new.
        """
        query = {"limit": str(PAGE_OF_EVENTS), "wait": str(wait_s), **({"after": self.after} if self.after else {})}
        address = f"{self.url.rstrip('/')}/v1/events?{urllib.parse.urlencode(query)}"
        while True:
            reply = ask("GET", address, None, {"Authorization": f"Bearer {self.key}"}, TIMEOUT_S + wait_s)
            if reply.status == 200:  # noqa: PLR2004 - HTTP's "here it is"
                page = json.loads(reply.text)
                return page["data"], page["next"] or self.after
            if reply.status is not None and reply.status < 500 and reply.status != 429:  # noqa: PLR2004 - HTTP
                raise Cannot(f"{address} answered {reply.status}: {reply.text[:SHOWN]}")
            wait = reply.headers.get("retry-after", "")
            say(f"  no events at the moment: {reply.status or reply.text}")
            time.sleep(float(wait) if wait.isdigit() else PATIENCE_S[0])


def listen(args: argparse.Namespace) -> int:
    """Follow the events of a key and forward each."""
    key = args.key or os.environ.get("GLASSFLOOR_KEY", "")
    if not key:
        raise Cannot("give a key with --key or in GLASSFLOOR_KEY")
    signs, place = signing_key(args), Path(args.cursor)
    feed = Feed(args.url, key, place.read_text(encoding="utf-8").strip() if place.exists() else "")
    if not feed.after and not args.from_start:
        feed.after = newest(feed)
    say(f"forwarding to {args.forward}")
    say(f"verify with {signs.shown}")
    say(f"from {'the beginning' if not feed.after else 'where you stopped: ' + str(place)}; Ctrl-C ends it")
    while True:
        events, after = feed.page(0 if args.once else WAIT_S)
        for event in events:
            forward(event, signs, args.forward)
        if after != feed.after:
            feed.after = after
            place.write_text(after, encoding="utf-8")
        if not events and args.once:
            return 0


def signing_key(args: argparse.Namespace) -> Key:
    """Return the key that the command line gave, or a new one of the kind that it names. Raises :class:`Cannot`."""
    if args.secret:
        return key_of(args.secret)
    return Key(secrets.token_bytes(SEED_BYTES), private=args.signature == "v1a")


def newest(feed: Feed) -> str:
    """Return the cursor behind everything that has happened so far."""
    while True:
        events, after = feed.page()
        feed.after = after
        if len(events) < PAGE_OF_EVENTS:
            return after


def forward(event: Mapping[str, Any], key: Key, url: str) -> None:
    """Bring one event to the program, again and again until it is taken, as a webhook does."""
    body = json.dumps(event, separators=(",", ":"), ensure_ascii=False).encode()
    wait = PATIENCE_S[0]
    while True:
        reply = ask("POST", url, body, signed_headers(key, str(event["id"]), body, int(time.time())))
        told = reply.status if reply.status is not None else reply.text
        number = event.get("data", {}).get("number", event["subject"])
        say(f"{event['timestamp'][11:19]}  {event['type']:<34} {number:<10} -> {told}  ({reply.took_s * 1000:.0f} ms)")
        if reply.taken:
            return
        say(f"           again in {wait:.0f} s")
        time.sleep(wait)
        wait = min(wait * 2, PATIENCE_S[1])


def say(text: str) -> None:
    """Print a line at once."""
    print(text, flush=True)


# conformance


@dataclass(frozen=True)
class Found:
    """What came of one rule: ``held`` None where it could not be seen."""

    rule: str
    title: str
    held: bool | None
    why: str
    wants: str


@dataclass
class Receiver:
    """The address that is tried, and what it lets us see of its effects."""

    url: str
    key: Key
    probe: str = ""
    fail_next: str = ""
    connection: str = ""
    timeout_s: float = TIMEOUT_S
    slowest_s: float = 0.0

    def send(self, event: Mapping[str, Any], **odd: Any) -> Reply:  # noqa: ANN401 - see below
        """Send an event as a webhook. ``odd``: headers in place of ours (None: left out), ``at``, ``key``, ``body``."""
        body = json.dumps(event, separators=(",", ":"), ensure_ascii=False).encode()
        at = odd.pop("at", int(time.time()))
        headers = signed_headers(odd.pop("key", self.key), str(event["id"]), body, at)
        body = odd.pop("body", body)
        for name, value in odd.items():
            header = name.replace("_", "-")
            headers.pop(header, None)
            if value is not None:
                headers[header] = value
        reply = ask("POST", self.url, body, headers, self.timeout_s)
        self.slowest_s = max(self.slowest_s, reply.took_s)
        return reply

    def seen(self) -> dict[str, Any] | None:
        """Return what the probe tells; None without one. Raises :class:`Cannot`."""
        if not self.probe:
            return None
        reply = ask("GET", self.probe, None, {}, self.timeout_s)
        try:
            told = json.loads(reply.text) if reply.status == 200 else None  # noqa: PLR2004 - HTTP's "here it is"
        except ValueError:
            told = None
        if not isinstance(told, dict) or not isinstance(told.get("handled"), int):
            raise Cannot(f'the probe {self.probe} must answer 200 with {{"handled": 12}}; it answered {told or reply}')
        return told


Judged = tuple[bool | None, str]
Check = Callable[[Receiver], Judged]


@dataclass(frozen=True)
class Rule:
    """What a receiver has to do: ``wants`` says it in full, for who breaks it."""

    name: str
    title: str
    wants: str
    check: Check


RULES: list[Rule] = []


def rule(name: str, title: str, wants: str) -> Callable[[Check], Check]:
    """Add a rule to the kit; its section of docs/conformance.md has the same name and words."""

    def add(check: Check) -> Check:
        RULES.append(Rule(name, title, wants, check))
        return check

    return add


def new_event(kind: str = "work_order.created", sequence: int = 1, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return an event as we send it, about a work order that does not exist."""
    subject, data = str(more.pop("subject", uuid.uuid4())), more.pop("data", {})
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    order = {
        "id": subject, "number": "WO-0", "connection": "conformance", "requester_side": "outsourcer",
        "type": "conformance", "title": "Conformance kit: take this and do nothing", "description": "",
        "priority": "low", "severity": "minor", "status": "submitted", "status_reason": None, "pending_on": None,
        "resolution": None, "interaction_id": None, "created_by": {"side": "outsourcer", "name": "kit"}, "version": 1,
        "sequence": sequence, "created_at": now, "updated_at": now, "acknowledged_at": None, "resolved_at": None,
        "closed_at": None, "changes": {},
    }  # fmt: skip
    return {
        "id": str(uuid.uuid4()), "type": kind, "timestamp": now, "sequence": f"{sequence:012d}", "subject": subject,
        "correlationid": subject, "origin": "outsourcer", "schema_version": "1", "data": {**order, **data},
        **more,
    }  # fmt: skip


def taken(reply: Reply) -> Judged:
    """Judge an event that must be taken."""
    return reply.taken, f"answered {told(reply)}" + ("" if reply.taken else "; 2xx says that you have it")


def refused(reply: Reply) -> Judged:
    """Judge a message that must be refused."""
    good = reply.status in {400, 401, 403}
    return good, f"answered {told(reply)}" + ("" if good else "; refuse with 401 or 400")


def told(reply: Reply) -> str:
    """Return an answer in few words."""
    return str(reply.status) if reply.status is not None else f"nothing ({reply.text[:SHOWN]})"


def all_of(judged: Iterable[Judged]) -> Judged:
    """Judge by the first that fails."""
    last: Judged = True, ""
    for last in judged:
        if not last[0]:
            break
    return last


@rule(
    "good-signature", "A well-signed event is taken",
    "A well-signed event is answered with 2xx. Compute the signature over `id.timestamp.body` with the bytes "
    "as they came, before any JSON parser touches them.",
)  # fmt: skip
def good_signature(receiver: Receiver) -> Judged:
    """Send one as it comes."""
    reply = receiver.send(new_event())
    good, why = taken(reply)
    return good, why + ("; does it verify with another secret than this?" if refused(reply)[0] else "")


@rule(
    "wrong-key", "What another key signed is refused",
    "What was signed with another key gets 401 (or 400). If this fails you do not verify at all.",
)  # fmt: skip
def wrong_key(receiver: Receiver) -> Judged:
    """Sign with a key of nobody's."""
    return refused(receiver.send(new_event(), key=receiver.key.another()))


@rule(
    "changed-body", "A body that was changed on the way is refused",
    "A body that differs in one word from what was signed gets 401.",
)  # fmt: skip
def changed_body(receiver: Receiver) -> Judged:
    """Change one word after signing."""
    event = new_event()
    return refused(receiver.send(event, body=json.dumps({**event, "origin": "somebody"}).encode()))


@rule(
    "no-signature", "A message without the three headers is refused",
    "A message without `webhook-id`, `webhook-timestamp` or `webhook-signature` gets 401 or 400.",
)  # fmt: skip
def no_signature(receiver: Receiver) -> Judged:
    """Leave out each of them, and all."""
    names = ("webhook_id", "webhook_timestamp", "webhook_signature")
    return all_of(refused(receiver.send(new_event(), **dict.fromkeys(left, None))) for left in (*zip(names), names))


@rule(
    "malformed-headers", "Headers that make no sense are refused, not a crash",
    "Signatures without a comma, with two, with broken base64; timestamps that are no numbers: 401 or 400. A "
    "5xx here is an exception that nobody caught: strangers can fill your log with it.",
)  # fmt: skip
def malformed_headers(receiver: Receiver) -> Judged:
    """Send what breaks naive parsers."""
    odd = (
        {"webhook_signature": text} for text in ("v1", "v1,", "v1,a,b", "v1,====", "v1a,abc", "v1a", "%%%", "v2,abc")
    )
    times = ({"webhook_timestamp": text} for text in ("now", "-1", "1e9", "9" * 40, "12:00"))
    return all_of(refused(receiver.send(new_event(), **each)) for each in (*odd, *times))


@rule(
    "two-signatures", "One good signature among several is enough",
    "While a secret is rotated the header holds several signatures, separated by spaces. One good one is "
    "enough, in whatever place it stands.",
)  # fmt: skip
def two_signatures(receiver: Receiver) -> Judged:
    """Sign as while a secret is rotated: the other key first."""
    event, at = new_event(), int(time.time())
    body = json.dumps(event, separators=(",", ":"), ensure_ascii=False).encode()
    keys = (receiver.key.another(), receiver.key)
    signatures = " ".join(signature(key, event["id"], at, body) for key in keys)
    return taken(receiver.send(event, at=at, webhook_signature=signatures))


@rule(
    "old-timestamp", "A message of ten minutes ago or ahead is refused",
    "A message whose timestamp is more than five minutes off is refused, although its signature is good: "
    "somebody recorded it. (Our own retries carry fresh ones.)",
)  # fmt: skip
def old_timestamp(receiver: Receiver) -> Judged:
    """Replay one, well signed."""
    return all_of(refused(receiver.send(new_event(), at=int(time.time()) + off)) for off in (-600, 600))


@rule(
    "duplicate", "The same event twice has one effect",
    "The same event comes again when your answer was lost. Answer 2xx, do nothing: keep the `webhook-id`s "
    "that you handled for at least seven days.",
)  # fmt: skip
def duplicate(receiver: Receiver) -> Judged:
    """Send one three times, as retries do: same id, fresh timestamp."""
    return once(receiver, new_event(), [receiver.send] * 3)


def once(receiver: Receiver, event: Mapping[str, Any], sends: list[Callable[..., Reply]]) -> Judged:
    """Send an event several times; each must be taken, and the probe must have risen by one."""
    before = receiver.seen()
    good, why = all_of(taken(send(event)) for send in sends)
    if not good:
        return good, f"{why}; an event that you have had before is a success too"
    after = receiver.seen()
    if before is None or after is None:
        return None, "each was taken; give --probe to see that it had one effect"
    effects = after["handled"] - before["handled"]
    return effects == 1, f"{effects} effect(s) of {len(sends)} deliveries"


@rule(
    "parallel-duplicate", "The same event twice at the same moment has one effect",
    "Both may arrive at the same moment. Claim the id in the transaction of its effect, with a unique key; a "
    "look before and a write after let both through.",
)  # fmt: skip
def parallel_duplicate(receiver: Receiver) -> Judged:
    """Send one four times at once."""
    event = new_event()
    before = receiver.seen()
    replies = at_once([lambda: receiver.send(event)] * 4)
    if not any(reply.taken for reply in replies):
        return False, f"none of four was taken: {told(replies[0])}"
    again, after = receiver.send(event), receiver.seen()
    if not again.taken:
        return taken(again)
    if before is None or after is None:
        return None, "taken; give --probe to see that it had one effect"
    effects = after["handled"] - before["handled"]
    return effects == 1, f"{effects} effect(s) of five deliveries"


@rule(
    "late-event", "An older event after a newer one is taken and turns nothing back",
    "A replay brings an older event after a newer one. Take it, and let the newer `sequence` of its subject "
    "stand.",
)  # fmt: skip
def late_event(receiver: Receiver) -> Judged:
    """Send sequence 1, 3, then 2, as a replay does."""
    subject = uuid.uuid4()
    events = [
        new_event("work_order.status_changed", n, subject=subject, data={"status": status})
        for n, status in ((1, "submitted"), (3, "resolved"), (2, "inProgress"))
    ]
    good, why = all_of(taken(receiver.send(event)) for event in events)
    if not good:
        return good, why
    last = (receiver.seen() or {}).get("last")
    if not isinstance(last, dict):
        return None, 'each was taken; let the probe tell {"last": {subject: sequence}} to see that nothing went back'
    kept = last.get(str(subject))
    return str(kept).zfill(12) == "000000000003", f"the newest sequence that you keep is {kept}; it was 3"


@rule(
    "gaps", "A gap in sequence, and gap_before, are no errors",
    "Numbers are missing where your own key acted, and after `gap_before`: read the work order then, and do "
    "not refuse.",
)  # fmt: skip
def gaps(receiver: Receiver) -> Judged:
    """Leave numbers out, as for what you did yourself, and as for what was given up."""
    subject = uuid.uuid4()
    first, far = new_event(subject=subject), new_event("work_order.status_changed", 9, subject=subject)
    given_up = new_event("work_order.closed", 12, subject=subject, gap_before=True)
    return all_of(taken(receiver.send(event)) for event in (first, far, given_up))


@rule(
    "unknown", "Types and members that you do not know are ignored",
    "Types and members are added without notice. Take what you do not know, and do nothing.",
)  # fmt: skip
def unknown(receiver: Receiver) -> Judged:
    """Send what next year's version may send."""
    later = new_event("work_order.seat_task.invented", schema_version="1", invented={"a": [1]}, data={"invented": None})
    other = new_event("connection.invented", subject="connection-x")
    return all_of(taken(receiver.send(event)) for event in (later, other))


@rule(
    "text", "Every text that people write arrives",
    "People write Chinese, quotes, line separators, and much: a usual event has 2 to 4 kB, the largest some "
    "hundred. Take bodies of up to 1 MB; many frameworks begin with 100 kB.",
)  # fmt: skip
def any_text(receiver: Receiver) -> Judged:
    """Send Chinese, emoji, quotes, line separators, and 300 kB."""
    title = "客服 退款 — “quoted” \u2028 \U0001f4de <b>&amp;</b> \\u0041"
    return all_of(
        taken(receiver.send(new_event(data={"title": title, "description": words}))) for words in ("", "长" * 100_000)
    )


@rule(
    "echo", "What came from yourself is not sent back",
    "What your own system did (`origin` is `connection:` and your code) is in the feed and in replays. Never "
    "send it back to us: that is how loops begin.",
)  # fmt: skip
def echo(receiver: Receiver) -> Judged:
    """Send an event that your own system caused, as the feed holds it."""
    before = receiver.seen()
    event = new_event("work_order.status_changed", 2, origin=f"connection:{receiver.connection or 'conformance'}")
    good, why = taken(receiver.send(event))
    after = receiver.seen()
    if not good or not before or not after or "sent_back" not in before:
        unseen = 'taken; let the probe tell {"sent_back": 0} to see that nothing was sent back'
        return (None, unseen) if good else (good, why)
    back = after["sent_back"] - before["sent_back"]
    return back == 0, f"{back} change(s) were sent back"


@rule(
    "after-failure", "What failed is taken when it comes again",
    "After a 5xx the same event comes again, and must then be taken: a failure leaves neither an effect nor "
    "the id behind.",
)  # fmt: skip
def after_failure(receiver: Receiver) -> Judged:
    """Make the receiver fail once, then send the same event again."""
    if not receiver.fail_next:
        return None, "give --fail-next, an address that makes your next answer a 5xx"
    asked = ask("POST", receiver.fail_next, b"", {}, receiver.timeout_s)
    if not asked.taken:
        raise Cannot(f"{receiver.fail_next} answered {told(asked)}")
    event = new_event()
    before = receiver.seen()
    first = receiver.send(event)
    if first.taken:
        return False, f"it should have failed and answered {told(first)}"
    good, why = taken(receiver.send(event))
    after = receiver.seen()
    if not good or before is None or after is None:
        return good, f"first {told(first)}, then {why}"
    effects = after["handled"] - before["handled"]
    return effects == 1, f"{effects} effect(s) after a failure and a retry"


@rule(
    "several-at-once", "Events of different work orders come in parallel",
    "Events of one work order come one after the other, those of different ones in parallel.",
)  # fmt: skip
def several_at_once(receiver: Receiver) -> Judged:
    """Send twelve at the same time."""
    return all_of(map(taken, at_once([lambda: receiver.send(new_event())] * 12)))


@rule(
    "in-time", "Every answer comes within 20 seconds",
    "Answer within 20 seconds; later counts as no answer and the event comes again. Store, answer, work "
    "afterwards.",
)  # fmt: skip
def in_time(receiver: Receiver) -> Judged:
    """Look at the slowest so far."""
    slowest = receiver.slowest_s
    return slowest < receiver.timeout_s, f"the slowest took {slowest:.2f} s"


def at_once(acts: list[Callable[[], Reply]]) -> list[Reply]:
    """Do several at the same time."""
    with ThreadPoolExecutor(len(acts)) as pool:
        return [each.result() for each in [pool.submit(act) for act in acts]]


def conformance(args: argparse.Namespace) -> int:
    """Try every rule against a receiver. Raises :class:`Cannot` where nobody answers."""
    receiver = Receiver(args.endpoint, key_of(args.secret), args.probe, args.fail_next, args.connection, args.timeout)
    somebody_at(args.endpoint)
    found: list[Found] = []
    for each in RULES:
        takes = not found or found[0].held is True or each.check is in_time
        held, why = each.check(receiver) if takes else (None, "not tried: what it takes has to be known first")
        found.append(Found(each.name, each.title, held, why, each.wants))
        if not args.json:
            show(found[-1])
    failed, unseen = ([each for each in found if each.held is held] for held in (False, None))
    if args.json:
        say(json.dumps({"endpoint": args.endpoint, "passed": not failed, "rules": [asdict(each) for each in found]}))
    else:
        seen = len(found) - len(failed) - len(unseen)
        say(f"\n{seen} passed, {len(failed)} failed, {len(unseen)} not seen, of {len(found)} rules")
    return 1 if failed else 0


def somebody_at(url: str) -> None:
    """Look whether anybody listens there. Raises :class:`Cannot`."""
    parts = urllib.parse.urlsplit(url)
    try:
        port = parts.port or {"https": 443}.get(parts.scheme, 80)
        socket.create_connection((parts.hostname or "", port), TIMEOUT_S).close()
    except (OSError, ValueError) as error:
        raise Cannot(f"nobody listens at {url} ({error}): is your receiver running?") from error


def show(found: Found) -> None:
    """Print what came of a rule; of one that was broken what it wants."""
    word = {True: "pass", False: "FAIL", None: "not seen"}[found.held]
    say(f"{word:<9}{found.title}")
    for line in (found.why, f"{found.rule}: {found.wants}" if found.held is False else ""):
        if line:
            say(textwrap.fill(line, 110, initial_indent=" " * 9, subsequent_indent=" " * 9))


def new_pair(_args: argparse.Namespace) -> int:
    """Print a new key as it signs, and what it is verified with."""
    seed = secrets.token_bytes(SEED_BYTES)
    say(f"sign with    {PRIVATE}{base64.b64encode(seed + ed25519_public(seed)).decode()}")
    say(f"verify with  {Key(seed, private=True).shown}")
    return 0


def parser() -> argparse.ArgumentParser:
    """Return what the command line may say."""
    made = argparse.ArgumentParser(
        prog="glassfloor workorders", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = made.add_subparsers(required=True, metavar="COMMAND")
    ear = commands.add_parser(
        "listen", help="forward your events to a program on this machine",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Follow your events and forward each to a program on your own machine, signed as a webhook is.\n\n"
        "  export GLASSFLOOR_KEY=gf_live_...\n"
        "  %(prog)s --url https://glassfloor.example.com --forward http://localhost:3000/hook\n\n"
        "What to verify with is printed at the start; give --secret to keep the same one. Events come in order;\n"
        "one that your program does not take (2xx) is sent again until it does, and the next ones wait. Where you\n"
        "stopped is kept in the file of --cursor: start again and it goes on there.",
    )  # fmt: skip
    ear.add_argument("--url", default=os.environ.get("GLASSFLOOR_URL", "http://127.0.0.1:8000"),
                     help="address of Glassfloor; default: GLASSFLOOR_URL, else the demo on this machine")  # fmt: skip
    ear.add_argument("--forward", required=True, metavar="URL", help="where your program waits for webhooks")
    ear.add_argument("--key", help="an API key with event.read; better in GLASSFLOOR_KEY, which no process list shows")
    ear.add_argument("--secret", help="sign with this whsec_... or whsk_... instead of a new one")
    ear.add_argument("--signature", choices=("v1", "v1a"), default="v1", help="of a new one: HMAC, or Ed25519")
    ear.add_argument("--cursor", default=".glassfloor-events", metavar="FILE", help="where the place is kept")
    ear.add_argument("--from-start", action="store_true",
                     help="begin with the oldest event, unless the file of --cursor has a place")  # fmt: skip
    ear.add_argument("--once", action="store_true", help="end when everything so far is forwarded")
    ear.set_defaults(run=listen)
    kit = commands.add_parser(
        "conformance", help="check how your receiver takes webhooks",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Send your receiver good, bad, doubled, unordered and strange events, and say what it did.\n\n"
        "  %(prog)s --endpoint http://localhost:3000/hook --secret whsec_... --probe http://localhost:3000/probe\n\n"
        "The events are about work orders that do not exist, of the type `conformance`: use a receiver of a test\n"
        "system. With --probe the kit also counts effects: that address answers GET with\n"
        '  {"handled": 12, "sent_back": 0, "last": {"<subject>": "<sequence>"}}    (the last two are optional)\n'
        "Exit code 0: no rule failed; 1: one did; 2: it could not be tried. What a rule that failed wants is printed.",
    )  # fmt: skip
    kit.add_argument("--endpoint", required=True, metavar="URL", help="the address that takes your webhooks")
    kit.add_argument(
        "--secret", required=True, help="the whsec_... that it verifies with, or the whsk_... whose whpk_... it has"
    )
    kit.add_argument("--probe", default="", metavar="URL", help="tells how many events had an effect")
    kit.add_argument("--fail-next", default="", metavar="URL", help="a POST there makes your next answer a 5xx")
    kit.add_argument("--connection", default="", help="the code of your connection, for the rule about echoes")
    kit.add_argument("--timeout", type=float, default=TIMEOUT_S, metavar="SECONDS", help="how long an answer may take")
    kit.add_argument("--json", action="store_true", help="print one JSON document")
    kit.set_defaults(run=conformance)
    pair = commands.add_parser("key", help="make a pair of Ed25519 keys for the other two")
    pair.set_defaults(run=new_pair)
    return made


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line says."""
    args = parser().parse_args(arguments)
    try:
        code: int = args.run(args)
    except Cannot as error:
        print(f"glassfloor workorders: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 0
    return code


if __name__ == "__main__":
    sys.exit(main())
