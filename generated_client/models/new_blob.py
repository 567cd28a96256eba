"""The model `NewBlob`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from attrs import define as _attrs_define

from .._reading import unknown as _unknown
from .._reading import wrong as _wrong
from ..types import UNSET, Unset


@_attrs_define
class NewBlob:
    """A file to create.

    Attributes:
        content_type: A file's content type.
        name: A file's name, 1 to 100 characters.
        public: Whether anybody may download it.
    """

    content_type: str
    name: str
    public: bool | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        """Write the model as JSON values.

        Returns:
            A new dictionary; what is UNSET is left out.
        """
        _data: dict[str, Any] = {}
        _data["content_type"] = self.content_type
        _data["name"] = self.name
        if self.public is not UNSET:
            _data["public"] = self.public
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
        if not (isinstance(content_type, str)):
            raise _wrong(content_type, "content_type")
        name = _pop("name", UNSET)
        if not (isinstance(name, str)):
            raise _wrong(name, "name")
        public = _pop("public", UNSET)
        if not (isinstance(public, bool) or public is UNSET):
            raise _wrong(public, "public")
        if _data:
            raise _unknown(_data)
        return cls(
            content_type,
            name,
            public,
        )
