"""Before and after the converter to a Postman collection: give it no refusals, take its random ids away.

``postman.py slim FROM TO`` and ``postman.py tidy FROM TO``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


def slim(made: dict[str, Any]) -> dict[str, Any]:
    """Return the document without what a collection would repeat at each request: refusals, headers, webhooks."""
    made.pop("webhooks", None)
    for methods in made["paths"].values():
        for operation in methods.values():
            good = {status: said for status, said in operation["responses"].items() if status.startswith("2")}
            operation["responses"] = {status: {"description": said["description"]} for status, said in good.items()}
    return made


def tidy(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return a collection that is the same whenever it is made, without sample answers."""
    if isinstance(value, list):
        return [tidy(each) for each in value]
    if not isinstance(value, dict):
        return value
    kept = {name: each for name, each in value.items() if name not in {"id", "_postman_id", "_postman_previewlanguage"}}
    return {name: [] if name == "response" else tidy(each) for name, each in kept.items()}


def main(act: str, source: str, to: str) -> None:
    """Do one of the two."""
    made = json.loads(Path(source).read_text(encoding="utf-8"))
    done = slim(made) if act == "slim" else tidy(made)
    Path(to).write_text(json.dumps(done, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
