"""The keys of the agent's desk: what each act has by default, what a person may choose instead, and what clashes.

A key is one letter: ``H`` acts alone and with Alt, ``Alt+H`` only with Alt; ``F2`` to ``F10`` (``F5`` is the
browser's own) and a few signs act alone. ``?`` and ``Alt 1`` to ``Alt 9`` are the house's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

DEFAULTS: Mapping[str, str] = {
    "answer": "Alt+A", "hang_up": "H", "mute": "M", "hold": "O", "keypad": "K", "targets": "T", "swap": "X",
    "join": "J", "complete": "C", "drop": "D", "leave": "L", "help": "Alt+P", "message": "Alt+W", "seat_task": "Alt+I",
    "number": "Alt+N",
    "ready": "Alt+R", "wrap_up_end": "Alt+S", "escalate": "Alt+E", "mark": "Alt+G", "no_call": "Alt+B", "search": "/",
    "back": ",", "next": ".",
}  # fmt: skip
"""By act."""

_KEY = re.compile(r"(Alt\+)?[A-Z]|F([2-46-9]|10)|[,./;'\[\]=-]")


class KeyUnknown(ValueError):
    """This act, or this key, is none; ``act`` names it."""

    def __init__(self, act: str) -> None:
        """Name the act."""
        super().__init__(act)
        self.act = act


class KeysClash(ValueError):
    """Two acts would have the same key: ``act`` and ``other``."""

    def __init__(self, act: str, other: str) -> None:
        """Name both acts."""
        super().__init__(f"{act} and {other}")
        self.act, self.other = act, other


def keys_of(chosen: Mapping[str, str]) -> dict[str, str]:
    """Return the key of each act for a person who has ``chosen`` some.

    What was chosen once stays; an act that came into the house later and whose own key is taken by it has none (empty).
    """
    own = {act: key for act, key in chosen.items() if act in DEFAULTS}
    taken = {_base(key) for key in own.values()}
    return {act: own.get(act) or ("" if _base(key) in taken else key) for act, key in DEFAULTS.items()}


def choose(keys: Mapping[str, str]) -> dict[str, str]:
    """Return what is worth keeping of a whole set of keys: where it differs from the default.

    Raises :class:`KeyUnknown`, and :class:`KeysClash` when two acts have one key; a letter is the same key with Alt.
    """
    found: dict[str, str] = {}
    for act, key in keys.items():
        if act not in DEFAULTS or _KEY.fullmatch(key) is None:
            raise KeyUnknown(act)
    for act, key in {**DEFAULTS, **keys}.items():
        if (other := found.setdefault(_base(key), act)) != act:
            raise KeysClash(*((act, other) if act in keys else (other, act)))
    return {act: key for act, key in keys.items() if key != DEFAULTS[act]}


def _base(key: str) -> str:
    return key.removeprefix("Alt+")
