"""The model `NewUser`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from .._reading import read_list as _read_list
from .._reading import read_string as _read_string
from .._reading import read_union as _read_union
from .._reading import unknown as _unknown
from .._reading import wrong as _wrong
from ..types import UNSET, Unset


@_attrs_define
class NewUser:
    """A user to sign up.

    Attributes:
        password: A password, 6 to 40 characters.
        login: A login, 3 to 70 characters, unique in the app.
        email: An e-mail, unique in the app without regard to case.
        full_name: A line of text, or null to unset it.
        phone: A line of text, or null to unset it.
        website: A line of text, or null to unset it.
        timezone: Minutes from UTC.
        twitter_id: A line of text, or null to unset it.
        facebook_id: A line of text, or null to unset it.
        external_user_id: A number that names a thing, or null to unset it.
        external_id: A line of text, or null to unset it.
        custom_data: Any text of the app's own, by convention a JSON object such as
            `{"avatar_uid":"..."}`.
        tag_list: At most 5 tags, as a list or joined by commas.
        avatar: A line of text, or null to unset it.
        blob_id: A number that names a thing, or null to unset it.
    """

    password: str = _attrs_field(repr=False)
    login: str | Unset = UNSET
    email: str | Unset = UNSET
    full_name: None | str | Unset = UNSET
    phone: None | str | Unset = UNSET
    website: None | str | Unset = UNSET
    timezone: int | None | Unset = UNSET
    twitter_id: None | str | Unset = UNSET
    facebook_id: None | str | Unset = UNSET
    external_user_id: int | None | Unset = UNSET
    external_id: None | str | Unset = UNSET
    custom_data: None | str | Unset = UNSET
    tag_list: list[str] | None | str | Unset = UNSET
    avatar: None | str | Unset = UNSET
    blob_id: int | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        """Write the model as JSON values.

        Returns:
            A new dictionary; what is UNSET is left out.
        """
        _data: dict[str, Any] = {}
        _data["password"] = self.password
        if self.login is not UNSET:
            _data["login"] = self.login
        if self.email is not UNSET:
            _data["email"] = self.email
        if self.full_name is not UNSET:
            _data["full_name"] = self.full_name
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
        if self.tag_list is not UNSET:
            _data["tag_list"] = self.tag_list
        if self.avatar is not UNSET:
            _data["avatar"] = self.avatar
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
            InvalidData: A required key is missing, a key is unknown, or a value has the wrong type.
        """
        _data = dict(src_dict)
        _pop = _data.pop
        password = _pop("password", UNSET)
        if not (isinstance(password, str)):
            raise _wrong(password, "password")
        login = _pop("login", UNSET)
        if not (isinstance(login, str) or login is UNSET):
            raise _wrong(login, "login")
        email = _pop("email", UNSET)
        if not (isinstance(email, str) or email is UNSET):
            raise _wrong(email, "email")
        full_name = _pop("full_name", UNSET)
        if not (full_name is None or isinstance(full_name, str) or full_name is UNSET):
            raise _wrong(full_name, "full_name")
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
        tag_list = _pop("tag_list", UNSET)
        if tag_list is not UNSET and tag_list is not None:
            tag_list = _read_union(
                tag_list,
                "tag_list",
                lambda _value: [
                    _read_string(_item, "tag_list") for _item in _read_list(_value, "tag_list")
                ],
                lambda _value: _read_string(_value, "tag_list"),
            )
        avatar = _pop("avatar", UNSET)
        if not (avatar is None or isinstance(avatar, str) or avatar is UNSET):
            raise _wrong(avatar, "avatar")
        blob_id = _pop("blob_id", UNSET)
        if not (blob_id is None or type(blob_id) is int or blob_id is UNSET):
            raise _wrong(blob_id, "blob_id")
        if _data:
            raise _unknown(_data)
        return cls(
            password,
            login,
            email,
            full_name,
            phone,
            website,
            timezone,
            twitter_id,
            facebook_id,
            external_user_id,
            external_id,
            custom_data,
            tag_list,
            avatar,
            blob_id,
        )
