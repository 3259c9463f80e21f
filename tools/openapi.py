"""Write the published OpenAPI document to clients/openapi.json: what clients are generated from."""

from __future__ import annotations

import json
from pathlib import Path

from app.published.document import document
from app.web import create_app
from kit.settings import Settings

TO = Path(__file__).resolve().parent.parent / "clients" / "openapi.json"

if __name__ == "__main__":
    made = json.dumps(document(create_app(Settings())), indent=1, ensure_ascii=False)
    TO.write_text(made + "\n", encoding="utf-8")
