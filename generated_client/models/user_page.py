"""The model `UserPage`."""

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
from . import user as _user

if TYPE_CHECKING:
    from ..models.user import User


@_attrs_define
class UserPage:
    """A page of users.

    Attributes:
        limit: The greatest number of users a page.
        skip: How many users were skipped.
        total_entries: How many users the filters find in all.
        items: The users.
        additional_properties: The keys that the contract does not name, as they came.
    """

    limit: int
    skip: int
    total_entries: int
    items: list[User | Unreadable]
    additional_properties: dict[str, Any] = _attrs_field(
        factory=dict[str, Any], kw_only=True, repr=False
    )

    def to_dict(self) -> dict[str, Any]:
        """Write the model as JSON values.

        Returns:
            A new dictionary; what is UNSET is left out.
        """
        _data: dict[str, Any] = dict(self.additional_properties)
        _data["limit"] = self.limit
        _data["skip"] = self.skip
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
        limit = _pop("limit", UNSET)
        if type(limit) is not int:
            raise _wrong(limit, "limit")
        skip = _pop("skip", UNSET)
        if type(skip) is not int:
            raise _wrong(skip, "skip")
        total_entries = _pop("total_entries", UNSET)
        if type(total_entries) is not int:
            raise _wrong(total_entries, "total_entries")
        items = _pop("items", UNSET)
        items = [_read_item(_item, _user.User.from_dict) for _item in _read_list(items, "items")]
        return cls(
            limit,
            skip,
            total_entries,
            items,
            additional_properties=_data,
        )
