"""What this room refuses."""

from __future__ import annotations

from kit.errors import Conflict


class TargetRefused(Conflict):
    """The database that a client shall move to cannot take it; nothing was changed there or here."""

    code = "target_refused"
    title = "The target database cannot take this client"


class MoveRefused(Conflict):
    """The move cannot begin, go on or be given up as things are; nothing was changed."""

    code = "move_refused"
    title = "This move is not possible now"


class NotTheSame(Conflict):
    """What arrived in the target is not what is in the source; the client stays where it was."""

    code = "copy_differs"
    title = "The copy differs from the original"
