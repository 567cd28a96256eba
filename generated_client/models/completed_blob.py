"""The model `CompletedBlob`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from attrs import define as _attrs_define

from .._reading import unknown as _unknown
from .._reading import wrong as _wrong
from ..types import UNSET


@_attrs_define
class CompletedBlob:
    """The size of the uploaded bytes.

    Attributes:
        size: A file's size in bytes, at most 100 MB.
    """

    size: int | str

    def to_dict(self) -> dict[str, Any]:
        """Write the model as JSON values.

        Returns:
            A new dictionary; what is UNSET is left out.
        """
        _data: dict[str, Any] = {}
        _data["size"] = self.size
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
        size = _pop("size", UNSET)
        if not (type(size) is int or isinstance(size, str)):
            raise _wrong(size, "size")
        if _data:
            raise _unknown(_data)
        return cls(
            size,
        )
