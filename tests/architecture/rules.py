"""The rules of the house that no linter knows, as functions over a tree of sources; each returns what breaks it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = (
    "kit", "journal", "tenants", "ivr", "routing", "telephony", "live", "interactions", "switchboard", "workorders",
    "webhooks", "placements", "exits", "exchange", "probe", "portal", "app",
)  # fmt: skip
FILE_LINES = 300
FUNCTION_LINES = 40

LONGER: dict[str, str] = {
    "telephony/port.py": "the whole vocabulary between us and a phone engine; it is read as one page",
    "portal/states/records.py:ladder": "invented data, a row a line",
    "portal/states/work_orders.py:_timeline": "the same",
}
"""Files and functions that may be longer, each with its reason: ``path`` or ``path:function``."""

ENVIRONMENT_READERS = {
    "kit/settings.py": "this is where",
    "telephony/asterisk/packages.py": "installs the engine before anything else of ours can be imported",
}

FOREIGN_WORDS = {
    "customer": "contact",
    "ticket": "work_order",
    "organisation": "tenant",
    "organization": "tenant",
    "operator": "agent",
    "licence": "rental",
    "provider": "outsourcer",
    "monitor": "listen",
}
"""Words that the glossary of the house rules out in names, and what to say instead."""

WORDS_ALLOWED: dict[str, str] = {
    "ivr/core/logic.py:_type_of_operator": "JSON Logic calls them operators",
    "ivr/core/logic.py:_compile_operator": "the same",
}
"""Names with such a word that are not ours to choose, each with its reason: ``path:name``."""


def sources(root: Path = ROOT) -> Iterator[tuple[str, str]]:
    """Every Python file of every room, as (path, text)."""
    for room in ROOMS:
        for path in sorted((root / room).rglob("*.py")):
            yield path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")


def too_long(root: Path = ROOT) -> list[str]:
    found = []
    for path, text in sources(root):
        lines = len(text.splitlines())
        if lines > FILE_LINES and path not in LONGER:
            found.append(f"{path}: {lines} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > FUNCTION_LINES and f"{path}:{node.name}" not in LONGER:
                    found.append(f"{path}:{node.name}: {length} lines")
    return found


def reads_environment(root: Path = ROOT) -> list[str]:
    return [
        f"{path}:{node.lineno}"
        for path, text in sources(root)
        if path not in ENVIRONMENT_READERS
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv", "environb"}
    ]


def mints_tenant_ids(root: Path = ROOT) -> list[str]:
    return [
        f"{path}:{node.lineno}"
        for path, text in sources(root)
        if path != "tenants/access.py"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and _called(node) == "AccessibleTenantId"
    ]


def renders_html_outside_portal(root: Path = ROOT) -> list[str]:
    return [
        f"{path}: {word}"
        for path, text in sources(root)
        if not path.startswith(("portal/", "app/problems.py"))
        for word in ("HTMLResponse", "Jinja2Templates", "<html", "<div")
        if word in text
    ]


def left_behind(root: Path = ROOT) -> list[str]:
    found = [path for path, _ in sources(root) if re.search(r"(^|/)(utils|helpers|common|misc)(\.py|/)", path)]
    marker = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    found += [f"{p}:{n}" for p, t in sources(root) for n, line in enumerate(t.splitlines(), 1) if marker.search(line)]
    return found


def foreign_words(root: Path = ROOT) -> list[str]:
    found = []
    for path, text in sources(root):
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                words = {word.lower() for word in re.findall(r"[A-Z]?[a-z]+", node.name)}
                if f"{path}:{node.name}" not in WORDS_ALLOWED:
                    found += [
                        f"{path}:{node.name}: say {FOREIGN_WORDS[w]}, not {w}" for w in words & set(FOREIGN_WORDS)
                    ]
    return found


def rooms_without_a_sentence(root: Path = ROOT) -> list[str]:
    found = []
    for room in ROOMS:
        tree = ast.parse((root / room / "__init__.py").read_text(encoding="utf-8"))
        if not ast.get_docstring(tree) or len(tree.body) != 1:
            found.append(room)
    return found


def impure_cores(root: Path = ROOT) -> list[str]:
    """Calls in a core that read a clock or draw at random, which imports alone do not show."""
    found = []
    for path, text in sources(root):
        if "/core/" in path:
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.Call) and _called(node) in {
                    "now",
                    "today",
                    "utcnow",
                    "time",
                    "monotonic",
                    "uuid4",
                }:
                    receiver = node.func.value if isinstance(node.func, ast.Attribute) else None
                    if isinstance(receiver, ast.Name) and receiver.id in {"datetime", "date", "time", "uuid"}:
                        found.append(f"{path}:{node.lineno}")
    return found


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
