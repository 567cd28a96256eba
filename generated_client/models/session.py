"""The model `Session`."""

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
from . import user as _user

if TYPE_CHECKING:
    from ..models.user import User


@_attrs_define
class Session:
    """A session. With a user `id` equals `user_id`.

    Attributes:
        id: The session's id; the user's id when there is a user.
        user_id: The user's id, null in a session of the app alone.
        application_id: The app's id.
        token: The session token, for `CB-Token`.
        nonce: The nonce of the request, or the server's own.
        ts: The timestamp of the request, or the server's own, in seconds since 1970.
        created_at: A moment in UTC, to the millisecond.
        updated_at: A moment in UTC, to the millisecond.
        user: A user. What is not set is null. Never a password.
        additional_properties: The keys that the contract does not name, as they came.
    """

    id: int
    user_id: int | None
    application_id: int
    token: str = _attrs_field(repr=False)
    nonce: int
    ts: int
    created_at: datetime.datetime
    updated_at: datetime.datetime
    user: User | Unset = UNSET
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
        _data["user_id"] = self.user_id
        _data["application_id"] = self.application_id
        _data["token"] = self.token
        _data["nonce"] = self.nonce
        _data["ts"] = self.ts
        _data["created_at"] = _write_datetime(self.created_at)
        _data["updated_at"] = _write_datetime(self.updated_at)
        if self.user is not UNSET:
            _data["user"] = self.user.to_dict()
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
        user_id = _pop("user_id", UNSET)
        if not (user_id is None or type(user_id) is int):
            raise _wrong(user_id, "user_id")
        application_id = _pop("application_id", UNSET)
        if type(application_id) is not int:
            raise _wrong(application_id, "application_id")
        token = _pop("token", UNSET)
        if not (isinstance(token, str)):
            raise _wrong(token, "token")
        nonce = _pop("nonce", UNSET)
        if type(nonce) is not int:
            raise _wrong(nonce, "nonce")
        ts = _pop("ts", UNSET)
        if type(ts) is not int:
            raise _wrong(ts, "ts")
        created_at = _pop("created_at", UNSET)
        created_at = _read_datetime(created_at, "created_at")
        updated_at = _pop("updated_at", UNSET)
        updated_at = _read_datetime(updated_at, "updated_at")
        user = _pop("user", UNSET)
        if user is not UNSET:
            user = _read_model(user, "user", _user.User.from_dict)
        return cls(
            id,
            user_id,
            application_id,
            token,
            nonce,
            ts,
            created_at,
            updated_at,
            user,
            additional_properties=_data,
        )
