"""The model `OnlineUsers`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from .._reading import read_item as _read_item
from .._reading import read_list as _read_list
from .._writing import write_value as _write_value
from ..types import UNSET, Unreadable
from . import user as _user

if TYPE_CHECKING:
    from ..models.user import User


@_attrs_define
class OnlineUsers:
    """Users who are online.

    Attributes:
        users: The users.
        additional_properties: The keys that the contract does not name, as they came.
    """

    users: list[User | Unreadable]
    additional_properties: dict[str, Any] = _attrs_field(
        factory=dict[str, Any], kw_only=True, repr=False
    )

    def to_dict(self) -> dict[str, Any]:
        """Write the model as JSON values.

        Returns:
            A new dictionary; what is UNSET is left out.
        """
        _data: dict[str, Any] = dict(self.additional_properties)
        _data["users"] = _write_value(self.users)
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
        users = _pop("users", UNSET)
        users = [_read_item(_item, _user.User.from_dict) for _item in _read_list(users, "users")]
        return cls(
            users,
            additional_properties=_data,
        )
