"""What the journal refuses."""

from __future__ import annotations

from kit.errors import Conflict


class FencedOut(Exception):
    """The writer's fencing number is no longer the newest: another process owns the floor. Nothing was written."""


class NoJournal(Exception):
    """The tenant has no journal head: it was not created through ``journal.service.open_journal``."""


class TooManyFacts(Conflict):
    """The filter holds more facts than one file takes; a shorter time has fewer."""

    code = "too_many_facts"
    title = "These are too many facts for one file"


class NothingSealed(Conflict):
    """There is no signed head in this time yet, so there is nothing to prove."""

    code = "nothing_sealed"
    title = "There is nothing to prove yet"
