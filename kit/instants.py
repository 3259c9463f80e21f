"""Instants that are sent to us: what an API takes for one."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import AfterValidator, AwareDatetime, BeforeValidator

YEARS: Final = range(2000, 2200)
"""What PostgreSQL, JSON and people agree upon, in every zone."""


def _text_only(value: Any) -> Any:  # noqa: ANN401 - whatever was sent
    """Refuse a number: pydantic would read 5 as five seconds after 1970."""
    if isinstance(value, int | float):
        raise ValueError("an instant is a text as in RFC 3339, 2026-11-23T09:00:00Z")  # noqa: TRY004 - pydantic's way
    return value


def _in_reach(at: AwareDatetime) -> AwareDatetime:
    if at.year not in YEARS:
        raise ValueError("an instant lies between the years 2000 and 2199")
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


Instant = Annotated[AwareDatetime, BeforeValidator(_text_only), AfterValidator(_in_reach)]
"""RFC 3339 with a zone; kept to the millisecond, as it is shown."""
