from __future__ import annotations

from tests.workorders.conftest import a1, files, http

__all__ = ["a1", "files", "http"]
