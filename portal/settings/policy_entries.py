"""From forms to the policies of a blueprint: recording, callbacks, masking, retention, and so on.

Pure; what is wrong stays as typed, for the schema to refuse. A value that its choice makes meaningless is left out: a
share belongs to "some conversations" only, a weekday to a weekly report only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from portal.settings.fields import Fields
from tenants.core.masks import Shown, shown_as

Entry = dict[str, Any]
SHARE = "percentage"
ROLES = ("agent", "supervisor", "quality")
"""Whose view of a contact's number the masking names."""
WAYS = ("listen", "whisper", "barge", "take_over")
"""How a supervisor may take part in a conversation."""
ALERTS = ("help_s", "wait_s", "talk_s", "wrap_s", "break_s", "phone_s", "again_s")
"""After how long something is an alert."""
MISSED = ("abandoned", "engine_lost", "not_reached")
"""Which contacts that were lost are called back."""
KEPT = ("recordings_days", "interactions_days", "work_orders_days", "work_orders_archived_days", "journal_days")
_APART = {"apart": True, "together": False}
"""Whether the parties of a queue or number are kept apart; anything else: as generally."""
_QUIETER = ("tone", "sign", "nothing")
SHARED = ("with_note", "by_staff", "by_systems")
"""What a page behind a link shows more, and who else makes one."""
_WIDER = ("off", "people", "anyone")
_SHOWN = {"hidden": Shown.HIDDEN, "last4": Shown.LAST4, "masked": Shown.MASKED, "full": Shown.FULL}
_EXAMPLES = {"Asia/Hong_Kong": "+85291234567", "Asia/Taipei": "+886912345678", "Asia/Macau": "+85366123456"}
_EXAMPLE = "+8613812345678"


def recording(fields: Fields) -> Entry:
    """Read which conversations are recorded, what differs, what contacts hear before, and how long a pause lasts."""
    return {
        **_share(fields),
        "apart": fields.has("apart"),
        "queues": _own(fields, "queues"),
        "numbers": _own(fields, "numbers"),
        "announce": fields.text("announce") or None,
        "refuse": fields.text("refuse") or None,
        "pause": {"longest_s": fields.whole("pause/longest_s"), "then": fields.text("pause/then")},
    }


def _own(fields: Fields, name: str) -> Entry:
    """Read what differs; an empty choice is none."""
    below = fields.under(name)
    chosen = [key for key in fields.keys(name) if below.text(f"{key}/policy")]
    return {key: {**_share(below.under(key)), "apart": _APART.get(below.text(f"{key}/apart"))} for key in chosen}


def _share(fields: Fields) -> Entry:
    policy = fields.text("policy")
    return {"policy": policy, "percent": fields.whole("percent") if policy == SHARE else None}


def callbacks(fields: Fields) -> Entry:
    """Read when and how often the centre calls, what becomes of messages and missed contacts, and whom it never calls.

    Beginnings of numbers are written one on a line.
    """
    return {
        "hours": fields.text("hours") or None,
        "tries": fields.whole("tries"),
        "apart_min": fields.whole("apart_min"),
        "due_min": fields.whole("due_min"),
        "missed": [why for why in MISSED if fields.has(f"missed/{why}")],
        "agent_min": fields.whole("agent_min"),
        "messages": {
            "queue": fields.text("messages/queue") or None,
            "head_start_s": fields.whole("messages/head_start_s"),
            "due_min": fields.whole("messages/due_min"),
        },
        "blocked": ["".join(line.split()) for line in fields.lines("blocked").splitlines() if line.strip()],
        "premium": fields.has("premium"),
        "agents_may_list": fields.has("agents_may_list"),
    }


def masking(fields: Fields) -> Entry:
    """Read what each role sees of a contact's number, and whether a whole one may be revealed."""
    reveal = {"allowed": fields.has("reveal/allowed"), "per_hour": fields.whole("reveal/per_hour")}
    return {**{role: fields.text(role) for role in ROLES}, "reveal": reveal}


def retention(fields: Fields) -> Entry:
    """Read how many days each kind of data is kept."""
    return {name: fields.whole(name) for name in KEPT}


def staff_access(fields: Fields) -> Entry:
    """Read who lets the call centre's people in."""
    return {"approval": fields.text("approval")}


def supervision(fields: Fields) -> Entry:
    """Read what supervisors may do in a conversation, and how its agent learns of it."""
    may = {way: fields.has(way) for way in WAYS}
    rest = {"without_reason": fields.has("without_reason"), "listeners": fields.whole("listeners")}
    alerts = {name: fields.whole(f"alerts/{name}") for name in ALERTS}
    return {**may, "told": fields.text("told"), **rest, "alerts": alerts}


def sharing(fields: Fields) -> Entry:
    """Read whether recordings are heard by a link, for how long, how often, and who makes one."""
    limits = {name: fields.whole(name) for name in ("longest_h", "openings")}
    return {"who": fields.text("who"), **limits, **{name: fields.has(name) for name in SHARED}}


def report(fields: Fields) -> Entry:
    """Read a report that people of the client get; who gets it are the ticked boxes."""
    every = fields.text("every")
    return {
        "code": fields.text("code"),
        "report": fields.text("report"),
        "every": every,
        "at": fields.text("at"),
        "weekday": fields.text("weekday") if every == "weekly" else None,
        "day": fields.whole("day") if every == "monthly" else None,
        "format": fields.text("format"),
        "to": fields.keys("to"),
    }


READERS: Mapping[str, Callable[[Fields], Entry]] = {
    "recording": recording,
    "callbacks": callbacks,
    "masking": masking,
    "retention": retention,
    "staff_access": staff_access,
    "supervision": supervision,
    "sharing": sharing,
}
"""How the form of each policy that is one of its kind is read."""


def examples(zone: str) -> dict[str, str]:
    """Return an invented number of a country, as each choice of the masking shows it."""
    number = _EXAMPLES.get(zone, _EXAMPLE)
    return {name: shown_as(number, shown) for name, shown in _SHOWN.items()}


def closed(role_narrows: bool, present: Mapping[str, Any]) -> dict[str, frozenset[str]]:  # noqa: FBT001 - a fact
    """Return, by field, the choices that show more than ``present`` and are the client's alone to make."""
    if not role_narrows:
        return {}
    masks, reveal = present["masking"], present["masking"]["reveal"]
    found = {role: frozenset(n for n, shown in _SHOWN.items() if shown > _SHOWN[masks[role]]) for role in ROLES}
    found["reveal/allowed"] = frozenset() if reveal["allowed"] else frozenset({"1"})
    found["approval"] = frozenset() if present["staff_access"]["approval"] == "standing" else frozenset({"standing"})
    watched = present["supervision"]
    found |= {way: frozenset() if watched[way] else frozenset({"1"}) for way in (*WAYS, "without_reason")}
    shared = present["sharing"]
    found["who"] = frozenset(_WIDER[_WIDER.index(shared["who"]) + 1 :])
    found |= {way: frozenset() if shared[way] else frozenset({"1"}) for way in SHARED}
    found["told"] = frozenset(_QUIETER[_QUIETER.index(watched["told"]) + 1 :])
    return found
