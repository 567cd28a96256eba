"""The model `CompleteBlobRequest`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from attrs import define as _attrs_define

from .._reading import read_model as _read_model
from .._reading import unknown as _unknown
from .._reading import wrong as _wrong
from ..types import UNSET, Unset
from . import completed_blob as _completed_blob

if TYPE_CHECKING:
    from ..models.completed_blob import CompletedBlob


@_attrs_define
class CompleteBlobRequest:
    """The size, within `blob` as documented or flat as the JavaScript SDK sends it.

    Attributes:
        blob: The size of the uploaded bytes.
        size: A file's size in bytes, at most 100 MB.
    """

    blob: CompletedBlob | Unset = UNSET
    size: int | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        """Write the model as JSON values.

        Returns:
            A new dictionary; what is UNSET is left out.
        """
        _data: dict[str, Any] = {}
        if self.blob is not UNSET:
            _data["blob"] = self.blob.to_dict()
        if self.size is not UNSET:
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
        blob = _pop("blob", UNSET)
        if blob is not UNSET:
            blob = _read_model(blob, "blob", _completed_blob.CompletedBlob.from_dict)
        size = _pop("size", UNSET)
        if not (type(size) is int or isinstance(size, str) or size is UNSET):
            raise _wrong(size, "size")
        if _data:
            raise _unknown(_data)
        return cls(
            blob,
            size,
        )
