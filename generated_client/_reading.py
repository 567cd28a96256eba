"""How answers are read: strictly as far as the contract needs, never by an accident of Python."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any, NoReturn, TypeVar, cast
from uuid import UUID

from .errors import InvalidData, UnexpectedResponse
from .transport import RawResponse
from .types import UNSET, Redirect, Unreadable

T = TypeVar("T")
First = TypeVar("First")
Second = TypeVar("Second")

_JSON_NAMES: dict[type[object], str] = {
    bool: "a boolean",
    dict: "an object",
    float: "a number",
    int: "an integer",
    list: "a list",
    str: "a text",
    type(None): "null",
}


def wrong(value: object, key: str) -> InvalidData:
    """Say that a value is missing or of the wrong type, without showing it.

    Args:
        value: The value.
        key: Its key.

    Returns:
        The error to raise.
    """
    if value is UNSET:
        return InvalidData(key, "is missing")
    return InvalidData(key, f"must not be {_JSON_NAMES.get(type(value), type(value).__name__)}")


def unknown(keys: Mapping[str, object]) -> InvalidData:
    """Say that a closed model does not know some keys.

    Args:
        keys: What was left over; at least one.

    Returns:
        The error to raise.
    """
    return InvalidData(", ".join(sorted(keys)), "is not a key of this model")


def read_string(value: object, key: str) -> str:
    """Read a text.

    Args:
        value: The decoded JSON value.
        key: Its key, for the error.

    Returns:
        The text.

    Raises:
        InvalidData: It is none.
    """
    if not isinstance(value, str):
        raise wrong(value, key)
    return value


def read_integer(value: object, key: str) -> int:
    """Read an integer; a boolean is none, though Python thinks so.

    Args:
        value: The decoded JSON value.
        key: Its key, for the error.

    Returns:
        The integer.

    Raises:
        InvalidData: It is none.
    """
    if not isinstance(value, int) or isinstance(value, bool):
        raise wrong(value, key)
    return value


def read_number(value: object, key: str) -> float:
    """Read a number.

    Args:
        value: The decoded JSON value.
        key: Its key, for the error.

    Returns:
        The number, an integer as it came.

    Raises:
        InvalidData: It is none.
    """
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise wrong(value, key)
    return value


def read_boolean(value: object, key: str) -> bool:
    """Read a boolean.

    Args:
        value: The decoded JSON value.
        key: Its key, for the error.

    Returns:
        The boolean.

    Raises:
        InvalidData: It is none.
    """
    if not isinstance(value, bool):
        raise wrong(value, key)
    return value


def read_null(value: object, key: str) -> None:
    """Read a null.

    Args:
        value: The decoded JSON value.
        key: Its key, for the error.

    Raises:
        InvalidData: It is none.
    """
    if value is not None:
        raise wrong(value, key)


def read_datetime(value: object, key: str) -> datetime:
    """Read a moment; one that names no zone is in UTC, as all of the service's are.

    Args:
        value: The decoded JSON value.
        key: Its key, for the error.

    Returns:
        The moment, aware of its zone.

    Raises:
        InvalidData: It is none.
    """
    if not isinstance(value, str):
        raise wrong(value, key)
    try:
        if len(value) < 19:  # a date alone, which Python would take for midnight
            raise ValueError
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise InvalidData(key, "is no date-time") from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def read_date(value: object, key: str) -> date:
    """Read a date.

    Args:
        value: The decoded JSON value.
        key: Its key, for the error.

    Returns:
        The date.

    Raises:
        InvalidData: It is none.
    """
    try:
        return date.fromisoformat(read_string(value, key))
    except InvalidData:
        raise
    except ValueError:
        raise InvalidData(key, "is no date") from None


def read_uuid(value: object, key: str) -> UUID:
    """Read a UUID.

    Args:
        value: The decoded JSON value.
        key: Its key, for the error.

    Returns:
        The UUID.

    Raises:
        InvalidData: It is none.
    """
    try:
        return UUID(read_string(value, key))
    except InvalidData:
        raise
    except ValueError:
        raise InvalidData(key, "is no UUID") from None


def read_choice(value: object, key: str, check: Callable[[Any], object]) -> Any:
    """Read one of the values of an enumeration.

    Answers Any, since type checkers widen literals that pass through a function.

    Args:
        value: The decoded JSON value.
        key: Its key, for the error.
        check: Answers the value, or raises TypeError if it is none of them.

    Returns:
        The value.

    Raises:
        InvalidData: It is none of them.
    """
    if not isinstance(value, (str, int)) or isinstance(value, bool):
        raise wrong(value, key)
    try:
        return check(value)
    except TypeError:
        raise InvalidData(key, "is none of the documented values") from None


def read_constant(value: object, key: str, constant: object) -> Any:
    """Read a value that can only be one.

    Answers Any, since type checkers widen literals that pass through a function.

    Args:
        value: The decoded JSON value.
        key: Its key, for the error.
        constant: What it has to be.

    Returns:
        The constant.

    Raises:
        InvalidData: It is another.
    """
    if type(value) is not type(constant):
        raise wrong(value, key)
    if value != constant:
        raise InvalidData(key, "is not the documented value")
    return constant


def read_list(value: object, key: str) -> list[object]:
    """Read a list, without its items.

    Args:
        value: The decoded JSON value.
        key: Its key, for the error.

    Returns:
        The list.

    Raises:
        InvalidData: It is none.
    """
    if not isinstance(value, list):
        raise wrong(value, key)
    return cast("list[object]", value)


def read_model(value: object, key: str, from_dict: Callable[[Mapping[str, Any]], T]) -> T:
    """Read an object as a model.

    Args:
        value: The decoded JSON value.
        key: Its key, for the error.
        from_dict: Makes the model.

    Returns:
        The model.

    Raises:
        InvalidData: It does not fit; the error names the whole path.
    """
    if not isinstance(value, dict):
        raise wrong(value, key)
    try:
        return from_dict(cast("dict[str, Any]", value))
    except InvalidData as error:
        path = ".".join(part for part in (key, error.key) if part)
        raise InvalidData(path, error.problem) from None


def read_union(
    value: object, key: str, first: Callable[[object], First], second: Callable[[object], Second]
) -> First | Second:
    """Read a value by the first of two readers that takes it.

    Args:
        value: The decoded JSON value.
        key: Its key, for the error.
        first: The reader that the contract names first.
        second: The other one.

    Returns:
        What the reader made of it.

    Raises:
        InvalidData: Neither takes it.
    """
    if value is UNSET:
        raise wrong(value, key)
    try:
        return first(value)
    except InvalidData:
        pass
    try:
        return second(value)
    except InvalidData:
        raise InvalidData(key, "fits none of the documented shapes") from None


def read_item(value: object, from_dict: Callable[[Mapping[str, Any]], T]) -> T | Unreadable:
    """Read an item of a list as a model, or keep it raw: one odd item never loses a page.

    Args:
        value: The decoded JSON value.
        from_dict: Makes the model.

    Returns:
        The model, or the item as it came.
    """
    try:
        return read_model(value, "", from_dict)
    except InvalidData as error:
        return Unreadable(value, str(error))


def read_any_item(value: object, reader: Callable[[object], T]) -> T | Unreadable:
    """Read an item of a list that may be one of several models, or keep it raw.

    Args:
        value: The decoded JSON value.
        reader: Reads it.

    Returns:
        What the reader made of it, or the item as it came.
    """
    try:
        return reader(value)
    except InvalidData as error:
        return Unreadable(value, str(error))


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_decoder = json.JSONDecoder(parse_constant=_refuse_constant)


def _decoded(body: str) -> object:
    """Decode JSON, in half the time that the decoder's own search for white space takes."""
    text = body.strip(" \t\n\r")
    value, end = _decoder.raw_decode(text)
    if end != len(text):
        raise ValueError("more than one JSON value")
    return value


