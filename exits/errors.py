"""What this room refuses."""

from __future__ import annotations

from kit.errors import Conflict, Forbidden, Problem, ValidationFailed


class ExportUnderWay(Conflict):
    """There is an export already that waits for approval or is being built; one at a time."""

    code = "export_under_way"
    title = "An export is under way already"


class OwnExport(Forbidden):
    """The person who asked for an export cannot approve it: a second manager of the client does."""

    code = "own_export"
    title = "Somebody else has to approve this"


class ExportNotOpen(Conflict):
    """The export is not in the state that this needs: decided before, not built, or no longer kept."""

    code = "export_not_open"
    title = "The export is not in that state"


class NotAPublicKey(ValidationFailed):
    """What was named is no public key of age, or it was mistyped."""

    code = "not_a_public_key"
    title = "That is no public key"


class SecretHalf(ValidationFailed):
    """The secret half of a key was sent. It is not kept; it should not be used any more either."""

    code = "secret_half"
    title = "That is the secret half of a key"


class FolderTaken(ValidationFailed):
    """The folder to export into exists and is not empty."""

    code = "folder_taken"
    title = "The folder is not empty"


class NotLeft(Conflict):
    """Only a client that has left, and was offered its data, is erased."""

    code = "not_left"
    title = "The client has not left"


class Erasing(Problem):
    """The client is being erased; there is no way back, only on."""

    status = 410
    code = "erasing"
    title = "The client is being erased"


class OwnErasure(Forbidden):
    """The person who asked for an erasure cannot confirm it: somebody else does."""

    code = "own_erasure"
    title = "Somebody else has to confirm this"


class NotItsCode(ValidationFailed):
    """What was typed is not the code of the client that is to be erased."""

    code = "not_its_code"
    title = "That is not the client's code"


class ErasureUnderWay(Conflict):
    """The erasure was asked for, confirmed or begun already."""

    code = "erasure_under_way"
    title = "That was done already"


class HeldStill(Conflict):
    """Conversations of the client are held: it is not erased before its managers lift that."""

    code = "held_still"
    title = "Conversations of this client are held"


class HoldTooWide(ValidationFailed):
    """The search finds nothing, or more conversations than are held at once."""

    code = "hold_too_wide"
    title = "Choose between 1 and 1000 conversations"


class NothingToExport(ValidationFailed):
    """The search finds nothing, or nothing of it was asked for."""

    code = "nothing_to_export"
    title = "There is nothing to export"


class TooMuchAtOnce(ValidationFailed):
    """The search finds more conversations than one export holds."""

    code = "too_much_at_once"
    title = "An export of a search holds at most 100,000 conversations"


class TooManyExports(Conflict):
    """Three exports of one person wait or are built already."""

    code = "too_many_exports"
    title = "Three of your exports are under way"
