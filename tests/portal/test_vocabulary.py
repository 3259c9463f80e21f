"""No code without a word: the tables of the screens against the enums and constants that the product is made of."""

from __future__ import annotations

import dataclasses
import re
from typing import get_args

import pytest

from interactions.core import record
from ivr.core.values import Opening, QueueExit
from journal.core.facts import KINDS
from kit import errors
from portal import i18n
from portal.audit_sentences import sentences
from portal.audit_told import VARIANTS, Teller
from portal.words import STATE_ICONS, vocabulary
from routing.core.values import Rule, TieBreak
from switchboard import errors as refusals
from switchboard.core.agent import OURS, AgentState
from tenants import errors as doors
from tenants.core.permissions import PERMISSIONS, Role
from tenants.core.service_level import Variant
from tests.architecture.test_facts import kinds
from workorders import errors as orders
from workorders.core.states import Side, Status, waits_for
from workorders.fields import Priority

BOARD_STATES = {"in_flow", "waiting", "ringing", "talking", "wrapping_up", "ended"}
RECORD_STATES = {
    record.LATER,
    record.ACCEPTED,
    record.DIALLING,
    record.IN_FLOW,
    record.QUEUED,
    record.OFFERED,
    record.TALKING,
    record.WRAPPING_UP,
    record.ENDED,
}
FLOW_EXITS = {
    "requested",
    "declined",
    "callback",
    "done",
    "ok",
    "no_input",
    "no_match",
    "invalid",
    "error",
    "connected",
    "contact_left",
    "overflow",
    "else",
}
TO_PAGES = {
    *(p.code for p in (errors.Forbidden, errors.NotFound, errors.Conflict, errors.NotSignedIn, errors.Unavailable)),
    *(p.code for p in (errors.TooManyRequests, errors.ValidationFailed, errors.Problem)),
    *(p.code for p in (errors.TenantMoving, errors.DatabaseAway, errors.PlacementBehind)),
    *(p.code for p in (doors.NoClient, doors.NotAnAgent, doors.NotFromOurPage, doors.TenantSuspended)),
    *(p.code for p in (refusals.NotYours, refusals.NotPossibleNow, refusals.EngineAway, refusals.AgentUnknown)),
    *(p.code for p in (refusals.NotCalledNow, refusals.PhoneNotReady)),
    *(p.code for p in (orders.TransitionNotAllowed, orders.TransitionWrongSide)),
}
CODES: dict[str, set[str]] = {
    "state": {state.value for state in AgentState} | {"phone_down", "desk_lost", "unconfirmed"},
    "reason": set(OURS),
    "outcome": set(record.OUTCOMES) | BOARD_STATES | RECORD_STATES,
    "order_status": {status.value for status in Status},
    "transition": {status.value for status in Status} - {"submitted"},
    "priority": set(get_args(Priority)),
    "side": {side.value for side in Side},
    "pending_on": {whom for side in Side for whom in waits_for(side)},
    "role": {role.value for role in Role},
    "permission": set(PERMISSIONS),
    "formula": {variant.value for variant in Variant},
    "node": {"play", "menu", "collect", "hours", "switch", "set", "queue", "callback", "voicemail", "end"},
    "exit": FLOW_EXITS | {way.value for way in QueueExit} | {way.value for way in Opening},
    "ended_by": {"contact", "agent", "system"},
    "offer_outcome": {"answered", "expired", "rejected", "contact_left", "withdrawn", "unreachable"},
    "rule": {rule.value for rule in Rule},
    "tie_break": {tie.value for tie in TieBreak},
    "stage": {"flow", "waiting", "ringing"},
    "task": {"callback", "message", "missed", "call"},
    "dial_result": {"answered", "busy", "no_answer", "unallocated", "agent_no_answer", "cancelled", "failed"},
    "problem": TO_PAGES,
}


@pytest.mark.parametrize("locale", i18n.LOCALES)
def test_every_code_of_the_product_has_a_word(locale: i18n.CatalogueName) -> None:
    catalogue = i18n.translations(locale)
    words = vocabulary(catalogue.gettext, catalogue.ngettext)
    assert {table: codes - set(words[table]) for table, codes in CODES.items() if codes - set(words[table])} == {}
    english = vocabulary(str, lambda one, many, n: one if n == 1 else many)
    if locale != "en":
        same = {
            (table, code)
            for table, codes in CODES.items()
            for code in codes
            if words[table][code] == english[table][code]
        }
        assert same == set()


def test_the_filter_offers_every_outcome() -> None:
    assert vocabulary(str, lambda one, _many, _n: one)["outcomes"] == record.OUTCOMES


def test_every_state_has_an_icon() -> None:
    assert set(STATE_ICONS) == CODES["state"]


@pytest.mark.parametrize("locale", i18n.LOCALES)
def test_every_kind_of_fact_is_a_sentence_for_a_manager(locale: i18n.CatalogueName) -> None:
    """A new kind needs a sentence in ``portal/audit_sentences.py``, with fields that it has, in each language."""
    catalogue = i18n.translations(locale)
    words = vocabulary(catalogue.gettext, catalogue.ngettext)
    told, english = words["audit"]["kind"], sentences(str)
    names = [kind.__name__ for kind in kinds()]
    keys = {name: [f"{name}.true", f"{name}.false"] if name in VARIANTS else [name] for name in names}
    assert len(keys) > 75
    assert {key for every in keys.values() for key in every} == set(told)
    for kind, every in keys.items():
        fields = {field.name for field in dataclasses.fields(KINDS[kind])}  # type: ignore[arg-type] # every kind is one
        for key in every:
            assert set(re.findall(r"%\((\w+)\)s", told[key])) <= fields, (key, told[key])
            assert locale == "en" or told[key] != english[key], key
            assert told[key].endswith((".", "。", "%(reason)s", "”", "」", "%(why)s", "%(title)s")), key
        teller = Teller(words, {}, str)
        times = {field: 61_999 for field in fields if field.endswith("_ms")}
        for value in (None, "text", ["text"]):
            said = teller.told(kind, {**dict.fromkeys(fields, value), **times})
            assert said
            assert "%(" not in said
            assert "None" not in said


def test_a_sentence_is_filled_in_with_words_names_and_the_clients_time() -> None:
    words = vocabulary(str, lambda one, many, n: one if n == 1 else many)
    teller = Teller(words, {"u": "Grace Ho"}, lambda at: f"{at:%H:%M}")
    granted = {"name": "陳\u202e", "role": "supervisor", "by": "policy", "until": "2026-11-22T08:20:00+00:00"}
    assert teller.told("StaffAccessGranted", granted) == (
        "\u2068陳\u202e\u2069 may come in as Supervisor until 08:20, allowed by your settings."
    )
    ended = {"ended_by": "contact", "talk_ms": 61_999, "agent_id": "u"}
    assert teller.told("InteractionEnded", ended) == "The conversation was ended by the contact, after talking 01:01."
    assert teller.told("InteractionConnected", {"agent_id": "u", "wait_ms": 0}).startswith(
        "The contact talks with Grace Ho"
    )
    assert teller.told("KeyServerNamed", {"host": None}) == words["audit"]["kind"]["KeyServerNamed.false"]
