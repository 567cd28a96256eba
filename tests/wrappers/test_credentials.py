"""Credentials write themselves into requests, and sign, without showing themselves."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from attrs import frozen
from attrs.exceptions import FrozenInstanceError
from hypothesis import given
from hypothesis import strategies as st

from tests.wrappers.worlds import PATIENT
from wrappers import (
    Credentials,
    CustomIdentity,
    Facebook,
    FirebaseEmail,
    FirebasePhone,
    Guest,
    InvalidArgument,
    Password,
    Twitter,
)
from wrappers._configuration import Application
from wrappers._profile import renamed
from wrappers._signing import session_request, signature, string_to_sign

FIREBASE = {"project_id": "p", "access_token": "t"}


@frozen
class Case:
    credentials: Credentials
    session: dict[str, object]
    login: dict[str, object] | None


CASES = [
    Case(
        Password(login="marvin18", password="pw"),
        {"user": {"login": "marvin18", "password": "pw"}},
        {"login": "marvin18", "password": "pw"},
    ),
    Case(
        Password(email="a@b.c", password="pw"),
        {"user": {"email": "a@b.c", "password": "pw"}},
        {"email": "a@b.c", "password": "pw"},
    ),
    Case(Guest("Arthur"), {"user": {"guest": "1", "full_name": "Arthur"}}, None),
    Case(
        FirebasePhone("p", "t"),
        {"provider": "firebase_phone", "firebase_phone": FIREBASE},
        {"provider": "firebase_phone", "firebase_phone": FIREBASE},
    ),
    Case(
        FirebaseEmail("p", "t"),
        {"provider": "firebase_email", "firebase_email": FIREBASE},
        {"provider": "firebase_email", "firebase_email": FIREBASE},
    ),
    Case(
        Facebook("t"),
        {"provider": "facebook", "keys": {"token": "t"}},
        {"provider": "facebook", "keys": {"token": "t"}},
    ),
    Case(
        Twitter("t", "s"),
        {"provider": "twitter", "keys": {"token": "t", "secret": "s"}},
        {"provider": "twitter", "keys": {"token": "t", "secret": "s"}},
    ),
    Case(CustomIdentity("jwt"), {"user": {"login": "jwt"}}, {"login": "jwt"}),
    Case(
        CustomIdentity("jwt", "pw"),
        {"user": {"login": "jwt", "password": "pw"}},
        {"login": "jwt", "password": "pw"},
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: type(case.credentials).__name__)
def test_what_goes_into_requests(case: Case) -> None:
    assert case.credentials.session_fields() == case.session
    if case.login is None:
        with pytest.raises(InvalidArgument):
            case.credentials.login_fields()
    else:
        assert case.credentials.login_fields() == case.login
    assert case.credentials.renewable is not isinstance(case.credentials, Guest)


def test_a_password_belongs_to_a_login_or_an_email() -> None:
    for names in ({}, {"login": "a", "email": "b"}):
        with pytest.raises(InvalidArgument, match="either a login or an email"):
            Password(**names, password="pw")


def test_credentials_are_frozen_and_masked() -> None:
    credentials = Password(login="arthur", password="made-up")
    assert repr(credentials) == "Password(login='arthur', email=None, password=***)"
    with pytest.raises(FrozenInstanceError):
        setattr(credentials, "password", "other")  # noqa: B010 (mypy knows that it is frozen)


def test_the_documented_string_to_sign() -> None:
    fields = {
        "application_id": 1,
        "user": {"password": "pw", "login": "marvin18"},
        "auth_key": "key",
        "timestamp": 1,
        "nonce": 2,
    }
    text = string_to_sign(fields)
    assert text == (
        "application_id=1&auth_key=key&nonce=2&timestamp=1&user[login]=marvin18&user[password]=pw"
    )
    assert signature(fields, "s") == hmac.new(b"s", text.encode(), hashlib.sha1).hexdigest()


@PATIENT
@given(
    app_id=st.integers(1, 2**63),
    key=st.text(min_size=1),
    secret=st.text(st.characters(codec="utf-8"), min_size=1),
    login=st.text(st.characters(codec="utf-8"), min_size=1),
    password=st.text(st.characters(codec="utf-8")),
    now=st.floats(0, 2**33),
)
def test_every_request_is_signed_anew_over_all_of_its_fields(
    *, app_id: int, key: str, secret: str, login: str, password: str, now: float
) -> None:
    key = key.encode(errors="replace").decode()
    application = Application(app_id=app_id, auth_key=key, auth_secret=secret)
    one, two = (
        session_request(application, Password(login=login, password=password), now)
        for _ in range(2)
    )
    assert one["nonce"] != two["nonce"]
    # Read independently of how it was written: known keys in their known order.
    text = "&".join(
        (
            f"application_id={app_id}",
            f"auth_key={key}",
            f"nonce={one['nonce']}",
            f"timestamp={int(now)}",
            f"user[login]={login}",
            f"user[password]={password}",
        )
    )
    expected = hmac.new(secret.encode(), text.encode(), hashlib.sha1).hexdigest()
    assert one["signature"] == expected


def test_without_a_secret_nothing_is_signed() -> None:
    fields = session_request(Application(app_id=1, auth_key="key"), None, 0)
    assert fields == {"application_id": 1, "auth_key": "key"}


def test_changes_of_the_user_change_the_stored_credentials() -> None:
    by_login = Password(login="arthur", password="pw")
    by_email = Password(email="a@b.c", password="pw")
    assert renamed(by_login, {"full_name": "x"}) is by_login
    assert renamed(by_login, {"email": "n@b.c"}) is by_login
    assert renamed(by_login, {"login": None}) is by_login
    assert renamed(by_login, {"login": "ford"}) == Password(login="ford", password="pw")
    assert renamed(by_email, {"email": "n@b.c"}) == Password(email="n@b.c", password="pw")
    assert renamed(by_email, {"password": "new"}) == Password(email="a@b.c", password="new")
    facebook = Facebook("t")
    assert renamed(facebook, {"password": "new"}) is facebook
