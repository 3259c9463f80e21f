from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.board_acts_item import BoardActsItem
    from ..models.call import Call
    from ..models.formula_row import FormulaRow
    from ..models.limits import Limits
    from ..models.queue import Queue
    from ..models.seat import Seat
    from ..models.tenant import Tenant
    from ..models.totals import Totals


T = TypeVar("T", bound="Board")


@_attrs_define
class Board:
    """The whole board. ``acts``: what the client's people do to the centre just now.

    Attributes:
        tenant (Tenant): Whose board it is, and its time zone (IANA).
        formula (FormulaRow): The contract's formula of the service level, by its name and version; ``figures``: those
            of the others.
        limits (Limits): What is too long for the client: ``wait_s`` of a wait. ``told``: by a fact; else what everybody
            began with.
        totals (Totals): The figures of the whole client. ``engine``: ok, or lost: calls go on, what is shown may be
            late.

            ``arrived``: contacts today; ``in_flow``: contacts in the flow now. ``moved``: by figure, number and instant of
            the
            newest fact that bears on it. ``callbacks``: in nobody's hands; ``callbacks_due_at``: when the first ones are
            due.
        queues (list[Queue]):
        seats (list[Seat]):
        calls (list[Call]):
        acts (list[BoardActsItem] | Unset):
    """

    tenant: Tenant
    formula: FormulaRow
    limits: Limits
    totals: Totals
    queues: list[Queue]
    seats: list[Seat]
    calls: list[Call]
    acts: list[BoardActsItem] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        tenant = self.tenant.to_dict()

        formula = self.formula.to_dict()

        limits = self.limits.to_dict()

        totals = self.totals.to_dict()

        queues = []
        for queues_item_data in self.queues:
            queues_item = queues_item_data.to_dict()
            queues.append(queues_item)

        seats = []
        for seats_item_data in self.seats:
            seats_item = seats_item_data.to_dict()
            seats.append(seats_item)

        calls = []
        for calls_item_data in self.calls:
            calls_item = calls_item_data.to_dict()
            calls.append(calls_item)

        acts: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.acts, Unset):
            acts = []
            for acts_item_data in self.acts:
                acts_item = acts_item_data.to_dict()
                acts.append(acts_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "tenant": tenant,
                "formula": formula,
                "limits": limits,
                "totals": totals,
                "queues": queues,
                "seats": seats,
                "calls": calls,
            }
        )
        if acts is not UNSET:
            field_dict["acts"] = acts

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.board_acts_item import BoardActsItem  # noqa: PLC0415
        from ..models.call import Call  # noqa: PLC0415
        from ..models.formula_row import FormulaRow  # noqa: PLC0415
        from ..models.limits import Limits  # noqa: PLC0415
        from ..models.queue import Queue  # noqa: PLC0415
        from ..models.seat import Seat  # noqa: PLC0415
        from ..models.tenant import Tenant  # noqa: PLC0415
        from ..models.totals import Totals  # noqa: PLC0415

        d = dict(src_dict)
        tenant = Tenant.from_dict(d.pop("tenant"))

        formula = FormulaRow.from_dict(d.pop("formula"))

        limits = Limits.from_dict(d.pop("limits"))

        totals = Totals.from_dict(d.pop("totals"))

        queues = []
        _queues = d.pop("queues")
        for queues_item_data in _queues:
            queues_item = Queue.from_dict(queues_item_data)

            queues.append(queues_item)

        seats = []
        _seats = d.pop("seats")
        for seats_item_data in _seats:
            seats_item = Seat.from_dict(seats_item_data)

            seats.append(seats_item)

        calls = []
        _calls = d.pop("calls")
        for calls_item_data in _calls:
            calls_item = Call.from_dict(calls_item_data)

            calls.append(calls_item)

        _acts = d.pop("acts", UNSET)
        acts: list[BoardActsItem] | Unset = UNSET
        if _acts is not UNSET:
            acts = []
            for acts_item_data in _acts:
                acts_item = BoardActsItem.from_dict(acts_item_data)

                acts.append(acts_item)

        board = cls(
            tenant=tenant,
            formula=formula,
            limits=limits,
            totals=totals,
            queues=queues,
            seats=seats,
            calls=calls,
            acts=acts,
        )

        board.additional_properties = d
        return board

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
