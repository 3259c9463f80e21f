from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.assigned import Assigned


T = TypeVar("T", bound="Assignment")


@_attrs_define
class Assignment:
    """Who on each side works on it; null: nobody yet.

    Attributes:
        outsourcer (Assigned | None):
        tenant (Assigned | None):
    """

    outsourcer: Assigned | None
    tenant: Assigned | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.assigned import Assigned  # noqa: PLC0415

        outsourcer: dict[str, Any] | None
        if isinstance(self.outsourcer, Assigned):
            outsourcer = self.outsourcer.to_dict()
        else:
            outsourcer = self.outsourcer

        tenant: dict[str, Any] | None
        if isinstance(self.tenant, Assigned):
            tenant = self.tenant.to_dict()
        else:
            tenant = self.tenant

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "outsourcer": outsourcer,
                "tenant": tenant,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.assigned import Assigned  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_outsourcer(data: object) -> Assigned | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError
                outsourcer_type_0 = Assigned.from_dict(data)

                return outsourcer_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("Assigned | None", data)

        outsourcer = _parse_outsourcer(d.pop("outsourcer"))

        def _parse_tenant(data: object) -> Assigned | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError
                tenant_type_0 = Assigned.from_dict(data)

                return tenant_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("Assigned | None", data)

        tenant = _parse_tenant(d.pop("tenant"))

        assignment = cls(
            outsourcer=outsourcer,
            tenant=tenant,
        )

        assignment.additional_properties = d
        return assignment

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
