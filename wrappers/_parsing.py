"""Between the generated client's values and ours: what it answers, raises and wants."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Final, Protocol, Self, TypeVar

from generated_client import InvalidData, RawResponse, Response, UnexpectedResponse

from ._errors import InvalidArgument
from ._failures import failure, unexpected

ModelT = TypeVar("ModelT")


class RequestModel(Protocol):
    """A generated model that a request body is made of."""

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read the model from JSON fields, refusing unknown ones."""
        ...


RequestModelT = TypeVar("RequestModelT", bound=RequestModel)


class _Translation:
    def __enter__(self) -> None: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if isinstance(error, UnexpectedResponse):
            raise failure(error.response) or unexpected(error.response, error.reason) from error


_translation: Final = _Translation()


def translated() -> AbstractContextManager[None]:
    """Turn the generated client's one error into ours.

    Returns:
        A context to call the generated client in.

    Raises:
        APIError: If the answer is a refusal that the contract does not document.
        UnexpectedResponseError: If the answer is no refusal but breaks the contract.
    """
    return _translation


def expect(kind: type[ModelT], response: Response[Any]) -> ModelT:
    """Take the one kind of answer that a call can go on with.

    Args:
        kind: The generated model of the call's success.
        response: What the generated client answered.

    Returns:
        The parsed answer.

    Raises:
        UnexpectedResponseError: If it is a documented answer of another kind.
    """
    parsed: object = response.parsed
    if isinstance(parsed, kind):
        return parsed
    raw = RawResponse(response.status, response.headers, response.content)
    raise unexpected(raw, f"this call cannot use a {type(parsed).__name__}")


def request_model(kind: type[RequestModelT], fields: dict[str, object]) -> RequestModelT:
    """Write JSON fields as a request body.

    Args:
        kind: The generated model of the body.
        fields: What goes into it.

    Returns:
        The body.

    Raises:
        InvalidArgument: If a value has the wrong type. Its text names the field, never the value.
    """
    try:
        return kind.from_dict(fields)
    except InvalidData as error:
        problem = str(error)
    raise InvalidArgument(problem)
