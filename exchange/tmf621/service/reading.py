"""Read a trouble ticket's body as fields of a work order: only what it says, in the words that work orders check."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from exchange.tmf621.core.naming import FIELDS
from exchange.tmf621.schemas import (
    Characteristic,
    EntityV4,
    EntityV5,
    ExternalIdentifier,
    New,
    PartyV4,
    PartyV5,
    Patch,
    PatchV4,
    PatchV5,
    Relation,
)
from kit.errors import Detail, ValidationFailed
from webhooks.core.tmf621 import OWNER, RELATED

_PLAIN = {
    "name": "title", "description": "description", "requested_resolution_date": "requested_resolution_at",
    "expected_resolution_date": "expected_resolution_at",
}  # fmt: skip
_LOWER = ("severity", "priority")
_HUMP = re.compile(r"(?<=[a-z])([A-Z])")
_NOBODY: Mapping[str, Any] = {"parties": [], "external_ref": [], "custom": {}}

M = TypeVar("M", bound=BaseModel)


def checked(model: type[M], fields: Mapping[str, Any]) -> M:
    """Return the model of these fields. Raises :class:`ValidationFailed` that names them as tickets do."""
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        places = tuple(Detail(_pointer(e["loc"]), str(e["type"]), str(e["msg"])) for e in error.errors())
        raise ValidationFailed("; ".join(f"{p.pointer}: {p.detail}" for p in places)[:500], errors=places) from error


def fields_of(body: Patch | New, order: Mapping[str, Any] = _NOBODY) -> dict[str, Any]:
    """Return what a body says, as fields of a work order; ``order`` is the document that it changes.

    Raises :class:`ValidationFailed`.
    """
    given = body.model_fields_set
    made: dict[str, Any] = {ours: getattr(body, theirs) for theirs, ours in _PLAIN.items() if theirs in given}
    for name in _LOWER:
        if name in given:
            said = getattr(body, name)
            made[name] = None if said is None else said.lower()
    if "related_party" in given:
        made["parties"] = [_party(each, order["parties"]) for each in body.related_party or ()]
    if "related_entity" in given:
        made["related"] = [_entity(each) for each in body.related_entity or ()]
    if "relations" in given:
        made["relationships"] = [_relation(each) for each in body.relations or ()]
    if isinstance(body, PatchV4) and "external_id" in given:
        kept = [ref for ref in order["external_ref"] if ref["owner"] != OWNER]
        made["external_ref"] = [*kept, *([{"owner": OWNER, "id": body.external_id}] if body.external_id else [])]
    if isinstance(body, PatchV5):
        made |= _only_v5(body, order)
    return made


def _only_v5(body: PatchV5, order: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if "external_identifier" in body.model_fields_set:
        made["external_ref"] = [_external(each) for each in body.external_identifier or ()]
    if "characteristics" in body.model_fields_set:
        made["custom"] = patch_between(order["custom"], _custom(body.characteristics or ()))
    return made


def patch_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Return the merge-patch (RFC 7396) that makes ``after`` of ``before``."""
    patch: dict[str, Any] = {name: None for name in before if name not in after}
    for name, value in after.items():
        old = before.get(name)
        patch[name] = patch_between(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return patch


def _party(said: PartyV4 | PartyV5, known: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return a party; one that has no id is shown by its name, and repeated so it still has none."""
    who = said if isinstance(said, PartyV4) else said.party_or_party_role
    party = {"role": said.role or "party", "id": who.id, "name": who.name or who.id}
    bare = {**party, "id": None}
    return bare if who.id == who.name and bare in known else party


def _entity(said: EntityV4 | EntityV5) -> dict[str, Any]:
    """Return a related thing: its type says what it is and, if it has a role, after a dot which."""
    what = said if isinstance(said, EntityV4) else said.entity
    kind = what.referred_type or what.at_type or "Entity"
    if "." in kind:
        raise ValidationFailed("/relatedEntity: @referredType has no dot")
    return {"type": kind if said.role == RELATED else f"{kind}.{said.role}", "id": what.id, "name": what.name}


def _relation(said: Relation) -> dict[str, Any]:
    return {"type": _HUMP.sub(r"_\1", said.relationship_type).lower(), "id": said.id}


def _external(said: ExternalIdentifier) -> dict[str, Any]:
    return {"owner": said.owner or OWNER, "type": said.external_identifier_type, "id": said.id}


def _custom(said: Sequence[Characteristic]) -> dict[str, Any]:
    made = {each.name: each.value for each in said}
    if len(made) < len(said):
        raise ValidationFailed("/troubleTicketCharacteristic: a name is given twice")
    return made


def _pointer(location: tuple[int | str, ...]) -> str:
    first, *rest = location or ("",)
    parts = [FIELDS.get(str(first), str(first)), *map(str, rest)]
    return "".join(f"/{part.replace('~', '~0').replace('/', '~1')}" for part in parts)
