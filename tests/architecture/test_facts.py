"""Every kind of fact, with its fields, stands in docs/facts.md: what clients read in journal, feed and webhooks."""

from __future__ import annotations

import dataclasses
import importlib

from journal.core.facts import KINDS, Payload
from tests.architecture.rules import ROOMS, ROOT

PAGE = ROOT / "docs" / "facts.md"


def kinds() -> list[type[Payload]]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("facts.py")):
            importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    return [kind for _, kind in sorted(KINDS.items()) if kind.__module__.split(".")[0] in ROOMS]


def line_of(kind: type[Payload]) -> str:
    fields = ", ".join(f"`{field.name}`" for field in dataclasses.fields(kind))  # type: ignore[arg-type]
    sentence = (kind.__doc__ or "").strip().splitlines()[0]
    return f"| {kind.__name__} | {kind.VERSION} | {sentence} | {fields} |"


def test_the_page_of_facts_says_what_the_code_says() -> None:
    lines = [line_of(kind) for kind in kinds()]
    assert len(lines) > 15
    page = PAGE.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line not in page] == []
    assert len([line for line in page if line.startswith("| ")]) - 2 == len(lines)


def test_no_field_of_a_fact_is_a_float() -> None:
    found = [
        f"{kind.__name__}.{field.name}"
        for kind in kinds()
        for field in dataclasses.fields(kind)  # type: ignore[arg-type]
        if "float" in str(field.type)
    ]
    assert found == []
