"""What a contact's number looks like to whom: the table says whether, the tenant's policy says how (isolation.md 9)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from tenants.core.numbers import mask, numbers_in
from tenants.core.permissions import Grant, Role


class Shown(IntEnum):
    """How much of a number is shown, less first."""

    HIDDEN = 0
    LAST4 = 1
    MASKED = 2
    FULL = 3


_NAMES = {"hidden": Shown.HIDDEN, "last4": Shown.LAST4, "masked": Shown.MASKED, "full": Shown.FULL}
_BY_POLICY = {Role.AGENT: "agent", Role.SUPERVISOR: "supervisor", Role.QUALITY: "quality"}

TAIL = 4
DOTS = "****"


@dataclass(frozen=True, slots=True)
class Masking:
    """The section ``masking`` of a blueprint."""

    shown: Mapping[Role, Shown]
    reveal: bool
    per_hour: int

    @classmethod
    def from_dict(cls, section: Mapping[str, Any]) -> Masking:
        """Read the section; what it does not say is ``masked``, and nothing is revealed."""
        reveal = section.get("reveal", {})
        shown = {role: _NAMES.get(section.get(name, "masked"), Shown.HIDDEN) for role, name in _BY_POLICY.items()}
        return cls(shown, bool(reveal.get("allowed", False)), int(reveal.get("per_hour", 10)))

    def for_reader(self, role: Role, grant: Grant) -> Shown:
        """Return what a reader sees. A grant without mask sees all; a masked one what the policy says of its role.

        A masked role that the policy does not name (platform, a client's viewer of the live board) sees ``masked``.
        """
        return self.shown.get(role, Shown.MASKED) if grant.masked else Shown.FULL


def shown_named(name: str) -> Shown:
    """Return what a word of a blueprint means; an unknown one hides everything."""
    return _NAMES.get(name, Shown.HIDDEN)


def narrow(masked: str, shown: Shown) -> str:
    """Return an already masked number (``+86 138****1234``) as ``shown`` allows it; nothing is ever added."""
    if shown >= Shown.MASKED or not masked:
        return masked
    if shown is Shown.HIDDEN:
        return DOTS
    tail = masked[-TAIL:]
    return DOTS + tail if tail.isdigit() and "*" in masked else DOTS


def shown_as(raw: str, shown: Shown) -> str:
    """Return a whole number as ``shown`` allows it."""
    return raw if shown is Shown.FULL else narrow(mask(raw), shown)


def mask_text(text: str, shown: Shown) -> str:
    """Return a text with every telephone number in it as ``shown`` allows it."""
    if shown is Shown.FULL:
        return text
    for begin, end in reversed(numbers_in(text)):
        text = text[:begin] + shown_as(text[begin:end], shown) + text[end:]
    return text


_NO_WORDS = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{16}|[0-9a-f]{64}|\d{4}-\d\d-\d\d([T ].*)?")
"""Ids, digests and days: digits that are no telephone number."""
_CONTACTS = frozenset({"contact", "contact_number"})


def mask_value(value: Any, shown: Shown, name: str = "") -> Any:  # noqa: ANN401 - any JSON value
    """Return a JSON value with every number in its texts as ``shown`` allows it.

    A field called ``contact`` is a number that is masked already; ``number`` is one of the client's own, and ids,
    times and digests are none.
    """
    if shown is Shown.FULL:
        return value
    if isinstance(value, str):
        if name in _CONTACTS:
            return narrow(value, shown) if "*" in value else shown_as(value, shown)
        free = name not in _NO_TEXT and not name.endswith(("_id", "_at")) and not _NO_WORDS.fullmatch(value)
        return mask_text(value, shown) if free else value
    if isinstance(value, dict):
        return {key: mask_value(part, shown, key) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [mask_value(part, shown, name) for part in value]
    return value


_NO_TEXT = frozenset(
    {"id", "at", "number", "sha256", "digest", "hash", "key", "seq", "subject", "numbers", "filter", "href"}
)
