"""The model `SessionUser`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from .._reading import read_boolean as _read_boolean
from .._reading import read_constant as _read_constant
from .._reading import read_union as _read_union
from .._reading import unknown as _unknown
from .._reading import wrong as _wrong
from ..types import UNSET, Unset


@_attrs_define
class SessionUser:
    """Who signs in: a login or an e-mail with the password, or a guest. With a custom identity
    provider the login is the external token and the password is not looked at.

    Attributes:
        login: The login, or the external token of a custom identity provider.
        email: A text to look for.
        password: The password.
        guest: Signs in a new guest, who lives one day.
        full_name: The guest's full name.
    """

    login: str | Unset = UNSET
    email: str | Unset = UNSET
    password: str | Unset = _attrs_field(default=UNSET, repr=False)
    guest: bool | Literal["1"] | Literal[1] | Unset = UNSET
    full_name: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        """Write the model as JSON values.

        Returns:
            A new dictionary; what is UNSET is left out.
        """
        _data: dict[str, Any] = {}
        if self.login is not UNSET:
            _data["login"] = self.login
        if self.email is not UNSET:
            _data["email"] = self.email
        if self.password is not UNSET:
            _data["password"] = self.password
        if self.guest is not UNSET:
            _data["guest"] = self.guest
        if self.full_name is not UNSET:
            _data["full_name"] = self.full_name
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
        login = _pop("login", UNSET)
        if not (isinstance(login, str) or login is UNSET):
            raise _wrong(login, "login")
        email = _pop("email", UNSET)
        if not (isinstance(email, str) or email is UNSET):
            raise _wrong(email, "email")
        password = _pop("password", UNSET)
        if not (isinstance(password, str) or password is UNSET):
            raise _wrong(password, "password")
        guest = _pop("guest", UNSET)
        if guest is not UNSET:
            guest = _read_union(
                guest,
                "guest",
                lambda _value: _read_constant(_value, "guest", "1"),
                lambda _value: _read_union(
                    _value,
                    "guest",
                    lambda _value: _read_constant(_value, "guest", 1),
                    lambda _value: _read_boolean(_value, "guest"),
                ),
            )
        full_name = _pop("full_name", UNSET)
        if not (isinstance(full_name, str) or full_name is UNSET):
            raise _wrong(full_name, "full_name")
        if _data:
            raise _unknown(_data)
        return cls(
            login,
            email,
            password,
            guest,
            full_name,
        )
