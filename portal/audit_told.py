"""One fact as a sentence in the reader's language: codes become words, ids names, instants the client's time."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from portal import i18n

VARIANTS: Mapping[str, str] = {
    "SignInPolicyChanged": "only_idp",
    "SecondFactorRuled": "second_factor",
    "AgentPhoneChanged": "registered",
    "DeskBack": "signed_off",
    "KeyServerNamed": "host",
    "StaffAccessGranted": "until",
    "AgentForced": "signed_out",
    "TrunkSecretChanged": "kept",
    "LineStateChanged": "usable",
    "MuteChanged": "muted",
    "RecordingStoreChanged": "reachable",
    "PartyInvited": "agent_id",
    "PartyJoined": "agent_id",
    "InteractionTransferred": "target_agent_id",
    "TakenCallGiven": "target_agent_id",
    "PartyLeft": "joined",
    "VoiceNotRecorded": "agent_id",
    "ControlEnded": "name",
    "ListeningDecided": "name",
    "WallViewMade": "until",
    "WallViewChanged": "renewed",
    "DesktopConsentGiven": "given",
    "DesktopViewed": "live",
    "DesktopSwitched": "everything",
}
"""Kinds that are told in two ways, and the field that says which."""
_FIELD = re.compile(r"%\((\w+)\)s")
_PEOPLE = frozenset({"user_id", "by", "agent_id", "target_agent_id"})
_INSTANTS = frozenset(
    {
        ("RetentionApplied", "before"),
        ("StaffAccessGranted", "until"),
        ("ExportBuilt", "until"),
        ("TaskPostponed", "until"),
        ("DeskLost", "since"),
        ("WallViewMade", "until"),
    }
)
_TABLES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("IdentityRoleChanged", "before"): ("role",),
    ("IdentityRoleChanged", "after"): ("role",),
    ("StaffLeft", "why"): ("staff", "why_left"),
    ("RecordingStoreChanged", "reason"): ("audit", "code", "recording"),
    ("JournalHeadSigned", "why"): ("audit", "why"),
    ("StaffEntered", "reason"): ("staff", "origin"),
    ("InteractionDequeued", "reason"): ("outcome",),
    ("TaskPostponed", "reason"): ("task_reason",),
    ("DialEnded", "result"): ("dial_result",),
    ("TaskOpened", "task"): ("task",),
    ("PhoneEngineChanged", "change"): ("audit", "code", "engine_change"),
    ("TakenCallChanged", "change"): ("audit", "code", "taken_change"),
    ("AlertAcknowledged", "kind"): ("audit", "code", "alert"),
    ("AlertCleared", "why"): ("audit", "code", "alert_why"),
    ("AlertRaised", "unit"): ("audit", "code", "alert_unit"),
    ("TenantStateChanged", "state"): ("audit", "code", "tenant_state"),
    **{(f"WallView{what}", "view"): ("audit", "code", "view") for what in ("Made", "Changed", "Revoked", "Shown")},
    ("HoldStarted", "by"): ("audit", "code", "hold"),
    ("RecordingBegan", "why"): ("audit", "code", "recording"),
    ("RecordingDeclined", "why"): ("audit", "code", "recording"),
    ("RecordingStopped", "why"): ("audit", "code", "recording"),
    ("RecordingPaused", "reason"): ("audit", "code", "recording"),
    **{
        (kind, field): ("control", field)
        for kind in (
            "HoursOverridden",
            "NumberPaused",
            "AnnouncementPublished",
            "PriorityMoved",
            "ControlEnded",
            "CallToPausedNumber",
        )
        for field in ("scope", "opening", "answer", "act", "why")
    },
    ("SearchExportDecided", "what"): ("taking", "state"),
    ("ListeningDecided", "decision"): ("control", "decision"),
    ("VoiceNotRecorded", "channel"): ("audit", "code", "recording"),
    ("RecordingResumed", "ended_by"): ("audit", "code", "recording"),
}
_BY_FIELD: Mapping[str, tuple[str, ...]] = {
    "role": ("role",),
    "minutes": ("staff", "duration"),
    "state": ("state",),
    "status": ("order_status",),
    "stage": ("stage",),
    "outcome": ("offer_outcome",),
    "ended_by": ("ended_by",),
    "side": ("side",),
}
_SILENT = frozenset(
    (kind, "reason")
    for kind in (
        "SupervisionStarted",
        "SupervisionChanged",
        "InteractionTakenOver",
        "InteractionForcedEnd",
        "AgentForced",
        "PhoneEngineChanged",
    )
) | {("AlertRaised", "about_name"), ("AlertCleared", "about_name")}
"""Reasons that nobody had to give, and alerts about a client as a whole: nothing is said in their place."""
_NOTHING = "—"


@dataclass(frozen=True, slots=True)
class Teller:
    """What a sentence is filled in with."""

    words: Mapping[str, Any]
    """The vocabulary of the reader's language."""
    names: Mapping[str, str]
    """People and agents by their ids."""
    moment: Callable[[datetime], str]

    def told(self, kind: str, data: Mapping[str, Any]) -> str:
        """Return the sentence; a kind that this version does not know is its own name."""
        known: Mapping[str, str] = self.words["audit"]["kind"]
        variant = f"{kind}.{str(bool(data.get(VARIANTS.get(kind, '')))).lower()}"
        sentence = known.get(variant) or known.get(kind, kind)
        return _FIELD.sub(lambda found: self._shown(kind, found[1], data.get(found[1])), sentence).strip()

    def _shown(self, kind: str, field: str, value: Any) -> str:  # noqa: ANN401 - any JSON value
        if value is None or value in ("", []):
            return "" if (kind, field) == ("BlueprintApplied", "why") or (kind, field) in _SILENT else _NOTHING
        if field.endswith("_ms"):
            return i18n.duration(value)
        if field.endswith("_at") or (kind, field) in _INSTANTS:
            return self._instant(str(value))
        if field in _PEOPLE:
            return self._person(field, str(value))
        if isinstance(value, list):
            return ", ".join(_apart(str(each)) for each in value)
        table = self._table(kind, field)
        return str(table[value]) if value in table else _apart(str(value))

    def _table(self, kind: str, field: str) -> Mapping[Any, str]:
        table: Any = self.words
        path = _TABLES.get((kind, field)) or _BY_FIELD.get(field) or ("audit", "code", field)
        for name in path:
            table = table.get(name, {})
        return table  # type: ignore[no-any-return]

    def _person(self, field: str, value: str) -> str:
        known = self.names.get(value) or self.words["staff"]["origin"].get(value)
        if known is None and _is_id(value):
            known = self.words["audit"]["actor"]["agent" if field == "agent_id" else "user"]
        return _apart(known or value)

    def _instant(self, value: str) -> str:
        try:
            return self.moment(datetime.fromisoformat(value))
        except ValueError:
            return _apart(value)


def _is_id(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True


def _apart(text: str) -> str:
    """Return a text that turns the direction of nothing around it (Unicode TR9: first strong isolate)."""
    return text if text.isascii() else f"\u2068{text}\u2069"
