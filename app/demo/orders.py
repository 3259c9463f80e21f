"""What agents of the demo hand to the clients: each client's types of work orders, and what is written in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

TYPES: Final[dict[str, list[dict[str, Any]]]] = {
    "galaxy": [
        {
            "code": "refund", "name": "退款未到账", "title": "退款未到账 {order}", "severity": "major",
            "instructions": "先核对订单号最后六位，再问顾客退到哪里。",
            "description": "{{caller.e164}} 于 {{call.time}} 来电，称退款逾期未到账，请核实。",
            "script": "您好，这里是银河商城。您的退款已经核实，请留意到账通知。",
            "fields": [
                {"code": "order", "name": "订单号", "required": True},
                {
                    "code": "way", "name": "退款方式", "kind": "choice", "required": True,
                    "choices": ["原路退回", "银行卡", "余额"],
                },
                {"code": "amount", "name": "金额（元）", "kind": "number"},
            ],
        },
        {
            "code": "complaint", "name": "配送投诉", "title": "配送投诉 {parcel}", "priority": "high",
            "instructions": "请顾客保留外包装并拍照。",
            "script": "您好，您反映的配送问题已经处理。",
            "fields": [
                {"code": "parcel", "name": "运单号", "required": True},
                {"code": "delivered", "name": "签收日期", "kind": "date"},
            ],
        },
        {"code": "callback", "name": "回电", "fields": [{"code": "phone", "name": "回电号码", "kind": "phone"}]},
    ],
    "harbour-light": [
        {
            "code": "fault", "name": "故障跟進", "title": "故障 {premises}", "priority": "high", "severity": "major",
            "instructions": "問清楚地址，以及是否全棟停電。",
            "description": "{{caller.e164}}，{{call.time}} 來電。",
            "script": "多謝等候，故障已經修復。如仍未有電，請即致電。",
            "fields": [
                {"code": "premises", "name": "地址", "required": True},
                {
                    "code": "scope", "name": "範圍", "kind": "choice", "required": True,
                    "choices": ["單位", "全棟", "街區"],
                },
            ],
        },
        {
            "code": "visit", "name": "Meter reading", "title": "Meter {meter} to be read again",
            "script": "Thank you for waiting. Your meter was read again, and the bill follows by post.",
            "fields": [
                {"code": "meter", "name": "Meter number", "required": True},
                {"code": "on", "name": "Visit on", "kind": "date"},
            ],
        },
        {"code": "callback", "name": "回電", "fields": [{"code": "phone", "name": "聯絡電話", "kind": "phone"}]},
    ],
}  # fmt: skip
"""``work_orders.types`` of each client's blueprint."""


@dataclass(frozen=True, slots=True)
class Escalation:
    """What an agent writes; the type gives the title."""

    type: str
    description: str
    custom: dict[str, Any] = field(default_factory=dict)


ESCALATIONS: Final[dict[str, tuple[Escalation, ...]]] = {
    "galaxy": (
        Escalation(
            "refund", "客户称退款超过七天未到账，请核实订单状态。",
            {"order": "518204", "way": "原路退回", "amount": 268},
        ),
        Escalation("refund", "退款显示成功，银行卡没有收到。", {"order": "730915", "way": "银行卡"}),
        Escalation("complaint", "包裹外包装破损，客户要求补发。", {"parcel": "SF-1402-88"}),
    ),
    "harbour-light": (
        Escalation("visit", "The contact asks for somebody to read the meter again this week.", {"meter": "HL-30771"}),
        Escalation("fault", "整棟大廈晚上七時起停電。", {"premises": "福榮街88號", "scope": "全棟"}),
    ),
}  # fmt: skip
