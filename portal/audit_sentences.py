"""The sentences of the audit: what each kind of fact says to a client's manager, filled in from the fact's own data.

A kind that is told in two ways has a sentence for each: ``SignInPolicyChanged.true``. A test reads the registry of
facts and fails for a kind that has no sentence.
"""

from __future__ import annotations

from portal.audit_parts import SENTENCES, part_codes
from portal.call_sentences import conversations
from portal.exchange_words import exchange_sentences
from portal.recording_words import recording_codes, recording_sentences
from portal.rewind_words import rewind_sentences
from portal.sentences import Gettext


def sentences(_: Gettext) -> dict[str, str]:
    """Return the sentence of every kind of fact, with ``%(field)s`` where a field of its data stands."""
    told = (_reading, _staff, _sign_ins, exchange_sentences, _exports, conversations, _agents, _changes)
    return {kind: sentence for group in (*told, *SENTENCES) for kind, sentence in group(_).items()}


def codes(_: Gettext) -> dict[str, dict[str, str]]:
    """Return the words of codes that stand in facts and on no other screen, by field."""
    return {
        **_how(_),
        **_what(_),
        "mode": _modes(_),
        "taken_change": _taken(_),
        "alert": _alerts(_),
        "recording": recording_codes(_),
        **part_codes(_),
    }


def _how(_: Gettext) -> dict[str, dict[str, str]]:
    return {
        "list": {
            "interactions": _("interactions"),
            "work_orders": _("work orders"),
            "messages": _("messages to agents"),
            "board": _("the live board"),
        },
        "form": {
            "csv": _("a table (CSV)"),
            "ndjson": _("lines (NDJSON)"),
            "proof": _("a proof"),
        },
        "why": _why(_),
        "kind": {
            "call": _("a call"),
            "voicemail": _("a message"),
        },
        "page": {
            "go_live": _("the go-live list with your people and seats"),
            "test_call": _("a test call with your prompts and agents"),
            "blueprint": _("your settings as a file"),
        },
        "step": {
            "password": _("the password"),
            "second_factor": _("the second factor"),
            "passkey": _("the passkey"),
        },
    }


def _why(_: Gettext) -> dict[str, str]:
    return {
        "access_ended": _("the access ended"),
        "unavailable": _("the facts could not be read"),
        "connection": _("the receiver went away"),
        "retention": _("its time was over"),
        "released": _("by its own choice"),
        "hung_up": _("hung up"),
        "call_over": _("the conversation was over"),
        "agent_left": _("the agent left the conversation"),
        "card_data": _("card data was given"),
        "taken_over": _("took the conversation over"),
        "phone_lost": _("the page was loaded anew, and the phone with it"),
        "engine_gap": _("the phone engine was away"),
    }


def _alerts(_: Gettext) -> dict[str, str]:
    return {
        "help_asked": _("an agent asked for help"),
        "waits_long": _("a contact waited too long"),
        "talks_long": _("a conversation lasted too long"),
        "wraps_up_long": _("a wrap-up lasted too long"),
        "breaks_long": _("a break lasted too long"),
        "phone_lost": _("an available agent had no phone"),
        "desk_lost": _("a desk was not reached"),
        "line_down": _("a line was down"),
        "engine_lost": _("a telephone system could not be reached"),
        "engine_drained": _("a telephone system took no new calls"),
        "board_differed": _("a live board was not what the journal says"),
    }


def _taken(_: Gettext) -> dict[str, str]:
    return {
        "held": _("put the contact on hold"),
        "retrieved": _("came back to the contact"),
        "keys": _("pressed keys"),
        "back": _("is there again, after the page was loaded anew"),
        "away": _("the page was closed, so the contact hears music"),
        "left": _("did not come back, so the contact waits in the queue again"),
    }


def _modes(_: Gettext) -> dict[str, str]:
    return {
        "listen": _("listening"),
        "whisper": _("speaking to the agent alone"),
        "barge": _("speaking to everybody"),
    }


def _what(_: Gettext) -> dict[str, dict[str, str]]:
    return {
        "change": {
            "added": _("added"),
            "removed": _("removed"),
            "replaced": _("replaced"),
        },
        "factor": {
            "authenticator": _("authenticator app"),
            "passkey": _("passkey"),
            "recovery_codes": _("recovery codes"),
            "all": _("all of them"),
        },
        "route_class": {
            "read": _("requests that read"),
            "write": _("requests that change"),
            "expensive": _("costly requests"),
        },
        "section": {
            "interactions": _("interactions"),
            "work_orders": _("work orders"),
            "messages": _("messages to agents"),
        },
        "cause": {
            "button": _("by the button"),
            "night": _("each night"),
            "command": _("by a command"),
        },
        "verdict": {
            "green": _("nothing got through"),
            "red": _("something got through"),
            "incomplete": _("not everything could be tried"),
            "interrupted": _("interrupted"),
        },
        "tenant_state": {
            "active": _("active"),
            "suspended": _("suspended"),
            "left": _("left"),
        },
    }


