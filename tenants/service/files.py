"""From the text of a file to a checked value. A file is refused as a whole, with line, place and every reason."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import ValidationError

from kit.errors import Detail
from tenants.core.complaints import Complaint
from tenants.core.documents import BadDocument, Document, read_document
from tenants.errors import Refused
from tenants.schemas import Blueprint, Centre, problems, refusal
from tenants.words import Part

_Part = TypeVar("_Part", bound=Part)
_ANY_TENANT = {"code": "any", "name": "any", "zone": "UTC", "languages": ["en"]}


@dataclass(frozen=True, slots=True)
class LoadedBlueprint:
    """A blueprint of the right form: the text's lines, and the content with every default written out."""

    text: str
    document: Document
    content: dict[str, Any]
    digest: str
    """SHA-256 of the content's canonical JSON, in hexadecimal."""


def load_centre(text: str) -> tuple[Document, Centre]:
    """Read a centre file. Raises :class:`Refused`."""
    document = _read(text)
    return document, _validated(Centre, document)


def load_blueprint(text: str) -> LoadedBlueprint:
    """Read a blueprint. Raises :class:`Refused`."""
    document = _read(text)
    content = _validated(Blueprint, document).model_dump(mode="json")
    return LoadedBlueprint(text, document, content, digest(content))


def current_form(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return stored content with what its time did not know yet: each new section and key has its default.

    What today's schema would refuse stays as it was: it is in force, and is judged when it is applied again.
    """
    try:
        return Blueprint.model_validate(content).model_dump(mode="json")
    except ValidationError:
        defaults = Blueprint.model_validate({"blueprint": 1, "tenant": _ANY_TENANT}).model_dump(mode="json")
        return {**defaults, **content}


def digest(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the canonical JSON: keys sorted, no spaces, UTF-8."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def refuse_if_any(document: Document | None, found: Iterable[Complaint]) -> None:
    """Raise :class:`Refused` with every complaint, if there is one."""
    places = tuple(refusal(document, complaint.pointer, complaint.reason) for complaint in found)
    if places:
        raise Refused(places)


def validated(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return content that nobody wrote as a text, with every default. Raises :class:`Refused`, without lines."""
    try:
        return Blueprint.model_validate(content).model_dump(mode="json")
    except ValidationError as error:
        raise Refused(tuple(problems(error, None))) from error


def _read(text: str) -> Document:
    try:
        return read_document(text)
    except BadDocument as error:
        raise Refused((Detail("", "not_yaml", error.reason, error.line),)) from error


def _validated(part: type[_Part], document: Document) -> _Part:
    try:
        return part.model_validate(document.value)
    except ValidationError as error:
        raise Refused(tuple(problems(error, document))) from error
