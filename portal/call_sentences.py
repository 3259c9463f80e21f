"""What the audit says of calls: a sentence for each kind of fact that a conversation makes."""

from __future__ import annotations

from portal.sentences import Gettext


def conversations(_: Gettext) -> dict[str, str]:
    """Return the sentences of calls, by kind of fact."""
    return {
        "InteractionStarted": _("A contact, %(contact)s, called %(number)s."),
        "FlowStepped": _("The contact went through a step of the menu: “%(node)s”."),
        "InteractionQueued": _("The contact began to wait in the queue “%(queue)s”."),
        "InteractionDequeued": _("The contact left the queue after %(wait_ms)s without an agent: %(reason)s."),
        "InteractionAbandoned": _("The contact hung up %(stage)s, after %(wait_ms)s."),
        "InteractionConnected": _("The contact talks with %(agent_id)s, after waiting %(wait_ms)s."),
        "InteractionEnded": _("The conversation was ended by %(ended_by)s, after talking %(talk_ms)s."),
        "InteractionHandled": _("%(agent_id)s finished the work after the conversation."),
        "NoteTaken": _("%(agent_id)s wrote a note."),
        "DispositionChosen": _("%(agent_id)s wrote down what came of it: %(code)s."),
        "OfferMade": _("The conversation was offered to %(agent_id)s."),
        "OfferEnded": _("The offer to %(agent_id)s ended: %(outcome)s."),
        **_in_talk(_),
        "SupervisionStarted": _(
            "%(name)s, %(role)s, takes part in the conversation of %(agent_id)s: %(mode)s. %(reason)s"
        ),
        "SupervisionChanged": _(
            "%(name)s, %(role)s, goes on in the conversation of %(agent_id)s: %(mode)s. %(reason)s"
        ),
        "SupervisionEnded": _(
            "%(name)s, %(role)s, left the conversation of %(agent_id)s after %(lasted_ms)s: %(why)s."
        ),
        "InteractionTakenOver": _("%(name)s, %(role)s, took the conversation over from %(agent_id)s. %(reason)s"),
        "TakenCallChanged": _("%(name)s, %(role)s, who took the conversation over: %(change)s."),
        "TakenCallGiven.true": _("%(name)s, %(role)s, gave the contact to %(target_agent_id)s."),
        "TakenCallGiven.false": _("%(name)s, %(role)s, gave the contact to %(target)s."),
        "TakenCallConcluded": _("%(name)s, %(role)s, wrote down what came of it: %(code)s."),
        "InteractionForcedEnd": _("%(name)s, %(role)s, ended the conversation. %(reason)s"),
        "HelpAsked": _("%(agent_id)s asked for help."),
        "HelpWithdrawn": _("%(agent_id)s needs no help any more."),
        "HelpAnswered": _("%(name)s, %(role)s, takes care of the call for help of %(agent_id)s."),
        "RecordingStoreChanged.true": _("The store of recordings takes them again."),
        "RecordingStoreChanged.false": _("The store of recordings takes none: %(reason)s. They wait; nothing is lost."),
        "RecordingOrphaned": _("A recording of a client that has left was deleted unheard: its keys are destroyed."),
        "NumberUnknown": _("Somebody called %(number)s, a number that nobody owns."),
    }


def _in_talk(_: Gettext) -> dict[str, str]:
    return {
        "HoldStarted": _("%(agent_id)s and the contact do not hear each other: %(by)s."),
        "HoldEnded": _("%(agent_id)s and the contact hear each other again after %(hold_ms)s."),
        "MuteChanged.true": _("%(agent_id)s muted its microphone."),
        "MuteChanged.false": _("%(agent_id)s can be heard again."),
        "DigitsSent": _("%(agent_id)s pressed %(count)s keys."),
        "PartyInvited.true": _("%(agent_id)s was called into the conversation."),
        "PartyInvited.false": _("Somebody was called into the conversation: %(target)s."),
        "PartyJoined.true": _("%(agent_id)s joined the conversation."),
        "PartyJoined.false": _("Somebody from outside joined the conversation."),
        "PartyLeft.true": _("Somebody left the conversation after %(talk_ms)s."),
        "PartyLeft.false": _("Somebody who was called into the conversation was not reached."),
        "InteractionTransferred.true": _("%(agent_id)s handed the contact to %(target_agent_id)s."),
        "InteractionTransferred.false": _("%(agent_id)s handed the contact to %(target)s."),
        "InteractionTakenUp": _("%(agent_id)s took the contact that was handed over."),
        "AgentLeft": _("%(agent_id)s left the conversation, which goes on."),
    }
