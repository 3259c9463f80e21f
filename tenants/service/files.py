"""From the text of a file to a checked value. A file is refused as a whole, with line, place and every reason."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import ValidationError

from kit import strictjson
from kit.errors import Detail
from tenants.core.complaints import Complaint
from tenants.core.documents import BadDocument, Document, read_document, text_of
from tenants.core.rendering import render
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


def text_from(source: bytes) -> str:
    """Return the text of a file. Raises :class:`Refused` when it is too long or not UTF-8."""
    try:
        return text_of(source)
    except BadDocument as error:
        raise _refused(error) from error


def from_json(source: bytes) -> str:
    """Return a JSON document as the YAML that says the same. Raises :class:`Refused`; its lines mean nothing."""
    try:
        value = strictjson.read(text_from(source))
    except (ValueError, RecursionError) as error:
        raise Refused((Detail("", "not_yaml", f"this is not JSON that we read: {error}"[:200]),)) from error
    text = json.dumps(value, ensure_ascii=False, indent=0)
    return render_readable(load_blueprint(text).content)


def render_readable(content: Mapping[str, Any]) -> str:
    """Return content as YAML in the order of the file, without what is the default anyway."""
    return render(written(content))


def written(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a person would write: no defaults, in the order of the file."""
    try:
        return Blueprint.model_validate(content).model_dump(mode="json", exclude_defaults=True)
    except ValidationError:
        return dict(content)


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
    """Return content that nobody wrote as a text, with every default. Raises :class:`Refused`, without lines.

    It must be what a file could say: no number, text or depth that :func:`read_document` refuses.
    """
    try:
        if read_document(json.dumps(content, ensure_ascii=False, allow_nan=False)).value != content:
            raise Refused((Detail("", "not_yaml", "a number cannot be written in a file"),))
    except BadDocument as error:
        raise Refused((Detail("", "not_yaml", error.reason),)) from error
    except (ValueError, TypeError, RecursionError) as error:
        raise Refused((Detail("", "not_yaml", "this cannot be written in a file"),)) from error
    try:
        return Blueprint.model_validate(content).model_dump(mode="json")
    except ValidationError as error:
        raise Refused(tuple(problems(error, None))) from error


def _read(text: str) -> Document:
    try:
        return read_document(text)
    except BadDocument as error:
        raise _refused(error) from error


def _refused(error: BadDocument) -> Refused:
    return Refused((Detail("", "not_yaml", error.reason, error.line),))


def _validated(part: type[_Part], document: Document) -> _Part:
    try:
        return part.model_validate(document.value)
    except ValidationError as error:
        raise Refused(tuple(problems(error, document))) from error
