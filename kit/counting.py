"""Numbers that are counted so far and no further: for pages, where counting all would mean reading all."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Counted:
    """So many, and perhaps more; written as ``99+`` when it is not all."""

    number: int
    is_all: bool

    @classmethod
    def upto(cls, most: int, found: int) -> Counted:
        """Return what ``found`` says where counting ended at one more than ``most``."""
        return cls(min(found, most), found <= most)

    def __str__(self) -> str:
        """Write it."""
        return f"{self.number}{'' if self.is_all else '+'}"
