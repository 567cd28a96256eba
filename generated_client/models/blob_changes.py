"""The model `BlobChanges`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Self

from attrs import define as _attrs_define

from .._reading import read_constant as _read_constant
from .._reading import unknown as _unknown
from .._reading import wrong as _wrong
from ..types import UNSET, Unset


@_attrs_define
class BlobChanges:
    """What to change.

    Attributes:
        content_type: A file's content type.
        name: A file's name, 1 to 100 characters.
        new: Asks for a fresh upload access.
    """

    content_type: str | Unset = UNSET
    name: str | Unset = UNSET
    new: Literal["1"] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        """Write the model as JSON values.

        Returns:
            A new dictionary; what is UNSET is left out.
        """
        _data: dict[str, Any] = {}
        if self.content_type is not UNSET:
            _data["content_type"] = self.content_type
        if self.name is not UNSET:
            _data["name"] = self.name
        if self.new is not UNSET:
            _data["new"] = self.new
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
        content_type = _pop("content_type", UNSET)
        if not (isinstance(content_type, str) or content_type is UNSET):
            raise _wrong(content_type, "content_type")
        name = _pop("name", UNSET)
        if not (isinstance(name, str) or name is UNSET):
            raise _wrong(name, "name")
        new = _pop("new", UNSET)
        if new is not UNSET:
            new = _read_constant(new, "new", "1")
        if _data:
            raise _unknown(_data)
        return cls(
            content_type,
            name,
            new,
        )
