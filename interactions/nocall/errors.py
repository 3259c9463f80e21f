"""What the do-not-call list refuses."""

from __future__ import annotations

from kit.errors import Conflict, Forbidden, ValidationFailed


class DoNotCallListed(Conflict):
    """The number is on the client's do-not-call list, and the contact did not ask for this call itself."""

    code = "do_not_call"
    title = "This number is on the client's do-not-call list"


class ListUnreadable(Conflict):
    """Whether the number is on the do-not-call list cannot be known at the moment, so nobody is called."""

    code = "do_not_call_unknown"
    title = "The do-not-call list cannot be read at the moment"


class NumbersNotClear(ValidationFailed):
    """None of what was given is a telephone number, or it is too much at once."""

    code = "numbers_not_clear"
    title = "Give between 1 and 10000 telephone numbers"


class MayNotList(Forbidden):
    """The client does not let agents put contacts on its do-not-call list."""

    code = "may_not_list"
    title = "This client does not let agents change its do-not-call list"


class NoNumber(Conflict):
    """The contact's number is withheld, or is none that can be called."""

    code = "no_number"
    title = "This contact has no number that could be listed"
