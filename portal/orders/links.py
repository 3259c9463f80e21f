"""What a work order is linked with: other work orders of its connection, and its names in other systems."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from kit.db import Scope
from kit.errors import Detail, ValidationFailed
from tenants.core.masks import Shown, mask_value
from workorders.core.doer import Doer
from workorders.core.relations import OPPOSITE
from workorders.schemas import WorkOrderPatch
from workorders.service import lists

RELATIONS: Final = tuple(OPPOSITE)
NUMBER_UNKNOWN: Final = "number_unknown"
"""Code of the refusal of a number that no work order has which the reader sees."""


async def of_order(scope: Scope, order: Mapping[str, Any], doer: Doer, seen: Shown) -> dict[str, Any]:
    """Return ``orders`` with their number, title and status as far as the reader sees them, and ``names``."""
    ids = [UUID(each["id"]) for each in order["relationships"]]
    found = mask_value(await lists.several(scope, ids, doer), seen) if ids else []
    there = {each["id"]: each for each in found}
    return {
        "orders": [{**each, "order": there.get(each["id"])} for each in order["relationships"]],
        "names": order["external_ref"],
    }


async def patch_of(scope: Scope, form: Mapping[str, str], order: Mapping[str, Any], doer: Doer) -> WorkOrderPatch:
    """Return what the form adds to, or takes from, the links that the work order has now.

    Raises :class:`ValidationFailed` for a number that no work order has, and pydantic's ``ValidationError``.
    """
    if form.get("kind", "") == "reference":
        name = {"owner": form.get("owner", "").strip(), "type": form.get("type", "").strip() or None,
                "id": form.get("external_id", "").strip()}  # fmt: skip
        return WorkOrderPatch.model_validate({"external_ref": _changed(order["external_ref"], name, form)})
    related = form.get("relationship", "") or await _numbered(scope, form.get("number", ""), doer)
    relation = {"type": form.get("relation", ""), "id": related}
    return WorkOrderPatch.model_validate({"relationships": _changed(order["relationships"], relation, form)})


def _changed(present: list[dict[str, Any]], one: dict[str, Any], form: Mapping[str, str]) -> list[dict[str, Any]]:
    rest = [each for each in present if each != one]
    return rest if form.get("act", "") == "remove" else [*rest, one]


async def _numbered(scope: Scope, number: str, doer: Doer) -> str:
    page = await lists.list_orders(scope, lists.Wanted({"number": number.strip()}, limit=1), doer)
    if not page.data:
        why = "no work order has this number"
        raise ValidationFailed(why, errors=(Detail("/relationships/0/id", NUMBER_UNKNOWN, why),))
    return str(page.data[0]["id"])
