"""What is refused about seat tasks."""

from __future__ import annotations

from kit.errors import Conflict


class SeatTaskState(Conflict):
    """The seat task is in another ``state`` than this needs: accepted before it is done, open to be withdrawn."""

    code = "seat_task_state"
    title = "The seat task is in another state"


class TooManySeatTasks(Conflict):
    """A work order has at most a hundred seat tasks."""

    code = "too_many_seat_tasks"
    title = "This work order has a hundred seat tasks already"
