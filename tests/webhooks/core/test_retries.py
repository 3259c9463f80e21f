from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webhooks.core.retries import LONGEST_WAIT, SCHEDULE, Answer, Verdict, judge, retry_after


def test_the_schedule_is_the_published_one() -> None:
    assert len(SCHEDULE) == 10
    assert sum(SCHEDULE, timedelta()) == timedelta(hours=75, minutes=35, seconds=5)


@given(st.one_of(st.none(), st.integers(100, 599)), st.integers(1, 12), st.floats(0, 1))
def test_every_answer_has_one_verdict(status: int | None, attempts: int, luck: float) -> None:
    then = judge(Answer(status), attempts, luck)
    if status is not None and 200 <= status < 300:
        assert then.verdict is Verdict.DELIVERED
    elif status == 410:
        assert then.verdict is Verdict.DISABLE
    elif attempts >= 10:
        assert then.verdict is Verdict.DEAD
    elif then.verdict is Verdict.AGAIN:
        planned = SCHEDULE[attempts]
        assert planned * 0.79 <= then.wait <= planned * 1.21
    else:
        assert status is not None
        assert 400 <= status < 500
        assert attempts >= 3


@pytest.mark.parametrize("status", [408, 409, 425, 429, 500, 503, 301, None])
def test_what_may_pass_is_tried_to_the_end(status: int | None) -> None:
    assert judge(Answer(status), 9, 0.5).verdict is Verdict.AGAIN


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_a_message_that_is_called_wrong_three_times_is_given_up(status: int) -> None:
    assert [judge(Answer(status), n, 0.5).verdict for n in (1, 2, 3)] == [Verdict.AGAIN, Verdict.AGAIN, Verdict.DEAD]


def test_retry_after_is_honoured_within_reason() -> None:
    assert judge(Answer(503, timedelta(minutes=10)), 1, 0.5).wait == timedelta(minutes=10)
    assert judge(Answer(503, timedelta(seconds=1)), 2, 0.5).wait == SCHEDULE[2]
    assert judge(Answer(503, timedelta(days=9)), 1, 0.5).wait == LONGEST_WAIT
    assert judge(Answer(429), 1, 0.5).throttle
    assert not judge(Answer(500), 1, 0.5).throttle


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None), ("5", 5), ("-1", None), ("1.5", None), ("9" * 99, 86400), ("é", None), ("soon", None), ("", None),
        ("Mon, 23 Nov 2026 08:02:00 GMT", 120), ("Mon, 23 Nov 2026 07:00:00 GMT", 0),
        ("Mon, 23 Nov 2026 08:02:00 -0000", None), ("Mon, 01 Jan 0001 00:00:00 +2300", 0),
        ("Fri, 31 Dec 2027 23:59:59 GMT", 86400), ("Mon, 23 Nov 99999 08:02:00 GMT", None),
        ("Mon, 23 Nov 2026 08:02:00 +9999999999999", None),
        ("Jan 99999999999999999999 00:00:00 99999999999999999999", None),
    ],
)  # fmt: skip
def test_retry_after_is_read(header: str | None, seconds: int | None) -> None:
    assert retry_after(header, datetime(2026, 11, 23, 8, tzinfo=UTC)) == (
        None if seconds is None else timedelta(seconds=seconds)
    )
