"""Write the published OpenAPI document, of which clients are made, and its Postman collection into clients."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from app.published.document import document
from app.web import create_app
from kit.postman import collection
from kit.settings import Settings

TO = Path(__file__).resolve().parent.parent / "clients"
ANYWHERE = "https://glassfloor.example.com"
"""The committed collection is of no installation: each serves its own."""


def write(name: str, made: dict[str, Any]) -> None:
    """Write a document as the tree has it."""
    (TO / name).write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    described = document(create_app(Settings()))
    write("openapi.json", described)
    write("postman.json", collection(described, ANYWHERE))
