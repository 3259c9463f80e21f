"""What is refused while people sign in, beside tenants.errors."""

from __future__ import annotations

from kit.errors import Conflict, Forbidden, NotFound, NotSignedIn, ValidationFailed


class WrongCode(NotSignedIn):
    """The code, or the passkey, is not the right one now; a code is taken once only."""

    code = "wrong_code"
    title = "The code is not right"


class SignInExpired(NotSignedIn):
    """The second step came too late, after too many wrong codes, or from another browser: begin again."""

    code = "sign_in_expired"
    title = "Begin to sign in again"


class SignInLocked(Forbidden):
    """Too many wrong codes in a row: the person's manager, or the outsourcer, lifts the lock."""

    code = "sign_in_locked"
    title = "This sign-in is locked"


class LinkSpent(NotFound):
    """The link was used, is too old, or a newer one took its place; which of them is not said."""

    code = "link_spent"
    title = "This link no longer works"


class WeakPassword(ValidationFailed):
    """The new password is too short, one of the commonest, or known of its person; ``why`` says which."""

    code = "weak_password"
    title = "Choose another password"

    def __init__(self, why: str) -> None:
        """Take ``short``, ``long``, ``common`` or ``personal``."""
        super().__init__(f"the password is refused: {why}", why=why)
        self.why = why


class SecondFactorMissing(Forbidden):
    """The client, or the outsourcer, asks for a second factor, and this person has none yet."""

    code = "second_factor_missing"
    title = "Set up a second factor first"


class ConfirmAgain(Forbidden):
    """The act wants a sign-in or a confirmation of the last ten minutes."""

    code = "confirm_again"
    title = "Confirm that it is you"


class ManagedElsewhere(Forbidden):
    """The person's sign-in is not this client's alone: the outsourcer changes it."""

    code = "managed_elsewhere"
    title = "The outsourcer manages this person's sign-in"


class ManagedByCompany(Forbidden):
    """The person came in by its company's own sign-in service, which has its password and its factors."""

    code = "managed_by_company"
    title = "Your company's sign-in service has your password"


class NamedInFile(Conflict):
    """The centre file says who this colleague is; it is changed there."""

    code = "named_in_file"
    title = "The centre file names this person"


class NotOneself(Forbidden):
    """Nobody changes, locks or dismisses itself: so there is always one who can."""

    code = "not_oneself"
    title = "A colleague has to do this"


class TakenAddress(Conflict):
    """Somebody with this address is here already: a colleague, or one of a client's people."""

    code = "taken_address"
    title = "This address is taken"


class LinkNeedsMail(Forbidden):
    """Without mail a link is shown to nobody whom it would let in where it has no place; a command prints it."""

    code = "link_needs_mail"
    title = "This link can only go by mail"
