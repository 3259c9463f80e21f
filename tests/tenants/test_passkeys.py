"""Passkeys that are wrong: told, throttled as passwords and locked as codes; a device of our own makes the answers."""

from __future__ import annotations

import base64
import hashlib
import struct
from dataclasses import dataclass, field, replace
from datetime import timedelta
from uuid import UUID, uuid4

import orjson
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import encode_cbor

from kit.db import AccessibleTenantId
from kit.errors import Problem
from tenants.errors import TooManySignIns
from tenants.identity.errors import SignInExpired, SignInLocked, WrongCode
from tenants.service import passkeys, standing
from tenants.service.door import PERSON_SIZE, Door
from tenants.service.entrance import Entrance
from tenants.service.passkeys import Site
from tenants.service.people import Attempt, Shown, confirm_with_passkey, sign_in, take_passkey
from tenants.service.sessions import read_session
from tests.support.house import House
from tests.tenants.entering import HERE, PASSWORD, VIEWER, WANG, entrance_of, person, told
from tests.tenants.world import NOW, two_clients

SITE = Site("glassfloor.example", "https://glassfloor.example")
_VERIFIED = 0x05
"""User present, user verified (WebAuthn, 6.1)."""


def _text(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


@dataclass
class Device:
    """An authenticator with one passkey, ES256."""

    owner: UUID
    id: bytes = field(default_factory=lambda: uuid4().bytes)
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    count: int = 0
    site: Site = SITE
    flags: int = _VERIFIED
    kind: str = "webauthn.get"

    async def kept(self, entrance: Entrance) -> Device:
        numbers = self.key.public_key().public_numbers()
        cose = encode_cbor({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})
        await (await entrance.control.pool()).execute(
            "INSERT INTO control.passkey (id, user_id, public_key, sign_count, name, created_at)"
            " VALUES ($1, $2, $3, 0, 'soft', $4)", self.id, self.owner, cose, NOW,
        )  # fmt: skip
        return self

    def answer(self, options: str) -> str:
        self.count += 1
        asked = orjson.loads(options)["challenge"]
        said = orjson.dumps({"type": self.kind, "challenge": asked, "origin": self.site.origin})
        data = hashlib.sha256(self.site.host.encode()).digest() + struct.pack(">BI", self.flags, self.count)
        signature = self.key.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        response = {"clientDataJSON": _text(said), "authenticatorData": _text(data), "signature": _text(signature),
                    "userHandle": _text(self.owner.bytes)}  # fmt: skip
        told = {"id": _text(self.id), "rawId": _text(self.id), "type": "public-key", "response": response}
        return orjson.dumps(told).decode()


@pytest.fixture
async def entrance(house: House) -> Entrance:
    await two_clients(house)
    return entrance_of(house)


async def show(entrance: Entrance, device: Device, token: str | None = None) -> str:
    token, options = await passkeys.ask(entrance.control, token, SITE, NOW)
    return await take_passkey(entrance, Shown(token, device.answer(options), SITE), HERE, NOW)


async def test_a_wrong_passkey_is_told_to_the_persons_journal(entrance: Entrance, house: House) -> None:
    wang, viewer = await person(entrance, WANG), await person(entrance, VIEWER)
    device = await Device(wang).kept(entrance)
    session = await show(entrance, device)
    (tenant,) = (await read_session(house.control, session, NOW)).memberships
    journal = AccessibleTenantId(tenant)
    wrong = (
        replace(device, key=ec.generate_private_key(ec.SECP256R1()), count=5), replace(device, flags=0x01, count=5),
        replace(device, site=Site("evil.example", "https://evil.example"), count=5), replace(device, count=0),
        replace(device, site=replace(SITE, origin="https://evil.example"), count=5),
        replace(device, owner=viewer, count=5), replace(device, kind="webauthn.create", count=5),
    )  # fmt: skip
    for cheat in wrong:
        with pytest.raises(WrongCode):
            await show(entrance, cheat)
    failed = [data for _, data in await told(house, journal, "SignInFailed")]
    assert failed == [{"user_id": str(wang), "step": "passkey"}] * len(wrong)
    with pytest.raises(WrongCode):  # a passkey of nobody is told to nobody
        await show(entrance, Device(wang))
    assert len(await told(house, journal, "SignInFailed")) == len(wrong)
    device.count = 9
    await show(entrance, device)  # and a right one begins the count anew
    half = (await sign_in(entrance, Attempt(WANG, PASSWORD, HERE), NOW)).second_step
    other = await Device(viewer).kept(entrance)
    with pytest.raises(WrongCode):  # another person's passkey as the second step is this person's failure
        await show(entrance, other, half)
    assert (await told(house, journal, "SignInFailed"))[-1][1]["user_id"] == str(wang)


async def test_ten_wrong_passkeys_in_a_row_lock_and_do_not_tell_who_has_none(entrance: Entrance, house: House) -> None:
    wang = await person(entrance, WANG)
    device = await Device(wang).kept(entrance)
    session = await show(entrance, device)
    who = await read_session(house.control, session, NOW)
    thief = replace(device, key=ec.generate_private_key(ec.SECP256R1()))
    for n in range(standing.MOST_WRONG + 2):
        fresh = replace(entrance, door=Door())  # the throttle has a test of its own
        token, options = await passkeys.ask(entrance.control, None, SITE, NOW)
        shown = Shown(token, thief.answer(options), SITE)
        with pytest.raises(WrongCode):
            await (take_passkey(fresh, shown, HERE, NOW) if n else show(fresh, thief))
    with pytest.raises(SignInLocked):
        await show(entrance, device)
    (tenant,) = who.memberships
    kinds = [kind for kind, _ in await told(house, AccessibleTenantId(tenant), "SignInLocked", "SignInFailed")]
    assert kinds.count("SignInLocked") == 1
    assert kinds.count("SignInFailed") == standing.MOST_WRONG + 2


async def test_wrong_passkeys_empty_the_same_bucket_as_wrong_passwords(entrance: Entrance) -> None:
    device = await Device(await person(entrance, WANG)).kept(entrance)
    thief = replace(device, key=ec.generate_private_key(ec.SECP256R1()))
    ends: list[type[Problem]] = []
    for _ in range(PERSON_SIZE + 2):
        with pytest.raises((WrongCode, TooManySignIns)) as end:
            await show(entrance, thief)
        ends.append(type(end.value))
    assert ends == [WrongCode] * PERSON_SIZE + [TooManySignIns] * 2
    with pytest.raises(TooManySignIns):
        await sign_in(entrance, Attempt(WANG, PASSWORD, HERE), NOW)


async def test_answers_are_of_use_once_and_for_what_was_asked(entrance: Entrance, house: House) -> None:
    device = await Device(await person(entrance, WANG)).kept(entrance)
    token, options = await passkeys.ask(entrance.control, None, SITE, NOW)
    shown = Shown(token, device.answer(options), SITE)
    session = await take_passkey(entrance, shown, HERE, NOW)
    who = await read_session(house.control, session, NOW)
    for replayed in (shown, replace(shown, token=(await passkeys.ask(entrance.control, None, SITE, NOW))[0])):
        with pytest.raises((SignInExpired, WrongCode)):
            await take_passkey(entrance, replayed, HERE, NOW)
    token, options = await passkeys.ask(entrance.control, None, SITE, NOW)
    with pytest.raises(WrongCode):  # asked for signing in, shown for a confirmation
        await confirm_with_passkey(entrance, who, session, Shown(token, device.answer(options), SITE), NOW)
    token, options = await passkeys.ask(entrance.control, None, SITE, NOW)
    late = NOW + timedelta(minutes=5)
    with pytest.raises(SignInExpired):
        await take_passkey(entrance, Shown(token, device.answer(options), SITE), HERE, late)
