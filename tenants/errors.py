"""What this room refuses."""

from __future__ import annotations

from uuid import UUID

from kit.errors import (
    Conflict,
    Detail,
    Forbidden,
    NotSignedIn,
    Problem,
    TooManyRequests,
    Unavailable,
    ValidationFailed,
)

MOST_PLACES = 100
"""So many wrong places are told of; who repairs them sees the next."""


class TenantSuspended(Problem):
    """The tenant exists and the caller belongs to it, but nobody may enter it now."""

    status = 423
    code = "tenant_suspended"
    title = "This client is suspended"


class ConnectionNotActive(Forbidden):
    """A connection that is invited, declined, suspended or revoked exchanges nothing; ``state`` says which."""

    code = "connection_not_active"
    title = "The connection is not active"


class CredentialElsewhere(Forbidden):
    """The credential is bound to networks or client certificates, and the request came without any of them."""

    code = "credential_elsewhere"
    title = "This credential may not be used from here"


class WrongPassword(NotSignedIn):
    """The address or the password is wrong; which of them is not said."""

    code = "wrong_password"
    title = "The e-mail address or the password is wrong"
    user_id: UUID | None = None
    """Whose password it was not, for the journal; never part of an answer."""


class TooManySignIns(TooManyRequests):
    """Too many attempts from this address or for this person."""

    code = "too_many_sign_ins"
    title = "Too many attempts to sign in"


class RateLimited(TooManyRequests):
    """This credential, or all systems of this client together, asked too often; the headers say what is left."""

    code = "rate_limited"
    title = "Too many requests from this credential or client"
    type_uri = "https://iana.org/assignments/http-problem-types#quota-exceeded"


class SignInBusy(Unavailable):
    """All password checks that may run at once are running."""

    code = "sign_in_busy"
    title = "Too many people sign in at this moment"


class NotFromOurPage(Forbidden):
    """An unsafe request that does not prove that one of our own pages sent it (CSRF)."""

    code = "not_from_our_page"
    title = "The request does not come from this site"


class NoClient(Conflict):
    """The user belongs to no client, or has to choose one first."""

    code = "no_client"
    title = "Choose a client first"


class TooManyKeys(Conflict):
    """The connection has two living keys: one has to be revoked first."""

    code = "too_many_keys"
    title = "This connection has two keys already"


class NotAnAgent(Forbidden):
    """The route is for the desk, and this user has no seat."""

    code = "not_an_agent"
    title = "You have no seat"


class DeskTaken(Conflict):
    """Somebody sits at this place, or it is another agent's seat."""

    code = "desk_taken"
    title = "This place is not free"


class Refused(ValidationFailed):
    """A centre file or a blueprint was refused as a whole; ``lines`` says where and why, and nothing was changed."""

    code = "configuration_refused"
    title = "The file was refused; nothing was changed"

    def __init__(self, places: tuple[Detail, ...]) -> None:
        """Take every wrong place. :attr:`lines` says each as ``line 12 · /queues/0/needs · unknown skill "x"``."""
        more = len(places) - MOST_PLACES
        if more > 0:
            places = (*places[:MOST_PLACES], Detail("", "more", f"and {more} more"))
        self.lines = tuple(map(line_of, places))
        super().__init__("\n".join(self.lines), errors=places, lines=list(self.lines))


class SectionNotYours(Forbidden):
    """The role may change the blueprint, but not this part of it; ``errors`` says which parts."""

    code = "section_not_yours"
    title = "Your role does not change this part of the blueprint"

    def __init__(self, places: tuple[Detail, ...]) -> None:
        """Take every place that is not the caller's."""
        super().__init__("\n".join(map(line_of, places)), errors=places)


class BlueprintChanged(Problem):
    """Another version came into force since the caller read it; ``current_version`` says which."""

    status = 412
    code = "blueprint_changed"
    title = "The blueprint has changed since you read it"


class DraftOutdated(Conflict):
    """Another version came into force since the draft was begun; ``changes`` says what it changed."""

    code = "draft_outdated"
    title = "The settings have changed since this draft was begun"


class DraftChanged(Conflict):
    """Somebody else changed the same part of the draft since the caller read it; nothing was overwritten."""

    code = "draft_changed"
    title = "Somebody else changed this part of the draft meanwhile"


class TooManySounds(Conflict):
    """The client keeps as many recordings of prompts as there may be."""

    code = "too_many_sounds"
    title = "No more recordings can be kept"


class NoDraft(Conflict):
    """There is nothing to publish: nobody changed anything since the version in force."""

    code = "no_draft"
    title = "There is no draft"


class NoBlueprint(Conflict):
    """The client has no blueprint yet; the first one is applied by the outsourcer."""

    code = "no_blueprint"
    title = "This client has no blueprint yet"


def line_of(place: Detail) -> str:
    """Return a wrong place as people read it; a draft has no lines."""
    where = place.detail if place.code == "not_yaml" else f"{place.pointer or '/'} · {place.detail}"
    return where if place.line is None else f"line {place.line} · {where}"


class NoCentre(Conflict):
    """There is no floor yet: the centre file comes before the first blueprint."""

    code = "no_centre"
    title = "Apply the centre file first"


class NotYourRole(Forbidden):
    """Somebody asks for a role in a client that its own role at the centre does not reach."""

    code = "not_your_role"
    title = "You cannot ask for this role"


class TakenOver(Forbidden):
    """The client's own people are there: the outsourcer looks in by a grant only, as everywhere else."""

    code = "taken_over"
    title = "The client's own people decide who looks in"


class AskedAlready(Conflict):
    """There is a request of the same person for the same client that nobody has answered yet."""

    code = "asked_already"
    title = "You have asked for this client already"


class DecidedAlready(Conflict):
    """The request was answered, taken back, or has lapsed; it cannot be decided now."""

    code = "decided_already"
    title = "This request is no longer open"


class ReasonNotClear(ValidationFailed):
    """A reason is missing, too short or too long, or holds characters that are invisible or turn the writing."""

    code = "reason_not_clear"
    title = "Give a reason in plain words"


class NotForStaff(Forbidden):
    """Only the client's own people decide about the outsourcer's access."""

    code = "not_for_staff"
    title = "Only the client's own people decide this"


class RevealOff(Forbidden):
    """The client's policy lets nobody of the outsourcer see a whole number."""

    code = "reveal_off"
    title = "This client does not allow whole numbers to be shown"


class NotInConversation(Conflict):
    """A whole number is shown only in a live conversation of one's own."""

    code = "not_in_conversation"
    title = "You are not in this conversation"


class RevealQuota(TooManyRequests):
    """So many numbers were shown to this person within the hour that the client's policy shows no more."""

    code = "reveal_quota"
    title = "You have seen as many whole numbers as this client allows in an hour"


class OnboardingChanged(Conflict):
    """A colleague saved this onboarding since it was read; ``saved_by`` says who."""

    code = "onboarding_changed"
    title = "A colleague has saved this onboarding meanwhile"
