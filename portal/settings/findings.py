"""What the checks of a flow find, for the person who edits its text: the line, the step, and the sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ivr.core.check_prompts import Names
from ivr.core.findings import Severity
from ivr.validate import validate
from portal.sentences import Gettext
from portal.settings.flow_words import told


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding as the page shows it. ``line`` counts from 1; 0: the text as a whole."""

    code: str
    error: bool
    step: str
    pointer: str
    line: int
    sentence: str


def findings_of(text: str, names: Names, _: Gettext) -> tuple[Shown, ...]:
    """Check a flow's text; errors come first."""
    found = [
        Shown(
            finding.code,
            finding.severity is Severity.ERROR,
            finding.node or "",
            finding.pointer,
            line_of(text, finding.pointer),
            told(finding.message, _),
        )
        for finding in validate(text, names).findings
    ]
    return tuple(sorted(found, key=lambda shown: (not shown.error, shown.line)))


def line_of(text: str, pointer: str) -> int:
    """Return the line of a JSON pointer in a text, as near as its keys can be followed one after the other."""
    at = 0
    for part in pointer.split("/")[1:]:
        if part.isdecimal():
            continue
        key = re.escape(part.replace("~1", "/").replace("~0", "~"))
        match = re.compile(rf'"{key}"\s*:').search(text, at)
        if match is None:
            break
        at = match.start()
    return text.count("\n", 0, at) + 1 if at else 0
