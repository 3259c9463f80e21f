from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.idempotency import parse_key

VISIBLE = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=255)


@given(VISIBLE)
def test_a_quoted_key_is_the_bare_one(key: str) -> None:
    quoted = '"' + key.replace("\\", "\\\\").replace('"', '\\"') + '"'
    assert parse_key(quoted) == key
    if not key.startswith('"'):
        assert parse_key(key) == key


@pytest.mark.parametrize("header", ["", " ", '""', '"a', "a b", '"a\\b"', "ключ", "a\nb", "x" * 256, '"a" ;p=1'])
def test_a_malformed_key_is_none(header: str) -> None:
    assert parse_key(header) is None


@given(st.text())
def test_no_header_makes_it_raise(header: str) -> None:
    parse_key(header)
