"""Commands of people, whoever gives them: supervisors' and agents' (:mod:`switchboard.desk`)."""

from __future__ import annotations

from datetime import datetime

from switchboard import desk, supervisors, taken
from switchboard.floor import Floor
from switchboard.inputs import DeskCommand


def obey(floor: Floor, command: DeskCommand, now: datetime) -> None:
    """Carry out a command. Raises a ``kit.errors.Problem``, and has changed nothing then."""
    rooms = ((supervisors.COMMANDS, supervisors.obey), (taken.COMMANDS, taken.obey))
    given = next((obeys for known, obeys in rooms if command.kind in known), desk.obey)
    given(floor, command, now)
