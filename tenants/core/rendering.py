"""A blueprint as YAML that a person can read: the file's order, defaults left out, short entries on one line."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import yaml

from tenants.core.complaints import Content
from tenants.core.documents import Reader, resolved

_WIDTH = 110
_STR = "tag:yaml.org,2002:str"
_PLAIN_KEY = "on"
"""The one key that YAML 1.1 would read as a truth value; our reader takes it as it stands."""


def render_section(name: str, value: Any) -> str:  # noqa: ANN401 - JSON
    """Return one section with its key, ending in a line break."""
    node = _block(_node({name: value}), 0)
    return yaml.serialize(node, Dumper=_Dumper, allow_unicode=True, width=10_000)


def render(content: Content) -> str:
    """Return a whole blueprint; an empty line stands between sections."""
    parts = [render_section(name, value) for name, value in content.items()]
    return parts[0] + "\n".join(parts[1:])


class _Dumper(yaml.SafeDumper):
    """PyYAML's emitter; what is text is quoted where any reader of YAML might take it for something else."""

    yaml_implicit_resolvers = Reader.yaml_implicit_resolvers

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ANN401, ARG002 - PyYAML's signature
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002 - PyYAML's
        super().increase_indent(flow, False)


def _node(value: Any) -> yaml.Node:  # noqa: ANN401 - JSON
    match value:
        case Mapping():
            pairs = [(_text(str(key), key=True), _node(inner)) for key, inner in value.items()]
            made: yaml.Node = yaml.MappingNode("tag:yaml.org,2002:map", pairs)
        case list() | tuple():
            made = yaml.SequenceNode("tag:yaml.org,2002:seq", [_node(inner) for inner in value])
        case None:
            made = yaml.ScalarNode("tag:yaml.org,2002:null", "null")
        case bool():
            made = yaml.ScalarNode("tag:yaml.org,2002:bool", "true" if value else "false")
        case int():
            made = yaml.ScalarNode("tag:yaml.org,2002:int", str(value))
        case float():
            exact = format(Decimal(repr(value)), "f")
            made = yaml.ScalarNode("tag:yaml.org,2002:float", exact if "." in exact else f"{exact}.0")
        case _:
            made = _text(str(value))
    return made


def _text(value: str, *, key: bool = False) -> yaml.ScalarNode:
    safe = key and value == _PLAIN_KEY
    quoted = not safe and (":" in value or any(resolved(reader, value) != _STR for reader in (Reader, yaml.SafeLoader)))
    return yaml.ScalarNode(_STR, value, style='"' if quoted else None)


def _block(node: yaml.Node, depth: int) -> yaml.Node:
    """Choose block or flow style: a part without parts of its own stands on one line when it fits."""
    if not isinstance(node, yaml.CollectionNode):
        return node
    children = [c for pair in node.value for c in pair] if isinstance(node, yaml.MappingNode) else node.value
    scalars = all(isinstance(child, yaml.ScalarNode) for child in children)
    flat = scalars or (isinstance(node, yaml.MappingNode) and all(_is_flat(child) for child in children))
    node.flow_style = bool(depth) and flat and _length(node) + 2 * depth < _WIDTH
    if not node.flow_style:
        for child in children:
            _block(child, depth + 1)
    else:
        for child in children:
            _flow(child)
    return node


def _is_flat(node: yaml.Node) -> bool:
    return (
        isinstance(node, yaml.ScalarNode)
        or not node.value
        or (isinstance(node, yaml.SequenceNode) and all(isinstance(each, yaml.ScalarNode) for each in node.value))
        or (isinstance(node, yaml.MappingNode) and all(isinstance(value, yaml.ScalarNode) for _, value in node.value))
    )


def _flow(node: yaml.Node) -> None:
    if isinstance(node, yaml.CollectionNode):
        node.flow_style = True


def _length(node: yaml.Node) -> int:
    if isinstance(node, yaml.ScalarNode):
        return len(str(node.value)) + 4
    if isinstance(node, yaml.MappingNode):
        return 2 + sum(_length(key) + _length(value) for key, value in node.value)
    return 2 + sum(_length(child) for child in node.value)
