"""The model `BlobObjectResponse`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from .._reading import read_model as _read_model
from ..types import UNSET
from . import blob_object as _blob_object

if TYPE_CHECKING:
    from ..models.blob_object import BlobObject


@_attrs_define
class BlobObjectResponse:
    """A file with its download access.

    Attributes:
        blob: A file with its download access.
        additional_properties: The keys that the contract does not name, as they came.
    """

    blob: BlobObject
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
        blob = _read_model(blob, "blob", _blob_object.BlobObject.from_dict)
        return cls(
            blob,
            additional_properties=_data,
        )
