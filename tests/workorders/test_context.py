"""The conversation behind a work order as a signed vCon, in the event and by its route."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import jsonschema
import orjson
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jws
from joserfc.jwk import OKPKey

from app import reactions
from interactions.audio import key_of, where
from interactions.recordings.facts import RecordingBegan
from journal import service as journal
from journal.core.facts import Actor
from kit import sealedfile, vault
from kit.clock import now
from kit.ids import new_id
from kit.objects import Folder, Kept
from kit.settings import Settings
from kit.signing import DocumentSigner
from tenants.service.keys import KeyRequest, create_key
from tests.support.house import KEY, TENANT_A, House
from tests.workorders.lab import SCOPES, System
from tests.workorders.test_exchange import SEAT
from workorders import service
from workorders.context.service import Means
from workorders.schemas import NewWorkOrder, instant

SOUND = b"fLaC" + bytes(range(256)) * 900
SIGNER = DocumentSigner(KEY)
URL = "https://centre.example"

_HASH = {"type": "string", "pattern": "^sha512-[A-Za-z0-9_-]{86}$"}
_AT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"}
_TEXT, _INDEX = {"type": "string"}, {"type": "integer", "minimum": 0}
_UUID8 = {"type": "string", "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"}
_INLINE = {"mediatype": _TEXT, "encoding": {"enum": ["json"]}, "body": {}}


def _object(required: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": required, "properties": properties, "additionalProperties": False}


SCHEMA = _object(
    ["uuid", "created_at", "parties"], vcon={"const": "0.4.0"}, uuid=_UUID8, created_at=_AT, updated_at=_AT,
    subject=_TEXT, amended=_object(["uuid"], uuid=_UUID8),
    parties={"type": "array", "items": _object([], tel=_TEXT, name=_TEXT, validation=_TEXT, uuid=_TEXT, type=_TEXT)},
    dialog={"type": "array", "items": {**_object(
        ["type", "start"], type={"enum": ["recording", "incomplete"]}, start=_AT,
        duration={"type": "number", "minimum": 0}, parties={"type": "array", "items": _INDEX}, mediatype=_TEXT,
        url={"type": "string", "pattern": "^https://"}, content_hash=_HASH, disposition=_TEXT,
    ), "dependentRequired": {"url": ["content_hash", "mediatype"]}}},
    analysis={"type": "array", "items": _object(
        ["type", "vendor"], type=_TEXT, dialog=_INDEX, vendor=_TEXT, product=_TEXT, schema=_TEXT, **_INLINE)},
    attachments={"type": "array", "items": _object(
        ["start", "party", "dialog"], purpose=_TEXT, start=_AT, party=_INDEX, dialog=_INDEX, **_INLINE)},
)  # fmt: skip
"""What the draft (core-04) says of the parts that we write; nothing that it does not name may be there."""


@pytest.fixture
async def told(http: httpx.AsyncClient, files: Folder) -> AsyncIterator[None]:
    """Reactions that tell new work orders with their conversations."""
    http._transport.app.state.settings = Settings(secure_cookies=False, public_url=URL)  # type: ignore[attr-defined]
    before = list(journal._observers)
    reactions.install(None, contexts=Means(SIGNER, files, URL))
    yield
    reactions.install(None)
    journal._observers[:] = before


async def talked(house: House, files: Folder, *, recorded: bool, path: tuple[str, ...] = ("menu", "billing")) -> UUID:
    """Return an interaction, with its recording if there is one."""
    call = new_id()
    async with house.app.transaction(TENANT_A) as scope:
        await scope.fetch(
            "INSERT INTO gf.interaction (tenant_id, id, number, contact, contact_number, channel, direction, flow,"
            " flow_version, state, started_at, answered_at, ended_at, path) VALUES ($1, $2, '+862150001234',"
            " '+86 138****1234', '', 'voice', 'inbound', 'main', 1, 'ended', $3, $3, $3, $4::jsonb)",
            TENANT_A, call, now(), orjson.dumps(path).decode(),
        )  # fmt: skip
    if recorded:
        await record(house, files, call)
    return call


async def record(house: House, files: Folder, call: UUID) -> None:
    made, at = new_id(), now()
    key = key_of(TENANT_A, "call", made, at)
    async with house.app.transaction(TENANT_A) as scope:
        keys = await vault.sealing(scope)
        sealedfile.seal_bytes(SOUND, Kept(files, key), keys, where(made))
        await scope.fetch(
            "INSERT INTO gf.recording (tenant_id, id, interaction_id, key, kind, sha256, content_sha256, duration_ms,"
            " bytes, media, channels, stored_at)"
            " VALUES ($1, $2, $3, $4, 'call', $5, $5, 61500, $6, 'audio/flac', 2, $7)",
            TENANT_A, made, call, key, hashlib.sha256(SOUND).hexdigest(), len(SOUND), at,
        )  # fmt: skip
        began = RecordingBegan(str(made), "policy", None, announced=True)
        journal.append(scope, began, subject=call, at=at, actor=Actor("system", "tests"))


async def allow(house: House, *, systems: bool) -> None:
    """Put a configuration in force that lets the client's systems have recordings, or not."""
    content = {"tenant": {"zone": "UTC"}, "calendars": [], "sharing": {"by_systems": systems}}
    async with house.app.transaction(TENANT_A) as scope:
        await scope.fetch(
            "INSERT INTO gf.blueprint (tenant_id, version, digest, content, applied_by, applied_at)"
            " SELECT $1, 1 + coalesce(max(version), 0), 'x', $2::jsonb, 'tests', now() FROM gf.blueprint"
            " WHERE tenant_id = $1",
            TENANT_A, orjson.dumps(content).decode(),
        )  # fmt: skip


