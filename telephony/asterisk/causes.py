"""The engine's causes in the port's words, both ways.

The engine counts in Q.850 causes and translates SIP's codes itself (``hangup_sip2cause`` of ``chan_pjsip``): 486 is 17,
603 and 403 are 21, 480 is 19, 503 is 34, 404 is 1.
"""

from __future__ import annotations

from telephony.port import Cause, EndedBy

_FROM_Q850 = {
    1: Cause.UNALLOCATED,
    3: Cause.UNREACHABLE,
    16: Cause.NORMAL,
    17: Cause.BUSY,
    18: Cause.NO_ANSWER,
    19: Cause.NO_ANSWER,
    20: Cause.UNREACHABLE,
    21: Cause.REJECTED,
    26: Cause.ANSWERED_ELSEWHERE,
    27: Cause.UNREACHABLE,
    31: Cause.NORMAL,
    32: Cause.NORMAL,  # the engine's own word for a hang-up by command, without a reason
    34: Cause.CONGESTION,
    38: Cause.UNREACHABLE,
    41: Cause.CONGESTION,
    42: Cause.CONGESTION,
    44: Cause.UNREACHABLE,
    102: Cause.UNREACHABLE,
    127: Cause.NORMAL,  # a CANCEL, which carries no cause
}

_REASONS = {
    Cause.NORMAL: "normal",
    Cause.BUSY: "busy",
    Cause.NO_ANSWER: "no_answer",
    Cause.REJECTED: "rejected",
    Cause.UNREACHABLE: "failure",
    Cause.UNALLOCATED: "unallocated",
    Cause.CONGESTION: "congestion",
    Cause.ANSWERED_ELSEWHERE: "answered_elsewhere",
}

_NETWORK = frozenset({Cause.UNREACHABLE, Cause.CONGESTION, Cause.ENGINE_LOST, Cause.UNKNOWN})


def from_q850(code: int) -> Cause:
    """Return the port's cause for the engine's."""
    return _FROM_Q850.get(code, Cause.UNKNOWN)


def reason(cause: Cause) -> str:
    """Return the ``reason`` of ``DELETE /channels/{id}``; it decides the SIP response to an unanswered caller."""
    return _REASONS.get(cause, "normal")


def ended_by(cause: Cause) -> EndedBy:
    """Who ended a leg that we did not end: its party, unless the cause is one that only the network gives."""
    return EndedBy.NETWORK if cause in _NETWORK else EndedBy.PARTY
