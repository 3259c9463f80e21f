"""Vendors' own signatures of their webhooks.

The headers were written from the vendors' public documentation and, Zammad's, from its published source; no vendor's
system ran here. Jira's pair of body and signature, and the secret of Zendesk's test messages, are those that the
vendors publish.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from exchange.adapters.chosen import CONNECTORS
from exchange.core.hubs import verify_hub, verify_stamped
from exchange.errors import AddressUnknown
from exchange.schemas import DoorBody, SecretBody
from exchange.service import doors
from exchange.service.doors import Made
from kit.clock import now
from kit.errors import ValidationFailed
from kit.ids import new_id
from tests.exchange.joined import DEVELOPER, KINDS, Joined, joined
from tests.exchange.lab import Lab, door
from tests.support.house import TENANT_A, House
from tests.workorders.lab import add_connection
from webhooks.core.signature import sign
from webhooks.errors import SignatureInvalid

JIRA_PUBLISHED = "sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9"
ZENDESK_TESTS = "dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ=="
every_kind = pytest.mark.parametrize("kind", KINDS)


def signed(kind: str, secret: str, body: bytes, at: datetime | None = None) -> dict[str, str]:
    """Return the headers that the vendor would send."""
    key, at = secret.encode(), at or now()
    if kind == "zendesk":
        stamp = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        mac = hmac.new(key, stamp.encode() + body, hashlib.sha256).digest()
        return {
            "X-Zendesk-Webhook-Signature": base64.b64encode(mac).decode(),
            "X-Zendesk-Webhook-Signature-Timestamp": stamp, "X-Zendesk-Webhook-Invocation-Id": str(new_id()),
        }  # fmt: skip
    if kind == "servicenow":
        return {"webhook-secret": secret}
    method = "sha256" if kind == "jira" else "sha1"
    named = "X-Atlassian-Webhook-Identifier" if kind == "jira" else "X-Zammad-Delivery"
    return {"X-Hub-Signature": f"{method}={hmac.new(key, body, method).hexdigest()}", named: str(new_id())}


def test_what_jira_publishes_verifies_and_nothing_beside_it() -> None:
    secret, body = "It's a Secret to Everybody", b"Hello World!"
    verify_hub("sha256", secret, {"x-hub-signature": JIRA_PUBLISHED}, body)
    for method, key, header, content in (
        ("sha256", secret, JIRA_PUBLISHED, b"Hello World?"), ("sha256", "another", JIRA_PUBLISHED, body),
        ("sha1", secret, JIRA_PUBLISHED, body), ("sha256", secret, "", body), ("sha256", secret, "sha256=é", body),
        ("sha256", secret, JIRA_PUBLISHED.upper(), body), ("sha256", secret, JIRA_PUBLISHED[:-1], body),
    ):  # fmt: skip
        with pytest.raises(SignatureInvalid):
            verify_hub(method, key, {"x-hub-signature": header}, content)  # type: ignore[arg-type]


def test_a_time_that_is_signed_is_refused_when_it_is_old_or_none() -> None:
    body, at = b'{"ticket": {"id": "35436"}}', datetime(2026, 11, 23, 9, tzinfo=UTC)

    def judged(stamp: str, when: datetime = at) -> None:
        mac = hmac.new(ZENDESK_TESTS.encode(), stamp.encode() + body, hashlib.sha256).digest()
        verify_stamped(ZENDESK_TESTS, base64.b64encode(mac).decode(), stamp, body, when)

    judged("2026-11-23T09:00:00Z")
    judged("2026-11-23T09:00:00Z", at + timedelta(minutes=5))
    for stamp in ("2026-11-23T08:54:59Z", "2026-11-23T09:05:01Z", "2026-11-23T09:00:00", "", "1763888400"):
        with pytest.raises(SignatureInvalid):
            judged(stamp)
    with pytest.raises(SignatureInvalid):  # another time than the one that was signed
        verify_stamped(ZENDESK_TESTS, "", "2026-11-23T09:00:00Z", body, at)


async def _told(lab: Lab, body: bytes, headers: Mapping[str, str]) -> httpx.Response:
    return await lab.http.post(f"/v1/inbound/{lab.made.token}", content=body, headers=headers)


async def _change(house: House, secret: str | None = None) -> str:
    async with house.app.transaction(TENANT_A) as scope:
        made = await doors.change_secret(scope, "jira", SecretBody(signing_secret=secret), DEVELOPER, now())
        return made or str(secret)


async def _signing(there: Joined) -> str:
    """Let the connection's system sign; return its secret."""
    kind = there.stub.kind
    there.lab.made = await door(there.house, "jira", DoorBody(adapter=kind))
    if not CONNECTORS[kind].makes_secret:
        return there.lab.made.secret
    assert there.lab.made.secret == ""
    body = json.dumps(there.stub.hint(there.stub.make("before it was told"))).encode()
    assert (await _told(there.lab, body, signed(kind, "", body))).status_code == 401
    return await _change(there.house, f"made-there-{new_id()}")