async def escalated(house: House, call: UUID, title: str = "refund") -> dict[str, Any]:
    async with house.app.transaction(TENANT_A) as scope:
        body = NewWorkOrder(type="refund", title=title, connection="a1")
        return await service.create(scope, service.Asked(body, call, new_id()), SEAT, now())


async def event(house: House, order: dict[str, Any]) -> dict[str, Any]:
    async with house.app.transaction(TENANT_A) as scope:
        (row,) = await scope.fetch("SELECT id, body FROM gf.webhook_event WHERE subject = $1", UUID(order["id"]))
        body, at = bytes(row["body"]), f"webhook_event|body|{row['id']}"
        opened = await vault.opened(scope, lambda keys: keys.open_bytes(body, at))
    return dict(orjson.loads(opened))


def checked(signed: Any) -> dict[str, Any]:
    """Verify with a library and the published key, compare the certificate, judge the form."""
    (published,) = SIGNER.public_keys()["keys"]
    key = OKPKey.import_key({name: published[name] for name in ("kty", "crv", "x")})
    registry = jws.JWSRegistry(algorithms=["Ed25519"], strict_check_header=False)
    (member,) = signed["signatures"]
    document = json.loads(jws.deserialize_json(signed, key, registry=registry).payload)
    certificate = x509.load_der_x509_certificate(base64.b64decode(member["header"]["x5c"][0]))
    octets = certificate.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    assert base64.urlsafe_b64encode(octets).rstrip(b"=").decode() == published["x"]
    assert member["header"]["uuid"] == document["uuid"]
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    return dict(document)


async def listener(house: House, a1: System) -> System:
    """A key of the same system that may hear recordings."""
    scopes = SCOPES | {"recording.listen"}
    return System(a1.http, await create_key(house.control, KeyRequest(TENANT_A, "a1", scopes), now()))


