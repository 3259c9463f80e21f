from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define

from ..models.new_announcement_scope import NewAnnouncementScope
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.new_announcement_sounds import NewAnnouncementSounds
    from ..models.new_announcement_texts import NewAnnouncementTexts


T = TypeVar("T", bound="NewAnnouncement")


@_attrs_define
class NewAnnouncement:
    """Say something, by language: texts, or recordings (``sha256:..`` of ``/v1/sounds``).

    ``waiting``: also to those who wait already.

        Attributes:
            target (str):
            reason (str):
            scope (NewAnnouncementScope):
            until (str | Unset):  Default: 'open'.
            texts (NewAnnouncementTexts | Unset):
            sounds (NewAnnouncementSounds | Unset):
            waiting (bool | Unset):  Default: False.
    """

    target: str
    reason: str
    scope: NewAnnouncementScope
    until: str | Unset = "open"
    texts: NewAnnouncementTexts | Unset = UNSET
    sounds: NewAnnouncementSounds | Unset = UNSET
    waiting: bool | Unset = False

    def to_dict(self) -> dict[str, Any]:
        target = self.target

        reason = self.reason

        scope = self.scope.value

        until = self.until

        texts: dict[str, Any] | Unset = UNSET
        if not isinstance(self.texts, Unset):
            texts = self.texts.to_dict()

        sounds: dict[str, Any] | Unset = UNSET
        if not isinstance(self.sounds, Unset):
            sounds = self.sounds.to_dict()

        waiting = self.waiting

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "target": target,
                "reason": reason,
                "scope": scope,
            }
        )
        if until is not UNSET:
            field_dict["until"] = until
        if texts is not UNSET:
            field_dict["texts"] = texts
        if sounds is not UNSET:
            field_dict["sounds"] = sounds
        if waiting is not UNSET:
            field_dict["waiting"] = waiting

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.new_announcement_sounds import NewAnnouncementSounds  # noqa: PLC0415
        from ..models.new_announcement_texts import NewAnnouncementTexts  # noqa: PLC0415

        d = dict(src_dict)
        target = d.pop("target")

        reason = d.pop("reason")

        scope = NewAnnouncementScope(d.pop("scope"))

        until = d.pop("until", UNSET)

        _texts = d.pop("texts", UNSET)
        texts: NewAnnouncementTexts | Unset
        if isinstance(_texts, Unset):
            texts = UNSET
        else:
            texts = NewAnnouncementTexts.from_dict(_texts)

        _sounds = d.pop("sounds", UNSET)
        sounds: NewAnnouncementSounds | Unset
        if isinstance(_sounds, Unset):
            sounds = UNSET
        else:
            sounds = NewAnnouncementSounds.from_dict(_sounds)

        waiting = d.pop("waiting", UNSET)

        new_announcement = cls(
            target=target,
            reason=reason,
            scope=scope,
            until=until,
            texts=texts,
            sounds=sounds,
            waiting=waiting,
        )

        return new_announcement
