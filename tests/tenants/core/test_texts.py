from __future__ import annotations

import unicodedata

import pytest

from tenants.core.texts import normalised

FINE = [
    "银河商城", "海光電力 Harbour Light", "شركة المجرة", "חברת הגלקסיה", "Ζεύς", "नेपाल", "ক্ষ", "می‌خواهم", "क्‍ष",
    "☎️ Acme", "👩‍👩‍👧 & Co", "👍🏽", "Åse", "Nguyễn", "O'Neil—Smith", "한국", "1 + 1",
]  # fmt: skip
REFUSED = {
    "right-to-left override": "abc\u202egpj.exe", "isolate": "a\u2066b", "mark": "a\u200fb",
    "zero width space": "a\u200bb",
    "joiner between Latin": "a\u200db", "non-joiner between Latin": "a\u200cb", "joiner at the beginning": "\u200dab",
    "byte order mark": "\ufeffab", "soft hyphen": "a\u00adb", "NUL": "a\x00b", "bell": "a\x07b",
    "escape": "\x1b[31mred",
    "line break": "a\nb", "line separator": "a\u2028b", "Hangul filler": "\u3164", "braille blank": "a\u2800",
    "tag": "a\U000e0041", "private use": "a\ue000", "surrogate": "a\ud800", "only marks": "\u0301\u0302",
}  # fmt: skip


@pytest.mark.parametrize("text", FINE)
def test_a_name_in_any_script_is_fine(text: str) -> None:
    assert normalised(text) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED.keys())
def test_what_nobody_can_see_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"invisible|nobody can see"):
        normalised(text)


def test_two_ways_to_write_one_name_are_one() -> None:
    assert normalised("A\u030a") == normalised("\u00c5") == "Å"


def test_a_prompt_may_have_lines_and_a_name_may_not() -> None:
    assert normalised("one\ntwo\tthree", lines=True) == "one\ntwo\tthree"
