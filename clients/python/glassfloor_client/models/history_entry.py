from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.side import Side
from ..models.status import Status
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.actor import Actor
    from ..models.comment import Comment
    from ..models.history_entry_changes import HistoryEntryChanges
    from ..models.request import Request


T = TypeVar("T", bound="HistoryEntry")


@_attrs_define
class HistoryEntry:
    """One thing that happened. What it says beside these members depends on its kind (docs/facts.md).

    Attributes:
        seq (int): Its number in the client's journal.
        at (datetime.datetime):
        kind (str):
        actor (Actor): Who did it, as the caller may know it.
        request (Request): What a request of the client's people or systems said of itself.
        status (Status): Where a work order stands; the words of TMF621, and ``submitted`` before the resolver has
            acknowledged.
        sequence (int):
        side (Side): Who acts: the centre, or its client.
        changes (HistoryEntryChanges): Each changed field with its value before and after.
        comment (Comment | None | Unset):
    """

    seq: int
    at: datetime.datetime
    kind: str
    actor: Actor
    request: Request
    status: Status
    sequence: int
    side: Side
    changes: HistoryEntryChanges
    comment: Comment | Unset | None = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.comment import Comment  # noqa: PLC0415

        seq = self.seq

        at = self.at.isoformat()

        kind = self.kind

        actor = self.actor.to_dict()

        request = self.request.to_dict()

        status = self.status.value

        sequence = self.sequence

        side = self.side.value

        changes = self.changes.to_dict()

        comment: dict[str, Any] | Unset | None
        if isinstance(self.comment, Unset):
            comment = UNSET
        elif isinstance(self.comment, Comment):
            comment = self.comment.to_dict()
        else:
            comment = self.comment

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "seq": seq,
                "at": at,
                "kind": kind,
                "actor": actor,
                "request": request,
                "status": status,
                "sequence": sequence,
                "side": side,
                "changes": changes,
            }
        )
        if comment is not UNSET:
            field_dict["comment"] = comment

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.actor import Actor  # noqa: PLC0415
        from ..models.comment import Comment  # noqa: PLC0415
        from ..models.history_entry_changes import HistoryEntryChanges  # noqa: PLC0415
        from ..models.request import Request  # noqa: PLC0415

        d = dict(src_dict)
        seq = d.pop("seq")

        at = datetime.datetime.fromisoformat(d.pop("at"))

        kind = d.pop("kind")

        actor = Actor.from_dict(d.pop("actor"))

        request = Request.from_dict(d.pop("request"))

        status = Status(d.pop("status"))

        sequence = d.pop("sequence")

        side = Side(d.pop("side"))

        changes = HistoryEntryChanges.from_dict(d.pop("changes"))

        def _parse_comment(data: object) -> Comment | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError
                comment_type_0 = Comment.from_dict(data)

                return comment_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("Comment | None | Unset", data)

        comment = _parse_comment(d.pop("comment", UNSET))

        history_entry = cls(
            seq=seq,
            at=at,
            kind=kind,
            actor=actor,
            request=request,
            status=status,
            sequence=sequence,
            side=side,
            changes=changes,
            comment=comment,
        )

        history_entry.additional_properties = d
        return history_entry

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
