#!/usr/bin/env python3
"""A receiver of webhooks that keeps every rule, to begin with: it verifies, remembers, answers, and works afterwards.

One file, nothing but Python's standard library (3.9 or newer). It listens on this machine only, at ``$PORT`` (3000),
for what ``$WEBHOOK_SECRET`` (``whsec_...``) has signed, and tells at ``/probe`` what it did; after a POST to
``/fail-next`` it fails once, so that the kit sees what comes of a retry. A real system keeps what stands in
:class:`Effects` in its database, the id under a unique key in the transaction of its effect.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEY = base64.b64decode(os.environ["WEBHOOK_SECRET"].removeprefix("whsec_"))
NEW_S = 300
"""What was signed longer ago than this was recorded by somebody."""


@dataclass
class Effects:
    """What was done so far. ``last``: of each subject the newest sequence."""

    handled: int = 0
    sent_back: int = 0
    last: dict[str, str] = field(default_factory=dict)


effects, seen, lock = Effects(), set[str](), threading.Lock()
fails_next = threading.Event()


def is_ours(headers: Message, body: bytes) -> bool:
    """Say whether the bytes, as they came, are signed by our secret, and lately; one good signature is enough."""
    message, at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not (message and at.isascii() and at.isdigit() and abs(int(at) - time.time()) < NEW_S):
        return False
    mac = hmac.new(KEY, f"{message}.{at}.".encode() + body, hashlib.sha256).digest()
    good = b"v1," + base64.b64encode(mac)
    told = headers.get("webhook-signature", "").split(" ")
    return any(hmac.compare_digest(good, each.encode("utf-8", "replace")) for each in told)


def handle(event: Mapping[str, str]) -> None:
    """Do what an event asks for, once: it may come again, at the same moment, or behind a newer one."""
    with lock:
        if event["id"] in seen:
            return
        seen.add(event["id"])
        effects.handled += 1
        if event["sequence"] > effects.last.get(event["subject"], ""):
            effects.last[event["subject"]] = event["sequence"]


class Receiver(BaseHTTPRequestHandler):
    """Answers webhooks, and who asks what they did."""

    def do_POST(self) -> None:
        """Take a webhook."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/fail-next":
            fails_next.set()
            return self.answer(204)
        if not is_ours(self.headers, body):
            return self.answer(401)
        if fails_next.is_set():
            fails_next.clear()
            return self.answer(503)
        handle(json.loads(body))
        return self.answer(204)

    def do_GET(self) -> None:
        """Tell what was done."""
        self.answer(200, json.dumps(asdict(effects)).encode())

    def answer(self, status: int, body: bytes = b"") -> None:
        """Send an answer."""
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing of each request: who forwards says what was answered."""


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "3000"))), Receiver)
    server.request_queue_size = 64
    server.serve_forever()
