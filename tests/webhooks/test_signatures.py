"""Signatures by a key that only we have, against another sender's own example and another implementation."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from standardwebhooks import Webhook

from exits.service import keys, reseal
from kit.clock import now
from kit.errors import KeysAway, KeysDestroyed
from kit.objects import Folder
from kit.tenantkeys import PREFIX
from kit.vault import Vault
from tests.support.house import TENANT_A, House, fresh_vault
from tests.webhooks.test_delivery import deliver_until, remark
from tests.webhooks.test_endpoints import URL, added, courier, orders, willing
from tests.webhooks.test_feed import reader
from tests.workorders.lab import System
from tools import glassfloor_workorders as tool
from webhooks.core.signature import encode_private, public_of, sign
from webhooks.service import keeping
from webhooks.service.endpoints_of import new_secret

SIGNING = "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg=="
PUBLIC = "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4="
AT, BODY, MESSAGE = datetime.fromtimestamp(1614265330, UTC), b'{"test": 2432232314}', "msg_p5jXN8AQM9LWM0D4loKWxJek"
EXPECTED = "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg=="
"""A pair of keys and a signature that another sender of Standard Webhooks publishes."""


def verified(public: str, headers: dict[str, str], body: bytes) -> bool:
    """Verify as a receiver does: the public key, and whatever signatures the header holds."""
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public.removeprefix("whpk_")))
    message, at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    for each in headers.get("webhook-signature", "").split(" "):
        version, _, text = each.partition(",")
        if version != "v1a":
            continue
        try:
            key.verify(base64.b64decode(text, validate=True), f"{message}.{at}.".encode() + body)
        except (InvalidSignature, ValueError):
            continue
        return bool(message)
    return False


@pytest.fixture
async def api(house: House, http: httpx.AsyncClient) -> System:
    return await reader(house, http)


def test_we_and_the_developers_tool_sign_as_other_senders_do() -> None:
    assert public_of(SIGNING) == PUBLIC
    assert encode_private(base64.b64decode(SIGNING.removeprefix("whsk_"))[:32]) == SIGNING
    assert sign(SIGNING, MESSAGE, AT, BODY)["webhook-signature"] == EXPECTED
    assert tool.signature(tool.key_of(SIGNING), MESSAGE, 1614265330, BODY) == EXPECTED
    assert tool.key_of(SIGNING).shown == PUBLIC
    for _ in range(3):
        made = new_secret("v1a")
        headers = sign(made, "m", now(), "\u5ba2\u670d".encode(), old=SIGNING)
        signed = tool.signed_headers(tool.key_of(made), "m", b"{}", 1614265330)
        assert verified(str(public_of(made)), headers, "\u5ba2\u670d".encode())
        assert verified(PUBLIC, headers, "\u5ba2\u670d".encode())
        assert verified(str(public_of(made)), signed, b"{}")
        assert not verified(str(public_of(made)), headers, b"{}")


async def test_an_endpoint_signs_by_a_key_of_ours_and_turns_to_another_kind_without_a_gap(
    house: House, api: System
) -> None:
    async with willing() as receiver:
        made = await added(api, receiver, signature="v1a")
        assert (made["signature"], made["secret"]) == ("v1a", None)
        turned = (await api.post(f"{URL}/{made['id']}/rotate", {"signature": "v1"})).json()
        assert (turned["signature"], turned["public_key"]) == ("v1", None)
        (order,) = await orders(house, 1)
        async with courier(house) as ours:
            await deliver_until(ours, receiver, 1)
            headers, body = receiver.seen[-1]
            assert [each.partition(",")[0] for each in headers["webhook-signature"].split(" ")] == ["v1", "v1a"]
            assert verified(made["public_key"], headers, body)
            assert Webhook(turned["secret"]).verify(body, headers)["subject"] == str(order)
            again = (await api.post(f"{URL}/{made['id']}/rotate", {"signature": "v1a"})).json()
            await remark(house, order, "and on")
            await deliver_until(ours, receiver, 2)
        headers, body = receiver.seen[-1]
        assert verified(again["public_key"], headers, body)
        assert not verified(made["public_key"], headers, body), "two keys sign, not three"
        assert Webhook(turned["secret"]).verify(body, headers)
        assert (await api.get(f"{URL}/{made['id']}")).json()["public_key"] == again["public_key"]
        assert (await api.post(f"{URL}/{made['id']}/rotate", None)).json()["signature"] == "v1a"
        assert (await api.post(f"{URL}/{made['id']}/rotate", {"signature": "v2"})).status_code == 400


async def _stored(house: House) -> list[str]:
    async with house.app.transaction(TENANT_A) as scope:
        rows = await scope.fetch("SELECT secret, old_secret FROM gf.webhook_endpoint")
    return [text for row in rows for text in (row["secret"], row["old_secret"]) if text]


@pytest.fixture
def own(house: House, tmp_path: Path) -> Vault:
    """Keys of this test alone: they are destroyed in it."""
    return fresh_vault(tmp_path / "keys")


async def test_secrets_lie_sealed_and_are_sealed_anew_and_away_with_the_clients_keys(
    house: House, own: Vault, api: System, files: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with willing() as receiver, courier(house) as ours:
        made = await added(api, receiver)
        turned = (await api.post(f"{URL}/{made['id']}/rotate", None)).json()
        await keys.rotate_data(own, house.app, TENANT_A, keys.By("tests", now()))
        done = await reseal.reseal(own, house.worker, TENANT_A, files)
        assert done.changed["webhook_endpoint"] == 2
        async with house.app.transaction(TENANT_A) as scope:
            newest = await own.keys(scope)
        stored = await _stored(house)
        assert len(stored) == 2
        assert all(newest.is_newest(text) for text in stored)
        async with house.app.transaction(TENANT_A) as scope:  # as a row of before this version
            await scope.fetch("UPDATE gf.webhook_endpoint SET secret = $1", turned["secret"])
        (order,) = await orders(house, 1)
        await deliver_until(ours, receiver, 1)
        headers, body = receiver.seen[-1]
        for secret in (made["secret"], turned["secret"]):
            assert Webhook(secret).verify(body, headers)["subject"] == str(order)
        assert (await reseal.reseal(own, house.worker, TENANT_A, files)).changed["webhook_endpoint"] == 1
        assert all(text.startswith(PREFIX) for text in await _stored(house))

        async def away(*_: object, **__: object) -> None:
            raise KeysAway

        await remark(house, order, "while the client keeps its keys to itself")
        with monkeypatch.context() as patched:
            patched.setattr(type(own), "keys", away)
            await ours.visit(TENANT_A)
            await ours.settle_down()
            assert len(receiver.taken) == 1
        await deliver_until(ours, receiver, 2)
        await own.destroy(TENANT_A, now())
        with pytest.raises(KeysDestroyed):
            await _open(house, UUID(made["id"]))


async def _open(house: House, endpoint: UUID) -> None:
    async with house.app.transaction(TENANT_A) as scope:
        await keeping.secret_of(scope, await keeping.locked(scope, endpoint))
