"""Other names of seats and agents in the text of a blueprint; everything else stays, quotes and comments included."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import TypeAlias

import yaml

from tenants.core.agent_names import Pair
from tenants.core.documents import Reader, resolved

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+@-]*")
_COMMENT = re.compile(r"#[^\r\n]*")
_BOM = "\ufeff"
_STR = "tag:yaml.org,2002:str"

Edit: TypeAlias = tuple[int, int, str]
"""Where a piece of the text begins and ends, and what stands there afterwards."""


def renamed_text(text: str, rename: Callable[[str, str], Pair], comment: Callable[[str], str]) -> str:
    """Return the text with each entry of ``seats`` renamed, and each comment as ``comment`` returns it.

    The text must have been read once without a complaint (``documents.read_document``). The caller reads the result
    and compares, as no text is trusted to be what it looks like.
    """
    body = text.removeprefix(_BOM)
    root = _root(body)
    edits = [*_seats(body, root, rename), *((a, b, comment(body[a:b])) for a, b in _comments(body, root))]
    made, at = [text[: len(text) - len(body)]], 0
    for start, end, new in sorted(edits):
        made += [body[at:start], new]
        at = end
    return "".join([*made, body[at:]])


def comments_of(text: str) -> list[str]:
    """Return the comments of a text that was read once without a complaint."""
    body = text.removeprefix(_BOM)
    return [body[start:end] for start, end in _comments(body, _root(body))]


def _root(body: str) -> yaml.Node:
    reader = Reader(body)
    try:
        return reader.get_single_node() or yaml.MappingNode("", [])
    finally:
        reader.dispose()


def _seats(text: str, root: yaml.Node, rename: Callable[[str, str], Pair]) -> Iterator[Edit]:
    for entry in _value(root, "seats").value:
        seat, agent = _value(entry, "seat"), _value(entry, "agent")
        for node, new in zip((seat, agent), rename(str(seat.value), str(agent.value)), strict=True):
            if isinstance(node, yaml.ScalarNode) and new != node.value:
                start, end = node.start_mark.index, node.end_mark.index
                yield start, end, _spelled(text[start:end], node, new)


def _value(node: yaml.Node, key: str) -> yaml.Node:
    """Return what stands under a key of a mapping; an empty list for one that is not there."""
    found = (value for name, value in node.value if name.value == key)
    return next(found, yaml.SequenceNode("", []))


def _spelled(raw: str, node: yaml.ScalarNode, new: str) -> str:
    """Return the new name in the old one's quotes, if it can stand in them."""
    old = str(node.value)
    if raw.count(old) != 1 or not _PLAIN.fullmatch(new):
        return json.dumps(new, ensure_ascii=False)
    quoted = not node.style and "!" not in raw and resolved(Reader, new) != _STR
    return raw.replace(old, f'"{new}"' if quoted else new)


def _comments(text: str, root: yaml.Node) -> Iterator[tuple[int, int]]:
    """Yield where the comments are: what begins with ``#`` between the scalars."""
    spans = sorted((node.start_mark.index, node.end_mark.index) for node in _scalars(root))
    begin = 0
    for start, end in [*spans, (len(text), len(text))]:
        yield from (match.span() for match in _COMMENT.finditer(text, begin, max(begin, start)))
        begin = end


def _scalars(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.ScalarNode):
        yield node
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _scalars(key)
            yield from _scalars(value)
    else:
        for value in node.value:
            yield from _scalars(value)
