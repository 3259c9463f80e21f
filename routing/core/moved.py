"""Queues that their tenant has moved, forward or back, among its own."""

from __future__ import annotations

from datetime import timedelta

from routing.core.needs import Id
from routing.core.shares import Place
from routing.core.values import Waiting


class Moved:
    """By how much each queue is moved; below zero: back."""

    def __init__(self) -> None:
        """Move none."""
        self._by: dict[Id, timedelta] = {}

    def of(self, queue: Id) -> timedelta:
        """Return by how much a queue is moved."""
        return self._by.get(queue, timedelta())

    def turn(self, queue: Id, forward: timedelta) -> bool:
        """Move a queue from now on; ``False`` when it is so already."""
        if self.of(queue) == forward:
            return False
        self._by[queue] = forward
        return True

    def place(self, waiting: Waiting) -> Place:
        """Return the place of somebody who waits."""
        return waiting.place_at - self.of(waiting.queue), waiting.id
