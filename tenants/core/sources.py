"""The text of a blueprint, section by section: what did not change keeps its lines and its comments."""

from __future__ import annotations

from collections.abc import Collection

from tenants.core.complaints import Content
from tenants.core.documents import Document, read_document
from tenants.core.rendering import render_section


def merged_text(old_text: str, new: Content, changed: Collection[str]) -> str:
    """Return ``old_text`` with the ``changed`` sections written anew, each with the comment above it.

    ``new`` holds what a person would write: no defaults. ``old_text`` is block YAML whose top level is one mapping; the
    caller reads the result again and compares, as no text is trusted to be what it looks like.
    """
    head, chunks = _chunks(old_text, read_document(old_text))
    made = [head]
    for name, chunk in chunks.items():
        if name not in changed:
            made.append(chunk)
        elif name in new:
            made.append(_comment(chunk) + render_section(name, new[name]))
    made += ["\n" + render_section(name, value) for name, value in new.items() if name not in chunks]
    return "".join(part if part.endswith("\n") or not part else part + "\n" for part in made)


def _chunks(text: str, document: Document) -> tuple[str, dict[str, str]]:
    """Cut the text before each top-level key, its own comment included; the head is what stands before the first."""
    lines = text.splitlines(keepends=True)
    names = sorted(document.mark.inner, key=lambda name: document.mark.inner[name].line)
    starts = [_with_comment(lines, document.mark.inner[name].line - 1) for name in names]
    ends = [*starts[1:], len(lines)]
    chunks = {name: "".join(lines[a:b]) for name, a, b in zip(names, starts, ends, strict=True)}
    return "".join(lines[: starts[0]]), chunks


def _with_comment(lines: list[str], start: int) -> int:
    """Return where the comment that belongs to a key begins: the lines just above it, and one empty line above them."""
    while start and lines[start - 1].lstrip().startswith("#"):
        start -= 1
    while start and not lines[start - 1].strip():
        start -= 1
    return start


def _comment(chunk: str) -> str:
    """Return what stands above a section's key."""
    kept = []
    for line in chunk.splitlines(keepends=True):
        if line.strip() and not line.lstrip().startswith("#"):
            break
        kept.append(line)
    return "".join(kept)
