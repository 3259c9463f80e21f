"""Which conversations of a tenant are recorded, and how. The same conversation gets the same answer in any process."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

_SHARES: Mapping[str, int] = {"always": 100, "never": 0, "on_demand": 0}


@dataclass(frozen=True, slots=True)
class Choice:
    """``percent`` of the conversations; ``on_demand``: those in which the agent asks for it.

    ``apart``: the contact is kept on the left channel and everybody else on the right; None: as the general choice.
    """

    percent: int = 100
    on_demand: bool = False
    apart: bool | None = None

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Choice:
        """Read one choice of a blueprint."""
        policy = stored["policy"]
        return cls(_SHARES.get(policy, stored.get("percent") or 0), policy == "on_demand", stored.get("apart"))


@dataclass(frozen=True, slots=True)
class Recording:
    """What the client chose: for all, for the conversations of a queue (by code), and for those that called a number.

    A number's choice goes before a queue's, and both before the general one. ``announce`` is the code of the prompt
    that contacts hear before; ``refuse`` the key that they press during it to have nothing recorded (empty: none).
    ``longest_pause_s``: so long a pause for card data may last; ``resumes``: whether it goes on then, or ends.
    """

    general: Choice = Choice()
    queues: Mapping[str, Choice] = field(default_factory=dict)
    numbers: Mapping[str, Choice] = field(default_factory=dict)
    announce: str = ""
    refuse: str = ""
    longest_pause_s: int = 300
    resumes: bool = True

    def choice(self, queue: str | None, number: str = "") -> Choice:
        """Return what was chosen for a conversation."""
        return self.numbers.get(number) or self.queues.get(queue or "") or self.general

    def apart(self, queue: str | None, number: str = "") -> bool:
        """Say whether the parties of a conversation are kept on channels of their own."""
        own = self.choice(queue, number).apart
        return bool(self.general.apart if own is None else own)

    def wanted(self, interaction: UUID, queue: str | None, number: str = "") -> bool:
        """Say whether this conversation is recorded from its beginning: its id decides, evenly spread."""
        share = self.choice(queue, number).percent
        return int.from_bytes(hashlib.sha256(interaction.bytes).digest()[:4], "big") % 100 < share

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Recording:
        """Read the blueprint's ``recording``, of today or of any version before."""
        pause = stored.get("pause") or {}
        return cls(
            Choice.of(stored),
            {code: Choice.of(choice) for code, choice in stored.get("queues", {}).items()},
            {number: Choice.of(choice) for number, choice in stored.get("numbers", {}).items()},
            stored.get("announce") or "",
            stored.get("refuse") or "",
            pause.get("longest_s", 300),
            pause.get("then", "resume") == "resume",
        )
