"""Instants that are sent to us: what an API takes for one."""

from __future__ import annotations

import re
from datetime import UTC
from typing import Annotated, Any, Final

from pydantic import AfterValidator, AwareDatetime, BeforeValidator

YEARS: Final = range(2000, 2200)
"""What PostgreSQL, JSON and people agree upon, in every zone."""
_BEGINS: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt ]")


def _text_only(value: Any) -> Any:  # noqa: ANN401 - whatever was sent
    """Refuse a number, and a text that is one: pydantic would read 5 as five seconds after 1970."""
    if isinstance(value, int | float) or (isinstance(value, str) and _BEGINS.match(value) is None):
        raise ValueError("an instant is a text as in RFC 3339, 2026-11-23T09:00:00Z")
    return value


def _in_reach(at: AwareDatetime) -> AwareDatetime:
    if at.year not in YEARS or at.astimezone(UTC).year not in YEARS:  # it is read again as UTC
        raise ValueError("an instant lies between the years 2000 and 2199, in its own zone and in UTC")
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


Instant = Annotated[AwareDatetime, BeforeValidator(_text_only), AfterValidator(_in_reach)]
"""RFC 3339 with a zone; kept to the millisecond, as it is shown."""
