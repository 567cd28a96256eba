"""The model `UserPageV1`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from .._reading import read_item as _read_item
from .._reading import read_list as _read_list
from .._reading import wrong as _wrong
from .._writing import write_value as _write_value
from ..types import UNSET, Unreadable
from . import user_response as _user_response

if TYPE_CHECKING:
    from ..models.user_response import UserResponse


@_attrs_define
class UserPageV1:
    """A page of users, first version.

    Attributes:
        current_page: The page, from 1.
        per_page: Users a page; 0 when a filter's type did not fit its field.
        total_entries: How many users there are in all.
        items: The users.
        additional_properties: The keys that the contract does not name, as they came.
    """

    current_page: int
    per_page: int
    total_entries: int
    items: list[UserResponse | Unreadable]
    additional_properties: dict[str, Any] = _attrs_field(
        factory=dict[str, Any], kw_only=True, repr=False
    )

    def to_dict(self) -> dict[str, Any]:
        """Write the model as JSON values.

        Returns:
            A new dictionary; what is UNSET is left out.
        """
        _data: dict[str, Any] = dict(self.additional_properties)
        _data["current_page"] = self.current_page
        _data["per_page"] = self.per_page
        _data["total_entries"] = self.total_entries
        _data["items"] = _write_value(self.items)
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
        current_page = _pop("current_page", UNSET)
        if type(current_page) is not int:
            raise _wrong(current_page, "current_page")
        per_page = _pop("per_page", UNSET)
        if type(per_page) is not int:
            raise _wrong(per_page, "per_page")
        total_entries = _pop("total_entries", UNSET)
        if type(total_entries) is not int:
            raise _wrong(total_entries, "total_entries")
        items = _pop("items", UNSET)
        items = [
            _read_item(_item, _user_response.UserResponse.from_dict)
            for _item in _read_list(items, "items")
        ]
        return cls(
            current_page,
            per_page,
            total_entries,
            items,
            additional_properties=_data,
        )
