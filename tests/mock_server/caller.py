"""A plain HTTP caller of a running mock server: what a test says, and nothing of our client."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx2

from mock_server import ManualClock, RunningServer

PASSWORD = "correct horse"
START = 1_700_000_000_000
"""2023-11-14T22:13:20Z, where the clock of every test's server stands."""

Query = Sequence[tuple[str, str]] | Mapping[str, str | int]


class Caller:
    """Calls one server, perhaps with a token."""

    def __init__(self, server: RunningServer, http: httpx2.Client, token: str | None = None):
        self.server = server
        self.http = http
        self.token = token

    @property
    def clock(self) -> ManualClock:
        return self.server.clock

    def call(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        query: Query | None = None,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> httpx2.Response:
        sent = {"CB-Token": self.token} if self.token else {}
        pairs = query.items() if isinstance(query, Mapping) else query or ()
        url = f"{self.server.base_url}{path}" + (f"?{urlencode(list(pairs))}" if query else "")
        if json is not None:
            more["json"] = json
        return self.http.request(method, url, headers=sent | dict(headers or {}), **more)

    def get(self, path: str, query: Query | None = None) -> httpx2.Response:
        return self.call("GET", path, query=query)

    def post(self, path: str, json: Any) -> httpx2.Response:
        return self.call("POST", path, json=json)

    def put(self, path: str, json: Any) -> httpx2.Response:
        return self.call("PUT", path, json=json)

    def delete(self, path: str) -> httpx2.Response:
        return self.call("DELETE", path)

    def create_session(self, **fields: Any) -> httpx2.Response:
        settings = self.server.settings
        app = {"application_id": settings.app_id, "auth_key": settings.auth_key}
        return self.call("POST", "/session", json=app | fields)

    def with_token(self, token: str | None) -> Caller:
        return Caller(self.server, self.http, token)

    def app(self) -> Caller:
        """The app with a new session of its own."""
        return self.with_token(self.create_session().json()["session"]["token"])

    def signed_in(self, login: str, password: str = PASSWORD) -> Caller:
        """A user, made on the fly if there is none, with a new session."""
        answer = self.create_session(user={"login": login, "password": password})
        assert answer.status_code == 201, answer.text
        return self.with_token(answer.json()["session"]["token"])

    def guest(self) -> Caller:
        answer = self.create_session(user={"guest": "1", "full_name": "A guest"})
        return self.with_token(answer.json()["session"]["token"])

    def session(self) -> dict[str, Any]:
        answer = self.get("/session")
        assert answer.status_code == 200, answer.text
        session: dict[str, Any] = answer.json()["session"]
        return session

    def user(self) -> dict[str, Any]:
        user: dict[str, Any] = self.session()["user"]
        return user

    def sign_up(self, **fields: Any) -> dict[str, Any]:
        answer = self.post("/users", {"user": {"password": PASSWORD} | fields})
        assert answer.status_code == 201, answer.text
        user: dict[str, Any] = answer.json()["user"]
        return user

    def create_blob(self, **fields: Any) -> dict[str, Any]:
        given = {"content_type": "image/png", "name": "face.png"} | fields
        answer = self.post("/blobs", {"blob": given})
        assert answer.status_code == 201, answer.text
        blob: dict[str, Any] = answer.json()["blob"]
        return blob

    def upload(self, blob: Mapping[str, Any], content: bytes) -> httpx2.Response:
        url, form = upload_access(blob)
        return self.http.post(url, data=form, files={"file": content})

    def stored_blob(self, content: bytes, **fields: Any) -> dict[str, Any]:
        """A file that went all three steps."""
        blob = self.create_blob(**fields)
        assert self.upload(blob, content).status_code == 201
        done = self.put(f"/blobs/{blob['id']}/complete", {"blob": {"size": len(content)}})
        assert done.status_code == 200, done.text
        return blob


def upload_access(blob: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    """Where and with which fields, in order, a new file's bytes are to be posted."""
    params = urlsplit(str(blob["blob_object_access"]["params"]))
    # `strict_parsing` and no plus: the query must be readable by decodeURIComponent, too.
    assert "+" not in params.query
    return params._replace(query="").geturl(), dict(parse_qsl(params.query, strict_parsing=True))


def errors(answer: httpx2.Response, status: int) -> Any:
    """The errors of a refusal, which must have this status and no expiration header."""
    assert answer.status_code == status, answer.text
    assert "cb-token-expirationdate" not in answer.headers
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    body = answer.json()
    assert list(body) == ["errors"]
    return body["errors"]
