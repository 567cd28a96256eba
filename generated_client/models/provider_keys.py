"""The model `ProviderKeys`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from .._reading import unknown as _unknown
from .._reading import wrong as _wrong
from ..types import UNSET, Unset


@_attrs_define
class ProviderKeys:
    """What Facebook or Twitter gave the user.

    Attributes:
        token: The access token.
        secret: The access token's secret (Twitter).
    """

    token: str = _attrs_field(repr=False)
    secret: str | Unset = _attrs_field(default=UNSET, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """Write the model as JSON values.

        Returns:
            A new dictionary; what is UNSET is left out.
        """
        _data: dict[str, Any] = {}
        _data["token"] = self.token
        if self.secret is not UNSET:
            _data["secret"] = self.secret
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
        token = _pop("token", UNSET)
        if not (isinstance(token, str)):
            raise _wrong(token, "token")
        secret = _pop("secret", UNSET)
        if not (isinstance(secret, str) or secret is UNSET):
            raise _wrong(secret, "secret")
        if _data:
            raise _unknown(_data)
        return cls(
            token,
            secret,
        )
