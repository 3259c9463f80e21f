"""Trunks that several engines of a floor have: which engine registers at carriers, and how a trunk is for all. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from telephony.port import TrunkState

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence


def registrar(before: str, there: Collection[str], drained: Collection[str]) -> str:
    """Return which engine registers: whoever does, as long as it is ``there`` and not drained, else the first one.

    Drained ones only where all are; ``before`` again when none is there.
    """
    best = sorted(set(there) - set(drained)) or sorted(there) or [before]
    return before if before in best else best[0]


def together(seen: Sequence[Mapping[str, TrunkState]]) -> tuple[TrunkState, ...]:
    """Return how trunks are for the floor, by what each engine sees: there, or registered, at any of them."""
    names = sorted({name for states in seen for name in states})
    return tuple(_state(name, [states[name] for states in seen if name in states]) for name in names)


def _state(name: str, states: Sequence[TrunkState]) -> TrunkState:
    registered = [state.registered for state in states if state.registered is not None]
    silent = [state.silent for state in states if state.reachable]
    return TrunkState(
        name,
        any(state.reachable for state in states),
        any(registered) if registered else None,
        frozenset.intersection(*silent) if silent else frozenset(),
    )
