"""Create a session: `POST /session`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ... import _reading, _writing
from ... import models as _models
from ...client import AsyncClient, Client
from ...transport import RawResponse, Request
from ...types import Response

if TYPE_CHECKING:
    from ...models.create_session_request import CreateSessionRequest
    from ...models.error_body import ErrorBody
    from ...models.session_response import SessionResponse


def _build_request(
    *,
    body: CreateSessionRequest,
) -> Request:
    return Request(
        method="POST",
        url="/session",
        headers=(("Content-Type", "application/json"),),
        content=_writing.json_body(body.to_dict()),
        security=(),
        operation_id="createSession",
    )


def _parse_response(_response: RawResponse) -> ErrorBody | SessionResponse:
    if _response.status == 201:
        return _reading.json_model(_response, _models.SessionResponse.from_dict)
    if _response.status in {400, 401, 404, 422, 429, 503}:
        return _reading.json_model(_response, _models.ErrorBody.from_dict)
    _reading.undocumented(_response, "createSession")


def _build_response(_response: RawResponse) -> Response[ErrorBody | SessionResponse]:
    return Response(
        status=_response.status,
        headers=_response.headers,
        content=_response.content,
        parsed=_parse_response(_response),
    )


def sync_detailed(
    *,
    client: Client,
    body: CreateSessionRequest,
) -> Response[ErrorBody | SessionResponse]:
    """Create a session.

    Answers a token for the app alone, or for the app and a user when `user` or `provider` is
    given. A login or e-mail nobody has creates that user on the fly, unless the app's settings
    deny it (then 404). The signature is optional; when given it must verify: the hexadecimal
    HMAC-SHA1 (or SHA-256) keyed by the app's auth secret over all other fields as `key=value`
    (nested ones as `user[login]=...`), sorted and joined by `&`.

    Args:
        client: What sends the request.
        body: The app's credentials and whom the session is for.

    Returns:
        The answer with its status and headers, parsed by its status:

        201: `SessionResponse`. The session. `user` is present exactly when the session has
            a user.
        400: `ErrorBody`. The body is not JSON, is cut off or is not an object.
        401: `ErrorBody`. The password is wrong.
        404: `ErrorBody`. No such user, and the app denies creating one on the fly.
        422: `ErrorBody`. The app's credentials, the signature, the timestamp, the nonce or
            a field is refused.
        429: `ErrorBody`. The app's rate limit is reached.
        503: `ErrorBody`. The service cannot answer for the moment.

    Raises:
        UnexpectedResponse: The server answered what the contract does not allow.
    """

    return _build_response(
        client.send(
            _build_request(
                body=body,
            )
        )
    )


def sync(
    *,
    client: Client,
    body: CreateSessionRequest,
) -> ErrorBody | SessionResponse:
    """Create a session.

    Answers a token for the app alone, or for the app and a user when `user` or `provider` is
    given. A login or e-mail nobody has creates that user on the fly, unless the app's settings
    deny it (then 404). The signature is optional; when given it must verify: the hexadecimal
    HMAC-SHA1 (or SHA-256) keyed by the app's auth secret over all other fields as `key=value`
    (nested ones as `user[login]=...`), sorted and joined by `&`.

    Args:
        client: What sends the request.
        body: The app's credentials and whom the session is for.

    Returns:
        The answer, parsed by its status:

        201: `SessionResponse`. The session. `user` is present exactly when the session has
            a user.
        400: `ErrorBody`. The body is not JSON, is cut off or is not an object.
        401: `ErrorBody`. The password is wrong.
        404: `ErrorBody`. No such user, and the app denies creating one on the fly.
        422: `ErrorBody`. The app's credentials, the signature, the timestamp, the nonce or
            a field is refused.
        429: `ErrorBody`. The app's rate limit is reached.
        503: `ErrorBody`. The service cannot answer for the moment.

    Raises:
        UnexpectedResponse: The server answered what the contract does not allow.
    """

    return _parse_response(
        client.send(
            _build_request(
                body=body,
            )
        )
    )


async def asyncio_detailed(
    *,
    client: AsyncClient,
    body: CreateSessionRequest,
) -> Response[ErrorBody | SessionResponse]:
    """Create a session.

    Answers a token for the app alone, or for the app and a user when `user` or `provider` is
    given. A login or e-mail nobody has creates that user on the fly, unless the app's settings
    deny it (then 404). The signature is optional; when given it must verify: the hexadecimal
    HMAC-SHA1 (or SHA-256) keyed by the app's auth secret over all other fields as `key=value`
    (nested ones as `user[login]=...`), sorted and joined by `&`.

    Args:
        client: What sends the request.
        body: The app's credentials and whom the session is for.

    Returns:
        The answer with its status and headers, parsed by its status:

        201: `SessionResponse`. The session. `user` is present exactly when the session has
            a user.
        400: `ErrorBody`. The body is not JSON, is cut off or is not an object.
        401: `ErrorBody`. The password is wrong.
        404: `ErrorBody`. No such user, and the app denies creating one on the fly.
        422: `ErrorBody`. The app's credentials, the signature, the timestamp, the nonce or
            a field is refused.
        429: `ErrorBody`. The app's rate limit is reached.
        503: `ErrorBody`. The service cannot answer for the moment.

    Raises:
        UnexpectedResponse: The server answered what the contract does not allow.
    """

    return _build_response(
        await client.send(
            _build_request(
                body=body,
            )
        )
    )


async def asyncio(
    *,
    client: AsyncClient,
    body: CreateSessionRequest,
) -> ErrorBody | SessionResponse:
    """Create a session.

    Answers a token for the app alone, or for the app and a user when `user` or `provider` is
    given. A login or e-mail nobody has creates that user on the fly, unless the app's settings
    deny it (then 404). The signature is optional; when given it must verify: the hexadecimal
    HMAC-SHA1 (or SHA-256) keyed by the app's auth secret over all other fields as `key=value`
    (nested ones as `user[login]=...`), sorted and joined by `&`.

    Args:
        client: What sends the request.
        body: The app's credentials and whom the session is for.

    Returns:
        The answer, parsed by its status:

        201: `SessionResponse`. The session. `user` is present exactly when the session has
            a user.
        400: `ErrorBody`. The body is not JSON, is cut off or is not an object.
        401: `ErrorBody`. The password is wrong.
        404: `ErrorBody`. No such user, and the app denies creating one on the fly.
        422: `ErrorBody`. The app's credentials, the signature, the timestamp, the nonce or
            a field is refused.
        429: `ErrorBody`. The app's rate limit is reached.
        503: `ErrorBody`. The service cannot answer for the moment.

    Raises:
        UnexpectedResponse: The server answered what the contract does not allow.
    """

    return _parse_response(
        await client.send(
            _build_request(
                body=body,
            )
        )
    )
