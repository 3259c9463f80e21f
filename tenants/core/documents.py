"""YAML that cannot surprise: the core schema of YAML 1.2, no aliases, no duplicate keys, and the line of every value.

PyYAML reads YAML 1.1, where ``on:`` is the key ``True``, ``12:30`` is 750 and ``no`` is a falsehood; with the resolvers
below a scalar is null, true, false, an integer, a decimal, or text (https://yaml.org/spec/1.2.2/#103-core-schema).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

MAX_CHARACTERS = 1_000_000

_NULL = re.compile(r"^(?:~|null|)$")
_BOOL = re.compile(r"^(?:true|false)$")
_INT = re.compile(r"^-?[0-9]+$")
_FLOAT = re.compile(r"^-?[0-9]+\.[0-9]+$")


class BadDocument(ValueError):
    """The text is not one YAML document of the kind that we read."""

    def __init__(self, line: int, reason: str) -> None:
        """Take the line, counted from 1, and what is wrong there."""
        super().__init__(f"line {line} · {reason}")
        self.line = line
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Document:
    """The value of a YAML text, and the line (from 1) of each JSON pointer into it."""

    value: Any
    lines: Mapping[str, int]

    def line(self, pointer: str) -> int:
        """Return the line of a pointer, or of its nearest ancestor that is there."""
        while pointer not in self.lines and pointer:
            pointer = pointer.rpartition("/")[0]
        return self.lines.get(pointer, 1)


def pointer(*parts: str | int) -> str:
    """Make a JSON pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def read_document(text: str) -> Document:
    """Read one document. Raises :class:`BadDocument`."""
    if len(text) > MAX_CHARACTERS:
        raise BadDocument(1, f"the file is longer than {MAX_CHARACTERS} characters")
    try:
        _refuse_aliases(text)
        root = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise BadDocument(mark.line + 1 if mark else 1, str(error.problem)) from error
    except yaml.YAMLError as error:
        raise BadDocument(1, str(error)) from error
    if root is None:
        raise BadDocument(1, "the file is empty")
    lines: dict[str, int] = {}
    return Document(_value(root, "", lines), lines)


def _refuse_aliases(text: str) -> None:
    """Refuse them before anything is composed: a few lines of aliases unfold to gigabytes."""
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.AliasEvent):
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise BadDocument(line, "aliases (*name) are not read: write it out")


class _Loader(yaml.SafeLoader):
    """PyYAML's scanner and composer with the resolvers of YAML 1.2."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - PyYAML's own way: a class copies it before it adds


for _tag, _pattern, _first in (
    ("null", _NULL, ["~", "n", ""]),
    ("bool", _BOOL, ["t", "f"]),
    ("int", _INT, list("-0123456789")),
    ("float", _FLOAT, list("-0123456789")),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", _pattern, _first)


def _value(node: yaml.Node, path: str, lines: dict[str, int]) -> Any:  # noqa: ANN401 - any JSON value
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, lines)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, path + pointer(index), lines) for index, item in enumerate(node.value)]
    return _scalar(node)


def _mapping(node: yaml.MappingNode, path: str, lines: dict[str, int]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            raise BadDocument(line, "a key must be plain text")
        key = str(key_node.value)
        if key in found:
            raise BadDocument(line, f"the key {key!r} stands twice")
        lines[path + pointer(key)] = line
        found[key] = _value(value_node, path + pointer(key), lines)
    return found


def _scalar(node: yaml.Node) -> Any:  # noqa: ANN401 - any JSON scalar
    text = str(node.value)
    match node.tag.rpartition(":")[2]:
        case "null":
            return None
        case "bool":
            return text == "true"
        case "int":
            return int(text)
        case "float":
            return float(text)
        case "str":
            return text
    raise BadDocument(node.start_mark.line + 1, f"the tag {node.tag} is not read")
