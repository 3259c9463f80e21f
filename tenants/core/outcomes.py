"""The outcomes that an agent may choose: a tree of which a leaf is chosen; every code stands once in it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

DEEPEST = 3
"""An outcome lies below two others at most: more is a search, not a choice."""
BETWEEN = " › "


@dataclass(frozen=True, slots=True)
class Outcome:
    """An outcome. ``at``: its place in the queue; ``under``: the names above it; a leaf has nothing below."""

    code: str
    name: str
    at: str
    under: tuple[str, ...] = ()
    leaf: bool = True

    @property
    def depth(self) -> int:
        """How many lie above it."""
        return len(self.under)

    @property
    def path(self) -> str:
        """The names from the top to this one."""
        return BETWEEN.join((*self.under, self.name))


def flat(tree: Sequence[Mapping[str, Any]]) -> list[Outcome]:
    """Return the tree's outcomes from top to bottom."""
    return list(_flat(tree, "dispositions", ()))


def leaves(tree: Sequence[Mapping[str, Any]]) -> list[Outcome]:
    """Return the outcomes that can be chosen."""
    return [outcome for outcome in flat(tree) if outcome.leaf]


def nested(rows: Iterable[tuple[int, Mapping[str, Any]]]) -> list[dict[str, Any]]:
    """Return the tree of rows with their depth; a row that is too deep for the one above lies directly below that."""
    top: list[dict[str, Any]] = []
    open_lists = [top]
    for depth, row in rows:
        here = max(0, min(depth, len(open_lists) - 1, DEEPEST - 1))
        made: dict[str, Any] = {**row, "children": []}
        open_lists[here].append(made)
        open_lists[here + 1 :] = [made["children"]]
    return top


def _flat(tree: Sequence[Mapping[str, Any]], at: str, under: tuple[str, ...]) -> Iterator[Outcome]:
    for number, node in enumerate(tree):
        below = node.get("children") or ()
        here = f"{at}/{number}"
        yield Outcome(str(node["code"]), str(node["name"]), here, under, leaf=not below)
        yield from _flat(below, f"{here}/children", (*under, str(node["name"])))
