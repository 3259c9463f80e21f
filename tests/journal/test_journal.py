from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from journal import seals, service
from journal.core import personal
from journal.core.facts import SYSTEM, NewFact, Payload, fact_kind
from journal.errors import FencedOut
from journal.service import Fence
from tests.support.house import TENANT_A, TENANT_B, House

AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


@fact_kind()
class ThingHappened(Payload):
    number: int
    words: str = ""


def facts(count: int) -> list[NewFact]:
    return [NewFact(ThingHappened(number=i, words="茶"), uuid4(), AT) for i in range(count)]


def test_what_is_personal_of_a_fact_is_changed_at_its_place_and_nothing_else() -> None:
    data: dict[str, Any] = {
        "title": "t", "order": {"id": "i", "title": "o", "parties": [{"name": "n"}], "custom": {"a.b": "c", "n": 1}},
        "changes": {"title": ["old", None], "status": ["x", "y"]}, "comment": None,
    }  # fmt: skip
    paths = ("title", "order.title", "order.parties", "order.custom", "changes.title", "comment.body", "comment.gone.x")
    found: dict[str, str] = {}

    def sealed(text: str, path: str) -> str:
        found[path] = text
        return f"<{text}>"

    changed = personal.change(data, paths, sealed)
    assert found == {
        "title": "t", "order.title": "o", "order.parties.0.name": "n", "order.custom.a.b": "c",
        "changes.title.0": "old",
    }  # fmt: skip
    assert changed == {
        "title": "<t>",
        "order": {"id": "i", "title": "<o>", "parties": [{"name": "<n>"}], "custom": {"a.b": "<c>", "n": 1}},
        "changes": {"title": ["<old>", None], "status": ["x", "y"]}, "comment": None,
    }  # fmt: skip
    assert [list(changed), list(changed["order"])] == [list(data), list(data["order"])], "in the order that it had"
    assert personal.change(data, (), sealed) is data
    assert [personal.has_texts(data, each) for each in (("title",), ("comment.body",), ())] == [True, False, False]


async def test_facts_of_a_transaction_are_numbered_without_a_gap(house: House) -> None:
    for n in range(3):
        async with house.app.session(TENANT_A) as session:
            service.append(session, ThingHappened(number=n), subject=uuid4(), at=AT, actor=SYSTEM)
            service.append(session, ThingHappened(number=-n), subject=uuid4(), at=AT, actor=SYSTEM)
    async with house.app.transaction(TENANT_A) as scope:
        assert [f.seq for f in await service.read(scope)] == [1, 2, 3, 4, 5, 6]
    async with house.app.transaction(TENANT_B) as scope:
        assert await service.read(scope) == []


async def test_a_rolled_back_transaction_leaves_no_hole(house: House) -> None:
    with pytest.raises(ZeroDivisionError):
        await _append_and_fail(house)
    async with house.app.transaction(TENANT_A) as scope:
        await service.append_now(scope, facts(1))
        assert [f.seq for f in await service.read(scope)] == [1]


async def _append_and_fail(house: House) -> None:
    async with house.app.session(TENANT_A) as session:
        service.append(session, ThingHappened(number=1), subject=uuid4(), at=AT, actor=SYSTEM)
        raise ZeroDivisionError


async def test_eight_writers_at_once_leave_no_gap(house: House) -> None:
    async def write() -> None:
        for _ in range(10):
            async with house.app.transaction(TENANT_A) as scope:
                await service.append_now(scope, facts(3))

    await asyncio.gather(*(write() for _ in range(8)))
    async with house.app.transaction(TENANT_A) as scope:
        assert [f.seq for f in await service.read(scope, limit=9999)] == list(range(1, 241))


async def test_a_batch_that_is_replayed_is_stored_once_and_an_old_fence_is_refused(house: House) -> None:
    async with house.app.transaction(TENANT_A) as scope:
        await service.raise_fence(scope, 7)
    for _ in range(2):
        async with house.app.transaction(TENANT_A) as scope:
            await service.append_now(scope, facts(2), Fence(7, 1))
    async with house.app.transaction(TENANT_A) as scope:
        assert len(await service.read(scope)) == 2
        await service.raise_fence(scope, 8)
    with pytest.raises(FencedOut):
        async with house.app.transaction(TENANT_A) as scope:
            await service.append_now(scope, facts(1), Fence(7, 2))
    with pytest.raises(FencedOut):
        async with house.app.transaction(TENANT_A) as scope:
            await service.raise_fence(scope, 7)


async def test_nobody_may_change_or_delete_a_fact(house: House) -> None:
    async with house.app.transaction(TENANT_A) as scope:
        await service.append_now(scope, facts(1))
    await seals.seal_new(house.sealer, TENANT_A)
    for verb in ("UPDATE gf.journal SET kind = 'x'", "DELETE FROM gf.journal", "TRUNCATE gf.journal",
                 "DELETE FROM gf.seal", "UPDATE gf.seal SET prev = ''"):  # fmt: skip
        for database in (house.app, house.worker, house.sealer):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                async with database.transaction(TENANT_A) as scope:
                    await scope.fetch(verb)


async def test_seals_verify_and_name_the_first_broken_link(house: House) -> None:
    async with house.app.transaction(TENANT_A) as scope:
        await service.append_now(scope, facts(5))
    assert await seals.seal_new(house.sealer, TENANT_A) == 5
    async with house.app.transaction(TENANT_A) as scope:
        await service.append_now(scope, facts(2))
    assert await seals.verify(house.app, TENANT_A) == (5, 2, None)
    assert await seals.seal_new(house.sealer, TENANT_A) == 2
    assert await seals.verify(house.app, TENANT_A) == (7, 0, None)
    admin = await asyncpg.connect(house.admin_dsn)
    await admin.execute('UPDATE gf.journal SET data = \'{"number": 99, "words": ""}\' WHERE seq = 6')
    _, _, broken = await seals.verify(house.app, TENANT_A)
    assert broken is not None
    assert broken.seq == 6
    await admin.execute("DELETE FROM gf.journal WHERE seq = 3")
    _, _, broken = await seals.verify(house.app, TENANT_A)
    assert broken is not None
    assert (broken.seq, broken.reason) == (3, "the fact is missing")
    await admin.close()


async def test_the_app_login_cannot_seal(house: House) -> None:
    async with house.app.transaction(TENANT_A) as scope:
        await service.append_now(scope, facts(1))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await seals.seal_new(house.app, TENANT_A)
