"""Suspended, resumed, left: each change once, and who hears of it finds it."""

from __future__ import annotations

import asyncio

import pytest

from exits.service.states import Change, change_state, state_of
from journal import service as journal
from kit.clock import now
from kit.db import Scope
from kit.errors import Conflict
from tests.support.house import TENANT_A, House

SUSPENDED = Change("suspended", "ops", "unpaid", now())


async def changes(house: House) -> list[str]:
    async with house.app.transaction(TENANT_A) as scope:
        return [fact.data["state"] for fact in await journal.read(scope) if fact.kind == "TenantStateChanged"]


async def test_who_hears_the_bell_finds_the_new_state(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planes commit one after the other: a floor that read between the two would not look again for minutes."""
    heard: list[str] = []

    async def bell() -> None:
        heard.append(await state_of(house.control, TENANT_A))

    async def observer(scope: Scope, _facts: object) -> None:
        scope.after_commit.append(bell)

    monkeypatch.setattr(journal, "_observers", [observer])
    assert await change_state(house.control, house.app, TENANT_A, SUSPENDED)
    assert not await change_state(house.control, house.app, TENANT_A, SUSPENDED), "it is so already"
    assert heard == ["suspended"]


async def test_of_two_at_once_one_is_told_so(house: House) -> None:
    both = (change_state(house.control, house.app, TENANT_A, SUSPENDED) for _ in range(2))
    said = await asyncio.gather(*both, return_exceptions=True)
    assert True in said
    assert all(each in (True, False) or isinstance(each, Conflict) for each in said)
    assert await changes(house) == ["suspended"]
