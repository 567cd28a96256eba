"""A user's ``custom_data``: free text for the service, a JSON object for applications.

The Android and Kotlin guides keep the avatar's uid in it as ``{"avatar_uid": "<uid>"}``, beside
whatever else the application stores, so a change must keep every other key.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from typing import Final, NoReturn, cast

from ._errors import InvalidArgument, InvalidCustomData

AVATAR_KEY: Final = "avatar_uid"


def parse(text: str | None) -> dict[str, object]:
    """Read ``custom_data`` as a JSON object.

    Args:
        text: The field as the service sent it; None and blank text count as an empty object.

    Returns:
        The object's keys and values.

    Raises:
        InvalidCustomData: If the text is no JSON object, or holds what JSON cannot (NaN,
            infinities) and so could not be written back unchanged.
    """
    if text is None or not text.strip():
        return {}
    try:
        value: object = json.loads(text, parse_float=_finite, parse_constant=_refuse)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise InvalidCustomData("custom_data is not a JSON object, so no key can be added to it")
    return cast("dict[str, object]", value)


def write(value: Mapping[str, object]) -> str:
    """Write an object as the text of ``custom_data``.

    Args:
        value: A JSON object.

    Returns:
        Compact JSON; non-ASCII characters stay themselves, because the field's length is limited.

    Raises:
        InvalidArgument: If a value is not JSON.
    """
    try:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        text = None
    if text is None:
        raise InvalidArgument("custom_data holds a value that JSON cannot express")
    try:
        text.encode()
    except UnicodeEncodeError:
        # Lone surrogates exist in JSON as escapes only: keep them so, as they came.
        return json.dumps(value, separators=(",", ":"), allow_nan=False)
    return text


def with_avatar(text: str | None, uid: str) -> str:
    """Merge an avatar's uid into ``custom_data``, keeping its other keys and their order.

    Args:
        text: The present ``custom_data``.
        uid: The file's uid.

    Returns:
        The new ``custom_data``.

    Raises:
        InvalidCustomData: If the present text is no JSON object.
    """
    return write(parse(text) | {AVATAR_KEY: uid})


def merged(text: str | None, changes: Mapping[str, object]) -> str:
    """Change keys of ``custom_data``, keeping its other keys and their order.

    Args:
        text: The present ``custom_data``.
        changes: Keys with their new values; None takes a key out.

    Returns:
        The new ``custom_data``.

    Raises:
        InvalidCustomData: If the present text is no JSON object.
        InvalidArgument: If a value is not JSON.
    """
    after = parse(text) | dict(changes)
    gone = [key for key, value in changes.items() if value is None]
    return write({key: value for key, value in after.items() if key not in gone})


def agree(one: str | None, other: str | None, keys: Iterable[str]) -> bool:
    """Tell whether two texts say the same under some keys.

    Args:
        one: A ``custom_data`` that is a JSON object.
        other: Any ``custom_data``.
        keys: The keys.

    Returns:
        Whether each key has the same value in both, or is in neither.
    """
    if one == other:
        return True
    try:
        left, right = parse(one), parse(other)
    except InvalidCustomData:
        return False
    nothing = object()
    return all(left.get(key, nothing) == right.get(key, nothing) for key in keys)


def without_avatar(text: str | None) -> str | None:
    """Take the avatar's uid out of ``custom_data``, keeping its other keys and their order.

    Args:
        text: The present ``custom_data``.

    Returns:
        The new ``custom_data``, or None when there is nothing to take out (also when it is no
        JSON object).
    """
    try:
        value = parse(text)
    except InvalidCustomData:
        return None
    if AVATAR_KEY not in value:
        return None
    return write({key: value[key] for key in value if key != AVATAR_KEY})


def avatar_uid(text: str | None) -> str | None:
    """Look for an avatar's uid, forgiving everything.

    Args:
        text: Any user's ``custom_data``.

    Returns:
        The uid, or None when the text has none (also when it is no JSON object).
    """
    try:
        uid = parse(text).get(AVATAR_KEY)
    except InvalidCustomData:
        return None
    return uid if isinstance(uid, str) and uid else None


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)
