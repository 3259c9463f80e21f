from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="NewPause")


@_attrs_define
class NewPause:
    """Pause a number: callers hear a prompt and the end, or walk through another flow.

    Attributes:
        target (str):
        reason (str):
        until (str | Unset):  Default: 'open'.
        scope (Literal['number'] | Unset):  Default: 'number'.
        prompt (str | Unset):  Default: ''.
        flow (str | Unset):  Default: ''.
    """

    target: str
    reason: str
    until: str | Unset = "open"
    scope: Literal["number"] | Unset = "number"
    prompt: str | Unset = ""
    flow: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        target = self.target

        reason = self.reason

        until = self.until

        scope = self.scope

        prompt = self.prompt

        flow = self.flow

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "target": target,
                "reason": reason,
            }
        )
        if until is not UNSET:
            field_dict["until"] = until
        if scope is not UNSET:
            field_dict["scope"] = scope
        if prompt is not UNSET:
            field_dict["prompt"] = prompt
        if flow is not UNSET:
            field_dict["flow"] = flow

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        target = d.pop("target")

        reason = d.pop("reason")

        until = d.pop("until", UNSET)

        scope = cast("Literal['number'] | Unset", d.pop("scope", UNSET))
        if scope != "number" and not isinstance(scope, Unset):
            raise ValueError(f"scope must match const 'number', got '{scope}'")

        prompt = d.pop("prompt", UNSET)

        flow = d.pop("flow", UNSET)

        new_pause = cls(
            target=target,
            reason=reason,
            until=until,
            scope=scope,
            prompt=prompt,
            flow=flow,
        )

        return new_pause
