"""Commands of people, whoever gives them: supervisors' and agents' (:mod:`switchboard.desk`)."""

from __future__ import annotations

from datetime import datetime

from switchboard import desk, supervisors
from switchboard.floor import Floor
from switchboard.inputs import DeskCommand


def obey(floor: Floor, command: DeskCommand, now: datetime) -> None:
    """Carry out a command. Raises a ``kit.errors.Problem``, and has changed nothing then."""
    given = supervisors.obey if command.kind in supervisors.COMMANDS else desk.obey
    given(floor, command, now)
