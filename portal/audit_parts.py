"""What each part of the house adds to the audit: sentences of its kinds of facts, and words of its codes."""

from __future__ import annotations

from portal import audit_engines, audit_keys, audit_lines
from portal.alert_words import alert_codes, alert_sentences
from portal.callback_words import callback_sentences
from portal.clock_words import clock_sentences
from portal.control_words import control_sentences
from portal.desktop_words import desktop_sentences
from portal.endpoint_words import endpoint_sentences
from portal.file_words import file_sentences
from portal.handshake_words import handshake_sentences
from portal.inbox.words import inbox_sentences
from portal.people_sentences import people_sentences
from portal.sentences import Gettext
from portal.sharing_words import sharing_codes, sharing_sentences
from portal.wall_words import wall_codes, wall_sentences

SENTENCES = (
    callback_sentences,
    desktop_sentences, people_sentences, audit_engines.sentences, audit_lines.sentences, audit_keys.sentences,
    alert_sentences, wall_sentences, control_sentences, sharing_sentences, handshake_sentences, file_sentences,
    inbox_sentences, endpoint_sentences,
    clock_sentences,
)  # fmt: skip
"""Add yours here: a function of gettext."""


def part_codes(_: Gettext) -> dict[str, dict[str, str]]:
    """Return the words of codes, by field."""
    return {**audit_engines.codes(_), **alert_codes(_), **wall_codes(_), **sharing_codes(_)}
