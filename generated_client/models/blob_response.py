"""The model `BlobResponse`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from .._reading import read_model as _read_model
from ..types import UNSET
from . import blob as _blob

if TYPE_CHECKING:
    from ..models.blob import Blob


@_attrs_define
class BlobResponse:
    """A file's information.

    Attributes:
        blob: A file's information.
        additional_properties: The keys that the contract does not name, as they came.
    """

    blob: Blob
    additional_properties: dict[str, Any] = _attrs_field(
        factory=dict[str, Any], kw_only=True, repr=False
    )

    def to_dict(self) -> dict[str, Any]:
        """Write the model as JSON values.

        Returns:
            A new dictionary; what is UNSET is left out.
        """
        _data: dict[str, Any] = dict(self.additional_properties)
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
            InvalidData: A required key is missing, or a value has the wrong type.
        """
        _data = dict(src_dict)
        _pop = _data.pop
        blob = _pop("blob", UNSET)
        blob = _read_model(blob, "blob", _blob.Blob.from_dict)
        return cls(
            blob,
            additional_properties=_data,
        )
