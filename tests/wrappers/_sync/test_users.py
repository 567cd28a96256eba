"""Users: sign up, read, change, delete."""

from __future__ import annotations

from typing import Any

import pytest

from tests.wrappers.stub import Reply, StubServer, user_json
from tests.wrappers.worlds import MockWorld, somebody, stub_options
from wrappers import (
    AlreadyTaken,
    ConnectyCube,
    InvalidArgument,
    InvalidCredentials,
    NeedUser,
    NotFound,
    Password,
    SessionExpired,
    UnexpectedResponseError,
    ValidationError,
)

pytestmark = pytest.mark.anyio


def test_signing_up_with_everything(mock: MockWorld) -> None:
    credentials = somebody()
    with ConnectyCube(**mock.options) as cube:
        user = cube.users.sign_up(
            login=credentials.login or "",
            password=credentials.password,
            email=f"{credentials.login}@example.com",
            full_name="Arthur Dent",
            phone="+441632960042",
            website="https://example.com",
            tags=["iphone", "apple"],
            custom_data={"towel": "✓"},
            external_id="42",
            timezone=-60,
        )
        read = cube.users.get(user.id)
    assert read == user
    assert (user.login, user.email) == (credentials.login, f"{credentials.login}@example.com")
    assert (user.full_name, user.phone, user.website) == (
        "Arthur Dent",
        "+441632960042",
        "https://example.com",
    )
    assert user.tags == ("iphone", "apple")
    assert user.custom_data == '{"towel":"✓"}'
    assert (user.external_id, user.timezone, user.is_guest) == ("42", -60, False)
    assert user.created_at is not None
    assert user.created_at.tzinfo is not None
    assert user.raw is not None


def test_a_login_that_is_taken(mock: MockWorld) -> None:
    credentials = somebody()
    with ConnectyCube(**mock.options) as cube:
        login = credentials.login or ""
        cube.users.sign_up(login=login, password=credentials.password)
        with pytest.raises(AlreadyTaken) as caught:
            cube.users.sign_up(login=login, password=credentials.password)
        assert caught.value.status == 422
        assert caught.value.fields == {"login": ("has already been taken",)}
        assert caught.value.errors == ("login has already been taken",)
        assert (caught.value.method, caught.value.url) == ("POST", "/users")
        assert caught.value.response is not None
        assert caught.value.response.header("content-type") == "application/json; charset=utf-8"


def test_a_rule_that_is_broken_names_the_field(mock: MockWorld) -> None:
    with ConnectyCube(**mock.options) as cube:
        with pytest.raises(ValidationError) as caught:
            cube.users.sign_up(login="x", password="secret-password")
        assert list(caught.value.fields) == ["login"]


def test_changing_the_profile(mock: MockWorld) -> None:
    credentials = somebody()
    with ConnectyCube(**mock.options) as cube:
        cube.create_session(credentials)
        user = cube.users.update(full_name="Ford", phone="+441632960043", tags=["a", "b"])
        assert (user.full_name, user.phone, user.tags) == ("Ford", "+441632960043", ("a", "b"))
        user = cube.users.update(phone=None, tags=None)
        assert (user.full_name, user.phone, user.tags) == ("Ford", None, ())
        assert cube.session is not None
        assert cube.session.user == user
        read = cube.as_user(somebody()).users.get(user.id)
        assert (read.full_name, read.phone, read.tags) == ("Ford", None, ())


def test_changing_the_login_changes_what_a_renewal_uses(mock: MockWorld) -> None:
    credentials, other = somebody(), somebody()
    with ConnectyCube(**mock.options) as cube:
        first = cube.create_session(credentials)
        cube.users.update(login=other.login)
        # The session ends behind the client's back.
        cube.as_user(first.token).destroy_session()
        renewed = cube.get_session()
        assert renewed.user_id == first.user_id
        assert renewed.token != first.token


