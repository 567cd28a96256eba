"""The model `CreateBlobRequest`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from attrs import define as _attrs_define

from .._reading import read_model as _read_model
from .._reading import unknown as _unknown
from ..types import UNSET
from . import new_blob as _new_blob

if TYPE_CHECKING:
    from ..models.new_blob import NewBlob


@_attrs_define
class CreateBlobRequest:
    """A file to create.

    Attributes:
        blob: A file to create.
    """

    blob: NewBlob

    def to_dict(self) -> dict[str, Any]:
        """Write the model as JSON values.

        Returns:
            A new dictionary; what is UNSET is left out.
        """
        _data: dict[str, Any] = {}
        _data["blob"] = self.blob.to_dict()
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
        blob = _read_model(blob, "blob", _new_blob.NewBlob.from_dict)
        if _data:
            raise _unknown(_data)
        return cls(
            blob,
        )
