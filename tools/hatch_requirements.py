"""Hatch metadata hook: the wheel's dependencies are the lines of ``requirements/core.in``, written once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface


class RequirementsHook(MetadataHookInterface):
    """Reads the unpinned requirements; the exact pins with hashes are in ``requirements/core.txt``."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Fill ``project.dependencies``."""
        lines = (Path(self.root) / "requirements" / "core.in").read_text(encoding="utf-8").splitlines()
        metadata["dependencies"] = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
