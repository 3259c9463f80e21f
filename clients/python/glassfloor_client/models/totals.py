from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.totals_engine import TotalsEngine

if TYPE_CHECKING:
    from ..models.interval import Interval
    from ..models.occupancy import Occupancy
    from ..models.share import Share
    from ..models.totals_moved import TotalsMoved


T = TypeVar("T", bound="Totals")


@_attrs_define
class Totals:
    """The figures of the whole client. ``engine``: ok, or lost: calls go on, what is shown may be late.

    ``arrived``: contacts today; ``in_flow``: contacts in the flow now. ``moved``: by figure, number and instant of the
    newest fact that bears on it. ``callbacks``: in nobody's hands; ``callbacks_due_at``: when the first ones are due.

        Attributes:
            offered (int):
            answered (int):
            abandoned (int):
            short_abandoned (int):
            dequeued (int):
            handled (int):
            wait_ms_sum (int): milliseconds
            talk_ms_sum (int): milliseconds
            wrap_ms_sum (int): milliseconds
            waiting (int):
            oldest_wait_at (int | None):
            service_level (Share): A share by its exact counts; ``den`` 0: not computable yet.
            arrived (int):
            in_flow (int):
            recent (list[list[int]]): the last half hour by minutes: instant, arrived, offered, both sides of the service
                level
            occupancy (Occupancy): The parts of occupancy: at an instant ``t`` each side is its ``_ms`` + ``_now`` x ``t`` -
                ``_since``.
            callbacks (int):
            callbacks_due_at (list[int]):
            moved (TotalsMoved):
            seats_rented (int):
            seats_staffed (int):
            work_orders_open (int):
            engine (TotalsEngine):
            day_started_at (int | None):
            intervals (list[Interval]):
    """

    offered: int
    answered: int
    abandoned: int
    short_abandoned: int
    dequeued: int
    handled: int
    wait_ms_sum: int
    talk_ms_sum: int
    wrap_ms_sum: int
    waiting: int
    oldest_wait_at: int | None
    service_level: Share
    arrived: int
    in_flow: int
    recent: list[list[int]]
    occupancy: Occupancy
    callbacks: int
    callbacks_due_at: list[int]
    moved: TotalsMoved
    seats_rented: int
    seats_staffed: int
    work_orders_open: int
    engine: TotalsEngine
    day_started_at: int | None
    intervals: list[Interval]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        offered = self.offered

        answered = self.answered

        abandoned = self.abandoned

        short_abandoned = self.short_abandoned

        dequeued = self.dequeued

        handled = self.handled

        wait_ms_sum = self.wait_ms_sum

        talk_ms_sum = self.talk_ms_sum

        wrap_ms_sum = self.wrap_ms_sum

        waiting = self.waiting

        oldest_wait_at: int | None
        oldest_wait_at = self.oldest_wait_at

        service_level = self.service_level.to_dict()

        arrived = self.arrived

        in_flow = self.in_flow

        recent = []
        for recent_item_data in self.recent:
            recent_item = []
            for recent_item_item_data in recent_item_data:
                recent_item_item: int
                recent_item_item = recent_item_item_data
                recent_item.append(recent_item_item)

            recent.append(recent_item)

        occupancy = self.occupancy.to_dict()

        callbacks = self.callbacks

        callbacks_due_at = self.callbacks_due_at

        moved = self.moved.to_dict()

        seats_rented = self.seats_rented

        seats_staffed = self.seats_staffed

        work_orders_open = self.work_orders_open

        engine = self.engine.value

        day_started_at: int | None
        day_started_at = self.day_started_at

        intervals = []
        for intervals_item_data in self.intervals:
            intervals_item = intervals_item_data.to_dict()
            intervals.append(intervals_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "offered": offered,
                "answered": answered,
                "abandoned": abandoned,
                "short_abandoned": short_abandoned,
                "dequeued": dequeued,
                "handled": handled,
                "wait_ms_sum": wait_ms_sum,
                "talk_ms_sum": talk_ms_sum,
                "wrap_ms_sum": wrap_ms_sum,
                "waiting": waiting,
                "oldest_wait_at": oldest_wait_at,
                "service_level": service_level,
                "arrived": arrived,
                "in_flow": in_flow,
                "recent": recent,
                "occupancy": occupancy,
                "callbacks": callbacks,
                "callbacks_due_at": callbacks_due_at,
                "moved": moved,
                "seats_rented": seats_rented,
                "seats_staffed": seats_staffed,
                "work_orders_open": work_orders_open,
                "engine": engine,
                "day_started_at": day_started_at,
                "intervals": intervals,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.interval import Interval  # noqa: PLC0415
        from ..models.occupancy import Occupancy  # noqa: PLC0415
        from ..models.share import Share  # noqa: PLC0415
        from ..models.totals_moved import TotalsMoved  # noqa: PLC0415

        d = dict(src_dict)
        offered = d.pop("offered")

        answered = d.pop("answered")

        abandoned = d.pop("abandoned")

        short_abandoned = d.pop("short_abandoned")

        dequeued = d.pop("dequeued")

        handled = d.pop("handled")

        wait_ms_sum = d.pop("wait_ms_sum")

        talk_ms_sum = d.pop("talk_ms_sum")

        wrap_ms_sum = d.pop("wrap_ms_sum")

        waiting = d.pop("waiting")

        def _parse_oldest_wait_at(data: object) -> int | None:
            if data is None:
                return data
            return cast("int | None", data)

        oldest_wait_at = _parse_oldest_wait_at(d.pop("oldest_wait_at"))

        service_level = Share.from_dict(d.pop("service_level"))

        arrived = d.pop("arrived")

        in_flow = d.pop("in_flow")

        recent = []
        _recent = d.pop("recent")
        for recent_item_data in _recent:
            recent_item = []
            _recent_item = recent_item_data
            for recent_item_item_data in _recent_item:

                def _parse_recent_item_item(data: object) -> int:
                    return cast("int", data)

                recent_item_item = _parse_recent_item_item(recent_item_item_data)

                recent_item.append(recent_item_item)

            recent.append(recent_item)

        occupancy = Occupancy.from_dict(d.pop("occupancy"))

        callbacks = d.pop("callbacks")

        callbacks_due_at = cast("list[int]", d.pop("callbacks_due_at"))

        moved = TotalsMoved.from_dict(d.pop("moved"))

        seats_rented = d.pop("seats_rented")

        seats_staffed = d.pop("seats_staffed")

        work_orders_open = d.pop("work_orders_open")

        engine = TotalsEngine(d.pop("engine"))

        def _parse_day_started_at(data: object) -> int | None:
            if data is None:
                return data
            return cast("int | None", data)

        day_started_at = _parse_day_started_at(d.pop("day_started_at"))

        intervals = []
        _intervals = d.pop("intervals")
        for intervals_item_data in _intervals:
            intervals_item = Interval.from_dict(intervals_item_data)

            intervals.append(intervals_item)

        totals = cls(
            offered=offered,
            answered=answered,
            abandoned=abandoned,
            short_abandoned=short_abandoned,
            dequeued=dequeued,
            handled=handled,
            wait_ms_sum=wait_ms_sum,
            talk_ms_sum=talk_ms_sum,
            wrap_ms_sum=wrap_ms_sum,
            waiting=waiting,
            oldest_wait_at=oldest_wait_at,
            service_level=service_level,
            arrived=arrived,
            in_flow=in_flow,
            recent=recent,
            occupancy=occupancy,
            callbacks=callbacks,
            callbacks_due_at=callbacks_due_at,
            moved=moved,
            seats_rented=seats_rented,
            seats_staffed=seats_staffed,
            work_orders_open=work_orders_open,
            engine=engine,
            day_started_at=day_started_at,
            intervals=intervals,
        )

        totals.additional_properties = d
        return totals

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
