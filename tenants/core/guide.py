"""What a desk says to an agent about a queue: the words of a script and the address of a screen pop, filled in. Pure.

A place is written ``{{name}}``. Names: see :data:`NAMES`, and ``ivr.`` with a variable of the flow. A name without a
value leaves an empty place. In an address every value is percent-encoded (RFC 3986 section 2.1), and no place lies in
the part that says which machine is asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from urllib.parse import quote, urlsplit

NAMES = (
    "agent.alias", "call.time", "caller.e164", "client.name", "did", "interaction.id", "queue.code", "queue.name",
)  # fmt: skip
_PLACE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_VARIABLE = re.compile(r"ivr\.[A-Za-z_][A-Za-z0-9_]{0,63}")


def complaint_of_text(text: str) -> str | None:
    """Say what is wrong with a text's places; None: nothing."""
    for found in _PLACE.finditer(text):
        if found[1] not in NAMES and not _VARIABLE.fullmatch(found[1]):
            return f"there is no place {found[1]!r}"
    return "a place is written {{name}}" if "{{" in _PLACE.sub("", text) else None


def complaint_of_address(address: str) -> str | None:
    """Say what is wrong with an address of a screen pop; None: nothing."""
    wrong = complaint_of_text(address)
    if wrong is not None:
        return wrong
    try:
        parts = urlsplit(_PLACE.sub("", address))
        fixed = urlsplit(_PLACE.sub("x", address)).netloc == parts.netloc
        port_is_one = parts.port is None or parts.port > 0
    except ValueError:
        return "this is no web address"
    if parts.scheme != "https" or not address.startswith("https://") or not parts.hostname or not port_is_one:
        return "the address begins with https:// and a host"
    if parts.username is not None or parts.password is not None:
        return "the address holds no user name"
    return None if fixed else "a place cannot be part of the host"


def filled_text(text: str, values: Mapping[str, str]) -> str:
    """Return a text with its places filled in."""
    return _filled(text, values, str)


def filled_address(address: str, values: Mapping[str, str]) -> str:
    """Return an address with its places filled in, every value percent-encoded."""
    return _filled(address, values, lambda value: quote(value, safe=""))


def _filled(text: str, values: Mapping[str, str], written: Callable[[str], str]) -> str:
    return _PLACE.sub(lambda found: written(values.get(found[1], "")), text)