def _reading(_: Gettext) -> dict[str, str]:
    return {
        "InteractionOpened": _("Looked at a conversation."),
        "InteractionShownAtDesk": _("Saw the conversation on the desk, as the agent who handles it."),
        "ContactsListed": _("Saw a list about contacts: %(list)s, %(count)s rows."),
        "WorkOrderOpened": _("Looked at a work order."),
        "ContactRevealed": _("Was shown the contact's whole number. Reason given: “%(reason)s”"),
        "JournalRead": _("Looked into this audit."),
        "JournalExported": _("Took %(facts)s facts of this audit away, as %(form)s."),
        "JournalExportCut": _("An export of this audit ended early, after %(written)s of %(facts)s facts: %(why)s."),
        "JournalHeadSigned": _("The journal was signed up to fact %(seq)s: %(why)s."),
        **recording_sentences(_),
        **rewind_sentences(_),
    }


def _staff(_: Gettext) -> dict[str, str]:
    return {
        "StaffAccessAsked": _("Asks to be let in as %(role)s for %(minutes)s: “%(reason)s”"),
        "StaffAccessGranted.true": _("%(name)s may come in as %(role)s until %(until)s, allowed by %(by)s."),
        "StaffAccessGranted.false": _("%(name)s may come in as %(role)s, without an end date, allowed by %(by)s."),
        "StaffAccessRefused": _("The request of %(name)s to come in as %(role)s was refused by %(by)s."),
        "StaffAccessEnded": _("The access of %(name)s as %(role)s was ended by %(by)s."),
        "StaffEntered": _("%(name)s of the call centre came in as %(role)s: %(reason)s"),
        "StaffLeft": _("%(name)s of the call centre is gone: %(why)s."),
        "StaffLookedIn": _("%(name)s of the call centre, %(role)s, saw in the back office: %(page)s."),
    }


def _sign_ins(_: Gettext) -> dict[str, str]:
    return {
        "SignedIn": _("%(user_id)s signed in."),
        "SignInFailed": _("Somebody did not get in as %(user_id)s: %(step)s was wrong."),
        "SignInLocked": _("The sign-in of %(user_id)s was locked after %(wrong)s wrong codes."),
        "SignInUnlocked": _("The lock on the sign-in of %(user_id)s was lifted."),
        "SignInLinkMade": _("A link to set the password of %(user_id)s was made."),
        "SignInPolicyChanged.true": _("Only the company's own sign-in service lets people in from now on."),
        "SignInPolicyChanged.false": _("People may sign in by password again."),
        "SecondFactorChanged": _("A second factor of %(user_id)s was %(change)s: %(factor)s."),
        "ColleagueChanged": _("A colleague changed one of the call centre's own people."),
        "SecondFactorRuled.true": _("Everybody needs a second factor from now on."),
        "SecondFactorRuled.false": _("A second factor is no longer required."),
        "PasswordChanged": _("The password of %(user_id)s was changed."),
        "SessionsEnded": _("%(user_id)s was signed out of %(sessions)s sessions."),
        "IdentityInvited": _("%(user_id)s was invited to connect an account of the company's sign-in service."),
        "IdentityLinked": _("%(user_id)s came in through the company's sign-in service for the first time."),
        "IdentityRoleChanged": _(
            "The company's sign-in service changed the role of %(user_id)s: %(before)s → %(after)s."
        ),
        "IdpConnected": _("The sign-in service “%(name)s” was connected."),
        "IdpChanged": _("The sign-in service “%(name)s” was changed: %(changed)s."),
        "IdpRemoved": _("The sign-in service “%(name)s” was removed; who came in through it was signed out."),
    }