def test_changing_the_password_ends_other_sessions_and_keeps_renewal(
    mock: MockWorld,
) -> None:
    credentials = somebody()
    with ConnectyCube(**mock.options) as cube:
        first = cube.create_session(credentials)
        other = cube.as_user((cube.as_user(credentials).create_session(credentials)).token)
        with pytest.raises(ValidationError) as caught:
            cube.users.change_password(old="not the password", new="another-password")
        assert list(caught.value.fields) == ["old_password"]
        cube.users.change_password(old=credentials.password, new="another-password")
        with pytest.raises(SessionExpired):
            other.get_session()
        with pytest.raises(InvalidCredentials):
            cube.as_user(credentials).get_session()
        cube.as_user(first.token).destroy_session()
        assert (cube.get_session()).user_id == first.user_id


def test_deleting_oneself(mock: MockWorld) -> None:
    credentials = somebody()
    with ConnectyCube(**mock.options) as cube:
        session = cube.create_session(credentials)
        cube.users.delete()
        assert cube.session is None
        with pytest.raises(NotFound):
            cube.users.get(session.user_id or 0)
        with pytest.raises(NeedUser):
            cube.users.delete()


def test_calls_that_need_a_user_say_so_without_sending(stub: StubServer) -> None:
    with ConnectyCube(**stub_options(stub.base_url)) as cube:
        with pytest.raises(NeedUser) as caught:
            cube.users.update(full_name="nobody")
        with pytest.raises(NeedUser):
            cube.users.change_password(old="a", new="b")
        assert caught.value.status is None
        assert [each.path for each in stub.seen] == ["/session"]


def test_only_what_is_given_is_sent(stub: StubServer) -> None:
    stub.user = user_json(7)
    stub.always("POST", "/users", Reply(201, {"user": user_json(7)}))
    stub.always("PUT", "/users/7", Reply(200, {"user": user_json(7)}))
    with ConnectyCube(**stub_options(stub.base_url)) as cube:
        cube.users.sign_up(login="arthur", password="42424242")
        assert stub.seen[-1].json == {"user": {"login": "arthur", "password": "42424242"}}
        cube.create_session(Password(login="arthur", password="42424242"))
        cube.users.update(website=None, tags=(tag for tag in ("a", "b")))
        assert stub.seen[-1].json == {"user": {"website": None, "tag_list": ["a", "b"]}}
        cube.users.change_password(old="42424242", new="24242424")
        assert stub.seen[-1].json == {"user": {"password": "24242424", "old_password": "42424242"}}


def test_what_cannot_be_sent_is_refused_before(stub: StubServer) -> None:
    with ConnectyCube(**stub_options(stub.base_url)) as cube:
        with pytest.raises(InvalidArgument, match="nothing to update"):
            cube.users.update()
        with pytest.raises(InvalidArgument, match="several texts"):
            cube.users.update(tags="apple")
        with pytest.raises(InvalidArgument, match="JSON"):
            cube.users.update(custom_data={"x": object()})
        wrong: dict[str, Any] = {"timezone": "secret"}
        with pytest.raises(InvalidArgument, match="timezone") as caught:
            cube.users.sign_up(login="arthur", password="42424242", **wrong)
        assert "secret" not in str(caught.value)
        assert stub.seen == []


def test_an_older_servers_user_is_read(stub: StubServer) -> None:
    older = {
        "id": 7,
        "login": "Alice",
        "avatar": "",
        "custom_data": "",
        "user_tags": ["a", "b"],
        "created_at": "2020-10-13T09:05:01Z",
    }
    stub.always("GET", "/users/7", Reply(200, {"user": older}))
    with ConnectyCube(**stub_options(stub.base_url)) as cube:
        user = cube.users.get(7)
    assert (user.login, user.tags, user.full_name) == ("Alice", ("a", "b"), None)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(200, body=b"<html>Welcome</html>", headers={"Content-Type": "text/html"}),
        Reply(200, body=b'{"user": {"id": '),
        Reply(200, {"user": {"id": "seven"}}),
        Reply(200, {}),
        Reply(204),
        Reply(301, headers={"Location": "https://example.com/"}),
    ],
)
def test_answers_that_break_the_contract(stub: StubServer, reply: Reply) -> None:
    stub.always("GET", "/users/7", reply)
    with ConnectyCube(**stub_options(stub.base_url)) as cube:
        with pytest.raises(UnexpectedResponseError) as caught:
            cube.users.get(7)
    assert caught.value.status == reply.status
    assert (caught.value.method, caught.value.url) == ("GET", "/users/7")
    assert caught.value.response is not None
    assert caught.value.response.content == reply.content()
