"""YAML that cannot surprise: the core schema of YAML 1.2, no aliases, no duplicate keys, and the line of every value.

PyYAML reads YAML 1.1, where ``on:`` is the key ``True``, ``12:30`` is 750 and ``no`` is a falsehood; with the resolvers
below a scalar is null, true, false, an integer, a decimal, or text (https://yaml.org/spec/1.2.2/#103-core-schema).

The value is built from the parser's events, so that what is too deep or too much is refused as soon as it is seen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

MAX_CHARACTERS = 1_000_000
MAX_BYTES = 4 * MAX_CHARACTERS
MAX_DEPTH = 32
MAX_VALUES = 100_000
MAX_KEY = 120
"""Characters of a key."""
MAX_DIGITS = 15
"""Digits of a number: what every reader of JSON keeps exactly."""

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


@dataclass(slots=True)
class Mark:
    """The line of a value, and the marks of what is in it."""

    line: int
    inner: dict[str, Mark] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Document:
    """The value of a YAML text, and the line (from 1) of each JSON pointer into it."""

    value: Any
    mark: Mark

    def line(self, pointer: str) -> int:
        """Return the line of a pointer, or of its nearest ancestor that is there."""
        mark = self.mark
        for part in pointer.split("/")[1:]:
            found = mark.inner.get(part.replace("~1", "/").replace("~0", "~"))
            if found is None:
                break
            mark = found
        return mark.line if mark is not self.mark else 1


def pointer(*parts: str | int) -> str:
    """Make a JSON pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def text_of(source: bytes) -> str:
    """Return the text of a file: UTF-8, with or without a byte order mark. Raises :class:`BadDocument`."""
    if len(source) > MAX_BYTES:
        raise _too_long()
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise BadDocument(line, "this is not UTF-8") from error


def read_document(text: str) -> Document:
    """Read one document. Raises :class:`BadDocument`."""
    if len(text) > MAX_CHARACTERS:
        raise _too_long()
    try:
        return _Builder().build(text.removeprefix("\ufeff"))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = min(mark.line, text.count("\n")) + 1 if mark else 1
        raise BadDocument(line, str(error.problem)) from error
    except (yaml.YAMLError, UnicodeError) as error:
        raise BadDocument(1, str(error).partition("\n")[0]) from error


def _too_long() -> BadDocument:
    return BadDocument(1, f"the file is longer than {MAX_CHARACTERS} characters")


class Reader(yaml.CSafeLoader):
    """libyaml's parser with the resolvers of YAML 1.2."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - PyYAML's own way: a class copies it before it adds


for _tag, _pattern, _first in (
    ("null", _NULL, ["~", "n", ""]),
    ("bool", _BOOL, ["t", "f"]),
    ("int", _INT, list("-0123456789")),
    ("float", _FLOAT, list("-0123456789")),
):
    Reader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", _pattern, _first)


@dataclass(slots=True)
class _Open:
    """A list or a mapping whose end has not come yet. ``key``: waits for its value."""

    value: list[Any] | dict[str, Any]
    mark: Mark
    key: str | None = None


def resolved(reader: type[Reader | yaml.SafeLoader], text: str) -> str:
    """Return the tag that a reader gives to a plain scalar."""
    return _tag_of(reader(""), text, (True, False))


def _tag_of(reader: Reader | yaml.SafeLoader, text: str, implicit: tuple[bool, bool]) -> str:
    return str(reader.resolve(yaml.ScalarNode, text, implicit))  # type: ignore[no-untyped-call] # PyYAML's


class _Builder:
    """Builds one value and its marks out of events."""

    def __init__(self) -> None:
        self._open: list[_Open] = []
        self._root: tuple[Any, Mark] | None = None
        self._documents = 0
        self._values = 0

    def build(self, text: str) -> Document:
        reader = Reader(text)
        try:
            while (event := reader.get_event()) is not None:
                self._take(reader, event)
        finally:
            reader.dispose()
        if self._root is None or (self._root[0] is None and not text.strip()):
            raise BadDocument(1, "the file is empty")
        return Document(*self._root)

    def _take(self, reader: Reader, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 1
        match event:
            case yaml.AliasEvent():
                raise BadDocument(line, "aliases (*name) are not read: write it out")
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    raise BadDocument(line, "but found another document")
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._begin(event, line)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._open.pop()
            case yaml.ScalarEvent():
                self._scalar(reader, event, line)

    def _begin(self, event: yaml.CollectionStartEvent, line: int) -> None:
        if event.tag is not None and event.tag not in {"tag:yaml.org,2002:map", "tag:yaml.org,2002:seq", "!"}:
            raise BadDocument(line, f"the tag {event.tag} is not read")
        if self._expects_key():
            raise BadDocument(line, "a key must be plain text")
        if len(self._open) >= MAX_DEPTH:
            raise BadDocument(line, f"the file is nested deeper than {MAX_DEPTH} levels")
        made: list[Any] | dict[str, Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
        self._open.append(_Open(made, self._place(made, line)))

    def _scalar(self, reader: Reader, event: yaml.ScalarEvent, line: int) -> None:
        text = str(event.value)
        if "\0" in text:
            raise BadDocument(line, "the character NUL is not allowed")
        if self._expects_key():
            self._key(text, line)
            return
        tag = event.tag
        if tag is None or tag == "!":
            tag = _tag_of(reader, text, event.implicit)
        self._place(_value(str(tag), text, line), line)

    def _expects_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1].value, dict) and self._open[-1].key is None

    def _key(self, key: str, line: int) -> None:
        top = self._open[-1]
        if len(key) > MAX_KEY:
            raise BadDocument(line, f"a key is longer than {MAX_KEY} characters")
        if key == "<<":
            raise BadDocument(line, "merge keys (<<) are not read: write it out")
        if key in top.value:
            raise BadDocument(line, f"the key {key!r} stands twice")
        top.key = key
        top.mark.inner[key] = Mark(line)

    def _place(self, value: Any, line: int) -> Mark:  # noqa: ANN401 - any JSON value
        self._values += 1
        if self._values > MAX_VALUES:
            raise BadDocument(line, f"the file holds more than {MAX_VALUES} values")
        if not self._open:
            mark = Mark(line)
            self._root = (value, mark)
            return mark
        top = self._open[-1]
        if isinstance(top.value, dict):
            key, top.key = str(top.key), None
            top.value[key] = value
            return top.mark.inner[key]
        mark = top.mark.inner[str(len(top.value))] = Mark(line)
        top.value.append(value)
        return mark


def _value(tag: str, text: str, line: int) -> Any:  # noqa: ANN401 - any JSON scalar
    match tag.rpartition(":")[2] if tag.startswith("tag:yaml.org,2002:") else "":
        case "null" if _NULL.match(text):
            return None
        case "bool" if _BOOL.match(text):
            return text == "true"
        case "int" if _INT.match(text):
            return int(_digits(text, line))
        case "float" if _FLOAT.match(text):
            return float(_digits(text, line))
        case "str":
            return text
    raise BadDocument(line, f"the tag {tag} is not read")


def _digits(text: str, line: int) -> str:
    if len(text) > MAX_DIGITS + 2:
        raise BadDocument(line, f"a number has more than {MAX_DIGITS} digits")
    return text
