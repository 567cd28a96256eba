"""Manners of a client or of one call: timeouts, answers as they came, every other operation."""

from __future__ import annotations

import inspect
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from generated_client.api.users import list_users
from generated_client.models import UserPageV1
from tests.wrappers.stub import Reply, StubServer, user_json
from tests.wrappers.worlds import MockWorld, png, somebody, stub_options
from wrappers import (
    ClientClosed,
    ConfigurationError,
    ConnectyCube,
    NotFound,
    Response,
    TransportTimeout,
    User,
)

pytestmark = pytest.mark.anyio

SECONDS = 17.0


class Everything:
    """Every public call that goes on the wire, once, each with the same arguments more."""

    def __init__(self, cube: ConnectyCube, folder: Path) -> None:
        self.cube = cube
        self.folder = folder
        self.key = secrets.token_hex(8)

    def users(self, **more: Any) -> None:
        cube, key = self.cube, self.key
        credentials = somebody()
        password = credentials.password
        user = cube.users.sign_up(
            login=credentials.login or "", password=password, email=f"{key}@example.com",
            phone=key, external_id=key, facebook_id=key, twitter_id=key, full_name=key, tags=[key],
            **more,
        )  # fmt: skip
        cube.create_session(credentials, **more)
        cube.users.get(user.id, **more)
        cube.users.get_by_login(credentials.login or "", **more)
        cube.users.get_by_email(f"{key}@example.com", **more)
        cube.users.get_by_phone(key, **more)
        cube.users.get_by_external_id(key, **more)
        cube.users.get_by_facebook_id(key, **more)
        cube.users.get_by_twitter_id(key, **more)
        cube.users.get_many([user.id], **more)
        cube.users.reset_password(f"{key}@example.com", **more)
        cube.users.update(website="https://example.com", **more)
        cube.users.change_password(old=password, new="another-password", **more)
        for found in (
            cube.users.find(id=user.id, **more),
            cube.users.find_by_full_name(key, **more),
            cube.users.find_by_phones([key], **more),
            cube.users.find_by_tags([key], **more),
            cube.users.online(limit=1, **more),
        ):
            assert [each for each in found]
        cube.users.online_count(**more)

    def custom_data(self, **more: Any) -> None:
        self.cube.users.update_custom_data({"planet": "Earth"}, **more)

    def sessions(self, **more: Any) -> None:
        cube = self.cube
        cube.get_session(**more)
        cube.as_user(cube.session.token if cube.session else "").chat_credentials(**more)
        cube.logout(**more)
        cube.login(somebody(), **more)
        cube.destroy_session(**more)
        cube.create_session(somebody(), **more)

    def storage(self, **more: Any) -> None:
        cube = self.cube
        blob = cube.storage.upload(b"some bytes", **more)
        assert cube.storage.download(blob, **more) == b"some bytes"
        cube.storage.download(blob, self.folder / "down", **more)
        with cube.storage.stream(blob, **more) as pieces:
            assert [piece for piece in pieces]
        cube.storage.get(blob, **more)
        cube.storage.get(blob.uid, **more)
        assert [each for each in cube.storage.list(**more)]
        cube.storage.rename(blob, "other", **more)
        cube.storage.signed_url(blob, **more)
        cube.as_user(somebody()).storage.private_url(blob, **more)
        cube.storage.delete(blob, **more)

    def avatars(self, **more: Any) -> None:
        cube = self.cube
        user = cube.avatars.set(png(), **more)
        assert cube.avatars.download(user, **more) == png()
        cube.avatars.signed_url(user, **more)
        cube.as_user(somebody()).avatars.url(user, **more)
        cube.avatars.remove(**more)

    def farewell(self, **more: Any) -> None:
        self.cube.users.delete(**more)

    def all(self, **more: Any) -> None:
        self.users(**more)
        self.custom_data(**more)
        self.sessions(**more)
        self.storage(**more)
        self.avatars(**more)
        self.farewell(**more)


def calls_on_the_wire() -> Iterator[tuple[str, Any]]:
    """Every public call that can wait for the service."""
    cube = ConnectyCube(app_id=1, auth_key="made-up-key")
    for face in (cube, cube.users, cube.storage, cube.avatars):
        for name, call in inspect.getmembers(face, inspect.ismethod):
            local = {"as_user", "with_options", "close", "uid_of", "public_url"}
            if not name.startswith("_") and name not in local:
                yield name, call


def test_every_call_takes_a_timeout() -> None:
    names = [name for name, _ in calls_on_the_wire()]
    assert len(names) == 40
    for name, call in calls_on_the_wire():
        timeout = inspect.signature(call).parameters["timeout"]
        assert (timeout.kind, timeout.default) == (inspect.Parameter.KEYWORD_ONLY, None), name
        assert "timeout: Seconds for each request of this call" in (call.__doc__ or ""), name
    source = inspect.getsource(Everything)
    assert [name for name in names if f".{name}(" not in source] == []


