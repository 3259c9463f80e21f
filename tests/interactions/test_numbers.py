from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interactions.core.numbers import RawNumber, mask


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("+8613812341234", "+86 138****1234"),
        ("+85291231234", "+852 9***1234"),
        ("+886912123456", "+886 91***3456"),
        ("+12125551234", "+1 212***1234"),
        ("13812345678", "138****5678"),
        ("10086", "***86"),
        ("1001", "**01"),
        ("", ""),
        ("anonymous", ""),
    ],
)
def test_numbers_are_masked(number: str, masked: str) -> None:
    assert mask(number) == masked


@given(st.from_regex(r"\+?[0-9]{3,15}", fullmatch=True))
def test_a_mask_hides_enough_and_keeps_the_end(number: str) -> None:
    masked = mask(number)
    hidden = masked.count("*")
    assert hidden >= min(3, len(number) // 3)
    shown = masked.rpartition("*")[2]
    assert len(shown) <= 4
    assert number.endswith(shown)
    assert masked.replace(" ", "").replace("+", "").__len__() == len(number.removeprefix("+"))


def test_a_raw_number_prints_masked() -> None:
    number = RawNumber("+8613812341234")
    assert f"{number}" == str(number) == "+86 138****1234"
    assert repr([number]) == "[+86 138****1234]"
    assert number.value == "+8613812341234"
