"""The model `ErrorBody`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from .._reading import read_list as _read_list
from .._reading import read_model as _read_model
from .._reading import read_string as _read_string
from .._reading import read_union as _read_union
from .._writing import write_value as _write_value
from ..types import UNSET
from . import field_errors as _field_errors

if TYPE_CHECKING:
    from ..models.field_errors import FieldErrors


@_attrs_define
class ErrorBody:
    """What went wrong. A list where credentials, a token or a thing is missing; an object with
    the one key `base` for state and permission; an object keyed by field for validation.

    Attributes:
        errors: The messages.
        additional_properties: The keys that the contract does not name, as they came.
    """

    errors: FieldErrors | list[str]
    additional_properties: dict[str, Any] = _attrs_field(
        factory=dict[str, Any], kw_only=True, repr=False
    )

    def to_dict(self) -> dict[str, Any]:
        """Write the model as JSON values.

        Returns:
            A new dictionary; what is UNSET is left out.
        """
        _data: dict[str, Any] = dict(self.additional_properties)
        _data["errors"] = _write_value(self.errors)
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
        errors = _pop("errors", UNSET)
        errors = _read_union(
            errors,
            "errors",
            lambda _value: [
                _read_string(_item, "errors") for _item in _read_list(_value, "errors")
            ],
            lambda _value: _read_model(_value, "errors", _field_errors.FieldErrors.from_dict),
        )
        return cls(
            errors,
            additional_properties=_data,
        )
