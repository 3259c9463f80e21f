"""Conditions and values: a total subset of JSON Logic (https://jsonlogic.com), compiled to closures.

Total: every operator has a result for every argument. Nothing is coerced: values of different types are unequal, only
integers are ordered and added, and what cannot be computed is ``None``, which counts as false.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import TypeAlias

from ivr.core.flow import Logic
from ivr.core.values import Value

Variables: TypeAlias = Mapping[str, Value]
Closure: TypeAlias = Callable[[Variables], Value]

LARGEST = 2**53 - 1
LONGEST = 1000
ORDER: Mapping[str, Callable[[int, int], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
OPERATORS = ("var", "==", "!=", *ORDER, "and", "or", "!", "in", "+", "-", "cat")


def compile_logic(logic: Logic) -> Closure:
    """Compile a condition or value that the schema allows."""
    if not isinstance(logic, Mapping):
        constant: Value = logic
        return lambda _: constant
    operator, argument = next(iter(logic.items()))
    if operator == "var":
        name = str(argument)
        return lambda variables: variables.get(name)
    return _compile_operator(operator, [compile_logic(part) for part in _arguments(argument)])


def reads(logic: Logic) -> Iterator[str]:
    """Yield the variables that a condition or value reads."""
    if not isinstance(logic, Mapping):
        return
    operator, argument = next(iter(logic.items()))
    if operator == "var":
        yield str(argument)
        return
    for part in _arguments(argument):
        yield from reads(part)


def type_of(logic: Logic, types: Mapping[str, str], problems: list[str]) -> str | None:
    """Infer ``string``, ``int`` or ``bool`` (``None``: unknown); appends a sentence for every mismatch."""
    if isinstance(logic, bool):
        return "bool"
    if isinstance(logic, int):
        return "int"
    if isinstance(logic, str):
        return "string"
    if not isinstance(logic, Mapping):
        return None
    operator, argument = next(iter(logic.items()))
    if operator == "var":
        return types.get(str(argument))
    found = [type_of(part, types, problems) for part in _arguments(argument)]
    return _type_of_operator(operator, found, problems)


def _arguments(argument: Logic) -> list[Logic]:
    return argument if isinstance(argument, list) else [argument]


def _type_of_operator(operator: str, found: list[str | None], problems: list[str]) -> str:
    known = {kind for kind in found if kind is not None}
    if operator in ORDER or operator in {"+", "-"}:
        if known - {"int"}:
            problems.append(f"'{operator}' works on int, not on {', '.join(sorted(known - {'int'}))}")
        return "int" if operator in {"+", "-"} else "bool"
    if operator in {"==", "!="} and len(known) > 1:
        problems.append(f"'{operator}' compares {' with '.join(sorted(known))}, which are never equal")
    return "string" if operator == "cat" else "bool"


def _compile_operator(operator: str, parts: list[Closure]) -> Closure:  # noqa: PLR0911 -- one line for each operator
    if operator in ORDER:
        return _ordered(ORDER[operator], parts)
    match operator:
        case "==":
            return lambda variables: _equal([part(variables) for part in parts])
        case "!=":
            return lambda variables: not _equal([part(variables) for part in parts])
        case "and":
            return lambda variables: all(part(variables) for part in parts)
        case "or":
            return lambda variables: any(part(variables) for part in parts)
        case "!":
            return lambda variables: not any(part(variables) for part in parts)
        case "in":
            return lambda variables: _contained([part(variables) for part in parts])
        case "cat":
            return lambda variables: "".join(_text(part(variables)) for part in parts)[:LONGEST]
        case "+" | "-":
            sign = 1 if operator == "+" else -1
            return lambda variables: _sum([part(variables) for part in parts], sign)
        case _:
            return lambda _: None


def _ordered(compare: Callable[[int, int], bool], parts: list[Closure]) -> Closure:
    def ordered(variables: Variables) -> bool:
        numbers = _integers([part(variables) for part in parts])
        return numbers is not None and all(compare(a, b) for a, b in pairwise(numbers))

    return ordered


def _integers(values: list[Value]) -> list[int] | None:
    numbers = [value for value in values if isinstance(value, int) and not isinstance(value, bool)]
    return numbers if len(numbers) == len(values) else None


def _equal(values: list[Value]) -> bool:
    return all(type(value) is type(values[0]) and value == values[0] for value in values[1:])


def _contained(values: list[Value]) -> bool:
    return any(_equal([values[0], other]) for other in values[1:])


def _sum(values: list[Value], sign: int) -> int | None:
    numbers = _integers(values)
    if not numbers:
        return None
    total = numbers[0] + sign * sum(numbers[1:])
    return total if abs(total) <= LARGEST else None


def _text(value: Value) -> str:
    return "" if value is None else str(value)
