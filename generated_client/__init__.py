"""A typed client of the ConnectyCube session, users and storage API, generated from its contract.

Functions are in `generated_client.api`, one module an operation, models in `generated_client.models`.
It speaks to a small `Transport` protocol, not to an HTTP library.
"""

from .client import SECURITY_SCHEMES, AsyncClient, Client, SecurityScheme
from .errors import InvalidData, UnexpectedResponse
from .transport import (
    AsyncStreamedResponse,
    AsyncTransport,
    Headers,
    RawResponse,
    Request,
    StreamedResponse,
    Transport,
)
from .types import UNSET, Redirect, Response, Unreadable, Unset

__all__ = (
    "SECURITY_SCHEMES",
    "UNSET",
    "AsyncClient",
    "AsyncStreamedResponse",
    "AsyncTransport",
    "Client",
    "Headers",
    "InvalidData",
    "RawResponse",
    "Redirect",
    "Request",
    "Response",
    "SecurityScheme",
    "StreamedResponse",
    "Transport",
    "UnexpectedResponse",
    "Unreadable",
    "Unset",
)
