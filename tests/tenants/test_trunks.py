"""Trunks and caller IDs in the files: what is refused, whose they are, and where the secret of a login is found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import text

from journal import service as journal
from journal.core.facts import Actor
from kit.db import Scope
from kit.errors import NotFound
from kit.secretbox import SecretBox
from switchboard import trunk_plan
from switchboard.configuration import plan_of
from switchboard.core.plan import Plan
from telephony.port import Login, Transport
from tenants.access import for_system
from tenants.core.names import CentreNames, complaints
from tenants.core.trunks import engine_name, taken_by_others
from tenants.errors import Refused
from tenants.service.centre import apply_centre
from tenants.service.files import load_blueprint
from tenants.service.floors import floor_configuration
from tenants.service.trunks import Keeping, TrunkOf, change_secret, with_secret
from tests.support.house import House
from tests.tenants.world import ALPHA, BETA, CENTRE, NOW, apply, changed, no_findings, two_clients

PBX = {
    "code": "pbx", "name": "Office", "address": "sip.alpha.example:5061", "transport": "tls", "encrypted": True,
    "codecs": ["opus", "G722"], "username": "alpha-7", "register_s": 600, "known_by": "registration", "priority": 10,
}  # fmt: skip
CARRIER = {"code": "sbc", "name": "Carrier", "address": "203.0.113.9", "sources": ["203.0.113.0/24"], "max_calls": 2}
HOME = {"code": "home", "name": "At home", "known_by": "login", "priority": 50}
SECRET = "correct horse battery staple"
BY = Actor("user", "tester")
BOX = SecretBox(b"k" * 32)


def said(trunks: list[Mapping[str, Any]], **sections: Any) -> list[str]:
    loaded = load_blueprint(changed(ALPHA, trunks=trunks, **sections))
    taken = taken_by_others(loaded.content["trunks"], [other("198.51.100.0/25"), other("sip.beta.example")])
    centre = CentreNames(taken_addresses=taken)
    found = complaints(loaded.content, centre, no_findings)
    return [f"{each.pointer} {each.reason}" for each in found if "seat" not in each.pointer]


def other(source: str) -> dict[str, Any]:
    return {"address": "x", "others": [], "sources": [source], "known_by": "address"}


def test_lines_that_cannot_work_or_are_not_ones_own_are_refused() -> None:
    line = {"code": "a", "name": "A", "address": "192.0.2.1"}
    assert said([line, PBX, CARRIER, HOME]) == []
    assert said([{"code": "a", "name": "A"}]) == ["/trunks/0/address where it leads is missing"]
    (found,) = said([{**HOME, "address": "192.0.2.1"}])
    assert found == "/trunks/0/address it registers with us, under the line's own name: leave this empty"
    assert said([{**line, "encrypted": True}]) == [
        "/trunks/0/encrypted the keys of SRTP travel in SIP: choose the transport tls"
    ]
    assert said([{**line, "register_s": 600, "known_by": "registration"}]) == [
        "/trunks/0/username to register a user name is needed"
    ]
    assert "/trunks/0/register_s calls are known by" in said([{**line, "known_by": "registration"}])[0]
    for sources, why in (
        (["0.0.0.0/0"], "is too large: at most a /24"),
        (["2001:db8::/32"], "is too large: at most a /64"),
        (["198.51.100.7"], "is not free"),
        (["198.51.100.0/24"], "is not free"),
        (["sip.BETA.example"], "is not free"),
    ):
        (found,) = said([{**line, "sources": sources}])
        assert found.endswith(why)
    assert said([line, {**line, "code": "b"}]) == ["/trunks/1/address the address 192.0.2.1 is not free"]
    assert said([], tenant={**TENANT, "caller_id": "+85221800000"}) == [
        "/tenant/caller_id +85221800000 is not one of this client's numbers"
    ]
    wrongs: list[dict[str, Any]] = [
        {"address": "no host"}, {"username": "a b"}, {"codecs": []}, {"secret": "x"}, {"priority": 0},
    ]  # fmt: skip
    for wrong in wrongs:
        with pytest.raises(Refused):
            said([{**line, **wrong}])


TENANT = {"code": "alpha", "name": "Alpha 甲", "zone": "Asia/Shanghai", "languages": ["zh-CN", "en"]}


async def plan(house: House) -> Plan:
    configuration = await floor_configuration(house.control, house.app, "main", NOW)
    return plan_of(configuration, {}, {}, BOX)


async def registers_with_its_secret_only(house: House, keeping: Keeping, trunk: TrunkOf) -> None:
    """Nobody may be a line that asks for no secret: there is none."""
    for secret, logins in ((SECRET, [Login("t-alpha.home", SECRET)]), ("", [])):
        await change_secret(keeping, trunk, secret, BY, NOW)
        assert [each.login for each in (await plan(house)).trunks if each.registers] == logins


async def test_a_clients_lines_are_its_own_and_their_secrets_nowhere_else(house: House) -> None:
    alpha, beta = await two_clients(house)
    queues = [{"code": "care", "name": "客服", "caller_id": "+862150009999"}, {"code": "b", "name": "B"}]
    numbers = [{"number": number, "flow": "main"} for number in ("+862150001234", "+862150009999")]
    source = changed(ALPHA, trunks=[CARRIER, PBX, HOME], queues=queues, numbers=numbers, skills=[], seats=[])
    source = source.replace("zone: Asia/Shanghai", "zone: Asia/Shanghai\n  caller_id: '+862150001234'")
    applied = await apply(house, source)
    keeping = Keeping(house.control, house.app, BOX)
    await change_secret(keeping, TrunkOf(alpha.tenant_id, "pbx"), SECRET, BY, NOW)
    for stranger in (TrunkOf(beta.tenant_id, "pbx"), TrunkOf(None, "pbx"), TrunkOf(alpha.tenant_id, "none")):
        with pytest.raises(NotFound):
            await change_secret(keeping, stranger, SECRET, BY, NOW)
    with pytest.raises(Refused):
        await change_secret(keeping, TrunkOf(alpha.tenant_id, "pbx"), "two\nlines", BY, NOW)
    pbx, sbc = engine_name("alpha", "pbx"), engine_name("alpha", "sbc")
    made = await plan(house)
    trunks = {trunk.name: trunk for trunk in made.trunks}
    await registers_with_its_secret_only(house, keeping, TrunkOf(alpha.tenant_id, "home"))
    assert set(trunks) == {"o-carrier", pbx, sbc}
    assert trunks[pbx].login == Login("alpha-7", SECRET)
    assert (trunks[pbx].transport, trunks[pbx].known_by_line, trunks[pbx].tenant) == (Transport.TLS, True, "t-alpha")
    assert made.trunks_of(alpha.tenant_id) == (pbx, sbc, "o-carrier")
    assert made.trunks_of(beta.tenant_id) == ("o-carrier",)
    assert made.caller_id(alpha.tenant_id, "care") == "+862150009999"
    assert made.caller_id(alpha.tenant_id, "b") == made.caller_id(alpha.tenant_id) == "+862150001234"
    assert made.caller_id(beta.tenant_id, "care") == "+85221800000"
    assert made.route("+862150001234", pbx) is not None
    assert made.route("+85221800000", pbx) is None  # another client's number
    assert made.route("+85221800000", "o-carrier") is not None
    assert made.route("+862150001234", engine_name("alpha", "gone")) is None
    await nowhere(house, alpha.tenant_id)
    with pytest.raises(Refused, match="not free"):
        await apply(house, changed(BETA, trunks=[{**CARRIER, "sources": [], "address": "203.0.113.77"}]))
    with pytest.raises(Refused, match="not free"):
        await apply_centre(house.control, house.app, CENTRE.replace("127.0.0.2", "203.0.113.1"), NOW)
    with pytest.raises(Refused, match="seat's phone"):
        await apply_centre(house.control, house.app, CENTRE.replace("o-carrier", "o-8001"), NOW)
    assert not trunk_plan.engine_trunks(await floor_configuration(house.control, house.app, "main", NOW), None)[1].login
    await apply(house, changed(source, trunks=[CARRIER]))
    assert await with_secret(house.control, alpha.tenant_id) == frozenset()
    assert applied.plan.summary


async def nowhere(house: House, tenant_id: Any) -> None:
    """Neither the configuration, its text nor the journal knows the secret, nor does the row show it."""
    async with house.app.transaction(for_system(tenant_id, "test")) as scope:
        kept = str(await everything(scope)) + str(await journal.read(scope))
    assert "alpha-7" in kept
    assert SECRET not in kept
    async with house.control.plain() as session:
        row = (await session.execute(text("SELECT * FROM control.trunk_secret"))).mappings().one()
        told = (await session.execute(text("SELECT * FROM control.trunk"))).mappings().all()
    assert SECRET.encode() not in bytes(row["secret"])
    assert SECRET not in str(told)


async def everything(scope: Scope) -> list[Any]:
    return [dict(row) for row in await scope.fetch("SELECT content, source FROM gf.blueprint")]
