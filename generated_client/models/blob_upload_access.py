"""The model `BlobUploadAccess`."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from .._reading import read_datetime as _read_datetime
from .._reading import wrong as _wrong
from .._writing import write_datetime as _write_datetime
from ..types import UNSET


@_attrs_define
class BlobUploadAccess:
    """The right to upload a file's bytes.

    Attributes:
        id: The same as `blob_id`.
        blob_id: The file's id.
        expires: A moment in UTC, to the second.
        object_access_type: The kind of access. Known: `Write`.
        params: Where and what to post: up to the `?` the URL, after it the form's fields in
            order
            (`Content-Type`, `Expires`, `acl`, `key`, `policy`, `success_action_status`,
            `x-amz-algorithm`, `x-amz-credential`, `x-amz-date`, `x-amz-signature`).
        additional_properties: The keys that the contract does not name, as they came.
    """

    id: int
    blob_id: int
    expires: datetime.datetime
    object_access_type: str
    params: str = _attrs_field(repr=False)
    additional_properties: dict[str, Any] = _attrs_field(
        factory=dict[str, Any], kw_only=True, repr=False
    )

    def to_dict(self) -> dict[str, Any]:
        """Write the model as JSON values.

        Returns:
            A new dictionary; what is UNSET is left out.
        """
        _data: dict[str, Any] = dict(self.additional_properties)
        _data["id"] = self.id
        _data["blob_id"] = self.blob_id
        _data["expires"] = _write_datetime(self.expires)
        _data["object_access_type"] = self.object_access_type
        _data["params"] = self.params
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
        id = _pop("id", UNSET)
        if type(id) is not int:
            raise _wrong(id, "id")
        blob_id = _pop("blob_id", UNSET)
        if type(blob_id) is not int:
            raise _wrong(blob_id, "blob_id")
        expires = _pop("expires", UNSET)
        expires = _read_datetime(expires, "expires")
        object_access_type = _pop("object_access_type", UNSET)
        if not (isinstance(object_access_type, str)):
            raise _wrong(object_access_type, "object_access_type")
        params = _pop("params", UNSET)
        if not (isinstance(params, str)):
            raise _wrong(params, "params")
        return cls(
            id,
            blob_id,
            expires,
            object_access_type,
            params,
            additional_properties=_data,
        )
