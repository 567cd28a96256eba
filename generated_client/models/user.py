"""The model `User`."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self
from typing import cast as _cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from .._reading import read_datetime as _read_datetime
from .._reading import read_list as _read_list
from .._reading import read_string as _read_string
from .._reading import read_union as _read_union
from .._reading import wrong as _wrong
from .._writing import write_datetime as _write_datetime
from ..types import UNSET, Unset


@_attrs_define
class User:
    """A user. What is not set is null. Never a password.

    Attributes:
        id: The user's id.
        object_id: The user's storage key.
        created_at: A moment in UTC, to the second.
        updated_at: A moment in UTC, to the second.
        last_request_at: The last request made with a session of the user.
        login: The login.
        full_name: The full name.
        email: The e-mail.
        phone: The phone number.
        website: The website.
        timezone: Minutes from UTC.
        twitter_id: The Twitter id.
        facebook_id: The Facebook id.
        external_user_id: The numeric external id.
        external_id: The id in the app's own user base.
        custom_data: Any text of the app's own, by convention a JSON object.
        user_tags: The tags, joined by commas; a list from some servers.
        avatar: The avatar, by convention a file's uid or a URL.
        is_guest: Whether the user is a guest; null counts as no.
        blob_id: The id of the avatar's file.
        additional_properties: The keys that the contract does not name, as they came.
    """

    id: int
    object_id: str | Unset = UNSET
    created_at: datetime.datetime | Unset = UNSET
    updated_at: datetime.datetime | Unset = UNSET
    last_request_at: datetime.datetime | None | Unset = UNSET
    login: None | str | Unset = UNSET
    full_name: None | str | Unset = UNSET
    email: None | str | Unset = UNSET
    phone: None | str | Unset = UNSET
    website: None | str | Unset = UNSET
    timezone: int | None | Unset = UNSET
    twitter_id: None | str | Unset = UNSET
    facebook_id: None | str | Unset = UNSET
    external_user_id: int | None | Unset = UNSET
    external_id: None | str | Unset = UNSET
    custom_data: None | str | Unset = UNSET
    user_tags: list[str] | None | str | Unset = UNSET
    avatar: None | str | Unset = UNSET
    is_guest: bool | None | Unset = UNSET
    blob_id: int | None | Unset = UNSET
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
        if self.object_id is not UNSET:
            _data["_id"] = self.object_id
        if self.created_at is not UNSET:
            _data["created_at"] = _write_datetime(self.created_at)
        if self.updated_at is not UNSET:
            _data["updated_at"] = _write_datetime(self.updated_at)
        if self.last_request_at is not UNSET:
            _data["last_request_at"] = (
                None if self.last_request_at is None else _write_datetime(self.last_request_at)
            )
        if self.login is not UNSET:
            _data["login"] = self.login
        if self.full_name is not UNSET:
            _data["full_name"] = self.full_name
        if self.email is not UNSET:
            _data["email"] = self.email
        if self.phone is not UNSET:
            _data["phone"] = self.phone
        if self.website is not UNSET:
            _data["website"] = self.website
        if self.timezone is not UNSET:
            _data["timezone"] = self.timezone
        if self.twitter_id is not UNSET:
            _data["twitter_id"] = self.twitter_id
        if self.facebook_id is not UNSET:
            _data["facebook_id"] = self.facebook_id
        if self.external_user_id is not UNSET:
            _data["external_user_id"] = self.external_user_id
        if self.external_id is not UNSET:
            _data["external_id"] = self.external_id
        if self.custom_data is not UNSET:
            _data["custom_data"] = self.custom_data
        if self.user_tags is not UNSET:
            _data["user_tags"] = self.user_tags
        if self.avatar is not UNSET:
            _data["avatar"] = self.avatar
        if self.is_guest is not UNSET:
            _data["is_guest"] = self.is_guest
        if self.blob_id is not UNSET:
            _data["blob_id"] = self.blob_id
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
        if len(_data) == 1 and isinstance(_data.get("user"), dict):
            _data = dict(_cast("dict[str, Any]", _data["user"]))
        _pop = _data.pop
        id = _pop("id", UNSET)
        if type(id) is not int:
            raise _wrong(id, "id")
        object_id = _pop("_id", UNSET)
        if not (isinstance(object_id, str) or object_id is UNSET):
            raise _wrong(object_id, "_id")
        created_at = _pop("created_at", UNSET)
        if created_at is not UNSET:
            created_at = _read_datetime(created_at, "created_at")
        updated_at = _pop("updated_at", UNSET)
        if updated_at is not UNSET:
            updated_at = _read_datetime(updated_at, "updated_at")
        last_request_at = _pop("last_request_at", UNSET)
        if last_request_at is not UNSET and last_request_at is not None:
            last_request_at = _read_datetime(last_request_at, "last_request_at")
        login = _pop("login", UNSET)
        if not (login is None or isinstance(login, str) or login is UNSET):
            raise _wrong(login, "login")
        full_name = _pop("full_name", UNSET)
        if not (full_name is None or isinstance(full_name, str) or full_name is UNSET):
            raise _wrong(full_name, "full_name")
        email = _pop("email", UNSET)
        if not (email is None or isinstance(email, str) or email is UNSET):
            raise _wrong(email, "email")
        phone = _pop("phone", UNSET)
        if not (phone is None or isinstance(phone, str) or phone is UNSET):
            raise _wrong(phone, "phone")
        website = _pop("website", UNSET)
        if not (website is None or isinstance(website, str) or website is UNSET):
            raise _wrong(website, "website")
        timezone = _pop("timezone", UNSET)
        if not (timezone is None or type(timezone) is int or timezone is UNSET):
            raise _wrong(timezone, "timezone")
        twitter_id = _pop("twitter_id", UNSET)
        if not (twitter_id is None or isinstance(twitter_id, str) or twitter_id is UNSET):
            raise _wrong(twitter_id, "twitter_id")
        facebook_id = _pop("facebook_id", UNSET)
        if not (facebook_id is None or isinstance(facebook_id, str) or facebook_id is UNSET):
            raise _wrong(facebook_id, "facebook_id")
        external_user_id = _pop("external_user_id", UNSET)
        if not (
            external_user_id is None or type(external_user_id) is int or external_user_id is UNSET
        ):
            raise _wrong(external_user_id, "external_user_id")
        external_id = _pop("external_id", UNSET)
        if not (external_id is None or isinstance(external_id, str) or external_id is UNSET):
            raise _wrong(external_id, "external_id")
        custom_data = _pop("custom_data", UNSET)
        if not (custom_data is None or isinstance(custom_data, str) or custom_data is UNSET):
            raise _wrong(custom_data, "custom_data")
        user_tags = _pop("user_tags", UNSET)
        if user_tags is not UNSET and user_tags is not None and not isinstance(user_tags, str):
            user_tags = _read_union(
                user_tags,
                "user_tags",
                lambda _value: _read_string(_value, "user_tags"),
                lambda _value: [
                    _read_string(_item, "user_tags") for _item in _read_list(_value, "user_tags")
                ],
            )
        avatar = _pop("avatar", UNSET)
        if not (avatar is None or isinstance(avatar, str) or avatar is UNSET):
            raise _wrong(avatar, "avatar")
        is_guest = _pop("is_guest", UNSET)
        if not (is_guest is None or isinstance(is_guest, bool) or is_guest is UNSET):
            raise _wrong(is_guest, "is_guest")
        blob_id = _pop("blob_id", UNSET)
        if not (blob_id is None or type(blob_id) is int or blob_id is UNSET):
            raise _wrong(blob_id, "blob_id")
        return cls(
            id,
            object_id,
            created_at,
            updated_at,
            last_request_at,
            login,
            full_name,
            email,
            phone,
            website,
            timezone,
            twitter_id,
            facebook_id,
            external_user_id,
            external_id,
            custom_data,
            user_tags,
            avatar,
            is_guest,
            blob_id,
            additional_properties=_data,
        )
