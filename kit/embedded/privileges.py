"""PostgreSQL refuses to run as root. As root we therefore start it through a launcher that takes root away."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kit.embedded.errors import EmbeddedServerError

NOBODY = 65534
_USER_NAMESPACE = ("unshare", "--user", "--map-user=1000", "--map-group=1000", "--")
_AS_NOBODY = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--")


@dataclass(frozen=True, slots=True)
class Launcher:
    """How a program that refuses root is started: the words before its command, and the owner that its files need."""

    prefix: tuple[str, ...] = ()
    owner: int | None = None

    def hand_over(self, folder: Path) -> None:
        """Give the folder and all in it to the owner, if there is one; raise when that user cannot reach it."""
        if self.owner is None:
            return
        for path in (folder, *folder.rglob("*")):
            os.chown(path, self.owner, self.owner, follow_symlinks=False)
        if not _works([*self.prefix, "test", "-w", str(folder)]):
            raise EmbeddedServerError(
                f"PostgreSQL does not run as root, and this system lets neither a user namespace be made nor the user "
                f"'nobody' reach {folder}. Run as an ordinary user, or choose a folder whose parents all may enter "
                "(for example below /var/lib)."
            )


IN_USER_NAMESPACE = Launcher(prefix=_USER_NAMESPACE)
"""Root outside, an ordinary user inside: no file changes hands, and folders of mode 0700 stay reachable."""

AS_NOBODY = Launcher(prefix=_AS_NOBODY, owner=NOBODY)
"""For containers that forbid user namespaces: the files belong to ``nobody``."""


@cache
def unprivileged() -> Launcher:
    """Choose the launcher for this process: none when it is not root."""
    if os.geteuid() != 0:
        return Launcher()
    if _works([*IN_USER_NAMESPACE.prefix, "true"]):
        return IN_USER_NAMESPACE
    if _works([*AS_NOBODY.prefix, "true"]):
        return AS_NOBODY
    raise EmbeddedServerError(
        "PostgreSQL does not run as root, and neither unshare nor setpriv (package util-linux) can take root away "
        "here. Run as an ordinary user."
    )


def _works(command: Sequence[str]) -> bool:
    if shutil.which(command[0]) is None:
        return False
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - our own constant words
    return done.returncode == 0
