"""A contact's raw number as a type of its own (isolation.md section 9)."""

from __future__ import annotations

from dataclasses import dataclass

from tenants.core.numbers import mask

__all__ = ["RawNumber", "mask"]


@dataclass(frozen=True, slots=True, repr=False)
class RawNumber:
    """A contact's number that leaves no log, page or fact by accident: printed, it is masked."""

    value: str

    def __repr__(self) -> str:
        """Show it masked."""
        return mask(self.value)

    __str__ = __repr__
