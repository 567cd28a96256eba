"""Writing refusals to the wire."""

from __future__ import annotations

from starlette.responses import Response

from mock_server import clock
from mock_server.json_values import as_json
from mock_server.refusals import Refusal

JSON_TYPE = "application/json; charset=utf-8"


def refused(refusal: Refusal, now: int) -> Response:
    """Write a refusal as the service's envelope.

    Args:
        refusal: The refusal.
        now: The moment of the answer, in milliseconds since 1970.

    Returns:
        The response.
    """
    headers = {"Date": clock.to_http_date(now), "Content-Type": JSON_TYPE} | refusal.headers
    return Response(as_json({"errors": refusal.errors}), refusal.status, headers)
