"""Each rule holds for the house, and each is shown to fail on a planted offence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.architecture import rules

LONG_FILE = "\n".join(f"x{i} = {i}" for i in range(301))
LONG_FUNCTION = "def f() -> None:\n" + "\n".join("    pass" for _ in range(41))

RULES: list[tuple[Callable[..., list[str]], str, str]] = [
    (rules.too_long, "kit/planted.py", LONG_FILE),
    (rules.too_long, "kit/planted.py", LONG_FUNCTION),
    (rules.reads_environment, "live/planted.py", "import os\nHOME = os.environ['HOME']\n"),
    (rules.mints_tenant_ids, "workorders/planted.py", "scope = AccessibleTenantId(raw)\n"),
    (rules.renders_html_outside_portal, "live/planted.py", "PAGE = '<div>hello</div>'\n"),
    (rules.left_behind, "ivr/utils.py", "x = 1\n"),
    (rules.left_behind, "ivr/planted.py", "x = 1  # TODO later\n"),
    (rules.foreign_words, "interactions/planted.py", "class CustomerTicket: ...\n"),
    (rules.rooms_without_a_sentence, "kit/__init__.py", "import os\n"),
    (rules.impure_cores, "routing/core/planted.py", "from datetime import datetime\nX = datetime.now()\n"),
]


def test_there_is_something_to_look_at() -> None:
    paths = [path for path, _ in rules.sources()]
    assert len(paths) > 50
    assert {path.split("/")[0] for path in paths} == set(rules.ROOMS)


@pytest.mark.parametrize("rule", dict.fromkeys(rule for rule, _, _ in RULES), ids=lambda rule: rule.__name__)
def test_the_house_keeps_the_rule(rule: Callable[..., list[str]]) -> None:
    assert rule() == []


@pytest.mark.parametrize(("rule", "path", "text"), RULES, ids=[f"{r.__name__}-{p}" for r, p, _ in RULES])
def test_the_rule_finds_a_planted_offence(rule: Callable[..., list[str]], path: str, text: str, tmp_path: Path) -> None:
    for room in rules.ROOMS:
        (tmp_path / room).mkdir()
        (tmp_path / room / "__init__.py").write_text('"""What the room is for."""\n', encoding="utf-8")
    assert rule(tmp_path) == []
    file = tmp_path / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    assert rule(tmp_path) != []


def test_an_exception_from_a_budget_is_still_needed() -> None:
    longer = {entry.partition(":")[0] for entry in rules.LONGER}
    assert longer <= {path for path, _ in rules.sources()}
