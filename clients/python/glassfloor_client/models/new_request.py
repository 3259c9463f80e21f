from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="NewRequest")


@_attrs_define
class NewRequest:
    """To listen to an agent's conversation, or to the next one of a queue: one of both. ``person``: who would listen.

    A system names one of the client's people by e-mail address; a person asks for itself.

        Attributes:
            reason (str):
            agent (None | Unset | UUID):
            queue (None | Unset | UUID):
            person (str | Unset):  Default: ''.
    """

    reason: str
    agent: Unset | UUID | None = UNSET
    queue: Unset | UUID | None = UNSET
    person: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        reason = self.reason

        agent: str | Unset | None
        if isinstance(self.agent, Unset):
            agent = UNSET
        elif isinstance(self.agent, UUID):
            agent = str(self.agent)
        else:
            agent = self.agent

        queue: str | Unset | None
        if isinstance(self.queue, Unset):
            queue = UNSET
        elif isinstance(self.queue, UUID):
            queue = str(self.queue)
        else:
            queue = self.queue

        person = self.person

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "reason": reason,
            }
        )
        if agent is not UNSET:
            field_dict["agent"] = agent
        if queue is not UNSET:
            field_dict["queue"] = queue
        if person is not UNSET:
            field_dict["person"] = person

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        reason = d.pop("reason")

        def _parse_agent(data: object) -> Unset | UUID | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                agent_type_0 = UUID(data)

                return agent_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("None | Unset | UUID", data)

        agent = _parse_agent(d.pop("agent", UNSET))

        def _parse_queue(data: object) -> Unset | UUID | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                queue_type_0 = UUID(data)

                return queue_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("None | Unset | UUID", data)

        queue = _parse_queue(d.pop("queue", UNSET))

        person = d.pop("person", UNSET)

        new_request = cls(
            reason=reason,
            agent=agent,
            queue=queue,
            person=person,
        )

        return new_request
