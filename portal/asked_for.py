"""What an address asks of the interactions: filters, columns, and both in words, for pages, files and exports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fastapi import Request

from interactions.columns import Column, chosen
from interactions.core import query
from interactions.core.query import Filters, Unreadable
from interactions.endpoints import commented
from kit.db import Scope
from kit.errors import Detail, ValidationFailed
from portal import i18n
from portal.rendering import Page
from tenants.endpoints import Access

_QUEUE = "SELECT name FROM gf.queue WHERE tenant_id = $1 AND id::text = $2"
_AGENT = "SELECT alias AS name FROM gf.agent_profile WHERE tenant_id = $1 AND agent_id::text = $2 LIMIT 1"
_NAMED = {"queue": _QUEUE, "agent": _AGENT, "last_agent": _AGENT}
_CODES = {"outcome": "outcome", "direction": "direction", "task": "task", "recorded": "yes_no", "supervised": "yes_no"}


def columns_of(request: Request) -> list[Column]:
    """Return the columns that an address asks for."""
    return chosen(",".join(request.query_params.getlist("columns")))


def wanted_of(given: Mapping[str, str], page: Page, access: Access) -> Filters:
    """Return what is asked for; an agent sees its own. Raises :class:`ValidationFailed`, which names the filter."""
    try:
        read = query.read(given, page.day_zone, page.now.astimezone(page.day_zone).date())
    except Unreadable as error:
        where = Detail(f"query:{error.name}", "filter", str(error))
        raise ValidationFailed(str(error), errors=(where,)) from error
    return commented(access, replace(read, last_agent=access.own) if access.own else read)


async def in_words(scope: Scope, given: Mapping[str, str], words: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return each filter's name and value as a person of the client knows them."""
    told = []
    for name, text in given.items():
        if not text:
            continue
        if name in _NAMED:
            rows = await scope.fetch(_NAMED[name], scope.tenant_id, text)
            told.append((words["filter"][name], rows[0]["name"] if rows else text))
        else:
            table = words.get(_CODES.get(name, ""), {})
            told.append((words["filter"].get(name, name), str(table.get(text, text))))
    return told


def head_of(asked: list[tuple[str, str]], page: Page, words: Mapping[str, Any], total: int) -> list[list[str]]:
    """Return the lines that say what a file is: which filter, which zone, made when, how many rows."""
    of_file = words["record_file"]
    return [
        [of_file["filter"], "; ".join(f"{name}: {text}" for name, text in asked) or of_file["everything"]],
        [of_file["zone"], f"{page.day_zone.key} ({i18n.zone_label(page.day_zone, page.now)})"],
        [of_file["made"], i18n.moment(page.now, zone=page.day_zone, locale=page.locale)],
        [of_file["rows"], str(total)],
        [],
    ]
