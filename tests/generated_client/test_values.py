"""The small values: requests, answers, headers, models, and what they show of themselves."""

from __future__ import annotations

import copy
import pickle
from operator import attrgetter
from typing import Any

import pytest

import generated_client
from generated_client import (
    SECURITY_SCHEMES,
    UNSET,
    AsyncClient,
    Client,
    Headers,
    InvalidData,
    RawResponse,
    Redirect,
    Request,
    Response,
    UnexpectedResponse,
    Unreadable,
    Unset,
    models,
)

SECRET = "sssh-a-secret"


class Transport:
    """Never used; its repr would tell a secret if it were shown."""

    def __repr__(self) -> str:
        return SECRET

    def send(self, request: Request) -> Any:
        raise NotImplementedError

    def stream(self, request: Request) -> Any:
        raise NotImplementedError


def test_face() -> None:
    for name in generated_client.__all__:
        assert getattr(generated_client, name) is not None
    assert {"Client", "AsyncClient", "Request", "Transport"} <= set(generated_client.__all__)


def test_models_are_found_by_name() -> None:
    assert set(models.__all__) <= set(dir(models))
    for name in models.__all__:
        assert getattr(models, name) is not None
    with pytest.raises(AttributeError, match="NoSuchModel"):
        attrgetter("NoSuchModel")(models)


# Secrets


@pytest.mark.parametrize(
    "value",
    [
        Client(Transport(), credentials={"sessionToken": SECRET}, headers={"X-Own": SECRET}),
        AsyncClient(Transport(), credentials={"authKey": SECRET}, headers={"X-Own": SECRET}),
        Request(
            "POST",
            f"https://{SECRET}@store.example/x?signature={SECRET}#{SECRET}",
            query=(("token", SECRET),),
            headers=(("CB-Token", SECRET),),
            content=SECRET.encode(),
        ),
        Request("POST", f"/x?token={SECRET}", content=iter([SECRET.encode()])),
        RawResponse(200, Headers({"Set-Cookie": SECRET}), SECRET.encode()),
        Headers([("CB-Token", SECRET)]),
        Redirect(SECRET),
        Unreadable({"token": SECRET}, "because"),
        Response(200, Headers({"X": SECRET}), SECRET.encode(), Redirect(SECRET)),
        UnexpectedResponse(RawResponse(200, Headers({"X": SECRET}), SECRET.encode()), "because"),
        models.NewUser(password=SECRET),
        models.UserChanges(password=SECRET, old_password=SECRET),
        models.SessionUser(login="l", password=SECRET),
        models.LoginRequest(login="l", password=SECRET),
        models.CreateSessionRequest(application_id=1, auth_key=SECRET, signature=SECRET),
        models.ProviderKeys(token=SECRET, secret=SECRET),
        models.FirebaseAccess(project_id="p", access_token=SECRET),
        models.User(id=1, additional_properties={"password": SECRET}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_no_secret_is_shown(value: object) -> None:
    assert SECRET not in repr(value)
    assert SECRET not in str(value)
    assert type(value).__name__ in repr(value)


def test_answers_show_no_secret() -> None:
    moment = "2023-08-25T11:29:29Z"
    session = {"id": 1, "user_id": None, "application_id": 1, "token": SECRET, "nonce": 1, "ts": 1}
    session |= {"created_at": moment, "updated_at": moment}
    access = {"id": 1, "blob_id": 1, "expires": moment, "object_access_type": "Write"}
    shown: list[Any] = [
        models.SessionResponse.from_dict({"session": session}),
        models.BlobUploadAccess.from_dict({**access, "params": SECRET}),
        models.BlobDownloadAccess.from_dict({**access, "download_url": SECRET}),
    ]
    assert SECRET not in repr(shown)
    assert all(SECRET in repr(each.to_dict()) for each in shown)


def test_errors_name_no_values() -> None:
    with pytest.raises(InvalidData) as caught:
        models.User.from_dict({"id": SECRET})
    assert SECRET not in str(caught.value)


# Values


def test_unset_is_one_object() -> None:
    assert copy.deepcopy(UNSET) is UNSET
    assert pickle.loads(pickle.dumps(UNSET)) is UNSET
    assert (repr(UNSET), bool(UNSET), isinstance(UNSET, Unset)) == ("UNSET", False, True)


def test_errors_survive_pickling() -> None:
    error = UnexpectedResponse(RawResponse(500, Headers({"X": "y"}), b"z", "GET", "/x"), "because")
    again = pickle.loads(pickle.dumps(error))
    assert (again.response, again.reason) == (error.response, error.reason)
    assert str(again) == "GET /x answered 500: because"
    assert str(UnexpectedResponse(RawResponse(500, Headers(), b""), "because")).startswith(
        "the server"
    )
    invalid = pickle.loads(pickle.dumps(InvalidData("a.b", "is missing")))
    assert (str(invalid), invalid.key) == ("a.b is missing", "a.b")


@pytest.mark.parametrize(
    ("url", "absolute", "safe"),
    [
        ("/users/v2", False, "/users/v2"),
        ("/blobs/1?token=t", False, "/blobs/1"),
        ("/x?next=https://other.example/", False, "/x"),
        ("https://store.example/a/b?s=1", True, "https://store.example/a/b"),
        ("http://u:p@127.0.0.1:8080/a", True, "http://127.0.0.1:8080/a"),
        ("http://u:p@[x?token=t", True, "(malformed URL)"),
        ("//[x?token=t", False, "//[x"),
    ],
)
def test_urls(url: str, absolute: bool, safe: str) -> None:
    request = Request("GET", url)
    assert (request.is_absolute, request.safe_url) == (absolute, safe)
    assert repr(request) == f"<Request GET {safe}>"


def test_requests_are_values() -> None:
    request = Request("GET", "/x", headers=(("CB-Token", "old"), ("Accept", "a")))
    changed = request.with_headers({"cb-token": "new"}).with_query({"a": "1"}).with_timeout(2.0)
    assert request == Request("GET", "/x", headers=(("CB-Token", "old"), ("Accept", "a")))
    assert dict(changed.headers) == {"cb-token": "new", "Accept": "a"}
    assert changed.with_query({"a": "2"}).query == (("a", "2"),)
    assert changed.timeout == 2.0
    with pytest.raises(AttributeError):
        request.__setattr__("method", "PUT")


def test_security_schemes_of_the_contract() -> None:
    places = {name: (one.location, one.name) for name, one in SECURITY_SCHEMES.items()}
    assert places == {
        "sessionToken": ("header", "CB-Token"),
        "authKey": ("header", "CB-AuthKey"),
        "tokenQuery": ("query", "token"),
    }


def test_headers() -> None:
    headers = Headers([("Set-Cookie", "a"), ("Date", "now"), ("set-cookie", "b")])
    assert headers["SET-COOKIE"] == "a, b"
    assert headers.get_all("set-cookie") == ("a", "b")
    assert headers.get_all("absent") == ()
    assert headers.get("absent") is None
    assert ("date" in headers, "absent" in headers) == (True, False)
    assert (list(headers), len(headers)) == (["Set-Cookie", "Date"], 2)
    assert headers == Headers([("SET-COOKIE", "a"), ("set-cookie", "b"), ("DATE", "now")])
    assert headers != Headers([("Set-Cookie", "b"), ("Set-Cookie", "a"), ("Date", "now")])
    assert headers != {"Date": "now"}
    assert hash(headers) == hash(Headers(headers))
    assert headers.updated({"DATE": "later"})["date"] == "later"
    assert headers["date"] == "now"
    with pytest.raises(KeyError):
        headers["absent"]
