"""The model `CreateSessionRequest`."""

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
from . import session_user as _session_user

if TYPE_CHECKING:
    from ..models.firebase_access import FirebaseAccess
    from ..models.provider_keys import ProviderKeys
    from ..models.session_user import SessionUser


@_attrs_define
class CreateSessionRequest:
    """The app's credentials and whom the session is for.

    Attributes:
        application_id: The app's id.
        auth_key: The app's auth key.
        timestamp: Now, in seconds since 1970; at most an hour off. Required with a
            signature.
        nonce: A number used once with this timestamp. Required with a signature.
        signature: The hexadecimal HMAC of the other fields.
        user: Who signs in: a login or an e-mail with the password, or a guest. With a
            custom identity
            provider the login is the external token and the password is not looked at.
        provider: Who vouches for the user.
        keys: What Facebook or Twitter gave the user.
        firebase_phone: What Firebase gave the user.
        firebase_email: What Firebase gave the user.
    """

    application_id: int | str
    auth_key: str = _attrs_field(repr=False)
    timestamp: int | str | Unset = UNSET
    nonce: int | str | Unset = UNSET
    signature: str | Unset = _attrs_field(default=UNSET, repr=False)
    user: SessionUser | Unset = UNSET
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
        _data["application_id"] = self.application_id
        _data["auth_key"] = self.auth_key
        if self.timestamp is not UNSET:
            _data["timestamp"] = self.timestamp
        if self.nonce is not UNSET:
            _data["nonce"] = self.nonce
        if self.signature is not UNSET:
            _data["signature"] = self.signature
        if self.user is not UNSET:
            _data["user"] = self.user.to_dict()
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
        application_id = _pop("application_id", UNSET)
        if not (type(application_id) is int or isinstance(application_id, str)):
            raise _wrong(application_id, "application_id")
        auth_key = _pop("auth_key", UNSET)
        if not (isinstance(auth_key, str)):
            raise _wrong(auth_key, "auth_key")
        timestamp = _pop("timestamp", UNSET)
        if not (type(timestamp) is int or isinstance(timestamp, str) or timestamp is UNSET):
            raise _wrong(timestamp, "timestamp")
        nonce = _pop("nonce", UNSET)
        if not (type(nonce) is int or isinstance(nonce, str) or nonce is UNSET):
            raise _wrong(nonce, "nonce")
        signature = _pop("signature", UNSET)
        if not (isinstance(signature, str) or signature is UNSET):
            raise _wrong(signature, "signature")
        user = _pop("user", UNSET)
        if user is not UNSET:
            user = _read_model(user, "user", _session_user.SessionUser.from_dict)
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
            application_id,
            auth_key,
            timestamp,
            nonce,
            signature,
            user,
            provider,
            keys,
            firebase_phone,
            firebase_email,
        )
