from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

from ..models.out_word_of import OutWordOf
from ..types import UNSET, Unset

T = TypeVar("T", bound="OutWord")


@_attrs_define
class OutWord:
    """What one of our words is in their system; empty: it is not told. ``|`` stands between names to choose from.

    Attributes:
        of (OutWordOf):
        ours (str):
        theirs (str | Unset):  Default: ''.
    """

    of: OutWordOf
    ours: str
    theirs: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        of = self.of.value

        ours = self.ours

        theirs = self.theirs

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "of": of,
                "ours": ours,
            }
        )
        if theirs is not UNSET:
            field_dict["theirs"] = theirs

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        of = OutWordOf(d.pop("of"))

        ours = d.pop("ours")

        theirs = d.pop("theirs", UNSET)

        out_word = cls(
            of=of,
            ours=ours,
            theirs=theirs,
        )

        return out_word
