"""Flows are checked by `ivr`, which lies above `tenants`: the blueprint's check is handed in from here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from ivr.core.findings import Finding
from ivr.validate import validate
from tenants.core.catalogue import Catalogue


def check_flow(flow: Mapping[str, Any], catalogue: Catalogue) -> Sequence[Finding]:
    """Return everything that publishing this flow would find."""
    return validate(orjson.dumps(flow).decode(), catalogue).findings
