"""Carriers' causes: RFC 3398, Q.850 and the port's words agree with each other."""

from __future__ import annotations

import pytest

from telephony import causes
from telephony.port import Cause, EndedBy


@pytest.mark.parametrize(
    ("status", "cause", "q850"),
    [
        (404, Cause.UNALLOCATED, 1),
        (410, Cause.UNALLOCATED, 22),
        (480, Cause.NO_ANSWER, 19),
        (484, Cause.UNALLOCATED, 28),
        (486, Cause.BUSY, 17),
        (600, Cause.BUSY, 17),
        (403, Cause.REJECTED, 21),
        (603, Cause.REJECTED, 21),
        (488, Cause.UNREACHABLE, 58),
        (500, Cause.UNREACHABLE, 38),
        (503, Cause.CONGESTION, 34),
        (504, Cause.UNREACHABLE, 102),
    ],
)
def test_what_a_refusal_means(status: int, cause: Cause, q850: int) -> None:
    assert causes.from_sip(status) == (cause, q850)
    assert causes.from_q850(q850) is cause


def test_an_unknown_status_counts_as_its_class() -> None:
    assert causes.from_sip(499) == causes.from_sip(400)
    assert causes.from_sip(599) == causes.from_sip(500)
    assert causes.from_sip(699) == causes.from_sip(600)
    with pytest.raises(ValueError, match="no refusal"):
        causes.from_sip(200)


def test_an_unknown_cause_is_not_guessed() -> None:
    assert causes.from_q850(200) is Cause.UNKNOWN
    assert causes.refused_by(Cause.UNKNOWN) is EndedBy.NETWORK


@pytest.mark.parametrize(
    "cause", set(Cause) - {Cause.ENGINE_LOST, Cause.UNKNOWN, Cause.NORMAL, Cause.ANSWERED_ELSEWHERE}
)
def test_what_we_say_is_understood_as_meant(cause: Cause) -> None:
    q850, status = causes.to_network(cause)
    assert causes.from_q850(q850) is cause
    assert causes.from_sip(status) == (cause, q850)


def test_every_refusal_has_a_known_cause() -> None:
    assert {causes.from_q850(code) for code in causes.FROM_SIP.values()} <= set(Cause) - {Cause.UNKNOWN}
    assert all(300 <= status < 700 for status in causes.FROM_SIP)
