"""A small centre with two clients, applied to a house of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from tenants.service.blueprints import Applied, Order, apply_blueprint
from tenants.service.centre import apply_centre
from tests.support.house import House

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
EXAMPLES = Path(__file__).resolve().parents[2] / "examples"

CENTRE = """
centre: 1
name: Test Centre
zone: Asia/Hong_Kong
trunks: [{name: o-carrier, address: 127.0.0.2}]
seats: ["8001", "8002", "8003"]
staff:
  - {email: li@harbour.example, name: 李娜, role: agent, seat: "8001", locale: zh-CN}
  - {email: bo@harbour.example, name: Bo, role: agent, seat: "8002"}
  - {email: cy@harbour.example, name: Cy, role: agent, seat: "8003"}
  - {email: sup@harbour.example, name: Grace, role: supervisor}
  - {email: only@harbour.example, name: Only, role: quality, clients: [alpha]}
"""

ALPHA = """
blueprint: 1
tenant: {code: alpha, name: Alpha 甲, zone: Asia/Shanghai, languages: [zh-CN, en]}
people:
  - {email: wang@alpha.example, name: 王经理, role: client_manager, locale: zh-CN}
  - {email: viewer@alpha.example, name: Viewer, role: client_viewer}
calendars:
  - {code: cs, weekly: {mon: ["09:00-21:00"]}, holidays: CN, exceptions: [{on: 2026-10-01, closed: true}]}
prompts: [{code: welcome, text: {zh-CN: 您好, en: Hello}}]
skills: [{code: returns, name: 退换货}]
queues:
  - {code: care, name: 客服, needs: {returns: 1}, dispositions: [{code: solved, name: 已解决}]}
flows:
  - {schema: flow/1, id: main, entry: bye, locales: [zh-CN], nodes: {bye: {type: end, reason: normal}}}
numbers: [{number: "+862150001234", flow: main}]
seats:
  - {seat: "8001", kind: dedicated, agent: li@harbour.example, alias: 客服01, skills: {returns: 4}}
  - {seat: "8002", kind: shared, agent: bo@harbour.example, alias: 客服02}
connections: [{code: oms, name: 订单系统, url: "http://127.0.0.1:9000/hook"}]
directory:
  - {code: liu, name: 刘主管, phones: [{number: "+862150001111"}], hours: cs, chief: ma}
  - {code: ma, name: 马总, phones: [{kind: mobile, number: "+8613800001111", ring_s: 30}]}
"""

BETA = """
blueprint: 1
tenant: {code: beta, name: Beta, zone: UTC, languages: [en]}
people: [{email: boss@beta.example, name: Boss, role: client_manager}]
queues: [{code: care, name: Care}]
flows:
  - {schema: flow/1, id: main, entry: bye, locales: [en], nodes: {bye: {type: end, reason: normal}}}
numbers: [{number: "+85221800000", flow: main}]
seats: [{seat: "8002", kind: shared, agent: bo@harbour.example, alias: B2}]
"""


def no_findings(_flow: Mapping[str, Any], _names: object) -> tuple[()]:
    """Pass every flow: what a check says is the flows' own test."""
    return ()


ORDER = Order(by="tester", at=NOW, check_flow=no_findings, why="a test")


async def apply(house: House, source: str, order: Order = ORDER) -> Applied:
    return await apply_blueprint(house.control, house.app, source, order)


async def two_clients(house: House) -> tuple[Applied, Applied]:
    await apply_centre(house.control, house.app, CENTRE, NOW)
    return await apply(house, ALPHA), await apply(house, BETA)


def own(source: str) -> str:
    """Return a blueprint as its client reads it when it is the first: seats in order are S1, S2, and so on."""
    seats = yaml.safe_load(source)["seats"]
    for number, seat in enumerate(sorted(seats, key=lambda seat: str(seat["seat"])), 1):
        source = source.replace(f'seat: "{seat["seat"]}"', f'seat: "S{number}"')
        source = source.replace(f"agent: {seat['agent']}", f"agent: S{number}")
    return source


def changed(source: str, **sections: object) -> str:
    """Return a blueprint with some sections replaced; None takes one out."""
    content = yaml.safe_load(source)
    content.update(sections)
    for calendar in content.get("calendars", []):
        calendar["exceptions"] = []
    return yaml.safe_dump({k: v for k, v in content.items() if v is not None}, allow_unicode=True, sort_keys=False)
