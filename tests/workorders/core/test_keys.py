from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workorders.core.idempotency import fingerprint
from workorders.core.numbers import parse, readable


@given(st.text())
def test_no_text_makes_a_number_raise(text: str) -> None:
    parse(text)


def test_the_fingerprint_is_of_values_not_of_spelling() -> None:
    one = fingerprint("POST", "/x", {"a": 1, "b": [1, "é"]})
    assert one == fingerprint("POST", "/x", {"b": [1, "é"], "a": 1})
    others = [fingerprint("PUT", "/x", {}), fingerprint("POST", "/y", {}), fingerprint("POST", "/x", {"a": 1})]
    assert len({one, *others}) == 4


@given(st.integers(0, 10**17))
def test_numbers_read_back(number: int) -> None:
    assert parse(readable(number)) == parse(str(number)) == number