def test_every_request_of_a_call_has_its_timeout(mock: MockWorld, tmp_path: Path) -> None:
    seen: list[tuple[str, dict[str, float]]] = []

    def note(request: httpx2.Request) -> None:
        seen.append((request.url.path, request.extensions["timeout"]))

    with (
        httpx2.Client(event_hooks={"request": [note]}) as own,
        ConnectyCube(**mock.options, http_client=own) as cube,
    ):
        Everything(cube, tmp_path).all(timeout=SECONDS)
        given = dict.fromkeys(("connect", "read", "write", "pool"), SECONDS)
        assert len(seen) >= 60
        assert [path for path, timeout in seen if timeout != given] == []
        seen.clear()
        # Left out, it is the client's own again.
        Everything(cube, tmp_path).all()
        given = dict.fromkeys(("connect", "read", "write", "pool"), 30.0)
        assert [path for path, timeout in seen if timeout != given] == []


def test_a_timeout_that_ends_a_call(stub: StubServer) -> None:
    with ConnectyCube(**stub_options(stub.base_url)) as cube:
        cube.create_session()
        stub.always("GET", "/users/7", Reply(200, {"user": user_json(7)}))
        assert (cube.users.get(7, timeout=10)).id == 7
        cut = Reply(200, headers={"Content-Length": "9"})
        stub.always("GET", "/users/7", cut)
        with pytest.raises(TransportTimeout):
            cube.users.get(7, timeout=0.05)
        for wrong in (0, -1, float("inf"), float("nan")):
            with pytest.raises(ConfigurationError, match="timeout"):
                cube.users.get(7, timeout=wrong)


def test_a_closed_child_sends_nothing_either_way(mock: MockWorld) -> None:
    with ConnectyCube(**mock.options) as cube:
        child = cube.as_user(somebody())
        user = child.get_session()
        child.close()
        for timeout in (None, 5):
            with pytest.raises(ClientClosed):
                child.users.get(user.user_id or 0, timeout=timeout)


def test_who_descends_from_a_closed_client_sends_nothing(stub: StubServer) -> None:
    stub.always("GET", "/users/7", Reply(200, {"user": user_json(7)}))
    with ConnectyCube(**stub_options(stub.base_url)) as cube:
        child = cube.as_user(somebody())
        twin, grandchild = child.with_options(retries=1), child.as_user(somebody())
        child.with_options(retries=0).close()  # which is somebody else's end
        for each in (child, twin, grandchild):
            assert (each.users.get(7)).id == 7
        child.close()
        sent = len(stub.seen)
        for each in (child, twin, grandchild, grandchild.with_options(), twin.as_user(somebody())):
            for call in (each.create_session, each.chat_credentials, each.get_session):
                with pytest.raises(ClientClosed, match="the client is closed"):
                    call()
            with pytest.raises(ClientClosed):
                each.storage.upload(b"bytes")
        assert len(stub.seen) == sent
        assert (cube.users.get(7)).id == 7


def test_answers_as_they_came(mock: MockWorld) -> None:
    answers: list[Response] = []
    with ConnectyCube(**mock.options) as cube:
        session = cube.create_session(somebody())
        told = cube.with_options(on_response=answers.append)
        user = told.users.get(session.user_id or 0)
        (answer,) = answers
        assert (answer.status, answer.method, answer.url) == (200, "GET", f"/users/{user.id}")
        assert answer.header("CB-Token-ExpirationDate")
        assert f'"login":"{user.login}"'.encode() in answer.content
        assert session.token not in repr(answer)
        # A refusal is shown as well, and whoever did not ask hears nothing.
        with pytest.raises(NotFound):
            told.with_options(timeout=5).users.get(2**62)
        cube.users.get(user.id)
        told.as_user(session.token).users.get(user.id, timeout=5)
        assert [each.status for each in answers] == [200, 404, 200]
        answers.clear()
        blob = told.storage.upload(b"some bytes")
        assert told.storage.download(blob) == b"some bytes"
    steps = [(each.method, each.status) for each in answers]
    assert steps == [
        ("POST", 201), ("POST", 201), ("PUT", 200), ("GET", 301), ("GET", 200),
    ]  # fmt: skip
    assert answers[-1].content == b""
    assert answers[-1].header("Content-Length") == "10"


def test_attempts_that_are_sent_again_are_shown(stub: StubServer) -> None:
    answers: list[Response] = []
    busy = Reply(503, {"errors": ["busy"]}, headers={"Retry-After": "0"})
    stub.once("GET", "/users/7", busy, Reply(200, {"user": user_json(7)}))
    with ConnectyCube(**stub_options(stub.base_url)) as cube:
        told = cube.with_options(retries=1, on_response=answers.append)
        assert isinstance(told.users.get(7), User)
    assert [(each.method, each.status) for each in answers] == [
        ("POST", 201), ("GET", 503), ("GET", 200),
    ]  # fmt: skip


def test_every_other_operation_with_the_same_session(mock: MockWorld) -> None:
    with ConnectyCube(**mock.options) as cube:
        session = cube.create_session(somebody())
        page = list_users.sync(
            client=cube.api, filter_=[f"number id eq {session.user_id}"], per_page=5
        )
        assert isinstance(page, UserPageV1)
        assert page.total_entries == 1
        # Renewed like any other call, and a refusal is an exception.
        cube.as_user(session.token).destroy_session()
        again = list_users.sync(client=cube.api, per_page=1)
        assert isinstance(again, UserPageV1)
        assert cube.session is not None
        assert cube.session.token != session.token
        with pytest.raises(NotFound):
            cube.with_options(timeout=5).users.get(2**62)
