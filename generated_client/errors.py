"""The errors that the generated functions raise."""

from __future__ import annotations

from .transport import RawResponse


class UnexpectedResponse(Exception):
    """The server answered what the contract does not allow.

    An undocumented or non-standard status, a body that is no JSON, has another content type or
    lacks what the contract requires, or an `errors` body under a status of success. The message
    holds no query, header or body, since those may hold secrets.

    Attributes:
        response: The answer as it came.
        reason: What is wrong with it, in a few words.
    """

    def __init__(self, response: RawResponse, reason: str) -> None:
        super().__init__(response, reason)
        self.response = response
        self.reason = reason

    @property
    def status(self) -> int:
        """The HTTP status of the answer."""
        return self.response.status

    def __str__(self) -> str:
        asked = f"{self.response.method} {self.response.url}".strip() or "the server"
        return f"{asked} answered {self.response.status}: {self.reason}"


class InvalidData(ValueError):
    """A decoded JSON value does not fit the model it was to become.

    The message names keys and JSON types, never values, since those may be secrets.

    Attributes:
        key: The path of the key at fault, such as `session.token`; empty for the value itself.
        problem: What is wrong with it.
    """

    def __init__(self, key: str, problem: str) -> None:
        super().__init__(key, problem)
        self.key = key
        self.problem = problem

    def __str__(self) -> str:
        return f"{self.key or 'the value'} {self.problem}"


__all__ = ["InvalidData", "UnexpectedResponse"]
