"""The model `UpdateUserRequest`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from attrs import define as _attrs_define

from .._reading import read_model as _read_model
from .._reading import unknown as _unknown
from ..types import UNSET
from . import user_changes as _user_changes

if TYPE_CHECKING:
    from ..models.user_changes import UserChanges


@_attrs_define
class UpdateUserRequest:
    """Changes to one's own user.

    Attributes:
        user: The fields to change; a new password needs the old one.
    """

    user: UserChanges

    def to_dict(self) -> dict[str, Any]:
        """Write the model as JSON values.

        Returns:
            A new dictionary; what is UNSET is left out.
        """
        _data: dict[str, Any] = {}
        _data["user"] = self.user.to_dict()
        return _data

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read the model from decoded JSON.

        Args:
            src_dict: The decoded object; it stays as it is.

        Returns:
            The model.

        Raises:
            InvalidData: A required key is missing, a key is unknown, or a value has the wrong type.
        """
        _data = dict(src_dict)
        _pop = _data.pop
        user = _pop("user", UNSET)
        user = _read_model(user, "user", _user_changes.UserChanges.from_dict)
        if _data:
            raise _unknown(_data)
        return cls(
            user,
        )
