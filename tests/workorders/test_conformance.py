"""The kit passes a good receiver and names what a bad one does wrong; ``listen`` forwards what happened, once."""

from __future__ import annotations

import asyncio
import base64
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web

from kit.clock import now
from tests.architecture.rules import ROOT
from tests.webhooks.test_signatures import verified
from tools import glassfloor_workorders as kit
from webhooks.core.signature import verify
from webhooks.errors import SignatureInvalid

SECRET, PAIR = kit.Key(bytes(range(32))).shown, kit.Key(bytes(range(32)), private=True)
"""What the kit signs with: a shared secret, or a key of which the receiver has the public half."""
PRIVATE = kit.PRIVATE + base64.b64encode(PAIR.octets).decode()


@dataclass
class Client:
    """A client's side that takes events as the guide says, but for the one fault that is planted."""

    fault: str = ""
    seen: set[str] = field(default_factory=set)
    handled: int = 0
    sent_back: int = 0
    last: dict[str, str] = field(default_factory=dict)
    fails: bool = False
    public: str = ""
    """Verify by this instead."""

    async def hook(self, request: web.Request) -> web.Response:
        body = await request.read()
        headers = {name.lower(): text for name, text in request.headers.items()}
        try:
            self.check(headers, body)
        except SignatureInvalid:
            return web.Response(status=401)
        if self.fault == "slow":
            await asyncio.sleep(0.25)
        event = json.loads(body.decode("ascii" if self.fault == "ascii" else "utf-8"))
        return web.Response(status=await self.take(event))

    def check(self, headers: dict[str, str], body: bytes) -> None:
        if self.fault == "believes":
            return
        if self.fault == "crashes":
            _, _ = headers["webhook-signature"].split(",")
            int(headers["webhook-timestamp"])
        if self.fault == "first signature":
            headers["webhook-signature"] = headers.get("webhook-signature", "").split(" ")[0]
        if self.public:
            if not verified(self.public, headers, body):
                raise SignatureInvalid
            at = int(headers["webhook-timestamp"])
            if abs(at - now().timestamp()) > 300:
                raise SignatureInvalid
            return
        tolerance = timedelta(days=1 if self.fault == "patient" else 0, minutes=5)
        verify(SECRET, headers, body, now=now(), tolerance=tolerance)

    async def take(self, event: dict[str, Any]) -> int:
        again = event["id"] in self.seen
        if self.fault == "racy":
            await asyncio.sleep(0.05)
        if self.fails:
            self.fails = False
            self.handled += self.fault == "half done"
            return 500
        if again and self.fault != "forgets":
            return 409 if self.fault == "quarrels" else 204
        if self.fault == "knows all" and "invented" in event["type"]:
            return 400
        if (
            self.fault == "counts"
            and int(event["sequence"]) > int(self.last.get(event["subject"], event["sequence"])) + 1
        ):
            return 422
        self.seen.add(event["id"])
        self.handled += 1
        self.sent_back += self.fault == "answers back" and event["origin"].startswith("connection:")
        if self.fault == "turns back" or event["sequence"] > self.last.get(event["subject"], ""):
            self.last[event["subject"]] = event["sequence"]
        return 204

    async def probe(self, _request: web.Request) -> web.Response:
        return web.json_response({"handled": self.handled, "sent_back": self.sent_back, "last": self.last})

    async def fail(self, _request: web.Request) -> web.Response:
        self.fails = True
        return web.Response(status=204)


@asynccontextmanager
async def serving(client: Client) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/hook", client.hook)
    app.router.add_get("/probe", client.probe)
    app.router.add_post("/fail", client.fail)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def judged(client: Client, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, dict[str, Any]]:
    async with serving(client) as url:
        words = ["conformance", "--endpoint", f"{url}/hook", "--json"]
        words += ["--secret", PRIVATE if client.public else SECRET]
        seen = ["--probe", f"{url}/probe", "--fail-next", f"{url}/fail"]
        code = await asyncio.to_thread(kit.main, [*words, *seen, *more])
    found = json.loads(capsys.readouterr().out)
    return code, {each["rule"]: each for each in found["rules"]}


@pytest.mark.parametrize("public", ["", PAIR.shown], ids=["v1", "v1a"])
async def test_a_good_receiver_passes_every_rule(public: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, rules = await judged(Client(public=public), capsys)
    assert {name for name, each in rules.items() if each["held"] is not True} == set()
    assert (code, len(rules)) == (0, len(kit.RULES))
    page = (ROOT / "docs" / "conformance.md").read_text(encoding="utf-8")
    sections = re.findall(r"### ([\w-]+)\n(.*?)(?=\n### |\Z)", page, re.DOTALL)
    said = {name: " ".join(text.split()) for name, text in sections}
    assert said == {name: each["wants"] for name, each in rules.items()}


@pytest.mark.parametrize(
    ("fault", "failed"),
    [
        ("believes", {"wrong-key", "changed-body", "no-signature", "malformed-headers", "old-timestamp"}),
        ("patient", {"old-timestamp"}),
        ("crashes", {"malformed-headers", "no-signature", "two-signatures"}),
        ("first signature", {"two-signatures"}),
        ("forgets", {"duplicate", "parallel-duplicate"}),
        ("racy", {"parallel-duplicate"}),
        ("quarrels", {"duplicate", "parallel-duplicate"}),
        ("turns back", {"late-event"}),
        ("counts", {"gaps", "late-event"}),
        ("knows all", {"unknown"}),
        ("ascii", {"text"}),
        ("answers back", {"echo"}),
        ("half done", {"after-failure"}),
    ],
)
async def test_each_fault_is_named(fault: str, failed: set[str], capsys: pytest.CaptureFixture[str]) -> None:
    code, rules = await judged(Client(fault), capsys)
    assert {name for name, each in rules.items() if each["held"] is False} == failed
    assert code == 1
    assert all(rules[name]["why"] for name in failed)


async def test_a_slow_receiver_is_told_so(capsys: pytest.CaptureFixture[str]) -> None:
    code, rules = await judged(Client("slow"), capsys, "--timeout", "0.2")
    assert (code, rules["good-signature"]["held"], rules["in-time"]["held"]) == (1, False, False)
    assert {each["held"] for name, each in rules.items() if name not in {"good-signature", "in-time"}} == {None}


async def test_what_cannot_be_seen_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    async with serving(Client("forgets")) as url:
        words = ["conformance", "--endpoint", f"{url}/hook", "--secret", SECRET]
        assert await asyncio.to_thread(kit.main, words) == 0
        told = capsys.readouterr().out
        assert "give --probe to see that it had one effect" in told
        for title in (
            "What failed is taken when it comes again",
            "The same event twice has one effect",
            "An older event after a newer one is taken and turns nothing back",
        ):
            assert f"not seen {title}" in told
        assert "12 passed, 0 failed, 5 not seen, of 17 rules" in told
        other = [*words[:-1], kit.Key(bytes(24)).shown]
        assert await asyncio.to_thread(kit.main, other) == 1
        told = capsys.readouterr().out
        assert "another secret" in told
        assert "good-signature: A well-signed event is answered with 2xx." in told
        assert "1 passed, 1 failed, 15 not seen" in told, "who refuses everything has shown nothing"
        assert await asyncio.to_thread(kit.main, [*words, "--probe", f"{url}/nothing"]) == 2
        assert await asyncio.to_thread(kit.main, [*words[:-1], "whsec_short"]) == 2
    assert "a webhook secret is whsec_" in capsys.readouterr().err
    assert await asyncio.to_thread(kit.main, words) == 2, "nobody is there any more"
    assert "is your receiver running?" in capsys.readouterr().err
