"""Flows that the tests share."""

from __future__ import annotations

import copy
import json
from typing import Any

from tenants.core.catalogue import Catalogue

Document = dict[str, Any]

NAMES = Catalogue(
    queues=frozenset({"care", "tech"}),
    calendars=frozenset({"cs"}),
    prompts={"welcome": frozenset({"zh-CN", "en"}), "chinese-only": frozenset({"zh-CN"})},
    locales=frozenset({"zh-CN", "en"}),
    skills=frozenset({"vip"}),
)


def said(english: str) -> Document:
    return {"zh-CN": {"tts": f"{english} (zh)"}, "en": {"tts": english}}


CLEAN: Document = {
    "schema": "flow/1",
    "id": "main",
    "entry": "hello",
    "locales": ["zh-CN", "en"],
    "vars": {
        "account": {"type": "string", "pii": True, "default": ""},
        "card": {"type": "string", "pii": True},
        "tries": {"type": "int", "default": 0},
    },
    "handlers": {"error": "bye", "max_duration": "bye"},
    "nodes": {
        "hello": {
            "type": "play",
            "prompt": {"zh-CN": {"asset": "welcome"}, "en": {"audio": "asset:welcome"}},
            "exits": {"done": "hours"},
        },
        "hours": {
            "type": "hours",
            "calendar": "cal:cs",
            "exits": {"open": "language", "closed": "mail", "holiday": "mail"},
        },
        "language": {
            "type": "menu",
            "prompt": said("Press 1 for Chinese, 2 for English"),
            "options": {"1": "chinese", "2": "english"},
            "timeout_s": 5,
            "max_tries": 2,
            "exits": {"no_input": "chinese", "no_match": "chinese", "error": "bye"},
        },
        "chinese": {"type": "set", "values": {"locale": "zh-CN"}, "exits": {"done": "account"}},
        "english": {"type": "set", "values": {"locale": "en"}, "exits": {"done": "account"}},
        "account": {
            "type": "collect",
            "prompt": said("Your account number"),
            "digits": {"min": 3, "max": 6, "end": "#"},
            "into": "account",
            "max_tries": 2,
            "exits": {"ok": "card", "no_input": "care", "invalid": "count"},
        },
        "count": {"type": "set", "values": {"tries": {"+": [{"var": "tries"}, 1]}}, "exits": {"done": "enough"}},
        "enough": {"type": "switch", "cases": [{"if": {"<": [{"var": "tries"}, 2]}, "to": "account"}], "else": "care"},
        "card": {
            "type": "collect",
            "digits": {"min": 4, "max": 4},
            "into": "card",
            "secure": True,
            "exits": {"ok": "thanks", "no_input": "care", "invalid": "care"},
        },
        "thanks": {
            "type": "play",
            "prompt": said("Thank you, {{account|digits}}"),
            "barge_in": True,
            "exits": {"done": "tier"},
        },
        "tier": {
            "type": "switch",
            "cases": [{"if": {"in": [{"var": "account"}, "888", "999"]}, "to": "vip"}],
            "else": "care",
        },
        "vip": {
            "type": "queue",
            "queue": "q:care",
            "head_start_s": 300,
            "steps": [{"expr": {"skill": "vip", "gte": 3}, "expires_s": 30}],
            "timeout_s": 120,
            "exits": {"timeout": "mail", "overflow": "mail", "no_agents": "mail", "error": "bye", "closed": "bye"},
        },
        "care": {
            "type": "queue",
            "queue": "q:care",
            "while_waiting": {"music": "calm", "say": said("Please wait"), "every_s": 30},
            "exits": {"timeout": "mail", "overflow": "mail", "no_agents": "mail", "error": "bye"},
        },
        "mail": {"type": "voicemail", "prompt": said("Leave a message"), "max_s": 60},
        "bye": {"type": "end", "reason": "normal"},
    },
    "tests": [
        {
            "name": "A special customer",
            "locale": "en",
            "inputs": [
                {"at": "language", "dtmf": "2"},
                {"at": "account", "dtmf": "888#"},
                {"at": "card", "dtmf": "1234"},
            ],
            "expect": {
                "path": [
                    "hello",
                    "hours",
                    "language",
                    "english",
                    "account",
                    "card",
                    "thanks",
                    "tier",
                    "vip",
                ],
                "end": {"type": "queue", "queue": "care"},
                "vars": {"account": "888", "locale": "en"},
            },
        }
    ],
}


def changed(*changes: tuple[str, Any]) -> Document:
    """The clean flow with values at dotted paths replaced (``None`` removes)."""
    document: Document = copy.deepcopy(CLEAN)
    for path, value in changes:
        *parents, last = path.split(".")
        place = document
        for part in parents:
            place = place[part]
        if value is None:
            del place[last]
        else:
            place[last] = value
    return document


def text(document: Document) -> str:
    return json.dumps(document, ensure_ascii=False)
