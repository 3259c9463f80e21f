"""Facts about people who sign in, in the journals that they belong to; the subject is the person."""

from __future__ import annotations

from journal.core.facts import Payload, fact_kind


@fact_kind()
class SignedIn(Payload):
    """A person of the tenant signed in; the subject is the person. ``method``: what it showed."""

    user_id: str
    method: str


@fact_kind()
class SignInFailed(Payload):
    """Somebody did not get in as this person. ``step``: password, second_factor or passkey."""

    user_id: str
    step: str


@fact_kind()
class SignInLocked(Payload):
    """Too many wrong second factors in a row: the person is locked out until somebody lifts it."""

    user_id: str
    wrong: int


@fact_kind()
class SignInUnlocked(Payload):
    """Somebody lifted the lock of a person's sign-in."""

    user_id: str


@fact_kind()
class SecondFactorChanged(Payload):
    """``change``: added, removed or replaced; ``factor``: authenticator, passkey, recovery_codes or all."""

    user_id: str
    change: str
    factor: str


@fact_kind()
class PasswordChanged(Payload):
    """A person's password is new. ``how``: by itself, by a link or by a command."""

    user_id: str
    how: str


@fact_kind()
class SignInLinkMade(Payload):
    """A link that sets a person's password was made. ``purpose``: invite or reset; ``by_mail``: mailed or shown."""

    user_id: str
    purpose: str
    by_mail: bool


@fact_kind()
class SessionsEnded(Payload):
    """Sessions of a person were ended by somebody, or by itself on another device."""

    user_id: str
    sessions: int


@fact_kind()
class ColleagueChanged(Payload):
    """One of the outsourcer's people was changed by a colleague. ``change``: added, role, locked or dismissed."""

    user_id: str
    change: str
    role: str | None


@fact_kind()
class SecondFactorRuled(Payload):
    """Whether the tenant's people need a second factor; the subject is the tenant."""

    second_factor: bool
