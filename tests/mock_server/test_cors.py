"""What browsers ask before they call from another site, and what their pages may read."""

from __future__ import annotations

import pytest

from tests.mock_server.caller import Caller, errors, upload_access

PAGE = {"Origin": "https://app.example"}


@pytest.mark.parametrize("path", ["/session", "/users/v2.json", "/__store__/bucket"])
def test_a_preflight(caller: Caller, path: str) -> None:
    asked = PAGE | {
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "cb-token,content-type",
    }
    answer = caller.call("OPTIONS", path, headers=asked)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert {"GET", "POST", "PUT", "DELETE"} == set(
        answer.headers["access-control-allow-methods"].split(", ")
    )
    assert {"CB-Token", "CB-AuthKey", "Content-Type"} <= set(
        answer.headers["access-control-allow-headers"].split(", ")
    )


def test_other_options_are_refused(caller: Caller) -> None:
    assert errors(caller.call("OPTIONS", "/session"), 405) == ["Method is not allowed"]
    assert errors(caller.call("OPTIONS", "/session", headers=PAGE), 405)


def test_pages_may_read_answers(caller: Caller) -> None:
    amigo = caller.signed_in("amigo")
    answer = amigo.call("GET", "/session", headers=PAGE)
    assert answer.headers.get_list("access-control-allow-origin") == ["*"]
    assert "CB-Token-ExpirationDate" in answer.headers["access-control-expose-headers"]
    refusal = caller.call("GET", "/session", headers=PAGE)
    assert errors(refusal, 403)
    assert refusal.headers["access-control-allow-origin"] == "*"
    url, form = upload_access(amigo.create_blob())
    stored = caller.http.post(url, data=form, files={"file": b"bytes"}, headers=PAGE)
    assert (stored.status_code, stored.headers["access-control-allow-origin"]) == (201, "*")


def test_pages_may_not_read_the_control_api(caller: Caller) -> None:
    asked = PAGE | {"Access-Control-Request-Method": "POST"}
    assert errors(caller.call("OPTIONS", "/__mock__/clock", headers=asked), 403)
    answer = caller.call("GET", "/__mock__/clock", headers={"Origin": "http://localhost:3000"})
    assert "access-control-allow-origin" not in answer.headers