async def test_a_new_work_order_tells_its_conversation(house: House, a1: System, files: Folder, told: None) -> None:
    await allow(house, systems=True)
    order = await escalated(house, await talked(house, files, recorded=True))
    body = await event(house, order)
    assert len(orjson.dumps(body)) < 20_000
    vcon = checked(body["data"]["call_context"]["vcon"])
    (dialog,) = vcon["dialog"]
    assert (dialog["duration"], dialog["mediatype"], "amended" in vcon) == (61.5, "audio/flac", False)
    assert vcon["parties"][0]["name"] == "+86 138****1234"
    assert vcon["analysis"][0]["body"] == {"path": ["menu", "billing"]}
    served = await a1.http.get(dialog["url"].removeprefix(URL))
    assert (served.status_code, served.content) == (200, SOUND)
    digest = base64.urlsafe_b64encode(hashlib.sha512(served.content).digest()).rstrip(b"=").decode()
    assert dialog["content_hash"] == f"sha512-{digest}"
    async with house.app.transaction(TENANT_A) as scope:
        facts = await journal.read(scope, limit=500)
    assert [fact.actor["kind"] for fact in facts if fact.kind == "RecordingPlayed"] == ["link"]
    assert [instant(fact.at) for fact in facts if fact.kind == "RecordingBegan"] == [dialog["start"]]


async def test_a_recording_that_comes_later_amends(house: House, a1: System, files: Folder, told: None) -> None:
    await allow(house, systems=True)
    call = await talked(house, files, recorded=False)
    order = await escalated(house, call)
    first = checked((await event(house, order))["data"]["call_context"]["vcon"])
    assert "url" not in first["dialog"][0]
    await record(house, files, call)
    hearing, path = await listener(house, a1), f"/v1/work-orders/{order['id']}/context"
    got = await hearing.get(path)
    assert (got.status_code, got.headers["Content-Type"]) == (200, "application/vcon")
    later = checked(got.json())
    assert later["amended"] == {"uuid": first["uuid"]}
    assert later["uuid"] == checked((await hearing.get(path)).json())["uuid"] != first["uuid"]
    url = later["dialog"][0]["url"].removeprefix(URL)
    assert (await a1.http.get(url)).status_code == 200
    assert (await a1.http.delete(f"{path}/links", headers=a1.headers({}))).status_code == 204
    over = await a1.http.get(url)
    assert (over.status_code, over.json()["code"]) == (410, "file_link_over")
    async with house.app.transaction(TENANT_A) as scope:
        facts = [f for f in await journal.read(scope, limit=500) if f.kind == "WorkOrderContextTaken"]
        lives = await scope.fetch("SELECT max(expires_at - made_at) AS life FROM gf.work_order_link")
    assert [fact.data["recordings"] for fact in facts] == [1, 1]
    assert lives[0]["life"] == timedelta(minutes=15)


async def test_who_may_not_have_the_recording_has_the_rest(
    house: House, a1: System, a2: System, b1: System, files: Folder, told: None
) -> None:
    call = await talked(house, files, recorded=True)
    order = await escalated(house, call)
    path = f"/v1/work-orders/{order['id']}/context"
    assert "url" not in checked((await event(house, order))["data"]["call_context"]["vcon"])["dialog"][0]
    hearing = await listener(house, a1)
    assert "url" not in checked((await hearing.get(path)).json())["dialog"][0], "the policy does not let it"
    await allow(house, systems=True)
    assert "url" in checked((await hearing.get(path)).json())["dialog"][0]
    assert "url" not in checked((await a1.get(path)).json())["dialog"][0], "the key may not hear"
    for other in (a2, b1):
        assert (await other.get(path)).status_code == 404
    assert (await a1.get(f"/v1/work-orders/{(await a1.create())['id']}/context")).status_code == 404


async def test_a_context_that_is_too_long_is_fetched(house: House, files: Folder, told: None) -> None:
    order = await escalated(house, await talked(house, files, recorded=False, path=("n" * 60,) * 400))
    assert (await event(house, order))["data"]["call_context"] == {"href": f"/v1/work-orders/{order['id']}/context"}
