"""The model `FirebaseAccess`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from .._reading import unknown as _unknown
from .._reading import wrong as _wrong
from ..types import UNSET


@_attrs_define
class FirebaseAccess:
    """What Firebase gave the user.

    Attributes:
        project_id: The Firebase project's id.
        access_token: The Firebase ID token.
    """

    project_id: str
    access_token: str = _attrs_field(repr=False)

    def to_dict(self) -> dict[str, Any]:
        """Write the model as JSON values.

        Returns:
            A new dictionary; what is UNSET is left out.
        """
        _data: dict[str, Any] = {}
        _data["project_id"] = self.project_id
        _data["access_token"] = self.access_token
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
        project_id = _pop("project_id", UNSET)
        if not (isinstance(project_id, str)):
            raise _wrong(project_id, "project_id")
        access_token = _pop("access_token", UNSET)
        if not (isinstance(access_token, str)):
            raise _wrong(access_token, "access_token")
        if _data:
            raise _unknown(_data)
        return cls(
            project_id,
            access_token,
        )
