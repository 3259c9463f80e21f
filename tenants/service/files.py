"""From the text of a file to a checked value. A file is refused as a whole, with line, place and every reason."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import ValidationError

from tenants.core.documents import BadDocument, Document, read_document
from tenants.core.names import Complaint
from tenants.errors import Refused
from tenants.schemas import Blueprint, Centre, Part, problems, refusal

_Part = TypeVar("_Part", bound=Part)


@dataclass(frozen=True, slots=True)
class LoadedBlueprint:
    """A blueprint of the right form: the text's lines, and the content with every default written out."""

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
    return LoadedBlueprint(document, content, digest(content))


def digest(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the canonical JSON: keys sorted, no spaces, UTF-8."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def refuse_if_any(document: Document, found: Iterable[Complaint]) -> None:
    """Raise :class:`Refused` with a line for each complaint, if there is one."""
    lines = tuple(refusal(document, complaint.pointer, complaint.reason) for complaint in found)
    if lines:
        raise Refused(lines)


def _read(text: str) -> Document:
    try:
        return read_document(text)
    except BadDocument as error:
        raise Refused((str(error),)) from error


def _validated(part: type[_Part], document: Document) -> _Part:
    try:
        return part.model_validate(document.value)
    except ValidationError as error:
        raise Refused(tuple(problems(error, document))) from error
