"""The model `OnlineCount`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from .._reading import wrong as _wrong
from ..types import UNSET


@_attrs_define
class OnlineCount:
    """How many users are online.

    Attributes:
        count: The number of users.
        additional_properties: The keys that the contract does not name, as they came.
    """

    count: int
    additional_properties: dict[str, Any] = _attrs_field(
        factory=dict[str, Any], kw_only=True, repr=False
    )

    def to_dict(self) -> dict[str, Any]:
        """Write the model as JSON values.

        Returns:
            A new dictionary; what is UNSET is left out.
        """
        _data: dict[str, Any] = dict(self.additional_properties)
        _data["count"] = self.count
        return _data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read the model from decoded JSON.

        Args:
            src_dict: The decoded object; it stays as it is.

        Returns:
            The model.

        Raises:
            InvalidData: A required key is missing, or a value has the wrong type.
        """
        _data = dict(src_dict)
        _pop = _data.pop
        count = _pop("count", UNSET)
        if type(count) is not int:
            raise _wrong(count, "count")
        return cls(
            count,
            additional_properties=_data,
        )
