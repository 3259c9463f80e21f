"""A client company goes live in minutes: from its file to its first answered call, in one scripted run."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.onboarding import LIMIT_S, first_call
from tests.story.centre import ENGINE_HOME, install_engine

pytestmark = pytest.mark.timeout(300)


async def test_from_an_empty_tenant_to_its_first_answered_call(tmp_path: Path) -> None:
    install_engine()
    said: list[str] = []
    steps = await first_call(tmp_path, ENGINE_HOME, said.append)
    assert len(steps) == 6
    assert sum(step.seconds for step in steps) < LIMIT_S, said
