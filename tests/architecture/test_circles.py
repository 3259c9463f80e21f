"""No module needs itself: what imports what, over all rooms, has an order from the ground up."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from graphlib import CycleError, TopologicalSorter

import grimp

from tests.architecture.rules import ROOMS


def circle(imports: Mapping[str, Collection[str]]) -> list[str]:
    """Return a circle of modules, each importing the next; empty when there is none."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as found:
        return list(found.args[1])
    return []


def test_no_module_imports_what_imports_it() -> None:
    """Imports for types only are left out: a program runs without them."""
    graph = grimp.build_graph(*ROOMS, exclude_type_checking_imports=True, cache_dir=None)
    assert len(graph.modules) > len(ROOMS)
    assert circle({each: graph.find_modules_directly_imported_by(each) for each in graph.modules}) == []


def test_a_circle_is_found() -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": set()}) == []
    assert set(circle({"a": {"b"}, "b": {"c"}, "c": {"a"}})) == {"a", "b", "c"}
