"""What an onboarding begins with: nothing, one of the examples, or a file that somebody brought."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from starlette.datastructures import FormData, UploadFile

from portal.centre.steps import blank
from tenants.core.documents import MAX_CHARACTERS
from tenants.schemas import Blueprint
from tenants.service.files import load_blueprint

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
_CENTRE = "centre.yaml"
_ANY = {"code": "any", "name": "any", "zone": "UTC", "languages": ["en"]}
_PERSONAL: dict[str, list[Any]] = {"people": [], "numbers": [], "seats": [], "reports": []}
"""What an example does not hand on: people, numbers and seats are each client's own."""


def examples() -> list[str]:
    """Return the names of the examples that are there."""
    return sorted(path.stem for path in EXAMPLES.glob("*.yaml") if path.name != _CENTRE)


async def text_of(form: FormData) -> str:
    """Return the file that came with a form, or the text that was pasted instead of one."""
    file = form.get("file")
    if isinstance(file, UploadFile) and file.filename:
        return (await file.read(4 * MAX_CHARACTERS)).decode("utf-8", errors="replace")
    return str(form.get("text") or "")


def content_of(kind: str, text: str) -> dict[str, Any]:
    """Return the content to begin with. Raises :class:`Refused` for a file that is no blueprint."""
    if kind == "file":
        return load_blueprint(text).content
    if kind in examples():
        content = load_blueprint((EXAMPLES / f"{kind}.yaml").read_text(encoding="utf-8")).content
        return {**content, **_PERSONAL, "tenant": {**content["tenant"], "code": "", "name": ""}}
    return blank(Blueprint.model_validate({"blueprint": 1, "tenant": _ANY}).model_dump(mode="json"))
