"""What the facade refuses by itself, and how every refusal is written for those who speak TMF621."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kit.errors import ValidationFailed


class NotPatchable(ValidationFailed):
    """An attribute cannot be changed, or not in this way; nothing was changed."""

    code = "not_patchable"
    title = "This attribute cannot be changed"


def as_error(content: Mapping[str, Any]) -> dict[str, str]:
    """Return a problem (RFC 9457) as an Error of TMF621: ``code`` and ``reason`` stay ours, the rest is told."""
    more = [
        f"{name}: {', '.join(map(str, value)) if isinstance(value, list) else value}"
        for name in ("allowed", "changed_fields", "current_version", "existing")
        if (value := content.get(name)) not in (None, [])
    ]
    return {
        "code": str(content["code"]),
        "reason": str(content["title"]),
        "message": "; ".join([str(content["detail"]), *more]),
        "status": str(content["status"]),
        "referenceError": str(content["type"]),
        "@type": "Error",
    }
