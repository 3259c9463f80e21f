"""Held conversations outlive their time, and keep their client from being erased."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from exits.errors import HeldStill, HoldTooWide
from exits.service import holds
from exits.service.retention import Keeping, delete_old
from kit.clock import now
from kit.errors import NotFound
from kit.objects import Folder
from tenants.errors import ReasonNotClear
from tests.exits.conftest import Client
from webhooks.service.keeping import secret_of


async def test_what_is_held_stays_until_it_is_lifted_and_its_client_is_not_erased(client: Client) -> None:
    recordings = Folder(client.data / "recordings")
    keeping = Keeping(client.house.worker, client.tenant, recordings)
    (file,) = recordings.root.rglob("*.wav")
    held = await client.keep_desk()
    later, who = now() + timedelta(days=4000), holds.Person("u1", "王经理")
    async with client.house.app.transaction(client.tenant) as scope:
        with pytest.raises(ReasonNotClear):
            await holds.hold(scope, [held], who, "short", now())
        with pytest.raises(HoldTooWide):
            await holds.hold(scope, [], who, "the court asks for it", now())
        assert await holds.hold(scope, [held, uuid4()], who, "the court asks for it", now()) == 1
        assert await holds.hold(scope, [held], who, "the court asks for it", now()) == 0, "once"
        assert await holds.oldest(scope) is not None
    async with client.house.app.transaction(client.other) as scope:
        with pytest.raises(NotFound):
            await holds.lift(scope, held, who, "the case is over now", now())
    await delete_old(keeping, later)
    assert file.is_file()
    assert await client.desk_reads(held)
    async with client.house.app.transaction(client.tenant) as scope:
        assert await scope.fetch("SELECT 1 FROM gf.interaction WHERE tenant_id = $1 AND id = $2", client.tenant, held)
        with pytest.raises(HeldStill, match=str(held)):
            await holds.refuse_while_held(scope)
        hooks = await scope.fetch("SELECT id, secret FROM gf.webhook_endpoint WHERE tenant_id = $1", client.tenant)
        assert hooks
        for hook in hooks:
            assert (await secret_of(scope, hook)).startswith("whsec_"), "what is told meanwhile is signed as ever"
        await holds.lift(scope, held, who, "the case is over now", now())
        await holds.refuse_while_held(scope)
    await delete_old(keeping, later)
    assert not file.exists()
    left = [path for path in recordings.root.rglob("*.enc") if "attachment" not in path.parts]
    assert left == [], "the desk's picture goes with its conversation, a file with its work order"
    assert [kind for kind in await client.kinds() if kind.startswith("Hold")] == ["HoldSet", "HoldLifted"]
