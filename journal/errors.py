"""What the journal refuses."""

from __future__ import annotations


class FencedOut(Exception):
    """The writer's fencing number is no longer the newest: another process owns the floor. Nothing was written."""


class NoJournal(Exception):
    """The tenant has no journal head: it was not created through ``journal.service.open_journal``."""
