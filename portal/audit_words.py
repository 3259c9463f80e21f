"""The words of the audit: what each kind of fact means, and the groups that people look for them in."""

from __future__ import annotations

from typing import Any

from portal.sentences import Gettext

_GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("read", ("InteractionOpened", "ContactsListed", "WorkOrderOpened", "ContactRevealed", "JournalRead")),
    ("recordings", ("Recording",)),
    ("staff", ("Staff",)),
    ("sign_ins", ("SignedIn", "SignIn", "SecondFactor", "Password", "Sessions", "Identity", "Idp", "Provider")),
    ("keys", ("Key", "ApiKey", "Client", "Token", "Webhook", "TenantKey", "DataKey")),
    ("exports", ("Export", "JournalExported", "JournalHead", "Erase", "Tenant", "Probe")),
    ("conversations", ("Interaction", "Flow", "Offer", "Disposition", "Number")),
    ("agents", ("Agent", "Engine")),
    ("work_orders", ("WorkOrder",)),
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
            "kind": {**_read(_), **_staff(_), **_changes(_), **_conversations(_), **_agents(_)},
        }
    }


def _read(_: Gettext) -> dict[str, str]:
    return {
        "InteractionOpened": _("looked at an interaction"),
        "ContactsListed": _("saw a list of contacts"),
        "WorkOrderOpened": _("looked at a work order"),
        "ContactRevealed": _("was shown a whole number"),
        "JournalRead": _("looked into the audit"),
        "JournalExported": _("took facts of the audit away"),
        "JournalHeadSigned": _("signed the head of the journal"),
        "RecordingPlayed": _("listened to a recording"),
        "RecordingStored": _("stored a recording"),
    }


def _staff(_: Gettext) -> dict[str, str]:
    return {
        "StaffAccessAsked": _("asked to be let in"),
        "StaffAccessGranted": _("let somebody of the call centre in"),
        "StaffAccessRefused": _("refused a request for access"),
        "StaffAccessEnded": _("ended an access"),
        "StaffEntered": _("came in"),
        "StaffLeft": _("somebody of the call centre is gone"),
    }


def _changes(_: Gettext) -> dict[str, str]:
    return {
        "BlueprintApplied": _("put a new version of the settings in force"),
        "JournalCut": _("cut the journal's oldest part off, as the settings say"),
        "RetentionApplied": _("deleted what the settings no longer keep"),
        "SignedIn": _("signed in"),
        "SignInFailed": _("did not get in"),
        "SignInLocked": _("a sign-in was locked"),
        "SignInUnlocked": _("lifted the lock of a sign-in"),
        "SecondFactorChanged": _("changed a second factor"),
        "PasswordChanged": _("changed a password"),
        "SignInLinkMade": _("made a link to set a password"),
        "SessionsEnded": _("ended sessions"),
        "SignInPolicyChanged": _("changed the rules of sign-in"),
        "WorkOrderCreated": _("handed over a work order"),
        "WorkOrderStatusChanged": _("moved a work order on"),
        "WorkOrderCommented": _("wrote on a work order"),
    }


def _conversations(_: Gettext) -> dict[str, str]:
    return {
        "InteractionStarted": _("a contact called"),
        "InteractionQueued": _("the contact began to wait"),
        "InteractionDequeued": _("the contact left the queue"),
        "InteractionAbandoned": _("the contact hung up before an agent"),
        "InteractionConnected": _("contact and agent talk"),
        "InteractionEnded": _("the conversation ended"),
        "InteractionHandled": _("the agent finished the work after it"),
        "DispositionChosen": _("the outcome was chosen"),
        "FlowStepped": _("a step of the flow was left"),
        "OfferMade": _("an agent was offered the conversation"),
        "OfferEnded": _("the offer ended"),
        "NumberUnknown": _("somebody called a number that nobody owns"),
    }


def _agents(_: Gettext) -> dict[str, str]:
    return {
        "AgentStateChanged": _("an agent's state changed"),
        "AgentPhoneChanged": _("an agent's phone came or went"),
        "EngineLost": _("the phone engine was lost"),
        "EngineBack": _("the phone engine is back"),
    }
