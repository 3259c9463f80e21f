"""The steps of coming up: each is said, and none is left half done in a thread when somebody stops the demo."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ParamSpec, TypeVar

from rich.console import Console

P = ParamSpec("P")
T = TypeVar("T")

Say = Callable[[str], None]


@dataclass
class Progress:
    """One line per step, with the seconds since the start. Lines are as long as they are: a pipe wraps nothing."""

    console: Console
    began: float = field(default_factory=time.monotonic)

    def __call__(self, step: str) -> None:
        """Say what is being done."""
        self.console.print(
            f"[dim]{time.monotonic() - self.began:5.1f} s[/dim]  {step}", highlight=False, soft_wrap=True
        )


async def in_thread(step: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a blocking step; when we are cancelled, it ends first, so that what it started is there to be stopped."""
    task = asyncio.ensure_future(asyncio.to_thread(step, *args, **kwargs))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise
