"""How one work order stands to another: each word has its opposite, which the other one shows."""

from __future__ import annotations

from typing import Final

OPPOSITE: Final = {
    "supersedes": "superseded_by",
    "superseded_by": "supersedes",
    "duplicates": "duplicated_by",
    "duplicated_by": "duplicates",
    "blocks": "blocked_by",
    "blocked_by": "blocks",
    "causes": "caused_by",
    "caused_by": "causes",
    "relates_to": "relates_to",
}
"""What the other end says when this end says the word."""
