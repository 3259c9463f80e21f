"""From what a flow says to files that the phone network can play."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Protocol

from ivr.core.values import PromptRef


class SoundFiles(Protocol):
    """A speaker that keeps its sounds as files, such as :class:`ivr.espeak.Espeak`."""

    def file_of(self, text: str, locale: str, whose: str = "") -> Path:
        """Return the file of a spoken text, speaking it when needed; raises ``SpeechFailed``.

        Each tenant's sounds lie in a folder of its own, named by ``whose``, so that they go with it.
        """


def folder_of(whose: str) -> Path:
    """Return where somebody's sounds lie below the folder of sounds; empty: the centre's own."""
    return Path("t") / whose if whose else Path("house")


def prompt_sounds(
    prompts: Iterable[PromptRef], stored: Mapping[tuple[str, str], Path | str], speaker: SoundFiles
) -> tuple[Path, ...]:
    """Return the files of prompts, in order; blocks while a new text is spoken (about a tenth of a second).

    ``stored`` has the prompts by (code, locale): a file, or a text to be spoken. A prompt that is not stored is
    left out, so that the call goes on.
    """
    files: list[Path] = []
    for ref in prompts:
        what = stored.get((ref.asset, ref.locale)) if ref.asset is not None else ref.text
        if isinstance(what, Path):
            files.append(what)
        elif what and what.strip():
            files.append(speaker.file_of(what, ref.locale))
    return tuple(files)
