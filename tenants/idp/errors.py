"""What signing in through a client's own provider refuses."""

from __future__ import annotations

from kit.errors import Conflict, Forbidden, Unavailable, ValidationFailed


class IdpAway(Unavailable):
    """The client's provider does not answer, too slowly, or with something else than was asked for."""

    code = "idp_away"
    title = "The company's sign-in service does not answer"


class IdpRefused(Forbidden):
    """The provider's answer was not accepted; ``reason`` is one of a few stable words, never a detail of the attack."""

    code = "idp_refused"
    title = "Signing in through the company's service was refused"

    def __init__(self, reason: str, told: str = "") -> None:
        """Take the stable reason; ``told`` is for our log."""
        super().__init__(reason=reason)
        self.reason = reason
        self.told = told


class IdpInvalid(ValidationFailed):
    """The configuration of a provider is not usable; the details point at the fields."""

    code = "idp_invalid"
    title = "This sign-in service cannot be used like this"


class WouldLockOut(Conflict):
    """Closing password sign-in now would leave nobody who can open it again."""

    code = "would_lock_out"
    title = "First somebody has to be able to come back in"
