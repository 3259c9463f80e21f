from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.board import Board


T = TypeVar("T", bound="BoardDocument")


@_attrs_define
class BoardDocument:
    """Answer of ``GET /v1/live/board``.

    Attributes:
        seq (int):
        ts (int): an instant: milliseconds since 1970-01-01T00:00:00Z by the server's clock
        board (Board): The whole board. ``acts``: what the client's people do to the centre just now.
    """

    seq: int
    ts: int
    board: Board
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        seq = self.seq

        ts = self.ts

        board = self.board.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "seq": seq,
                "ts": ts,
                "board": board,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.board import Board  # noqa: PLC0415

        d = dict(src_dict)
        seq = d.pop("seq")

        ts = d.pop("ts")

        board = Board.from_dict(d.pop("board"))

        board_document = cls(
            seq=seq,
            ts=ts,
            board=board,
        )

        board_document.additional_properties = d
        return board_document

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
