"""The model `FieldErrors`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from .._reading import read_list as _read_list
from .._reading import read_string as _read_string


@_attrs_define
class FieldErrors:
    """FieldErrors

    Attributes:
        additional_properties: The keys that the contract does not name, as they came.
    """

    additional_properties: dict[str, list[str]] = _attrs_field(factory=dict[str, Any], kw_only=True)

    def to_dict(self) -> dict[str, Any]:
        """Write the model as JSON values.

        Returns:
            A new dictionary; what is UNSET is left out.
        """
        _data: dict[str, Any] = dict(self.additional_properties)
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
        return cls(
            additional_properties={
                _key: [
                    _read_string(_item, "additional_properties")
                    for _item in _read_list(_value, "additional_properties")
                ]
                for _key, _value in _data.items()
            },
        )