def _exports(_: Gettext) -> dict[str, str]:
    return {
        "ExportAsked": _("%(name)s asked for an export of everything."),
        "ExportApproved": _("%(name)s approved the export."),
        "ExportRefused": _("%(name)s refused the export or took it back."),
        "ExportBuilt": _("The export is ready until %(until)s: %(files)s files."),
        "ExportFetched": _("%(name)s fetched the export."),
        "ExportDeleted": _("The export is no longer kept: its time is over."),
        "ExportFailed": _("The export could not be built; nothing of it is kept."),
        "ExportWritten": _("The call centre exported everything on the command line: %(files)s files."),
        "ExportKeyNamed": _("%(name)s named the company's own public key: exports are encrypted to it from now on."),
        "ExportKeyForgotten": _("%(name)s took the company's public key away: exports are encrypted to it no longer."),
        "JournalCut": _("%(facts)s facts older than your settings keep (%(days)s days) are no longer in the journal."),
        "RetentionApplied": _("What was older than you keep was deleted: %(section)s before %(before)s."),
        "WorkOrderErased": _("Work order WO-%(number)s was deleted, because its time was over."),
        "LimitChanged": _(
            "How often people and systems may ask changed (%(route_class)s): from %(before)s to %(after)s a minute."
        ),
        "OnboardingBegun": _("Somebody began to take a new client in: %(code)s."),
        "OnboardingSaved": _("A step of taking a client in was saved: %(step)s."),
        "OnboardingDiscarded": _("Taking a client in was given up: %(code)s."),
        "OnboardingApplying": _("A new client is about to be made: %(code)s."),
        "OnboardingFinished": _("Taking a client in is finished: its own journal goes on from here."),
        "ProbeStarted": _("A check of your isolation began: %(cause)s."),
        "ProbeAcknowledged": _("%(name)s of the call centre took the alarm of a failed check away: “%(reason)s”"),
        "ProbeFinished": _(
            "The check of your isolation ended: %(verdict)s, %(tried)s attempts, %(findings)s findings."
        ),
        "TenantMoveStarted": _("Your data begins to move to %(server)s."),
        "TenantMoveFinished": _("Your data lives at %(server)s now, and nothing of it is left where it was."),
        "TenantStateChanged": _("The state of your company at the call centre is now: %(state)s."),
        "ErasureAsked": _("%(name)s asked to erase everything of a client: “%(why)s”"),
        "ErasureConfirmed": _("%(name)s confirmed that everything of a client is erased, from %(due_at)s on."),
        "ErasureWithdrawn": _("%(name)s stopped the erasure of a client before it began."),
        "TenantErased": _("Everything of the client was destroyed."),
    }


def _agents(_: Gettext) -> dict[str, str]:
    return {
        "AgentStateChanged": _("%(agent_id)s is now: %(state)s."),
        "AgentPhoneChanged.true": _("The phone of %(agent_id)s is ready."),
        "AgentPhoneChanged.false": _("The phone of %(agent_id)s is gone."),
        "DeskLost": _("The desk of %(agent_id)s has not been reached since %(since)s."),
        "DeskBack.true": _("%(agent_id)s is signed off: the desk is not looked for any more."),
        "DeskBack.false": _("The desk of %(agent_id)s is reached again."),
        "AgentForced.true": _("%(name)s, %(role)s, signed %(agent_id)s out. %(reason)s"),
        "AgentForced.false": _("%(name)s, %(role)s, put %(agent_id)s into the state: %(state)s. %(reason)s"),
        "AgentMessaged": _("%(name)s wrote to the agent %(agent_id)s."),
        "AgentMessageRead": _("%(agent_id)s has seen a message."),
        "AgentMessageAnswered": _("%(agent_id)s answered a message."),
        "AgentSatDown": _("An agent sat down at desk %(desk)s."),
        "AgentPhoneChosen": _("An agent chose with which phone it talks."),
        "ListeningPhoneGiven": _("%(user_id)s got a phone to listen to conversations with."),
        "EngineLost": _("The phone engine cannot be reached."),
        "EngineBack": _("The phone engine is back."),
    }


def _changes(_: Gettext) -> dict[str, str]:
    return {
        "BlueprintApplied": _("Version %(version)s of the settings came into force. %(why)s"),
        "PromptSoundUploaded": _("%(by)s uploaded a recording for a prompt."),
        "SeatsChanged": _("The seats in force changed, as a rent began or ended."),
        "WorkOrderCreated": _("The work order %(number)s was handed over: %(title)s"),
        "WorkOrderStatusChanged": _("The work order %(number)s is now: %(status)s."),
        "WorkOrderUpdated": _("Fields of the work order %(number)s were changed."),
        "WorkOrderAssigned": _("It was said who works on the work order %(number)s."),
        "WorkOrderCommented": _("Somebody wrote on the work order %(number)s."),
    }
