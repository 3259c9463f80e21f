"""Why calls fail, between SIP's statuses, the telephone network's causes and the port's words.

Sources: RFC 3398 sections 7.2.4.1 and 8.2.6.1 (ISUP and SIP), ETSI TS 129 163 (the same for IMS), ITU-T Q.850 for the
meaning of the causes. Where an engine counts otherwise than RFC 3398, :data:`FROM_SIP` says what the engine counts, for
both adapters tell the same: 480 is 19 (RFC 3398: 18), 408 is 18 (102), 500 is 38 and 503 is 34 (41).
"""

from __future__ import annotations

from telephony.port import Cause, EndedBy

_REFUSED = 300
"""SIP statuses from here on are refusals."""

FROM_Q850 = {
    1: Cause.UNALLOCATED,
    2: Cause.UNREACHABLE,  # no route to the transit network
    3: Cause.UNREACHABLE,  # no route to the destination
    6: Cause.REJECTED,  # channel unacceptable
    16: Cause.NORMAL,
    17: Cause.BUSY,
    18: Cause.NO_ANSWER,  # no user responding
    19: Cause.NO_ANSWER,  # alerted, no answer
    20: Cause.UNREACHABLE,  # subscriber absent
    21: Cause.REJECTED,
    22: Cause.UNALLOCATED,  # number changed
    23: Cause.UNALLOCATED,  # redirection to a new destination
    25: Cause.UNREACHABLE,  # exchange routing error
    26: Cause.ANSWERED_ELSEWHERE,  # non-selected user clearing
    27: Cause.UNREACHABLE,  # destination out of order
    28: Cause.UNALLOCATED,  # invalid number format
    29: Cause.REJECTED,  # facility rejected
    31: Cause.NORMAL,
    34: Cause.CONGESTION,
    38: Cause.UNREACHABLE,  # network out of order
    41: Cause.CONGESTION,  # temporary failure
    42: Cause.CONGESTION,  # switching equipment
    43: Cause.CONGESTION,  # access information discarded
    44: Cause.UNREACHABLE,  # requested channel not available
    47: Cause.CONGESTION,  # resource unavailable
    50: Cause.REJECTED,  # facility not subscribed
    55: Cause.REJECTED,  # barred within the closed user group
    57: Cause.REJECTED,  # bearer capability not authorized
    58: Cause.UNREACHABLE,  # bearer capability not available: no codec in common
    65: Cause.UNREACHABLE,
    70: Cause.UNREACHABLE,
    79: Cause.UNREACHABLE,
    87: Cause.REJECTED,
    88: Cause.UNREACHABLE,  # incompatible destination
    102: Cause.UNREACHABLE,  # recovery on timer expiry
    111: Cause.UNREACHABLE,
    127: Cause.UNREACHABLE,  # interworking
}
"""What each cause of the telephone network means to a call centre."""

FROM_SIP = {
    400: 127,
    401: 21,
    402: 21,
    403: 21,
    404: 1,
    405: 127,
    406: 58,
    407: 21,
    408: 18,
    409: 127,
    410: 22,
    413: 127,
    414: 127,
    415: 58,
    416: 127,
    420: 127,
    421: 127,
    423: 127,
    480: 19,
    481: 127,
    482: 127,
    483: 127,
    484: 28,
    485: 1,
    486: 17,
    487: 127,
    488: 58,
    491: 127,
    500: 38,
    501: 29,
    502: 27,
    503: 34,
    504: 102,
    505: 127,
    513: 127,
    600: 17,
    603: 21,
    604: 1,
    606: 58,
}
"""The network's cause of each refusal."""

_TO_NETWORK = {
    Cause.NORMAL: (16, 0),
    Cause.BUSY: (17, 486),
    Cause.NO_ANSWER: (19, 480),
    Cause.REJECTED: (21, 403),
    Cause.UNREACHABLE: (27, 502),
    Cause.UNALLOCATED: (1, 404),
    Cause.CONGESTION: (34, 503),
    Cause.ANSWERED_ELSEWHERE: (26, 0),
}

_NETWORK = frozenset({Cause.UNREACHABLE, Cause.CONGESTION, Cause.ENGINE_LOST, Cause.UNKNOWN})


def from_q850(code: int) -> Cause:
    """Return the meaning of the network's cause."""
    return FROM_Q850.get(code, Cause.UNKNOWN)


def from_sip(status: int) -> tuple[Cause, int]:
    """Return the meaning and the network's cause of a refusal. Raises ``ValueError`` for what is none.

    An unknown status counts as the first of its class (RFC 3261 8.1.3.2).
    """
    if status < _REFUSED:
        raise ValueError(f"SIP {status} is no refusal")
    q850 = FROM_SIP.get(status) or FROM_SIP.get(status // 100 * 100, 127)
    return from_q850(q850), q850


def to_network(cause: Cause) -> tuple[int, int]:
    """Return the network's cause and the SIP status with which a call that has not been answered is refused so."""
    return _TO_NETWORK.get(cause, (0, 0))


def refused_by(cause: Cause) -> EndedBy:
    """Who ended a leg that we did not end: its party, unless the cause is one that only the network gives."""
    return EndedBy.NETWORK if cause in _NETWORK else EndedBy.PARTY
