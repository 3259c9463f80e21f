"""A run of the probe as a row among others: the synthetic client has one, for others to ask for."""

from __future__ import annotations

import json
import zlib

from kit.clock import now
from kit.db import Scope
from kit.ids import new_id
from probe.core.canaries import Canaries

_ADD = """
INSERT INTO gf.probe_run (tenant_id, id, asked_at, asked_by, cause, state, started_at, finished_at, progress, verdict,
  summary, document, digest) VALUES ($1, $2, $3, $4, 'command', 'finished', $3, $3, '{}', 'red', $5::jsonb, $6, $7)
"""


async def example_run(scope: Scope, words: Canaries) -> str:
    """Write a finished run whose only finding is a word of its world; return its id."""
    run_id = new_id()
    finding = {"group": "http", "oracle": "canary", "what": words.word("probe finding"), "who": "key", "detail": ""}
    summary = {"groups": {}, "findings": [finding], "not_reached": {}, "figures": {}}
    document = {"signed": {**summary, "verdict": "red", "attempts": []}, "signature": ""}
    await scope.fetch(
        _ADD, scope.tenant_id, run_id, now(), words.word("probe asker"), json.dumps(summary),
        zlib.compress(json.dumps(document).encode()), words.word("probe digest"),
    )  # fmt: skip
    return str(run_id)
