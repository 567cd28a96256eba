"""The model `UpdatedBlob`."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from .._reading import read_datetime as _read_datetime
from .._reading import read_model as _read_model
from .._reading import wrong as _wrong
from .._writing import write_datetime as _write_datetime
from ..types import UNSET, Unset
from . import blob_upload_access as _blob_upload_access

if TYPE_CHECKING:
    from ..models.blob_upload_access import BlobUploadAccess


@_attrs_define
class UpdatedBlob:
    """A file's information; with `new` also a fresh upload access.

    Attributes:
        id: The file's id.
        uid: A file's public name, 36 upper-case hexadecimal digits (34 lower-case on older
            files).
        content_type: The content type.
        name: The name.
        size: The size in bytes; null until the file is complete.
        created_at: A moment in UTC, to the second.
        updated_at: A moment in UTC, to the second.
        public: Whether anybody may download it.
        blob_object_access: The right to upload a file's bytes.
        additional_properties: The keys that the contract does not name, as they came.
    """

    id: int
    uid: str
    content_type: str
    name: str
    size: int | None
    created_at: datetime.datetime
    updated_at: datetime.datetime
    public: bool
    blob_object_access: BlobUploadAccess | Unset = UNSET
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
        _data["uid"] = self.uid
        _data["content_type"] = self.content_type
        _data["name"] = self.name
        _data["size"] = self.size
        _data["created_at"] = _write_datetime(self.created_at)
        _data["updated_at"] = _write_datetime(self.updated_at)
        _data["public"] = self.public
        if self.blob_object_access is not UNSET:
            _data["blob_object_access"] = self.blob_object_access.to_dict()
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
        uid = _pop("uid", UNSET)
        if not (isinstance(uid, str)):
            raise _wrong(uid, "uid")
        content_type = _pop("content_type", UNSET)
        if not (isinstance(content_type, str)):
            raise _wrong(content_type, "content_type")
        name = _pop("name", UNSET)
        if not (isinstance(name, str)):
            raise _wrong(name, "name")
        size = _pop("size", UNSET)
        if not (size is None or type(size) is int):
            raise _wrong(size, "size")
        created_at = _pop("created_at", UNSET)
        created_at = _read_datetime(created_at, "created_at")
        updated_at = _pop("updated_at", UNSET)
        updated_at = _read_datetime(updated_at, "updated_at")
        public = _pop("public", UNSET)
        if not (isinstance(public, bool)):
            raise _wrong(public, "public")
        blob_object_access = _pop("blob_object_access", UNSET)
        if blob_object_access is not UNSET:
            blob_object_access = _read_model(
                blob_object_access,
                "blob_object_access",
                _blob_upload_access.BlobUploadAccess.from_dict,
            )
        return cls(
            id,
            uid,
            content_type,
            name,
            size,
            created_at,
            updated_at,
            public,
            blob_object_access,
            additional_properties=_data,
        )
