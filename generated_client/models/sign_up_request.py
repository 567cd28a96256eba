"""The model `SignUpRequest`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from attrs import define as _attrs_define

from .._reading import read_model as _read_model
from .._reading import unknown as _unknown
from ..types import UNSET
from . import new_user as _new_user

if TYPE_CHECKING:
    from ..models.new_user import NewUser


@_attrs_define
class SignUpRequest:
    """A user to sign up.

    Attributes:
        user: A user to sign up.
    """

    user: NewUser

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
        user = _read_model(user, "user", _new_user.NewUser.from_dict)
        if _data:
            raise _unknown(_data)
        return cls(
            user,
        )
