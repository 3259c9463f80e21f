"""What stands on a conversation's ladder and on its recordings besides the facts: where each lies, and comments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from interactions.comments import service as comments
from journal.core.facts import Fact
from kit.db import Scope
from portal.markers import GAP, marks, places
from tenants.core.masks import mask_value
from tenants.core.permissions import decide
from tenants.endpoints import Access
from tenants.service.policies import shown_to

COMMENT = "comment"
Comments = Sequence[Mapping[str, Any]] | None
"""What was said about a conversation; None: not for this reader."""


async def comments_of(scope: Scope, access: Access, interaction: UUID) -> list[dict[str, Any]] | None:
    """Return what was said about a conversation, each with whether the reader wrote it; None: not for this reader."""
    if decide(access.role, "interaction.comment") is None:
        return None
    rows = mask_value(await comments.of_interaction(scope, interaction), await shown_to(scope, access.role))
    return [{**row, "mine": row["made_by"] == access.principal.id} for row in rows]


def readable_facts(facts: list[Fact], said: Comments) -> list[Fact]:
    """Return the facts without those about comments, for whoever may not read them."""
    return [fact for fact in facts if said is not None or fact.kind not in comments.KINDS]


def mark(recordings: list[dict[str, Any]], facts: list[Fact], told: Mapping[int, str], said: Comments) -> None:
    """Add to each recording what happened on it, in words; a gap is told by its reason, a comment by what it says."""
    found = marks(facts)
    for recording in recordings:
        gaps = {gap["offset_ms"]: gap for gap in recording["gaps"]}
        own = found.get(recording["id"], found.get("", [])) if recording["kind"] == "call" else ()
        rows = [
            {
                "kind": each.kind, "at_ms": min(each.at_ms, recording["duration_ms"]), "until_ms": each.until_ms,
                "told": told[each.seq], "gap": gaps.get(each.at_ms) if each.kind == GAP else None, "after": each.after,
            }
            for each in own
        ]  # fmt: skip
        rows += [
            {
                "kind": COMMENT, "at_ms": each["at_ms"], "until_ms": each["at_ms"], "gap": None, "after": None,
                "told": f"{each['made_name']}: {each['text']}",
            }
            for each in said or () if str(each["recording_id"]) == recording["id"]
        ]  # fmt: skip
        recording["marks"] = sorted(rows, key=lambda row: row["at_ms"])


def place(ladder: list[dict[str, Any]], facts: list[Fact], recordings: list[dict[str, Any]], said: Comments) -> None:
    """Say of each step where on which recording it lies, if it does; of a comment, what it says while it is there."""
    spots, first = places(facts), next((r["id"] for r in recordings if r["kind"] == "call"), "")
    texts = {str(each["id"]): each["text"] for each in said or ()}
    for step in ladder:
        spot, data = spots.get(int(step["seq"])), step["data"]
        step["at_ms"], step["recording"] = (spot[1], spot[0] or first) if spot else (None, "")
        if step["kind"] == comments.WRITTEN:
            step["quote"] = texts.get(data["comment_id"], "")
            step["at_ms"], step["recording"] = data["at_ms"], data["recording_id"] or ""
