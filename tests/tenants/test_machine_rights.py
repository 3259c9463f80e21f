"""Every route of sign-in services and keys, for every role: the table of permissions is the oracle."""

from __future__ import annotations

import pytest

from app.web import create_app
from kit.ids import new_id
from kit.settings import Settings
from probe.service.members import Member, members
from tenants.core.permissions import Role, decide
from tests.support.site import Site

OURS = ("/settings/identity", "/settings/keys")
STAFF = {Role.SUPERVISOR: "sup@harbour.example", Role.QUALITY: "quality@harbour.example",
         Role.ONBOARDING: "onboarding@harbour.example"}  # fmt: skip
FORM = {"person": str(new_id()), "recovery": str(new_id()), "prefix": "gfs_none", "only_idp": "yes"}


def ours() -> list[Member]:
    return [member for member in members(create_app(Settings())) if member.path.startswith(OURS)]


def test_every_route_asks_for_the_right_permission() -> None:
    found = ours()
    assert len(found) >= 16
    for member in found:
        wanted = "identity.manage" if member.path.startswith("/settings/identity") else "integration.manage"
        assert [guard.permission for guard in member.guards] == [wanted], str(member)


@pytest.mark.parametrize(
    "role", [Role.CLIENT_MANAGER, Role.CLIENT_DEVELOPER, Role.CLIENT_VIEWER, *STAFF, Role.CLIENT_SYSTEM]
)
async def test_each_role_gets_what_the_table_says(site: Site, role: Role) -> None:
    if role is Role.CLIENT_SYSTEM:
        who = await site.machine("galaxy")
    else:
        who = await site.person(STAFF.get(role) or (await site.people("galaxy"))[role.value], "galaxy")
    for member in ours():
        path = member.path.replace("{idp_id}", str(new_id())).replace("{key_id}", "x").replace("{client_id}", "x")
        async with who.request(member.method, path, data=FORM if member.method == "POST" else None,
                               allow_redirects=False, headers={"Accept": "application/json"}) as got:  # fmt: skip
            permission = member.guards[0].permission
            assert permission is not None
            granted = decide(role, permission) is not None and role is not Role.CLIENT_SYSTEM
            assert (got.status != 403) == granted, (str(member), got.status)
            assert got.status < 500, str(member)


async def test_a_system_reads_its_own_key_and_makes_none(site: Site) -> None:
    who = await site.machine("galaxy")
    async with who.get("/v1/keys/self") as got:
        told = await got.json()
    assert (told["type"], told["client"], told["connection"]) == ("key", "galaxy", site.connections["galaxy"])
    assert set(told["limits"]) == {"read", "write", "expensive"}
    assert told["expires_at"]
    person = await site.person("wang@galaxy.example", "galaxy")
    async with person.get("/v1/keys/self") as got:
        assert got.status == 404
