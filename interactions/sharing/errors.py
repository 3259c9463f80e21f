"""What is refused about links to recordings."""

from __future__ import annotations

from kit.errors import Conflict, Forbidden, NotFound, Problem, ValidationFailed


class SharingNotAllowed(Forbidden):
    """The client's policy has no links for this audience, or none that this person makes."""

    code = "sharing_not_allowed"
    title = "The client does not let recordings be heard by such a link"


class PartNotClear(ValidationFailed):
    """A link is to a part of a recording of this conversation, for so long and so often as the policy allows."""

    code = "part_not_clear"
    title = "Say a part of a recording, and a life and openings within the client's policy"


class TooManyLinks(Conflict):
    """A conversation has at most twenty links that live."""

    code = "too_many_links"
    title = "This conversation has twenty links already"


class LinkUnknown(NotFound):
    """There is no such link: forged, another client's, or never made."""

    code = "link_unknown"
    title = "There is nothing under this address"


class LinkOver(Problem):
    """The link is closed: its time or its openings are over, it was ended, the recording is gone, or the policy."""

    status = 410
    code = "link_over"
    title = "This link is closed"


class PasscodeWrong(Forbidden):
    """That is not the passcode of this link."""

    code = "passcode_wrong"
    title = "That is not the passcode"