@every_kind
async def test_a_vendors_webhook_is_verified_before_it_is_read_and_still_only_a_hint(house: House, kind: str) -> None:
    async with joined(house, kind) as there:
        stub, lab = there.stub, there.lab
        order = (await lab.escalate("refund"))["id"]
        await there.push()
        (thing,) = stub.things.values()
        first = await _signing(there)
        stub.comment(thing, "only what it answers is believed")
        said = {**stub.hint(thing), "comment": {"body": "a lie"}}
        body = json.dumps(said).encode()
        for wrong in ({}, signed(kind, f"{first}x", body), signed(kind, first, b"{}") if kind != "servicenow" else {}):
            refused = await _told(lab, body, wrong)
            assert (refused.status_code, refused.json()["code"]) == (401, "signature_refused")
        assert (await _told(lab, b"no JSON", {})).status_code == 401, "nobody reads it"
        assert (await _told(lab, b"no JSON", signed(kind, first, b"no JSON"))).status_code == 400
        assert (await _told(lab, body, signed(kind, first, body))).status_code == 202
        assert [each["state"] for each in await lab.messages()] == ["fetching"]
        await there.look()
        assert "only what it answers is believed" in await lab.comments(order)
        assert "a lie" not in await lab.comments(order)
        await _rotated(there, first)


async def _rotated(there: Joined, first: str) -> None:
    """The secret before verifies on until the next change; the address stays."""
    kind, lab = there.stub.kind, there.lab
    made: list[str] = [first]
    for _ in range(2):
        made.append(await _change(there.house, f"made-there-{new_id()}" if CONNECTORS[kind].makes_secret else None))
        body = json.dumps({**there.stub.hint(next(iter(there.stub.things.values()))), "n": len(made)}).encode()
        answers = [(await _told(lab, body, signed(kind, each, body))).status_code for each in made[-3:]]
        assert [code in {200, 202} for code in answers] == [False, True, True][-len(answers) :]


async def test_an_old_message_of_zendesk_is_refused(house: House) -> None:
    async with joined(house, "zendesk") as there:
        secret = await _signing(there)
        body = json.dumps(there.stub.hint(there.stub.make("late"))).encode()
        late = await _told(there.lab, body, signed("zendesk", secret, body, now() - timedelta(minutes=6)))
        assert (late.status_code, late.json()["code"]) == (401, "signature_refused")


async def test_a_business_rule_may_sign_as_we_do(house: House) -> None:
    async with joined(house, "servicenow") as there:
        secret = await _signing(there)
        body = json.dumps(there.stub.hint(there.stub.make("signed by a script"))).encode()
        for at, status in ((now(), 202), (now() - timedelta(minutes=6), 401)):
            assert (await _told(there.lab, body, sign(secret, str(new_id()), at, body))).status_code == status
        both = {**sign(secret, "m", now(), b"another body"), "webhook-secret": secret}
        assert (await _told(there.lab, body, both)).status_code == 401, "a signature that is there has to fit"


async def test_who_makes_the_secret_and_where_there_is_none(lab: Lab, house: House) -> None:
    lab.made = Made(lab.made.token, await _change(house))
    assert (await lab.send({"nothing": 1})).status_code == 400, "the address stays, and is signed anew"
    with pytest.raises(ValidationFailed):
        await _change(house, "made-there-0123456789")
    zendesk: dict[str, Any] = {"adapter": "zendesk", "ask_url": "https://company.example"}
    with pytest.raises(ValidationFailed):  # what it sends is a hint: it has to be asked somewhere
        await door(house, "jira", DoorBody(adapter="zendesk"))
    lab.made = await door(house, "jira", DoorBody(**zendesk))
    with pytest.raises(ValidationFailed):
        await _change(house)
    await _change(house, ZENDESK_TESTS)
    again = await door(house, "jira", DoorBody(**zendesk))
    body = b'{"ticket": {"id": "35436"}}'
    assert (await _told(lab, body, signed("zendesk", ZENDESK_TESTS, body))).status_code == 404
    lab.made = again
    assert (await _told(lab, body, signed("zendesk", ZENDESK_TESTS, body))).status_code == 202, "it keeps its secret"
    await door(house, "jira", DoorBody(**zendesk, signed=False, networks=["192.0.2.0/24"]))
    with pytest.raises(ValidationFailed):
        await _change(house, "made-there-0123456789")
    await add_connection(house, TENANT_A, "other")
    async with house.app.transaction(TENANT_A) as scope:
        with pytest.raises(AddressUnknown):
            await doors.change_secret(scope, "other", SecretBody(), DEVELOPER, now())
