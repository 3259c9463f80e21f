"""Every error that a caller may see has a code of its own and a line in docs/problems.md."""

from __future__ import annotations

import importlib

from kit.errors import Problem
from tests.architecture.rules import ROOMS, ROOT

PAGE = ROOT / "docs" / "problems.md"
WITHOUT_CLASS = {"method_not_allowed", "too_large", "unsupported_media_type", "http_error"}
"""Codes that the framework's own refusals get in app.problems."""


def problems() -> list[type[Problem]]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            module = path.relative_to(ROOT).with_suffix("")
            if path.name in {"errors.py", "desk.py"} and "states" not in module.parts:
                importlib.import_module(".".join(module.parts))
    found, waiting = [], [Problem]
    while waiting:
        problem = waiting.pop()
        found.append(problem)
        waiting += problem.__subclasses__()
    named = [p for p in found if p is Problem or p.code != Problem.code]  # others carry an answer's own code
    return [p for p in named if p.__module__.split(".")[0] in ROOMS]


def line_of(problem: type[Problem]) -> str:
    sentence = (problem.__doc__ or "").strip().splitlines()[0]
    return f"| `{problem.code}` | {problem.status} | {problem.title} | {sentence} |"


def test_the_page_of_problems_says_what_the_code_says() -> None:
    lines = sorted({line_of(problem) for problem in problems()})
    assert len(lines) > 20
    page = PAGE.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line not in page] == []


def test_a_code_means_one_thing() -> None:
    by_code: dict[str, set[tuple[int, str]]] = {}
    for problem in problems():
        by_code.setdefault(problem.code, set()).add((problem.status, problem.title))
    assert {code: said for code, said in by_code.items() if len(said) > 1} == {}


def test_the_frameworks_own_codes_are_on_the_page() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [code for code in WITHOUT_CLASS if f"| `{code}` |" not in page] == []
