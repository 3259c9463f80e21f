from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..models.mail_body_locale import MailBodyLocale
from ..types import UNSET, Unset

T = TypeVar("T", bound="MailBody")


@_attrs_define
class MailBody:
    """How a connection goes by mail: to one address, whose answers are taken for so many days.

    Attributes:
        address (str):
        senders (list[str] | Unset):
        locale (MailBodyLocale | Unset):  Default: MailBodyLocale.EN.
        days (int | Unset):  Default: 90.
        words (bool | Unset):  Default: False.
    """

    address: str
    senders: list[str] | Unset = UNSET
    locale: MailBodyLocale | Unset = MailBodyLocale.EN
    days: int | Unset = 90
    words: bool | Unset = False

    def to_dict(self) -> dict[str, Any]:
        address = self.address

        senders: list[str] | Unset = UNSET
        if not isinstance(self.senders, Unset):
            senders = self.senders

        locale: str | Unset = UNSET
        if not isinstance(self.locale, Unset):
            locale = self.locale.value

        days = self.days

        words = self.words

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "address": address,
            }
        )
        if senders is not UNSET:
            field_dict["senders"] = senders
        if locale is not UNSET:
            field_dict["locale"] = locale
        if days is not UNSET:
            field_dict["days"] = days
        if words is not UNSET:
            field_dict["words"] = words

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        address = d.pop("address")

        senders = cast("list[str]", d.pop("senders", UNSET))

        _locale = d.pop("locale", UNSET)
        locale: MailBodyLocale | Unset
        if isinstance(_locale, Unset):
            locale = UNSET
        else:
            locale = MailBodyLocale(_locale)

        days = d.pop("days", UNSET)

        words = d.pop("words", UNSET)

        mail_body = cls(
            address=address,
            senders=senders,
            locale=locale,
            days=days,
            words=words,
        )

        return mail_body
