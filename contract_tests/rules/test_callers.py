"""Who may call what: every operation by every kind of caller, and in which order it refuses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from contract_tests.actors import (
    Person,
    app_token,
    create_session,
    fresh_name,
    newcomer,
    session_request,
    sign_up,
)
from contract_tests.catalogue import OWNERSHIP, REFUSED_WRITE, TOKEN_CHECKED
from contract_tests.contract import operations
from contract_tests.wire import Wire

pytestmark = pytest.mark.live

UNKNOWN_TOKEN = "0123456789ABCDEF0123456789ABCDEF0123"
NO_TOKEN = (403, ["Token is required"])
NO_SESSION = (401, {"base": ["Required session does not exist"]})
NEED_USER = (403, {"base": ["Forbidden. Need user."]})
MOVING = {"updated_at", "last_request_at"}


@dataclass(frozen=True)
class Request:
    """A request about somebody's user or file.

    Attributes:
        method: The method.
        path: The path; names in braces are filled in.
        body: The body.
        app: What a token of the app alone is answered; None is success.
        stranger: The status that another user's token gets, a guest's too.
    """

    method: str
    path: str
    body: dict[str, Any] | None
    app: tuple[int, object] | None
    stranger: int


def _reads(*paths: str) -> list[Request]:
    return [Request("GET", path, None, None, 200) for path in paths]


def _owns(method: str, path: str, *bodies: dict[str, Any] | None) -> list[Request]:
    return [Request(method, path, body, NEED_USER, 403) for body in bodies]


REQUESTS = [
    *_reads(
        "/session", "/users/{id}", "/users/external/{name}", "/users/external/{number}",
        "/users/by_login?login={login}", "/users/by_email?email={name}@example.com",
        "/users/by_phone?phone={name}", "/users/phone?phone={name}",
        "/users/by_facebook_id?facebook_id={name}", "/users/by_twitter_id?twitter_id={name}",
        "/users/by_full_name?full_name={name}", "/users/by_tags?tags={name}", "/users/v2?id={id}",
        "/users?per_page=1", "/users/online?limit=1", "/users/online?count=true",
    ),
    *_owns("PUT", "/users/{id}", {"user": {"full_name": "x"}}, {"user": {}}),
    *_owns("PUT", "/users/{id}", {"user": {"password": "123456", "old_password": "{password}"}}),
    *_owns("DELETE", "/users/{id}", None),
    *_owns("DELETE", "/users/external/{name}", None),
    *_owns("DELETE", "/users/external/{number}", None),
    *_owns("PUT", "/blobs/{blob}", {"blob": {"name": "x"}}, {"blob": {"new": "1"}}),
    *_owns("PUT", "/blobs/{uid}", {"blob": {"content_type": "image/png"}}),
    *_owns("PUT", "/blobs/{blob}/complete", {"blob": {"size": 7}}, {"size": "7"}),
    *_owns("POST", "/blobs/{blob}/complete", {"blob": {"size": "7"}}, {"size": 7}),
    *_owns("PUT", "/blobs/{begun}/complete", {"size": 7}),
    *_owns("POST", "/blobs/{begun}/complete", {"size": 7}),
    *_owns("DELETE", "/blobs/{blob}", None),
    *_owns("DELETE", "/blobs/{uid}", None),
    Request("GET", "/blobs/{blob}", None, NEED_USER, 200),
    Request("GET", "/blobs/{uid}.json", None, NEED_USER, 200),
    Request("GET", "/blobs/{uid}/object?download_url=1", None, NEED_USER, 200),
    Request("GET", "/blobs", None, NEED_USER, 200),
    Request("GET", "/blobs/{uid}", None, None, 301),
    Request("GET", "/blobs/{uid}/download", None, None, 301),
    Request("POST", "/blobs", {"blob": {"name": "a", "content_type": "a/b"}}, NEED_USER, 201),
]  # fmt: skip


@dataclass(frozen=True)
class Stage:
    """Somebody with files, and what stands for them in requests."""

    owner: Person
    known: dict[str, Any]

    def path(self, request: Request) -> str:
        return request.path.format(**self.known)

    def body(self, request: Request) -> dict[str, Any] | None:
        """The body, with the very password of the owner where it has one: it must not help."""
        user = (request.body or {}).get("user", {})
        if "old_password" in user:
            return {"user": {**user, "old_password": self.owner.password}}
        return request.body


@pytest.fixture
def stage(wire: Wire) -> Stage:
    """An owner with every name, a private file that is complete, and one that is not."""
    name = fresh_name()
    number = sign_up(wire).id + 8_000_000_000
    owner = newcomer(
        wire,
        email=f"{name}@example.com",
        full_name=name,
        phone=name,
        facebook_id=name,
        twitter_id=name,
        external_id=name,
        external_user_id=number,
        tag_list=[name],
    )
    wanted = {"blob": {"name": "a.txt", "content_type": "text/plain"}}
    blob, begun = (
        wire.call("POST", "/blobs", body=wanted, token=owner.token).json["blob"] for _ in range(2)
    )
    wire.call("PUT", f"/blobs/{blob['id']}/complete", body={"size": 1}, token=owner.token)
    known = {"id": owner.id, "login": owner.login, "name": name, "number": number}
    known |= {"blob": blob["id"], "uid": blob["uid"], "begun": begun["id"]}
    return Stage(owner, known)


def _kept(wire: Wire, stage: Stage) -> list[Any]:
    """The owner and the files, as they must stay."""
    answers = [
        wire.call("GET", path, token=stage.owner.token)
        for path in (f"/users/{stage.owner.id}", f"/blobs/{stage.known['blob']}", "/blobs")
    ]
    user = answers[0].json.get("user", {})
    return [
        {name: value for name, value in user.items() if name not in MOVING},
        *((answer.status, answer.json) for answer in answers[1:]),
    ]


def test_every_kind_of_caller(wire: Wire, stage: Stage) -> None:
    guest = str(create_session(wire, guest=1)["token"])
    stranger, app = newcomer(wire).token, app_token(wire)
    dead = newcomer(wire).token
    wire.call("DELETE", "/session", token=dead)
    before = _kept(wire, stage)
    for request in REQUESTS:
        path, body = stage.path(request), stage.body(request)
        for token, expected in ((None, NO_TOKEN), (dead, NO_SESSION), (app, request.app)):
            answer = wire.call(request.method, path, body=body, token=token)
            is_download = request.stranger == 301
            if is_download and token is None:
                TOKEN_CHECKED.require(answer.status == 403, f"{answer.status}", answer)
                continue
            TOKEN_CHECKED.require(
                answer.status < 400
                if expected is None
                else (answer.status, answer.errors) == expected,
                f"{answer.status} {answer.errors}, not {expected}",
                answer,
            )
        for token in (stranger, guest):
            answer = wire.call(request.method, path, body=body, token=token)
            OWNERSHIP.require(
                answer.status == request.stranger, f"{answer.status} for a stranger", answer
            )
    REFUSED_WRITE.require(_kept(wire, stage) == before, "a refused write changed it", wire.story)
    listed = wire.call("GET", "/blobs", token=guest).json
    OWNERSHIP.require(
        listed["total_entries"] == 1 == len(listed["items"]),
        "others' files are one's own",
        wire.story,
    )


def test_whoever_may_not_call_is_told_that_first(wire: Wire, stage: Stage) -> None:
    app = app_token(wire)
    for operation in operations():
        if not operation.needs_token:
            continue
        path = operation.example_path()
        has_body = operation.method in {"PUT", "POST"}
        for token, expected in ((None, NO_TOKEN), (UNKNOWN_TOKEN, NO_SESSION)):
            answer = wire.call(
                operation.method,
                path,
                query=[("limit", "x"), ("page", "x"), ("per_page", "x")],
                content=b"{" if has_body else b"",
                token=token,
            )
            TOKEN_CHECKED.require(
                (answer.status, answer.errors) == expected,
                f"{answer.status} {answer.errors}, not {expected}",
                answer,
            )
    for request in REQUESTS:
        if request.app == NEED_USER and request.body is not None:
            answer = wire.call(request.method, stage.path(request), body={"x": 1}, token=app)
            TOKEN_CHECKED.require(
                (answer.status, answer.errors) == NEED_USER, f"{answer.status}", answer
            )


def test_who_signs_somebody_up(wire: Wire) -> None:
    guest = str(create_session(wire, guest=1)["token"])
    person, app = newcomer(wire), app_token(wire)
    dead = newcomer(wire).token
    wire.call("DELETE", "/session", token=dead)
    key, wrong = ("CB-AuthKey", wire.server.auth_key), ("CB-AuthKey", "not-the-key")
    cases: list[tuple[str | None, list[tuple[str, str]], int, object]] = [
        (None, [], 403, NO_TOKEN[1]),
        (None, [wrong], 401, None),
        (None, [("CB-AuthKey", f"{wire.server.auth_key}x")], 401, None),
        (None, [("CB-AuthKey", wire.server.auth_key.upper())], 401, None),
        (None, [("CB-AuthKey", wire.server.auth_key[:-1])], 401, None),
        (dead, [], *NO_SESSION),
        (dead, [key], *NO_SESSION),
        (UNKNOWN_TOKEN, [key], *NO_SESSION),
        (None, [key], 201, None),
        (app, [], 201, None),
        (app, [wrong], 201, None),
        (guest, [], 201, None),
        (person.token, [], 201, None),
        (person.token, [key], 201, None),
    ]
    for token, headers, status, errors in cases:
        login = fresh_name()
        body = {"user": {"login": login, "password": "a-long-password"}}
        answer = wire.call("POST", "/users", body=body, token=token, headers=headers)
        TOKEN_CHECKED.require(
            answer.status == status and (errors is None or answer.errors == errors),
            f"{answer.status} {answer.errors}, not {status}",
            wire.story,
        )
        is_marked = status == 201 and answer.json["user"]["is_guest"]
        TOKEN_CHECKED.require(not is_marked, "a user became a guest", wire.story)
        found = wire.call("GET", f"/users/by_login?login={login}", token=app)
        TOKEN_CHECKED.require(
            found.status == (200 if status == 201 else 404), "nothing, or too much", wire.story
        )
    for token, user_id in ((person.token, person.id), (app, None)):
        session = wire.call("GET", "/session", token=token).json["session"]
        TOKEN_CHECKED.require(
            session["user_id"] == user_id, "signing up signed somebody in", wire.story
        )


def test_neither_a_key_nor_the_query_stands_in_for_a_token(wire: Wire) -> None:
    token, key = newcomer(wire).token, [("CB-AuthKey", wire.server.auth_key)]
    for operation in operations():
        if operation.needs_token:
            path, query = operation.example_path(), [("token", token), ("CB-Token", token)]
            answer = wire.call(operation.method, path, query=query, headers=key)
            TOKEN_CHECKED.require(
                (answer.status, answer.errors) == NO_TOKEN, f"{answer.status} for a key", answer
            )


def test_tokens_are_taken_as_they_are(wire: Wire, stage: Stage) -> None:
    token = stage.owner.token
    for near in (token.lower(), token[:-1], f"{token}0", f"{token},{token}", token[::-1]):
        answer = wire.call("GET", "/session", token=near)
        TOKEN_CHECKED.require(
            near == token or answer.status == 401, f"{answer.status} for a near miss", wire.story
        )
    for odd in ("x", "%00", "' or 1=1 --", "0", "null", "*"):
        for method, path in (("GET", "/session"), ("DELETE", f"/users/{stage.owner.id}")):
            answer = wire.call(method, path, token=odd)
            TOKEN_CHECKED.require(
                (answer.status, answer.errors) == NO_SESSION, f"{answer.status}", wire.story
            )
    session = wire.call("POST", "/session", body=session_request(wire), token=UNKNOWN_TOKEN)
    TOKEN_CHECKED.require(session.status == 201, "a dead token stopped a session", wire.story)
    signed_out = app_token(wire)
    answer = wire.call("DELETE", "/login", token=signed_out)
    TOKEN_CHECKED.require(
        (answer.status, answer.errors) == NEED_USER, "an app signed out", wire.story
    )
    uid = stage.known["uid"]
    for path in (f"/blobs/{uid}", f"/blobs/{uid}/download"):
        good = wire.call("GET", path, query=[("token", token)])
        TOKEN_CHECKED.require(good.status == 301, f"{good.status}", wire.story)
        for query, header, status in (
            ([("token", UNKNOWN_TOKEN)], None, 401),
            ([("token", "")], None, 403),
            ([("token", UNKNOWN_TOKEN)], token, 301),
            ([("token", token)], UNKNOWN_TOKEN, 401),
        ):
            answer = wire.call("GET", path, query=query, token=header)
            TOKEN_CHECKED.require(answer.status == status, f"{answer.status}", wire.story)
