"""The words of the audit: what each kind of fact means, and the groups that people look for them in."""

from __future__ import annotations

from typing import Any

from portal.audit_sentences import codes, sentences
from portal.sentences import Gettext

_GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "read",
        (
            "InteractionOpened",
            "InteractionShown",
            "ContactsListed",
            "BoardRewound",
            "WorkOrderOpened",
            "AttachmentDownloaded",
            "WorkOrderContextTaken",
            "ContactRevealed",
            "JournalRead",
        ),
    ),
    ("recordings", ("Recording",)),
    ("staff", ("Staff",)),
    ("sign_ins", ("SignedIn", "SignIn", "SecondFactor", "Password", "Sessions", "Identity", "Idp", "Provider")),
    ("keys", ("Key", "Credential", "DataKey", "Wall")),
    ("exports", ("Export", "Journal", "Retention", "Tenant", "Probe")),
    (
        "conversations",
        (
            "Interaction",
            "Flow",
            "Offer",
            "Disposition",
            "Number",
            "Supervision",
            "Taken",
            "Help",
            "Hold",
            "Mute",
            "Digits",
            "Party",
            "AgentLeft",
            "Person",
            "Context",
            "Callback",
            "Task",
            "Dial",
        ),
    ),
    ("agents", ("Agent", "Alert", "Engine", "Line", "Listening")),
    ("work_orders", ("WorkOrder", "Attachment", "FileLink")),
    ("changes", ("",)),
)
"""A group's kinds by how their names begin; the first that fits. What no group knows is a change."""


def group_of(kind: str) -> str:
    """Return the group that a kind of fact is looked for in."""
    return next(group for group, starts in _GROUPS if kind.startswith(starts))


def groups() -> tuple[str, ...]:
    """Return every group, in the order of the page."""
    return tuple(group for group, _ in _GROUPS)


def audit_words(_: Gettext) -> dict[str, Any]:
    """Return the tables under ``words.audit``."""
    return {
        "audit": {
            "group": {
                "read": _("Personal data read"),
                "recordings": _("Recordings"),
                "staff": _("Staff of the call centre"),
                "sign_ins": _("Sign-ins"),
                "keys": _("Keys and systems"),
                "exports": _("Exports and proofs"),
                "conversations": _("Conversations"),
                "agents": _("Agents"),
                "work_orders": _("Work orders"),
                "changes": _("Changes of settings"),
            },
            "actor": {
                "user": _("Person"),
                "key": _("System of the client"),
                "link": _("Whoever has a link to a recording"),
                "person": _("One of the client's people, told of a call"),
                "agent": _("Agent"),
                "contact": _("Contact"),
                "system": _("Glassfloor"),
            },
            "why": {
                "hourly": _("each hour"),
                "day_end": _("end of the day"),
                "export": _("for an export"),
                "request": _("asked for"),
            },
            "kind": sentences(_),
            "code": codes(_),
        }
    }
