"""Whether a flow may be published: its text, its schema, its checks, its own tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from ivr import schema
from ivr.core.check import check, check_percent
from ivr.core.compile import compile_flow
from ivr.core.findings import Finding, Severity, error, pointer
from ivr.core.parse import is_readable, parse, read
from ivr.core.rehearse import OpeningAt, always_open, rehearse

if TYPE_CHECKING:
    from ivr.core.check_prompts import Names
    from ivr.core.compile import Program


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found, and the compiled flow when nothing is an error."""

    findings: tuple[Finding, ...]
    program: Program | None


def check_document(flow: Mapping[str, Any], names: Names) -> Sequence[Finding]:
    """Return everything that publishing this flow would find."""
    return validate(orjson.dumps(flow).decode(), names).findings


def validate(text: str, names: Names, opening: OpeningAt = always_open) -> Verdict:
    """Read, check, compile and rehearse a flow; a failing test case is an error too (code ``TEST``).

    ``opening`` answers for the tenant's calendars in the rehearsals.
    """
    document, found = read(text)
    if is_readable(found):
        found = (*found, *schema.check(document), *check_percent(document))
    if found:
        return Verdict(found, None)
    flow = parse(document)
    found = check(flow, names)
    if any(finding.severity is Severity.ERROR for finding in found):
        return Verdict(found, None)
    program = compile_flow(flow)
    failed = tuple(
        error("TEST", None, pointer("tests", index), f"The test '{case['name']}' fails: {failure}")
        for index, case in enumerate(flow.tests)
        for failure in rehearse(program, case, opening).failures
    )
    return Verdict((*found, *failed), None if failed else program)
