"""An apply whose process is killed at every statement: nothing happened, or the same file finishes it.

A real child process applies a change and is killed by SIGKILL just before its n-th statement or commit, for every n
until it lives to the end. After each death the tenant's configuration is whole, the old one or the new one; whatever is
between the two planes is repaired by applying the same file again.
"""

from __future__ import annotations

import asyncio
import os
import signal
from typing import Any

import pytest
from sqlalchemy import event

from kit.db import Database
from tenants.access import for_system
from tenants.service import blueprints, history
from tenants.service.blueprints import Order
from tenants.service.centre import apply_centre
from tenants.service.floors import FloorReader, floor_configuration, tenant_by_code
from tests.support.house import House
from tests.tenants.test_blueprints import facts
from tests.tenants.world import ALPHA, CENTRE, NOW, ORDER, apply, changed, no_findings

LATER = changed(
    ALPHA,
    numbers=[{"number": "+862150009999", "flow": "main"}],
    people=[{"email": "new@alpha.example", "name": "New", "role": "client_manager"}],
    skills=[{"code": "returns", "name": "退货"}],
    seats=[{"seat": "8001", "kind": "dedicated", "agent": "li@harbour.example", "alias": "新"}],
)
MOST = 200


def _die_at(databases: tuple[Database, ...], dies_at: int) -> None:
    """End this process, as a power cut would, before the n-th statement or commit of all databases together."""
    left = dies_at

    def step(*_: Any, **__: Any) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    for database in databases:
        for moment in ("before_cursor_execute", "commit"):
            event.listen(database.engine.sync_engine, moment, step)


def _child(house: House, source: str, dies_at: int) -> int:
    """Apply ``source`` in a process of its own; return how it ended: 0, or the signal's number."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            control, app = Database(house.dsns["gf_control"]), Database(house.dsns["gf_app"], house.signer)
            _die_at((control, app), dies_at)
            order = Order(by="child", at=NOW, check_flow=no_findings)
            asyncio.run(blueprints.apply_blueprint(control, app, source, order))
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(pid, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


async def _state(house: House) -> tuple[int, str, tuple[str, ...]]:
    """Return version, name of the skill, and the numbers that are answered."""
    tenant = for_system((await tenant_by_code(house.control, "alpha")).id, "test")
    content = (await history.read_version(house.app, tenant)).content
    floor = await floor_configuration(house.control, house.app, "main", NOW)
    answered = tuple(number.number for each in floor.tenants for number in each.numbers)
    return (await history.list_versions(house.app, tenant))[0].version, content["skills"][0]["name"], answered


OLD = (1, "退换货", ("+862150001234",))
NEW = (2, "退货", ("+862150009999",))
BETWEEN = (2, "退货", ("+862150001234",))
"""The tenant plane was committed, the control plane was not: the old number leads to the same flow."""


@pytest.mark.timeout(600)
async def test_a_change_that_is_killed_at_every_statement(house: House) -> None:
    seen = set()
    await apply_centre(house.control, house.app, CENTRE, NOW)
    for dies_at in range(1, MOST):
        await apply(house, ALPHA)
        before = await _state(house)
        ended = await asyncio.to_thread(_child, house, LATER, dies_at)
        after = await _state(house)
        if ended == 0:
            break
        assert ended == signal.SIGKILL
        version = before[0]
        assert after in {(version, *OLD[1:]), (version + 1, *BETWEEN[1:]), (version + 1, *NEW[1:])}, dies_at
        seen.add(after[1:])
        again = await apply(house, LATER)
        assert again.version == version + 1
        assert await _state(house) == (version + 1, *NEW[1:])
    else:
        raise AssertionError("the child never lived to the end")
    assert dies_at > 25, "too few places to die at: nothing was tried"
    assert seen >= {OLD[1:], BETWEEN[1:]}


async def test_a_first_apply_that_is_killed_at_every_statement(house: House) -> None:
    await apply_centre(house.control, house.app, CENTRE, NOW)
    died, reader = 0, FloorReader(house.control, house.app, "main")
    for dies_at in range(1, MOST):
        source = (
            ALPHA.replace("code: alpha,", f"code: alpha{dies_at},")
            .replace("seats:", "others:")
            .replace("+862150001234", f"+8621500{dies_at:05}")
        )
        source = source.partition("others:")[0]
        if await asyncio.to_thread(_child, house, source, dies_at) == 0:
            break
        died += 1
        floor = await reader.read(NOW, frozenset())  # of the tenants only what it has not read before
        half = [tenant for tenant in floor.tenants if tenant.code == f"alpha{dies_at}" and not tenant.queues]
        assert half == [], "a tenant without its configuration must not stand on the floor"
        finished = await apply(house, source, ORDER)
        assert finished.version == 1
        assert len(await facts(house, finished.tenant_id)) == 1
    assert died > 25


async def test_two_processes_apply_at_once_and_one_after_the_other_wins(house: House) -> None:
    await apply_centre(house.control, house.app, CENTRE, NOW)
    await apply(house, ALPHA)
    sources = [ALPHA.replace("退换货", name) for name in ("甲", "乙", "丙", "丁")]
    ended = await asyncio.gather(*(asyncio.to_thread(_child, house, source, 0) for source in sources))
    assert ended == [0, 0, 0, 0]
    version, name, numbers = await _state(house)
    assert (version, numbers) == (5, ("+862150001234",))
    assert name in "甲乙丙丁"
