"""What differs from answer to answer for everybody is taken out as whole words, and nothing else is."""

from __future__ import annotations

import pytest

from probe.core.oracles import _steady

KEY, HASH = "a1" * 16, "0f" * 32


@pytest.mark.parametrize(("text", "steady"), [
    ("at 12:34, 12:34:56", "at <clock>, <clock>"),
    ("112:34 x12:34 12:345", "112:34 x12:34 12:345"),
    (f'"{KEY}" {HASH}', '"<file>" <hash>'),
    (f"x{KEY} {KEY}0 {HASH}0", f"x{KEY} {KEY}0 {HASH}0"),
    ("1234567890123", "<ms>"),
    ("12345678901234 _1234567890123", "12345678901234 _1234567890123"),
    ("c-0123456789ab-7-web", "<phone>"),
    ("xc-0123456789ab-7-web", "xc-0123456789ab-7-web"),
    (f"gft_{'Z' * 43}", "<pass>"),
    (f"ogft_{'Z' * 43} gft_{'Z' * 44}", f"ogft_{'Z' * 43} gft_{'Z' * 44}"),
    ("2026-11-21-0001", "<at>"),
    ("12026-11-21-0001", "12026-11-21-0001"),
])  # fmt: skip
def test_a_whole_word_is_taken_out_and_a_part_of_one_is_not(text: str, steady: str) -> None:
    assert _steady(text) == steady
