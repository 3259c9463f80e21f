"""People at the door: somebody with a password, with an app, half signed in; and what a journal was told."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from pyotp.totp import TOTP

from journal import service as journal
from kit.db import AccessibleTenantId
from kit.secretbox import SecretBox
from tenants.core.one_time import STEP_S
from tenants.service import factors
from tenants.service.door import Door
from tenants.service.entrance import Entrance
from tenants.service.new_password import set_password
from tenants.service.people import Attempt, Visit, sign_in
from tests.support.house import KEY, House
from tests.tenants.world import NOW

PASSWORD = "correct horse battery"
WANG, VIEWER, SUPERVISOR, BOSS = (
    "wang@alpha.example",
    "viewer@alpha.example",
    "sup@harbour.example",
    "boss@beta.example",
)
STEP = timedelta(seconds=STEP_S)
HERE = Visit("192.0.2.1", "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0")
WRONG = "000000"


def entrance_of(house: House, *, mail: bool = False) -> Entrance:
    return Entrance(house.control, house.app, SecretBox(KEY), Door(), mail=mail)


async def user_id(entrance: Entrance, email: str) -> UUID:
    found = await (await entrance.control.pool()).fetchval('SELECT id FROM control."user" WHERE email = $1', email)
    assert isinstance(found, UUID)
    return found


async def person(entrance: Entrance, email: str) -> UUID:
    return await set_password(entrance.control, email, PASSWORD)


async def enrolled(entrance: Entrance, email: str) -> tuple[UUID, TOTP, list[str]]:
    """A person with an app; its first code was shown a minute before NOW."""
    who, before = await person(entrance, email), NOW - 2 * STEP
    await factors.begin_authenticator(entrance, who, before)
    secret = await factors.new_secret(entrance, who, before)
    assert secret is not None
    app = TOTP(secret)
    return who, app, await factors.confirm_authenticator(entrance, who, app.at(before), before)


async def half(entrance: Entrance, email: str) -> str:
    passed = await sign_in(entrance, Attempt(email, PASSWORD, HERE), NOW)
    assert passed.session == ""
    return passed.second_step


async def told(house: House, tenant: AccessibleTenantId, *kinds: str) -> list[tuple[str, dict[str, object]]]:
    async with house.app.transaction(tenant) as scope:
        return [(fact.kind, dict(fact.data)) for fact in await journal.read(scope, kinds=kinds)]
