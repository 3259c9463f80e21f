"""The engine's causes in the port's words, both ways.

The engine counts in Q.850 causes and translates SIP's codes itself (``hangup_sip2cause`` of ``chan_pjsip``): 486 is 17,
603 and 403 are 21, 480 is 19, 503 is 34, 404 is 1. The table of carriers is :mod:`telephony.causes`.
"""

from __future__ import annotations

from telephony import causes as network
from telephony.port import Cause

_ITS_OWN = {
    0: Cause.UNKNOWN,
    32: Cause.NORMAL,  # the engine's own word for a hang-up by command, without a reason
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


def from_q850(code: int) -> Cause:
    """Return the port's cause for the engine's."""
    return _ITS_OWN.get(code) or network.from_q850(code)


def says_nothing(code: int) -> bool:
    """Whether the engine has no cause to tell, but for the status that came."""
    return code in _ITS_OWN


def reason(cause: Cause) -> str:
    """Return the ``reason`` of ``DELETE /channels/{id}``; it decides the SIP response to an unanswered caller."""
    return _REASONS.get(cause, "normal")
