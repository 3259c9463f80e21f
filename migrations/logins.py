"""What the standard logins are called in one database.

Roles belong to a whole server. In the shared database they bear their own names; in a database of one tenant each is
called ``<letter>_<hex>``, so that several such databases may lie on one server, none of their logins with a place in
another. All SQL of this package is written with the standard names and passes through :meth:`Logins.named`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LETTERS = {
    "gf_app": "t", "gf_worker": "w", "gf_sealer": "s", "gf_control": "c", "gf_migrator": "m", "gf_backup": "b",
}  # fmt: skip
LOGINS = tuple(LETTERS)
"""Every login that exists; which process gets which is said in kit.settings."""
OWN = ("gf_app", "gf_worker", "gf_sealer", "gf_migrator")
"""Those that may connect to a database of one tenant: there is no control plane in it."""

_NAMES = re.compile(rf"\b({'|'.join(LOGINS)})\b")
_HEX = re.compile(r"[0-9a-f]{8,32}")


@dataclass(frozen=True, slots=True)
class Logins:
    """The names of one database; ``suffix`` is hexadecimal, empty for the shared database."""

    suffix: str = ""

    def __post_init__(self) -> None:
        """Refuse what could not be part of a name: it is put into statements."""
        if self.suffix and not _HEX.fullmatch(self.suffix):
            raise ValueError("a suffix has 8 to 32 hexadecimal digits")

    def name(self, login: str) -> str:
        """Return what a standard login is called here."""
        return f"{LETTERS[login]}_{self.suffix}" if self.suffix else login

    def named(self, sql: str) -> str:
        """Return the statement with the names of this database."""
        return _NAMES.sub(lambda found: self.name(found[0]), sql) if self.suffix else sql

    @property
    def connecting(self) -> tuple[str, ...]:
        """The standard names of those that may connect."""
        return OWN if self.suffix else LOGINS


SHARED = Logins()
