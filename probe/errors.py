"""What this room refuses."""

from __future__ import annotations

from kit.errors import Conflict, TooManyRequests, ValidationFailed


class ProbeUnderway(Conflict):
    """A run of this client waits or is under way."""

    code = "probe_underway"
    title = "A run of the probe is under way already"


class ProbeTooSoon(TooManyRequests):
    """A client may start one run in an hour."""

    code = "probe_too_soon"
    title = "The probe was started within the last hour"


class ProbeNotHere(Conflict):
    """The probe's own synthetic clients do not start it."""

    code = "probe_not_here"
    title = "The probe does not attack itself"


class ProbeReasonNotClear(ValidationFailed):
    """Whoever acknowledges a red result says why, in ten to 500 characters: the client reads it."""

    code = "probe_reason_not_clear"
    title = "Say in at least ten characters why, and what is done"
