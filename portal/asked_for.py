"""What an address asks of the interactions: filters, columns, and both in words, for pages, files and exports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import orjson
from fastapi import Request

from interactions.columns import Column, chosen
from interactions.core import query
from interactions.core.query import Filters, Unreadable
from interactions.endpoints import commented
from interactions.search import refused
from kit.db import Scope
from kit.errors import ValidationFailed
from portal import i18n
from portal.rendering import Page
from tenants.core.outcomes import flat
from tenants.endpoints import Access

_QUEUE = "SELECT name FROM gf.queue WHERE tenant_id = $1 AND id::text = $2"
_AGENT = "SELECT alias AS name FROM gf.agent_profile WHERE tenant_id = $1 AND agent_id::text = $2 LIMIT 1"
_TREES = "SELECT dispositions::text AS tree FROM gf.queue WHERE tenant_id = $1"
_NAMED = {"queue": _QUEUE, "agent": _AGENT, "last_agent": _AGENT}
_CODES = {"outcome": "outcome", "direction": "direction", "task": "task", "recorded": "yes_no", "supervised": "yes_no"}

_AT = "query:"
BESIDE = frozenset({"columns", "lang", "after"})
"""What an address of the list says beside its filters."""


def columns_of(request: Request) -> list[Column]:
    """Return the columns that an address asks for."""
    return chosen(",".join(request.query_params.getlist("columns")))


def wanted_of(given: Mapping[str, str], page: Page, access: Access) -> Filters:
    """Return what is asked for; an agent sees its own. Raises :class:`ValidationFailed`, which names the filter."""
    try:
        read = query.read(given, page.day_zone, page.now.astimezone(page.day_zone).date())
    except Unreadable as error:
        raise refused(*error.wrong) from error
    return commented(access, replace(read, last_agent=access.own) if access.own else read)


def wrong_of(problem: ValidationFailed) -> dict[str, str]:
    """Return which filters cannot be read, each with the code of why; empty: something else is wrong."""
    return {each.pointer.removeprefix(_AT): each.code for each in problem.errors if each.pointer.startswith(_AT)}


class Said(NamedTuple):
    """A filter of an address: its key there, and its name and value in somebody's language."""

    key: str
    name: str
    text: str


async def in_words(scope: Scope, given: Mapping[str, str], words: Mapping[str, Any]) -> list[Said]:
    """Return each filter's name and value as a person of the client knows them."""
    told = []
    for key, text in given.items():
        if text and key != "sort":
            told.append(Said(key, words["filter"].get(key, key), await _value(scope, key, text, words)))
    return told


async def _value(scope: Scope, key: str, text: str, words: Mapping[str, Any]) -> str:
    if key in _NAMED:
        rows = await scope.fetch(_NAMED[key], scope.tenant_id, text)
        return str(rows[0]["name"]) if rows else text
    if key == "disposition":
        trees = await scope.fetch(_TREES, scope.tenant_id)
        names = {each.code: each.name for row in trees for each in flat(orjson.loads(row["tree"] or "[]"))}
        return names.get(text, text)
    table = words.get(_CODES.get(key, ""), {})
    return str(words["open_tasks"] if (key, text) == ("outcome", query.OPEN_TASKS) else table.get(text, text))


def head_of(asked: Sequence[Said], page: Page, words: Mapping[str, Any], total: int) -> list[list[str]]:
    """Return the lines that say what a file is: which filter, which zone, made when, how many rows."""
    of_file = words["record_file"]
    return [
        [of_file["filter"], "; ".join(f"{each.name}: {each.text}" for each in asked) or of_file["everything"]],
        [of_file["zone"], f"{page.day_zone.key} ({i18n.zone_label(page.day_zone, page.now)})"],
        [of_file["made"], i18n.moment(page.now, zone=page.day_zone, locale=page.locale)],
        [of_file["rows"], str(total)],
        [],
    ]
