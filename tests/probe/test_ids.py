"""Ids that belong to nobody, beside the real ones."""

from __future__ import annotations

import re
from uuid import UUID

import pytest

from probe.service.ids import shaped_like


def odd(value: str) -> str:
    """The first character that is no hexadecimal digit."""
    found = re.search(r"[^0-9a-f]", value)
    return found[0] if found else ""


@pytest.mark.parametrize("value", ["galaxy", "xyz", "a", "8001", "+85230010001", "t-galaxy.pbx"])
def test_an_id_that_belongs_to_nobody_is_another_one_of_the_same_shape(value: str) -> None:
    """An answer may name the first character that is no hexadecimal digit: it is the same in both."""
    for made in {shaped_like(value) for _ in range(200)}:
        assert made != value
        assert len(made) == len(value)
        assert odd(made) == odd(value)


def test_an_id_keeps_its_moment() -> None:
    value = UUID("01a20330-e15b-7298-9bcb-5b9045c3e311")
    made = UUID(shaped_like(str(value)))
    assert made != value
    assert (made.version, made.int >> 80) == (7, value.int >> 80)
