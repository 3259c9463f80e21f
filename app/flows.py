"""Flows are checked by `ivr`, which lies above `tenants`: the blueprint's check is handed in from here."""

from __future__ import annotations

from ivr.validate import check_document as check_flow

__all__ = ["check_flow"]
