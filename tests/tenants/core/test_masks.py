"""Masks: never more than allowed, whatever the number and wherever it stands."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.core.masks import Masking, Shown, mask_text, mask_value, narrow, shown_as
from tenants.core.numbers import mask
from tenants.core.permissions import TABLE, Grant, Role

NUMBERS = ["+8613812345678", "+85261234567", "+886912345678", "+14155552671", "+442071838750", "+6591234567"]
LOCAL = ["13812345678", "138 1234 5678", "138-1234-5678", "6123 4567", "+852 6123 4567", "(0912) 345-678",
         "+86 138 1234 5678", "0912345678"]  # fmt: skip


def digits(text: str) -> str:
    return re.sub(r"\D", "", text)


@pytest.mark.parametrize("number", NUMBERS)
def test_each_way_shows_less_than_the_next(number: str) -> None:
    hidden, last4, masked, full = (shown_as(number, shown) for shown in sorted(Shown))
    assert full == number
    assert masked == mask(number)
    assert (digits(hidden), digits(last4)) == ("", number[-4:])
    assert len(digits(hidden)) < len(digits(last4)) < len(digits(masked)) < len(digits(full))


@given(
    number=st.sampled_from(NUMBERS),
    before=st.text(alphabet="ab 你好,。\n", max_size=12),
    after=st.sampled_from(["", " ok", "。", ")", "\n"]),
)
def test_a_number_in_a_text_is_masked(number: str, before: str, after: str) -> None:
    for shown in (Shown.HIDDEN, Shown.LAST4, Shown.MASKED):
        text = mask_text(f"{before} {number}{after}", shown)
        assert digits(number) not in digits(text)
    assert number in mask_text(f"{before} {number}{after}", Shown.FULL)


@pytest.mark.parametrize("written", LOCAL)
def test_a_number_as_people_write_it_is_masked(written: str) -> None:
    text = mask_text(f"请回电 {written} 谢谢", Shown.MASKED)
    assert digits(written) not in digits(text), text


@pytest.mark.parametrize("text", ["WO-1001", "2026-11-21 08:00", "order 12345", "3 of 7", "", "第 25 单"])
def test_what_is_no_number_stays(text: str) -> None:
    assert mask_text(text, Shown.HIDDEN) == text


def test_a_value_is_masked_everywhere_but_in_ids() -> None:
    value = {
        "contact": "+86 138****5678", "title": "call +8613812345678", "list": [{"body": "13812345678"}],
        "interaction_id": "01a20160-153e-78ca-ae9a-fb0065557d86", "number": "+8621500012345", "n": 13812345678,
        "created_at": "2026-11-21T08:00:00.000Z",
    }  # fmt: skip
    for shown in (Shown.HIDDEN, Shown.LAST4, Shown.MASKED):
        made = mask_value(value, shown)
        assert "13812345678" not in str({k: v for k, v in made.items() if k != "n"})
        assert {k: made[k] for k in ("interaction_id", "number", "created_at")} == {
            k: value[k] for k in ("interaction_id", "number", "created_at")
        }
    assert mask_value(value, Shown.HIDDEN)["contact"] == "****"
    assert mask_value(value, Shown.LAST4)["contact"] == "****5678"
    assert mask_value(value, Shown.FULL) is value


@given(masked=st.text(max_size=20), shown=st.sampled_from([Shown.HIDDEN, Shown.LAST4]))
def test_narrowing_adds_nothing(masked: str, shown: Shown) -> None:
    assert set(digits(narrow(masked, shown))) <= set(digits(masked))


def test_the_table_is_the_upper_rule() -> None:
    loose = Masking.from_dict({"agent": "full", "supervisor": "full", "quality": "full", "platform": "full"})
    nothing = Masking.from_dict({})
    for permission, roles in TABLE.items():
        for role, grant in roles.items():
            if grant.masked:
                assert nothing.for_reader(role, grant) <= Shown.MASKED, (permission, role)
                if role not in {Role.AGENT, Role.SUPERVISOR, Role.QUALITY}:
                    assert loose.for_reader(role, grant) is Shown.MASKED
    assert Masking.from_dict({"agent": "anything"}).for_reader(Role.AGENT, Grant(masked=True)) is Shown.HIDDEN
    assert not nothing.reveal


@pytest.mark.parametrize(
    "written",
    ["138_1234_0021", "138\u200b1234\u200b0021", "a13812340021b", "138\u20131234\u20130021", "138\n1234\n0021"],
)
def test_signs_and_letters_around_a_number_hide_none(written: str) -> None:
    masked = mask_text(f"ring {written} now", Shown.HIDDEN)
    assert "".join(each for each in masked if each.isdigit()) == ""
    for other in ("WO-1001 room 12", "01990f4e-7c1d-7d3a-9b61-5f0a3c2b1d4e", "2026-11-22T08:20", "SF1381234567890"):
        assert mask_text(other, Shown.HIDDEN) == other
