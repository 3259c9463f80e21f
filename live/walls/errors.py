"""What is refused about views of the board on walls and in pages."""

from __future__ import annotations

from kit.errors import Conflict, Forbidden, NotFound, Problem, ValidationFailed


class WallUnknown(NotFound):
    """There is no such screen or tile: forged, another client's, or never made."""

    code = "wall_unknown"
    title = "There is nothing under this address"


class WallOver(Problem):
    """The screen or tile was ended: revoked, its time is over, its address was made anew, or its client is closed."""

    status = 410
    code = "wall_over"
    title = "This view of the board was ended"


class WallNotAllowed(Forbidden):
    """The client lets the outsourcer's people in only when they ask, so they hang up no screens of it."""

    code = "wall_not_allowed"
    title = "The client does not let you hang up its board"


class TooManyWallViews(Conflict):
    """A client has at most fifty living screens and tiles."""

    code = "too_many_wall_views"
    title = "This client has fifty screens and tiles already"


class WallNotClear(ValidationFailed):
    """What a screen or a tile shall show is not clear; ``fields`` says where."""

    code = "wall_not_clear"
    title = "What the screen or tile shall show is not clear"
