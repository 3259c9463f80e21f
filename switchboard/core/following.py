"""What is to follow from the end of a call, until the loop has looked at it."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from switchboard.core.call import Call
from switchboard.core.ending import Ending
from switchboard.core.task import Task


@dataclass(slots=True)
class Following:
    """What is to follow: calls that have ended, as they were before, and tasks whose contact's last agent is sought."""

    ended: list[tuple[Call, Ending]] = field(default_factory=list)
    seeking: dict[UUID, Task] = field(default_factory=dict)
