"""Players: each tells the steps of a history with another client."""

from __future__ import annotations

import asyncio
import base64
import inspect
import json
import os
import shutil
import subprocess
from collections.abc import Generator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar
from urllib.parse import parse_qsl, quote, urlsplit

import httpx2

from contract_tests.client.histories import Step
from contract_tests.server import ServerUnderTest
from generated_client import Client, RawResponse, Request, Response, StreamedResponse
from generated_client import models as made
from generated_client.api.blobs import complete_blob, create_blob, delete_blob, update_blob
from generated_client.api.session import create_session, destroy_session, login, logout
from generated_client.api.users import delete_user, sign_up, update_user
from wrappers import AsyncConnectyCube, ConnectyCube, Password

T = TypeVar("T")

SCRIPT = Path(__file__).resolve().parent.parent / "js_sdk" / "play.mjs"


class Player(Protocol):
    """Somebody who does what a step says."""

    def play(self, step: Step) -> None:
        """Do a step, which must succeed."""
        ...


@contextmanager
def wrappers_sync(server: ServerUnderTest) -> Generator[Player]:
    """Play with the wrappers for threads."""
    player = _Wrappers(server, ConnectyCube)
    yield player
    for cube in player.cubes.values():
        cube.close()


@contextmanager
def wrappers_async(server: ServerUnderTest) -> Generator[Player]:
    """Play with the wrappers for tasks."""
    with asyncio.Runner() as runner:
        player = _Wrappers(server, AsyncConnectyCube, runner)
        yield player
        for cube in player.cubes.values():
            runner.run(cube.aclose())


@contextmanager
def raw_http(server: ServerUnderTest) -> Generator[Player]:
    """Play with nothing but an HTTP client."""
    with httpx2.Client(base_url=server.base_url, trust_env=False, timeout=30) as http:
        yield _Raw(server, http)


@contextmanager
def generated(server: ServerUnderTest) -> Generator[Player]:
    """Play with the generated client."""
    with httpx2.Client(base_url=server.base_url, trust_env=False, timeout=30) as http:
        yield _Generated(server, http)


