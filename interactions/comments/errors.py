"""What is refused about comments."""

from __future__ import annotations

from kit.errors import Conflict, ValidationFailed


class CommentNotClear(ValidationFailed):
    """A comment has 1 to 2000 characters, and its place lies on a recording of this conversation."""

    code = "comment_not_clear"
    title = "Write between 1 and 2000 characters, about the whole or a place of a recording"


class TooManyComments(Conflict):
    """A conversation has at most two hundred comments."""

    code = "too_many_comments"
    title = "This conversation has two hundred comments already"
