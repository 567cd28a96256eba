"""Under which key a store keeps whose session."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections import OrderedDict
from typing import Final

from ._configuration import Application
from ._credentials import Credentials

_REMEMBERED: Final = 1024

# Each process has a key of its own: what is remembered cannot be looked up by a password.
_own_key: Final = secrets.token_bytes(32)
_known: Final[OrderedDict[bytes, str]] = OrderedDict()


def session_key(application: Application, credentials: Credentials | None) -> str:
    """Tell the key of an identity's session.

    The key depends on all of the credentials: who does not know the password does not find the
    session. It goes to places that others may list, so that a password must not be found by
    trying: it is made with scrypt (about 50 ms and 16 MB, once per process and credentials).

    Args:
        application: Whose session it is.
        credentials: Who signs in; None for the application alone.

    Returns:
        64 hexadecimal digits.
    """
    where = [1, application.base_url, application.app_id, application.auth_key]
    salt = hashlib.sha256(json.dumps(where).encode()).digest()
    if credentials is None:
        return salt.hex()
    who = json.dumps(credentials.session_fields(), sort_keys=True).encode()
    memory = hmac.digest(_own_key, salt + who, "sha256")
    known = _known.get(memory)
    if known is None:
        known = hashlib.scrypt(who, salt=salt, n=2**14, r=8, p=1, dklen=32).hex()
        _known[memory] = known
        while len(_known) > _REMEMBERED:
            _known.popitem(last=False)
    return known
