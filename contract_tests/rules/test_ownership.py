"""Nobody but the owner writes on a user or a file, and a refused write leaves no trace."""

from __future__ import annotations

import pytest

from contract_tests.actors import fresh_name, newcomer
from contract_tests.catalogue import OWNERSHIP, REFUSED_WRITE
from contract_tests.wire import Wire

MOVING = {"updated_at", "last_request_at"}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/users/{id}", {"user": {"full_name": "somebody else was here"}}),
        ("PUT", "/users/{id}", {"user": {}}),
        ("PUT", "/users/{id}", {"user": {"password": "another-one", "old_password": "a-guess"}}),
        ("DELETE", "/users/{id}", None),
        ("DELETE", "/users/external/{name}", None),
    ],
)
def test_of_a_user(wire: Wire, method: str, path: str, body: object) -> None:
    name = fresh_name()
    owner, stranger = newcomer(wire, external_id=name), newcomer(wire)
    before = wire.call("GET", f"/users/{owner.id}", token=owner.token).json["user"]
    target = path.format(id=owner.id, name=name)
    answer = wire.call(method, target, body=body, token=stranger.token)
    OWNERSHIP.require(answer.status == 403, f"{answer.status} for a stranger", wire.story)
    after = wire.call("GET", f"/users/{owner.id}", token=owner.token)
    REFUSED_WRITE.require(
        after.status == 200
        and {key: value for key, value in after.json["user"].items() if key not in MOVING}
        == {key: value for key, value in before.items() if key not in MOVING},
        "a refused write changed the user",
        wire.story,
    )


@pytest.mark.parametrize(
    ("method", "tail", "body"),
    [
        ("PUT", "", {"blob": {"name": "somebody-else-was-here.txt"}}),
        ("PUT", "", {"blob": {"new": "1"}}),
        ("PUT", "/complete", {"size": 7}),
        ("POST", "/complete", {"blob": {"size": 7}}),
        ("DELETE", "", None),
    ],
)
def test_of_a_file(wire: Wire, method: str, tail: str, body: object) -> None:
    owner, stranger = newcomer(wire), newcomer(wire)
    wanted = {"blob": {"name": "a.txt", "content_type": "text/plain"}}
    blob = wire.call("POST", "/blobs", body=wanted, token=owner.token).json["blob"]
    wire.call("PUT", f"/blobs/{blob['id']}/complete", body={"size": 1}, token=owner.token)
    before = wire.call("GET", f"/blobs/{blob['id']}", token=owner.token)
    answer = wire.call(method, f"/blobs/{blob['id']}{tail}", body=body, token=stranger.token)
    OWNERSHIP.require(answer.status == 403, f"{answer.status} for a stranger", wire.story)
    after = wire.call("GET", f"/blobs/{blob['id']}", token=owner.token)
    REFUSED_WRITE.require(
        (after.status, after.json) == (200, before.json),
        "a refused write changed the file",
        wire.story,
    )
