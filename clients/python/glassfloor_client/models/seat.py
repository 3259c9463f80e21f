from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.current import Current
    from ..models.watching import Watching


T = TypeVar("T", bound="Seat")


@_attrs_define
class Seat:
    """A rented seat. ``truth``: the worst of what is known: also phone_down, desk_lost or unconfirmed.

    ``desk_lost_at``: since when the desk page of its agent is not reached, whatever its state; null: it is.

    ``talk_ms``, ``wrap_ms``: of what it finished today; ``busy_ms``, ``ready_ms``: today's closed times in conversation
    and wrap-up, and of being available.

        Attributes:
            seat (str):
            agent_id (str):
            alias (str):
            kind (str):
            state (str):
            truth (str):
            reason (str):
            since (int): an instant: milliseconds since 1970-01-01T00:00:00Z by the server's clock
            phone (bool):
            desk_lost_at (int | None):
            missed_today (int):
            talk_ms (int): milliseconds
            wrap_ms (int): milliseconds
            busy_ms (int): milliseconds
            ready_ms (int): milliseconds
            interaction (Current | None):
            handled_today (int):
            offered_today (int):
            hand_at (int | None):
            watchers (list[Watching]):
    """

    seat: str
    agent_id: str
    alias: str
    kind: str
    state: str
    truth: str
    reason: str
    since: int
    phone: bool
    desk_lost_at: int | None
    missed_today: int
    talk_ms: int
    wrap_ms: int
    busy_ms: int
    ready_ms: int
    interaction: Current | None
    handled_today: int
    offered_today: int
    hand_at: int | None
    watchers: list[Watching]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.current import Current  # noqa: PLC0415

        seat = self.seat

        agent_id = self.agent_id

        alias = self.alias

        kind = self.kind

        state = self.state

        truth = self.truth

        reason = self.reason

        since = self.since

        phone = self.phone

        desk_lost_at: int | None
        desk_lost_at = self.desk_lost_at

        missed_today = self.missed_today

        talk_ms = self.talk_ms

        wrap_ms = self.wrap_ms

        busy_ms = self.busy_ms

        ready_ms = self.ready_ms

        interaction: dict[str, Any] | None
        if isinstance(self.interaction, Current):
            interaction = self.interaction.to_dict()
        else:
            interaction = self.interaction

        handled_today = self.handled_today

        offered_today = self.offered_today

        hand_at: int | None
        hand_at = self.hand_at

        watchers = []
        for watchers_item_data in self.watchers:
            watchers_item = watchers_item_data.to_dict()
            watchers.append(watchers_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "seat": seat,
                "agent_id": agent_id,
                "alias": alias,
                "kind": kind,
                "state": state,
                "truth": truth,
                "reason": reason,
                "since": since,
                "phone": phone,
                "desk_lost_at": desk_lost_at,
                "missed_today": missed_today,
                "talk_ms": talk_ms,
                "wrap_ms": wrap_ms,
                "busy_ms": busy_ms,
                "ready_ms": ready_ms,
                "interaction": interaction,
                "handled_today": handled_today,
                "offered_today": offered_today,
                "hand_at": hand_at,
                "watchers": watchers,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.current import Current  # noqa: PLC0415
        from ..models.watching import Watching  # noqa: PLC0415

        d = dict(src_dict)
        seat = d.pop("seat")

        agent_id = d.pop("agent_id")

        alias = d.pop("alias")

        kind = d.pop("kind")

        state = d.pop("state")

        truth = d.pop("truth")

        reason = d.pop("reason")

        since = d.pop("since")

        phone = d.pop("phone")

        def _parse_desk_lost_at(data: object) -> int | None:
            if data is None:
                return data
            return cast("int | None", data)

        desk_lost_at = _parse_desk_lost_at(d.pop("desk_lost_at"))

        missed_today = d.pop("missed_today")

        talk_ms = d.pop("talk_ms")

        wrap_ms = d.pop("wrap_ms")

        busy_ms = d.pop("busy_ms")

        ready_ms = d.pop("ready_ms")

        def _parse_interaction(data: object) -> Current | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError
                interaction_type_0 = Current.from_dict(data)

                return interaction_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("Current | None", data)

        interaction = _parse_interaction(d.pop("interaction"))

        handled_today = d.pop("handled_today")

        offered_today = d.pop("offered_today")

        def _parse_hand_at(data: object) -> int | None:
            if data is None:
                return data
            return cast("int | None", data)

        hand_at = _parse_hand_at(d.pop("hand_at"))

        watchers = []
        _watchers = d.pop("watchers")
        for watchers_item_data in _watchers:
            watchers_item = Watching.from_dict(watchers_item_data)

            watchers.append(watchers_item)

        seat = cls(
            seat=seat,
            agent_id=agent_id,
            alias=alias,
            kind=kind,
            state=state,
            truth=truth,
            reason=reason,
            since=since,
            phone=phone,
            desk_lost_at=desk_lost_at,
            missed_today=missed_today,
            talk_ms=talk_ms,
            wrap_ms=wrap_ms,
            busy_ms=busy_ms,
            ready_ms=ready_ms,
            interaction=interaction,
            handled_today=handled_today,
            offered_today=offered_today,
            hand_at=hand_at,
            watchers=watchers,
        )

        seat.additional_properties = d
        return seat

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
