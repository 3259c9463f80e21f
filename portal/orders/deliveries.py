"""What the client's systems were told of a work order: by event for its history, by system for the panel beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from exchange.service import links
from kit.db import Scope
from webhooks.service import log
from webhooks.service.states import host_of

_LATE = "waiting"


async def systems_of(
    scope: Scope, order: Mapping[str, Any]
) -> tuple[dict[int, list[dict[str, Any]]], list[dict[str, Any]]]:
    """Return what was told by the event's number, and how it is with each system.

    A system: ``connection``, ``host`` and ``endpoint_id`` where events go to one; ``told_at``, ``waiting`` (how many
    events), ``since``, ``next_at``, ``attempts``, ``failed`` (what came of the last attempt), ``given_up`` (how many),
    ``stopped`` (nothing is sent there); ``link`` where the work order stands in its own books.
    """
    rows = await log.about(scope, UUID(order["id"]))
    by_event: dict[int, list[dict[str, Any]]] = defaultdict(list)
    by_endpoint: dict[UUID, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        by_event[row["sequence"]].append(_told(row))
        by_endpoint[row["endpoint_id"]].append(row)
    systems = [_system(each) for each in by_endpoint.values()]
    return by_event, [*systems, *_linked(await links.shown(scope, UUID(order["id"])), order)]


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"connection": row["connection"], "state": row["state"], "at": row["delivered_at"], **_failed(row)}


def _failed(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what came of the last attempt; of one that was taken, nothing."""
    failed = row["state"] != "delivered" and row["attempts"] > 0
    return {"status": row["last_status"] if failed else None, "error": row["last_error"] if failed else None}


def _system(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    newest = rows[-1]
    waiting = [row for row in rows if row["state"] == _LATE]
    first = waiting[0] if waiting else None
    return {
        "connection": newest["connection"],
        "host": host_of(newest["url"]),
        "endpoint_id": str(newest["endpoint_id"]),
        "told_at": max((row["delivered_at"] for row in rows if row["delivered_at"]), default=None),
        "waiting": len(waiting),
        "since": first["created_at"] if first else None,
        "next_at": first["due_at"] if first and first["attempts"] else None,
        "attempts": first["attempts"] if first else 0,
        "failed": _failed(first) if first and first["attempts"] else None,
        "given_up": sum(row["state"] == "dead" for row in rows),
        "stopped": newest["endpoint_state"] != "active",
        "link": None,
    }


def _linked(rows: Sequence[Mapping[str, Any]], order: Mapping[str, Any]) -> list[dict[str, Any]]:
    named = {each["owner"]: each["id"] for each in order["external_ref"]}
    return [
        {
            "connection": row["connection"],
            "link": {
                "id": named.get(row["connection"], ""),
                "url": row["external_url"] if _is_web(row["external_url"]) else None,
                "status": row["external_status"],
                "heard_at": row["last_in_at"],
            },
        }
        for row in rows
    ]


def _is_web(url: str | None) -> bool:
    return url is not None and urlsplit(url).scheme in {"http", "https"}
