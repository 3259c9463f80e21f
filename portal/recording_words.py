"""What is said about recordings: their facts as sentences, and the words for their codes."""

from __future__ import annotations

from portal.sentences import Gettext


def recording_sentences(_: Gettext) -> dict[str, str]:
    """Return the sentence of each kind of fact about recordings."""
    return {
        "RecordingPlayed": _("Listened to a recording."),
        "RecordingStored": _("A recording was stored: %(kind)s, %(duration_ms)s."),
        "RecordingDeleted": _("A recording was deleted, because its time was over."),
        "RecordingBegan": _("The recording began: %(why)s."),
        "RecordingAnnounced": _("The contact heard that the conversation may be recorded."),
        "RecordingDeclined": _("Nothing is recorded: %(why)s."),
        "RecordingPaused": _("The recording was paused: %(reason)s."),
        "RecordingResumed": _("A pause of the recording ended after %(missing_ms)s: %(ended_by)s."),
        "RecordingStopped": _("The recording was ended: %(why)s."),
        "VoiceNotRecorded.true": _(
            "The telephone system did not record the voice of %(agent_id)s: from %(offset_ms)s on it is missing."
        ),
        "VoiceNotRecorded.false": _(
            "The telephone system did not record a voice (%(channel)s): from %(offset_ms)s on it is missing."
        ),
        "RecordingExported": _("A recording was put into an export."),
        "SearchExportAsked": _("%(name)s asked for an export of %(found)s conversations: %(why)s"),
        "SearchExportDecided": _("An export of a search: %(what)s by %(name)s."),
        "SearchExportBuilt": _(
            "An export of a search was built: %(found)s conversations, %(recordings)s recordings,"
            " %(gone)s deleted meanwhile."
        ),
        "SearchExportFailed": _("An export of a search could not be built: %(reason)s."),
        "SearchExportFetched": _("%(name)s fetched an export of a search."),
        "SearchExportDeleted": _("An export of a search is no longer kept."),
        "InteractionsTaken": _("Took a list of interactions along as a file (%(way)s): %(rows)s rows."),
        "ViewSaved": _("Saved a view of a list: %(page)s."),
        "ViewForgotten": _("Deleted a saved view of a list: %(page)s."),
        "HoldSet": _("%(name)s holds the conversation, so that it is not deleted. Reason: “%(reason)s”"),
        "HoldLifted": _("%(name)s lifted the hold on the conversation. Reason: “%(reason)s”"),
    }


def recording_codes(_: Gettext) -> dict[str, str]:
    """Return what the codes in those facts are called."""
    return {
        "policy": _("as your configuration says"),
        "agent": _("by the agent"),
        "contact": _("the contact did not want it"),
        "not_announced": _("the contact was not told before"),
        "card_data": _("card data"),
        "longest_pause": _("it lasted as long as it may"),
        "stopped": _("the recording ended with it"),
        "ended": _("the conversation was over"),
        "message": _("the contact leaves a message"),
        "engine": _("the telephone system did not record"),
        "left": _("the contact"),
        "right": _("somebody who was called in"),
        "not_paused": _("it could not be paused"),
        "refused": _("it does not know our key"),
        "away": _("it is away"),
    }
