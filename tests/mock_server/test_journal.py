"""The journal: why a request was refused, and never a secret."""

from __future__ import annotations

from typing import Any

import pytest

from mock_server import RunningServer
from tests.mock_server.caller import PASSWORD, Caller, errors, upload_access

JOURNAL = "/__mock__/journal"


def last(caller: Caller) -> dict[str, Any]:
    [entry] = caller.get(JOURNAL, {"limit": 1}).json()["requests"]
    told: dict[str, Any] = entry
    return told


def test_a_request_is_written_down(caller: Caller) -> None:
    app = caller.app()
    app.sign_up(login="amigo", nickname="Ami")
    app.get("/users/v2", {"id": 1, "colour": "red", "id[in][]": 2})
    assert [each["operation"] for each in app.get(JOURNAL).json()["requests"]] == [
        "createSession", "signUp", "findUsers",
    ]  # fmt: skip
    signed_up, found = app.get(JOURNAL, {"status": 201}).json()["requests"][-1], last(app)
    assert signed_up == {
        "number": 2, "at": "2023-11-14T22:13:20.000Z", "method": "POST", "path": "/users",
        "operation": "signUp", "app_id": 1, "status": 201, "why": None, "errors": None,
        "ignored": ["user.nickname"], "fault": None,
    }  # fmt: skip
    assert found["ignored"] == ["?colour"]
    assert len(app.get(JOURNAL, {"operation": "signUp"}).json()["requests"]) == 1
    assert app.delete(JOURNAL).json() == app.get(JOURNAL).json() == {"requests": []}


def test_it_tells_why(caller: Caller) -> None:
    app = caller.app()
    assert errors(caller.get("/session"), 403)
    assert last(caller)["why"] == "the header CB-Token is missing"
    assert errors(app.post("/users", {"user": {"login": "x", "password": PASSWORD}}), 422)
    assert last(caller)["why"] == "/user/login breaks /components/schemas/Login/minLength"
    assert last(caller)["errors"]["login"]
    assert errors(app.get("/users/v2", {"id": 1, "limit": 101}), 422)
    assert last(caller)["why"] == "/limit breaks /properties/limit/maximum"
    assert errors(app.post("/blobs", {"blob": {}}), 403)
    assert last(caller)["why"] == "the token stands for the app alone"
    amigo, marvin = caller.signed_in("amigo"), caller.signed_in("marvin")
    assert errors(amigo.delete(f"/users/{marvin.user()['id']}"), 403)
    assert last(caller)["why"] == "it is user 2's, and the token is user 1's"
    blob = marvin.create_blob()
    assert errors(amigo.delete(f"/blobs/{blob['id']}"), 403)
    assert last(caller)["why"] == "it is user 2's, and the token is user 1's"
    caller.clock.advance(seconds=7200)
    assert errors(app.get("/session"), 401)
    assert last(caller)["why"] == "the session expired at 2023-11-15T00:13:20.000Z"
    assert errors(caller.with_token("none").get("/session"), 401)
    assert last(caller)["why"] == "the token was never given, or its session was ended"
    assert errors(caller.call("PATCH", "/users"), 405)
    assert last(caller) | {"status": 405, "errors": ["Method is not allowed"]} == last(caller)
    caller.get("/nowhere")
    assert (last(caller)["operation"], last(caller)["status"]) == (None, 404)


def test_it_tells_of_faults(caller: Caller, server: RunningServer) -> None:
    app = caller.app()
    server.faults.add("getSession", status=503, delay=0, count=1)
    server.faults.add("getSession", slow_body=0, count=1)
    assert errors(app.get("/session"), 503)
    assert (last(caller)["fault"], last(caller)["status"]) == (["status", "delay"], 503)
    assert app.get("/session").status_code == 200
    assert (last(caller)["fault"], last(caller)["status"]) == (["slow_body"], 200)


def test_it_tells_of_the_object_store(caller: Caller) -> None:
    amigo = caller.signed_in("amigo")
    blob = amigo.stored_blob(b"bytes")
    assert last(caller)["operation"] == "completeBlob"
    link = amigo.get(f"/blobs/{blob['uid']}").headers["location"]
    assert caller.http.get(link, headers={"Range": "bytes=1-2"}).content == b"yt"
    told = last(caller)
    assert (told["operation"], told["status"], told["why"]) == ("downloadObject", 206, None)
    caller.http.get(link[:-1] + ("0" if link[-1] != "0" else "1"))
    assert last(caller)["why"].startswith("SignatureDoesNotMatch: ")
    caller.clock.advance(seconds=3600)
    caller.http.get(link)
    assert last(caller)["why"] == "the link expired at 2023-11-14T23:13:20Z"
    amigo.upload(blob, b"bytes")
    told = last(caller)
    assert (told["operation"], told["status"], told["method"]) == ("uploadObject", 403, "POST")
    assert told["why"] == "it expired at 2023-11-14T23:13:20Z"
    caller.delete("/__store__/cb-shared-s3/x")
    assert (last(caller)["operation"], last(caller)["status"]) == (None, 405)


def test_it_never_tells_a_secret(caller: Caller, server: RunningServer) -> None:
    secrets = {"hunter-2-hunter", "old-hunter-2", "a.fine.signature", "app-key-wrong"}
    amigo = caller.signed_in("amigo")
    token = str(amigo.token)
    amigo.put(
        f"/users/{amigo.user()['id']}",
        {"user": {"password": "hunter-2-hunter", "old_password": "old-hunter-2"}},
    )
    amigo.post("/users", {"user": {"login": "hunter-2-hunter", "password": "hunter-2-hunter"}})
    amigo.post("/users", {"user": {"hunter-2-hunter": 1, "password": "hunter-2-hunter"}})
    caller.create_session(signature="a.fine.signature", nonce=1, timestamp=1_700_000_000)
    caller.create_session(auth_key="app-key-wrong")
    caller.create_session(provider="facebook", keys={"token": "hunter-2-hunter", "secret": "x"})
    caller.call("GET", "/blobs/0", query={"token": token})
    url, form = upload_access(amigo.create_blob())
    secrets |= {form["policy"], form["x-amz-signature"]}
    form[form["x-amz-signature"]] = "x"
    assert caller.http.post(url, data=form, files={"file": b"x"}).status_code == 403
    assert "Extra input fields: ***" in last(caller)["why"]
    caller.http.get(f"{url}/{token}?X-Amz-Signature={form['x-amz-signature']}")
    for path in (f"/session/{token}", f"/users/{token}", f"/blobs/{token}/x/y", f"/{token}.json"):
        amigo.get(path)
        caller.get(path)
    caller.call("POST", "/users", json={"user": {}}, headers={"CB-AuthKey": "app-key-wrong"})
    amigo.call("GET", f"/users/v2?{token}=1&id=1")
    told = caller.get(JOURNAL, {"limit": 1000}).text
    settings = server.settings
    for secret in {*secrets, token, PASSWORD, settings.auth_key, settings.auth_secret}:
        assert secret not in told
    assert "argon2" not in told
    assert '"?***"' in told


def test_it_is_bounded(caller: Caller, server: RunningServer) -> None:
    for _ in range(1001):
        caller.get("/nowhere")
    kept = server.journal.latest()
    assert (len(kept), kept[0]["number"], kept[-1]["number"]) == (1000, 2, 1001)
    assert caller.get(JOURNAL, {"limit": 3}).json()["requests"] == kept[-3:]


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 1001}, {"limit": "x"}, {"status": "x"}])
def test_bad_questions(caller: Caller, query: dict[str, Any]) -> None:
    assert errors(caller.get(JOURNAL, query), 422)
