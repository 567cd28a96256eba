"""The first contact with a named server: what makes a whole run pointless is said in one line."""

from __future__ import annotations

import httpx2

from contract_tests.server import ServerUnderTest

TIMEOUT_SECONDS = 30.0
UNKNOWN_TOKEN = "0123456789ABCDEF0123456789ABCDEF0123"


def obstacle(server: ServerUnderTest) -> str | None:
    """Ask a server five questions that every ConnectyCube answers alike.

    Args:
        server: The server.

    Returns:
        Why there is no point in asking more, in one line; None when there is one.
    """
    if not server.application_id or not server.auth_key:
        return "no credentials: set CONNECTYCUBE_APP_ID and CONNECTYCUBE_AUTH_KEY"
    where = server.base_url
    try:
        with httpx2.Client(timeout=TIMEOUT_SECONDS, trust_env=False) as client:
            return _strange(server, client)
    except httpx2.HTTPError as error:
        return f"no answer from {where}: {type(error).__name__}"


def _strange(server: ServerUnderTest, client: httpx2.Client) -> str | None:
    where = server.base_url
    body = {"application_id": server.application_id, "auth_key": server.auth_key}
    created = client.post(f"{where}/session", json=body)
    if created.status_code == 422:
        return f"the server refuses the credentials: {created.text[:200]}"
    if created.status_code != 201:
        return f"a session of the app is answered with {created.status_code} instead of 201"
    try:
        token = str(created.json()["session"]["token"])
    except (ValueError, KeyError, TypeError):
        return "a new session has no token: is this ConnectyCube?"
    for name, headers, wanted in (
        ("a request without a token", {}, 403),
        ("a request with an unknown token", {"CB-Token": UNKNOWN_TOKEN}, 401),
        ("a request with a live token", {"CB-Token": token}, 200),
        ("the end of a session", {"CB-Token": token}, 200),
    ):
        method = "DELETE" if name.startswith("the end") else "GET"
        answer = client.request(method, f"{where}/session", headers=headers)
        if answer.status_code != wanted:
            return f"{name} is answered with {answer.status_code} instead of {wanted}"
    return None
