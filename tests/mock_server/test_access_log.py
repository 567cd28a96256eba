"""The access log: a line for each request, and nothing secret in anything that is logged."""

from __future__ import annotations

import logging
import re

import httpx2
import pytest

from mock_server import RunningServer, Settings
from tests.mock_server.caller import PASSWORD, Caller, upload_access


@pytest.fixture
def settings() -> Settings:
    return Settings(port=0, store_port=0, auth_key="key-of-app", auth_secret="secret-!")


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [each.getMessage() for each in caplog.records if each.name == "mock_server.access"]


def test_a_line_for_each_request(
    caller: Caller, server: RunningServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "mock_server.access")
    app = caller.app()
    server.faults.add("getSession", status=503, delay=0, count=1)
    app.get("/session")
    app.get("/users/9", {"token": "x"})
    app.get("/nowhere")
    caller.get("/__mock__/clock")
    told = [re.sub(r"\d+\.\d+ms", "#ms", each) for each in lines(caplog)]
    told = [each.replace(" app_id=1", "") for each in told]
    assert told == [
        "POST /session 201 #ms operation=createSession",
        "GET /session 503 #ms operation=getSession fault=status,delay",
        "GET /users/9 404 #ms operation=getUser",
        "GET /nowhere 404 #ms",
        "GET /__mock__/clock 200 #ms",
    ]


def test_nobody_pays_for_lines_that_nobody_reads(
    caller: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    caller.app()
    assert lines(caplog) == []


def test_no_secret_is_logged(
    caller: Caller, server: RunningServer, caplog: pytest.LogCaptureFixture
) -> None:
    # What the test's own client logs is its own affair: it is another program elsewhere.
    for name in ("httpx2", "httpcore2"):
        caplog.set_level(logging.WARNING, name)
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "mock_server")  # other tests may have set another one
    amigo = caller.signed_in("amigo")
    blob = amigo.stored_blob(b"bytes")
    _, form = upload_access(blob)
    public = amigo.http.get(f"{server.base_url}/blobs/{blob['uid']}?token={amigo.token}")
    link = httpx2.URL(public.headers["location"])
    assert caller.http.get(link).content == b"bytes"
    caller.http.get(link.copy_set_param("X-Amz-Expires", "9"))
    marvin = caller.app().sign_up(login="marvin", email="m@a.example")
    caller.create_session(
        user={"login": "marvin", "password": "wrong-password"}, signature="0" * 40,
        timestamp=caller.clock.now() // 1000, nonce=1,
    )  # fmt: skip
    caller.create_session(auth_key="another-key")
    caller.app().get("/users/password/reset", {"email": "m@a.example"})
    page = server.mailbox.latest("m@a.example").link
    new = {"password": "new-password-1", "repeated": "new-password-1"}
    assert caller.http.post(page, data=new).status_code == 200
    caller.http.get(page + "x")
    server.faults.add("getUser", reset=True, count=1)
    with pytest.raises(httpx2.TransportError):
        amigo.get(f"/users/{marvin['id']}")
    logged = caplog.text + "".join(lines(caplog))
    assert len(lines(caplog)) >= 15
    secrets = {
        str(amigo.token), PASSWORD, "wrong-password", "new-password-1", "another-key", "0" * 40,
        server.auth_key, server.auth_secret, page.rpartition("/")[2], form["policy"],
        form["x-amz-signature"], form["x-amz-credential"], *link.params.values(),
    }  # fmt: skip
    for secret in secrets - {"3600", "host", "AWS4-HMAC-SHA256"}:
        assert secret not in logged
    assert "X-Amz" not in logged
