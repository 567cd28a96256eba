"""The model `LoginRequest`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from .._reading import read_choice as _read_choice
from .._reading import read_model as _read_model
from .._reading import unknown as _unknown
from .._reading import wrong as _wrong
from ..models.provider import Provider, check_provider
from ..types import UNSET, Unset
from . import firebase_access as _firebase_access
from . import provider_keys as _provider_keys

if TYPE_CHECKING:
    from ..models.firebase_access import FirebaseAccess
    from ..models.provider_keys import ProviderKeys


@_attrs_define
class LoginRequest:
    """Who signs in, flat.

    Attributes:
        login: The login, or the external token of a custom identity provider.
        email: A text to look for.
        password: The password.
        provider: Who vouches for the user.
        keys: What Facebook or Twitter gave the user.
        firebase_phone: What Firebase gave the user.
        firebase_email: What Firebase gave the user.
    """

    login: str | Unset = UNSET
    email: str | Unset = UNSET
    password: str | Unset = _attrs_field(default=UNSET, repr=False)
    provider: Provider | Unset = UNSET
    keys: ProviderKeys | Unset = UNSET
    firebase_phone: FirebaseAccess | Unset = UNSET
    firebase_email: FirebaseAccess | Unset = UNSET

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
        if self.provider is not UNSET:
            _data["provider"] = self.provider
        if self.keys is not UNSET:
            _data["keys"] = self.keys.to_dict()
        if self.firebase_phone is not UNSET:
            _data["firebase_phone"] = self.firebase_phone.to_dict()
        if self.firebase_email is not UNSET:
            _data["firebase_email"] = self.firebase_email.to_dict()
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
        provider = _pop("provider", UNSET)
        if provider is not UNSET:
            provider = _read_choice(provider, "provider", check_provider)
        keys = _pop("keys", UNSET)
        if keys is not UNSET:
            keys = _read_model(keys, "keys", _provider_keys.ProviderKeys.from_dict)
        firebase_phone = _pop("firebase_phone", UNSET)
        if firebase_phone is not UNSET:
            firebase_phone = _read_model(
                firebase_phone, "firebase_phone", _firebase_access.FirebaseAccess.from_dict
            )
        firebase_email = _pop("firebase_email", UNSET)
        if firebase_email is not UNSET:
            firebase_email = _read_model(
                firebase_email, "firebase_email", _firebase_access.FirebaseAccess.from_dict
            )
        if _data:
            raise _unknown(_data)
        return cls(
            login,
            email,
            password,
            provider,
            keys,
            firebase_phone,
            firebase_email,
        )
