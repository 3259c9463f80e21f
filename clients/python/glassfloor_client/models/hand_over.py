from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar
from uuid import UUID

from attrs import define as _attrs_define

T = TypeVar("T", bound="HandOver")


@_attrs_define
class HandOver:
    """Whose the task is from now on: an agent by the client's own id for it.

    Attributes:
        agent_id (UUID):
    """

    agent_id: UUID

    def to_dict(self) -> dict[str, Any]:
        agent_id = str(self.agent_id)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "agent_id": agent_id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        agent_id = UUID(d.pop("agent_id"))

        hand_over = cls(
            agent_id=agent_id,
        )

        return hand_over
