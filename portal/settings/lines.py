"""The form of a client's own line: read into an entry of the blueprint's section ``trunks``, and its words. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.sentences import Gettext
from portal.settings.fields import Fields

BLANK: Mapping[str, Any] = {
    "code": "", "name": "", "address": "", "others": [], "sources": [], "transport": "udp", "verified": True,
    "encrypted": False, "codecs": ["PCMU", "PCMA"], "username": "", "realm": "", "register_s": None,
    "known_by": "address", "watched": True, "priority": 100, "weight": 1, "max_calls": None,
}  # fmt: skip
CODECS = 4


def line(fields: Fields) -> dict[str, Any]:
    """Read a line. Lists are written with commas; a codec that is not chosen is left out."""
    codecs = [fields.text(f"codecs/{at}") for at in range(CODECS)]
    return {
        "code": fields.text("code"),
        "name": fields.text("name"),
        **{name: fields.text(name) for name in ("address", "transport", "username", "realm", "known_by")},
        **{name: _listed(fields.text(name)) for name in ("others", "sources")},
        **{name: fields.has(name) for name in ("verified", "encrypted", "watched")},
        **{name: fields.whole(name) for name in ("register_s", "priority", "weight", "max_calls")},
        "codecs": [codec for codec in codecs if codec],
    }


def _listed(text: str) -> list[str]:
    return [part for each in text.split(",") if (part := each.strip())]


def labels(_: Gettext) -> dict[str, str]:
    """Return what each key of a line is called, and the caller IDs of others."""
    return {
        "address": _("Address"),
        "others": _("Further addresses"),
        "sources": _("Its calls come from"),
        "transport": _("Transport"),
        "verified": _("Its certificate is checked"),
        "encrypted": _("Audio is encrypted (SRTP)"),
        "codecs": _("Codecs, the best first"),
        "username": _("User name"),
        "realm": _("Realm"),
        "register_s": _("Register again after"),
        "known_by": _("How its calls are known"),
        "watched": _("Asked now and then whether it is there"),
        "priority": _("Priority"),
        "weight": _("Weight among equal ones"),
        "max_calls": _("Calls at once, at most"),
        "caller_id": _("Number that is shown outside"),
    }
