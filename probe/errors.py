"""What this room refuses."""

from __future__ import annotations

from kit.errors import Conflict, TooManyRequests


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
