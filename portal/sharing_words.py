"""What is said about recordings that are heard by a link: choices of the policy, facts, and how a link stands."""

from __future__ import annotations

from portal.sentences import Gettext


def sharing_choices(_: Gettext) -> dict[str, dict[str, str]]:
    """Return what the choices of the policy are called."""
    return {
        "who_by_link": {
            "off": _("Nobody"),
            "people": _("Your own people, signed in"),
            "anyone": _("Anyone with the link and its passcode"),
        }
    }


def sharing_words(_: Gettext) -> dict[str, dict[str, str]]:
    """Return what pages say of links; the policy's choices stand there too."""
    return {**sharing_choices(_), "sharing": {"by_link": _("by a link of %(name)s")}}


def sharing_labels(_: Gettext) -> dict[str, str]:
    """Return what each key of the policy is called."""
    return {
        "who": _("Who may hear a recording by a link"),
        "longest_h": _("works for at most, in hours"),
        "openings": _("opened at most"),
        "with_note": _("with the agent's note"),
        "by_staff": _("made by the call centre too"),
        "by_systems": _("for your systems, with work orders"),
    }


def sharing_sentences(_: Gettext) -> dict[str, str]:
    """Return the sentence of each kind of fact about links, comments, and how much was heard."""
    return {
        "RecordingShared": _(
            "%(name)s made a link to the recording for %(audience)s: %(from_ms)s to %(until_ms)s, until %(expires_at)s."
        ),
        "RecordingLinkOpened": _("The recording was opened by a link of %(name)s, in the network %(network)s."),
        "RecordingLinkRefused": _("A wrong passcode was given for a link of %(name)s, in the network %(network)s."),
        "RecordingLinkRevoked": _("%(name)s ended a link to the recording."),
        "RecordingHeard": _("Heard %(heard_ms)s of %(lasts_ms)s of a recording."),
        "CommentWritten": _("%(name)s commented on the conversation."),
        "CommentRemoved": _("%(name)s removed a comment on the conversation."),
    }


def sharing_codes(_: Gettext) -> dict[str, dict[str, str]]:
    """Return the words of codes in those facts."""
    return {"audience": {"people": _("the client's own people"), "anyone": _("anyone with the passcode")}}


def sharing_problems(_: Gettext) -> dict[str, str]:
    """Return what the refusals mean, for people."""
    return {
        "sharing_not_allowed": _("The client does not let recordings be heard by such a link."),
        "part_not_clear": _(
            "The part is not on this recording, or the link would live longer or open more often than the policy lets "
            "it. Nothing was made."
        ),
        "too_many_links": _("This conversation has 20 links already. End one first."),
        "link_unknown": _("There is nothing under this address."),
        "link_over": _("This link is closed."),
        "passcode_wrong": _("That is not the passcode."),
        "comment_not_clear": _("Write between 1 and 2000 characters. Nothing was changed."),
        "too_many_comments": _("This conversation has 200 comments already."),
    }