@contextmanager
def javascript(server: ServerUnderTest) -> Generator[Player]:
    """Play with the official JavaScript SDK."""
    node = shutil.which("node")
    assert node is not None, "Node.js is needed to run the official SDK: see CONTRIBUTING.md"
    environment = {"PATH": os.environ["PATH"], **server.environment()}
    with subprocess.Popen(
        [node, str(SCRIPT)],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield _JavaScript(process)
        process.communicate(timeout=30)


PLAYERS: Mapping[str, Any] = {
    "wrappers, sync": wrappers_sync,
    "wrappers, async": wrappers_async,
    "generated client": generated,
    "raw HTTP": raw_http,
    "official JavaScript SDK": javascript,
}


class _Wrappers:
    """The wrappers' calls have the same names for threads and for tasks."""

    def __init__(
        self, server: ServerUnderTest, make: Any, runner: asyncio.Runner | None = None
    ) -> None:
        self.cubes: dict[str, Any] = {}
        self._server = server
        self._make = make
        self._runner = runner
        self._files: dict[str, int] = {}

    def play(self, step: Step) -> None:
        """Do a step."""
        getattr(self, step["do"])(step, self._cube(step["who"]))

    def sign_up(self, step: Step, cube: Any) -> None:
        login, password = step["who"], step["password"]
        self._done(cube.users.sign_up(login=login, password=password, **step["profile"]))

    def sign_in(self, step: Step, cube: Any) -> None:
        self._done(cube.create_session(Password(login=step["who"], password=step["password"])))

    def log_in(self, step: Step, cube: Any) -> None:
        self._done(cube.login(Password(login=step["who"], password=step["password"])))

    def log_out(self, _: Step, cube: Any) -> None:
        self._done(cube.logout())

    def destroy(self, _: Step, cube: Any) -> None:
        self._done(cube.destroy_session())

    def update(self, step: Step, cube: Any) -> None:
        self._done(cube.users.update(**step["profile"]))

    def tag(self, step: Step, cube: Any) -> None:
        self._done(cube.users.update(tags=step["tags"]))

    def tell(self, step: Step, cube: Any) -> None:
        self._done(cube.users.update(custom_data=step["custom_data"]))

    def change_password(self, step: Step, cube: Any) -> None:
        self._done(cube.users.change_password(old=step["old"], new=step["new"]))

    def upload(self, step: Step, cube: Any) -> None:
        told = {name: step[name] for name in ("name", "content_type", "public")}
        content = base64.b64decode(step["base64"])
        self._files[step["file"]] = self._done(cube.storage.upload(content, **told)).id

    def rename(self, step: Step, cube: Any) -> None:
        self._done(cube.storage.rename(self._files[step["file"]], step["name"]))

    def delete_file(self, step: Step, cube: Any) -> None:
        self._done(cube.storage.delete(self._files[step["file"]]))

    def delete_user(self, _: Step, cube: Any) -> None:
        self._done(cube.users.delete())

    def _cube(self, who: str) -> Any:
        if who not in self.cubes:
            self.cubes[who] = self._make(
                app_id=self._server.application_id,
                auth_key=self._server.auth_key,
                base_url=self._server.base_url,
            )
        return self.cubes[who]

    def _done(self, result: Any) -> Any:
        if self._runner is None:
            return result
        assert inspect.iscoroutine(result)
        return self._runner.run(result)


class _ByHand:
    """What raw HTTP and the generated client share: one token and one user's id for everybody."""

    def __init__(self, server: ServerUnderTest, http: httpx2.Client) -> None:
        self._http = http
        self._app = {"application_id": server.application_id, "auth_key": server.auth_key}
        self._auth_key = server.auth_key
        self._tokens: dict[str, str] = {}
        self._users: dict[str, int] = {}
        self._files: dict[str, int] = {}

    def play(self, step: Step) -> None:
        """Do a step."""
        getattr(self, step["do"])(step)

    def _post_form(self, params: str, content: bytes) -> None:
        address = urlsplit(params)
        form = dict(parse_qsl(address.query, strict_parsing=True))
        url = address._replace(query="").geturl()
        answer = self._http.post(url, data=form, files={"file": content})
        assert answer.status_code == 201, answer.text


class _Raw(_ByHand):
    def sign_up(self, step: Step) -> None:
        user = {"login": step["who"], "password": step["password"], **step["profile"]}
        body = self._call("POST", "/users", {"user": user}, {"CB-AuthKey": self._auth_key})
        self._users[step["who"]] = body["user"]["id"]

    def sign_in(self, step: Step) -> None:
        user = {"login": step["who"], "password": step["password"]}
        session = self._call("POST", "/session", {**self._app, "user": user})["session"]
        self._tokens[step["who"]] = session["token"]

    def log_in(self, step: Step) -> None:
        self._as(step, "POST", "/login", {"login": step["who"], "password": step["password"]})

    def log_out(self, step: Step) -> None:
        self._as(step, "DELETE", "/login")

    def destroy(self, step: Step) -> None:
        self._as(step, "DELETE", "/session")

    def update(self, step: Step) -> None:
        self._change(step, step["profile"])

    def tag(self, step: Step) -> None:
        self._change(step, {"tag_list": step["tags"]})

    def tell(self, step: Step) -> None:
        self._change(step, {"custom_data": step["custom_data"]})

    def change_password(self, step: Step) -> None:
        self._change(step, {"password": step["new"], "old_password": step["old"]})

    def upload(self, step: Step) -> None:
        told = {name: step[name] for name in ("name", "content_type", "public")}
        blob = self._as(step, "POST", "/blobs", {"blob": told})["blob"]
        content = base64.b64decode(step["base64"])
        self._post_form(blob["blob_object_access"]["params"], content)
        size = {"blob": {"size": len(content)}}
        self._as(step, "PUT", f"/blobs/{blob['id']}/complete", size)
        self._files[step["file"]] = blob["id"]

    def rename(self, step: Step) -> None:
        change = {"blob": {"name": step["name"]}}
        self._as(step, "PUT", f"/blobs/{self._files[step['file']]}", change)

    def delete_file(self, step: Step) -> None:
        self._as(step, "DELETE", f"/blobs/{self._files[step['file']]}")

    def delete_user(self, step: Step) -> None:
        self._as(step, "DELETE", f"/users/{self._users[step['who']]}")

    def _change(self, step: Step, changes: Mapping[str, Any]) -> None:
        self._as(step, "PUT", f"/users/{self._users[step['who']]}", {"user": changes})

    def _as(self, step: Step, method: str, path: str, body: Any = None) -> Any:
        return self._call(method, path, body, {"CB-Token": self._tokens[step["who"]]})

    def _call(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> Any:
        answer = self._http.request(method, path, json=body, headers=headers)
        assert 200 <= answer.status_code < 300, answer.text
        return answer.json() if answer.content else None


class _Generated(_ByHand):
    def sign_up(self, step: Step) -> None:
        user = {"login": step["who"], "password": step["password"], **step["profile"]}
        body = made.SignUpRequest.from_dict({"user": user})
        client = self._client({"authKey": self._auth_key})
        answer = _parsed(made.UserResponse, sign_up.sync_detailed(client=client, body=body))
        self._users[step["who"]] = answer.user.id

    def sign_in(self, step: Step) -> None:
        user = {"login": step["who"], "password": step["password"]}
        body = made.CreateSessionRequest.from_dict({**self._app, "user": user})
        response = create_session.sync_detailed(client=self._client({}), body=body)
        self._tokens[step["who"]] = _parsed(made.SessionResponse, response).session.token

    def log_in(self, step: Step) -> None:
        body = made.LoginRequest.from_dict({"login": step["who"], "password": step["password"]})
        _parsed(made.UserResponse, login.sync_detailed(client=self._as(step), body=body))

    def log_out(self, step: Step) -> None:
        assert logout.sync_detailed(client=self._as(step)).status == 200

    def destroy(self, step: Step) -> None:
        assert destroy_session.sync_detailed(client=self._as(step)).status == 200

    def update(self, step: Step) -> None:
        self._change(step, step["profile"])

    def tag(self, step: Step) -> None:
        self._change(step, {"tag_list": step["tags"]})

    def tell(self, step: Step) -> None:
        self._change(step, {"custom_data": step["custom_data"]})

    def change_password(self, step: Step) -> None:
        self._change(step, {"password": step["new"], "old_password": step["old"]})

    def upload(self, step: Step) -> None:
        told = {name: step[name] for name in ("name", "content_type", "public")}
        body = made.CreateBlobRequest.from_dict({"blob": told})
        response = create_blob.sync_detailed(client=self._as(step), body=body)
        blob = _parsed(made.CreatedBlobResponse, response).blob
        content = base64.b64decode(step["base64"])
        self._post_form(blob.blob_object_access.params, content)
        size = made.CompleteBlobRequest.from_dict({"blob": {"size": len(content)}})
        done = complete_blob.sync_detailed(blob.id, client=self._as(step), body=size)
        assert done.status == 200
        self._files[step["file"]] = blob.id

    def rename(self, step: Step) -> None:
        body = made.UpdateBlobRequest.from_dict({"blob": {"name": step["name"]}})
        file = self._files[step["file"]]
        response = update_blob.sync_detailed(file, client=self._as(step), body=body)
        _parsed(made.UpdatedBlobResponse, response)

    def delete_file(self, step: Step) -> None:
        file = self._files[step["file"]]
        assert delete_blob.sync_detailed(file, client=self._as(step)).status == 200

    def delete_user(self, step: Step) -> None:
        user = self._users[step["who"]]
        assert delete_user.sync_detailed(user, client=self._as(step)).status == 200

    def _change(self, step: Step, changes: Mapping[str, Any]) -> None:
        body = made.UpdateUserRequest.from_dict({"user": changes})
        user = self._users[step["who"]]
        response = update_user.sync_detailed(user, client=self._as(step), body=body)
        _parsed(made.UserResponse, response)

    def _as(self, step: Step) -> Client:
        return self._client({"sessionToken": self._tokens[step["who"]]})

    def _client(self, credentials: Mapping[str, str]) -> Client:
        return Client(transport=Bare(self._http), credentials=credentials)


class Bare:
    """A transport that sends a request as it is."""

    def __init__(self, http: httpx2.Client) -> None:
        self._http = http

    def send(self, request: Request) -> RawResponse:
        """Send a request and read its answer."""
        query = "&".join(f"{quote(name)}={quote(value, safe='')}" for name, value in request.query)
        url = f"{request.url}?{query}" if query else request.url
        assert request.content is None or isinstance(request.content, bytes)
        headers = list(request.headers)
        answer = self._http.request(request.method, url, content=request.content, headers=headers)
        return RawResponse.for_request(
            request,
            status=answer.status_code,
            headers=answer.headers.multi_items(),
            content=answer.content,
        )

    def stream(self, request: Request) -> AbstractContextManager[StreamedResponse]:
        """Refuse: no step of a history reads a stream."""
        raise NotImplementedError(request.operation_id)


def _parsed(kind: type[T], response: Response[Any]) -> T:
    assert isinstance(response.parsed, kind), response.content
    return response.parsed


class _JavaScript:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def play(self, step: Step) -> None:
        """Do a step."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(step) + "\n")
        self._process.stdin.flush()
        went_wrong = self._process.stdout.readline()
        assert went_wrong == "\n", f"{step}: {went_wrong or 'the script ended'}"