def _media_type(response: RawResponse) -> str:
    return response.headers.get("Content-Type", "").partition(";")[0].strip().lower()


def json_value(response: RawResponse, read: Callable[[object], T]) -> T:
    """Read a JSON answer.

    Args:
        response: The answer.
        read: Reads the decoded value.

    Returns:
        What the reader made of it.

    Raises:
        UnexpectedResponse: Its content type is another, it is no JSON, or it does not fit.
    """
    media_type = _media_type(response)
    if media_type and media_type != "application/json" and not media_type.endswith("+json"):
        raise UnexpectedResponse(response, f"the content type is {media_type}, not JSON")
    try:
        value = _decoded(response.content.decode())
    except (ValueError, RecursionError):
        raise UnexpectedResponse(response, "the body is not JSON") from None
    success = 200 <= response.status <= 299
    try:
        parsed = read(value)
    except InvalidData as error:
        if success and isinstance(value, dict) and "errors" in value:
            raise UnexpectedResponse(response, "errors under a status of success") from None
        raise UnexpectedResponse(response, str(error)) from None
    if success:
        # Old servers say that something failed under 200; a model whose keys are all optional
        # would read such a body without complaint.
        undeclared: Mapping[str, object] = getattr(parsed, "additional_properties", {})
        if undeclared.get("errors"):
            raise UnexpectedResponse(response, "errors under a status of success")
    return parsed


