"""What this room refuses."""

from __future__ import annotations

from kit.errors import Problem, Unavailable, ValidationFailed


class RecordingUnreadable(Problem):
    """The recording's file was changed, cut short or put in another's place; it is not played in part."""

    status = 500
    code = "recording_unreadable"
    title = "The recording cannot be read"


class RecordingAway(Unavailable):
    """The store of recordings does not answer; nothing is wrong with the recording."""

    code = "recording_away"
    title = "The store of recordings does not answer at the moment"


class TooManyRows(ValidationFailed):
    """A file of a list has only so many rows: narrow the search, or ask for an export."""

    code = "too_many_rows"
    title = "These are too many rows for one file"