def json_model(response: RawResponse, from_dict: Callable[[Mapping[str, Any]], T]) -> T:
    """Read a JSON answer as a model.

    Args:
        response: The answer.
        from_dict: Makes the model.

    Returns:
        The model.

    Raises:
        UnexpectedResponse: Its content type is another, it is no JSON, or it does not fit.
    """
    return json_value(response, lambda value: read_model(value, "", from_dict))


def text(response: RawResponse) -> str:
    """Read a text answer.

    Args:
        response: The answer.

    Returns:
        The text.

    Raises:
        UnexpectedResponse: Its content type is another, or it is not in its own encoding.
    """
    media_type = _media_type(response)
    if media_type and not media_type.startswith("text/"):
        raise UnexpectedResponse(response, f"the content type is {media_type}, not text")
    parameters = response.headers.get("Content-Type", "").lower().partition("charset=")[2]
    charset = parameters.partition(";")[0].strip().strip("\"'") or "utf-8"
    try:
        return response.content.decode(charset)
    except (LookupError, ValueError):
        raise UnexpectedResponse(response, f"the body is not text in {charset}") from None


def content(response: RawResponse) -> bytes:
    """Read an answer of bytes.

    Args:
        response: The answer.

    Returns:
        The bytes.
    """
    return response.content


def empty(response: RawResponse) -> None:
    """Read an answer that has no body; white space is none either.

    Args:
        response: The answer.

    Raises:
        UnexpectedResponse: It has one.
    """
    if response.content.strip():
        raise UnexpectedResponse(response, "a body where the contract has none")


def redirect(response: RawResponse) -> Redirect:
    """Read a redirect, whose body says nothing of interest.

    Args:
        response: The answer.

    Returns:
        The redirect.

    Raises:
        UnexpectedResponse: It says not where to.
    """
    location = response.headers.get("Location")
    if not location:
        raise UnexpectedResponse(response, "a redirect without Location")
    return Redirect(location)


def undocumented(response: RawResponse, operation_id: str) -> NoReturn:
    """Refuse an answer whose status the contract does not document.

    Args:
        response: The answer.
        operation_id: The operation.

    Raises:
        UnexpectedResponse: Always.
    """
    raise UnexpectedResponse(response, f"the status is not documented for {operation_id}")
