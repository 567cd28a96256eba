"""Who changes and deletes files, what is left of a deleted one, and that its neighbours stay."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

import pytest

from contract_tests.actors import app_token, create_session, newcomer, sign_in
from contract_tests.catalogue import (
    BYTES,
    FILE_ACCESS,
    OWNERSHIP,
    PAGING,
    READ_YOUR_WRITES,
    REFUSED_WRITE,
)
from contract_tests.control import Clock
from contract_tests.files import (
    Blob,
    complete,
    create,
    downloads,
    facts,
    holds,
    links,
    listed,
    publish,
    read,
    upload,
)
from contract_tests.wire import Wire

UNKNOWN_TOKEN = "0123456789ABCDEF0123456789ABCDEF0123"
CONTENT = b"somebody's own"
Write = tuple[str, str, object]
Refusal = tuple[int, object]
TOKEN_REQUIRED = (403, ["Token is required"])
NEED_USER = (403, {"base": ["Forbidden. Need user."]})
NOT_OWNER = (403, {"base": ["You are not owner of this object"]})
NO_SESSION = (401, {"base": ["Required session does not exist"]})
NOT_FOUND = (404, ["Blob not found"])
WRITES: list[Write] = [
    ("PUT", "/blobs/{id}", {"blob": {"name": "somebody was here"}}),
    ("PUT", "/blobs/{uid}", {"blob": {"content_type": "text/html", "new": "1"}}),
    ("PUT", "/blobs/{id}/complete", {"size": 7}),
    ("POST", "/blobs/{id}/complete", {"blob": {"size": 7}}),
    ("DELETE", "/blobs/{id}", None),
    ("DELETE", "/blobs/{uid}", None),
]
EVERY_WRITE = [
    (method, f"{path}{suffix}", body)
    for (method, path, body), suffix in itertools.product(WRITES, ("", ".json"))
]


def test_nobody_else_writes(wire: Wire, stranger: Wire | None) -> None:
    owner, other = newcomer(wire).token, newcomer(wire).token
    guest = str(create_session(wire, guest=True, full_name="Awesome Guest")["token"])
    done, shared = (publish(wire, owner, CONTENT, public=each) for each in (False, True))
    undone = create(wire, owner)
    before = listed(wire, owner)
    refusals = [
        *_each(EVERY_WRITE, [other], NOT_OWNER),
        *_each(WRITES, [guest], NOT_OWNER),
        *_each(WRITES, [app_token(wire)], NEED_USER),
        *_each(WRITES, [UNKNOWN_TOKEN], NO_SESSION),
        *_each(WRITES, [None], TOKEN_REQUIRED),
    ]
    for (method, path, body), token, wanted in refusals:
        answer = wire.call(method, path.format(**done), body=body, token=token)
        OWNERSHIP.require(
            (answer.status, answer.errors) == wanted,
            f"{answer.status} {answer.errors}, not {wanted}",
            wire.story,
        )
    strangers = [] if stranger is None else [newcomer(stranger).token]
    for token, (method, path, body) in itertools.product([other, *strangers], WRITES):
        for blob in (shared, undone) if token == other else (done, shared):
            answer = wire.call(method, path.format(**blob), body=body, token=token)
            OWNERSHIP.require(
                answer.status in {403, 404}, f"{answer.status} for a stranger", wire.story
            )
    REFUSED_WRITE.require(listed(wire, owner) == before, "a refused write was made", wire.story)
    for blob in (done, shared):
        holds(wire, blob, owner, CONTENT)
    for token in (other, guest, *strangers):
        OWNERSHIP.require(listed(wire, token) == [], "somebody else's file is listed", wire.story)


def _each(
    writes: Iterable[Write], tokens: Iterable[str | None], wanted: Refusal
) -> Iterator[tuple[Write, str | None, Refusal]]:
    """Every write by every token, with the refusal that it must get."""
    for write, token in itertools.product(writes, tokens):
        yield write, token, wanted


def test_the_owner_writes_from_every_session(wire: Wire) -> None:
    person = newcomer(wire)
    blob = create(wire, person.token)
    first = person.token
    sign_in(wire, person)
    joined = app_token(wire)
    wire.call(
        "POST",
        "/login",
        body={"login": person.login, "password": person.password},
        token=joined,
    )
    wire.call("DELETE", "/session", token=first)
    for token in (person.token, joined):
        for method, path, body in WRITES[:4]:
            answer = wire.call(method, path.format(**blob), body=body, token=token)
            OWNERSHIP.require(
                answer.status == 200, f"{answer.status} for the owner's own session", wire.story
            )
    answer = wire.call("DELETE", f"/blobs/{blob['id']}", token=joined)
    OWNERSHIP.require(answer.status == 200, f"{answer.status}", wire.story)


def test_a_session_that_changes_its_user_changes_its_files(wire: Wire) -> None:
    owner, other = newcomer(wire), newcomer(wire)
    blob = publish(wire, owner.token, CONTENT)
    before = listed(wire, owner.token)
    again = sign_in(wire, owner).token
    wire.call(
        "POST", "/login", body={"login": other.login, "password": other.password}, token=again
    )
    answer = wire.call("DELETE", f"/blobs/{blob['id']}", token=again)
    OWNERSHIP.require(
        (answer.status, answer.errors) == NOT_OWNER and listed(wire, again) == [],
        f"{answer.status}: the session still stands for its former user",
        wire.story,
    )
    wire.call("DELETE", "/login", token=again)
    answer = wire.call("DELETE", f"/blobs/{blob['id']}", token=again)
    OWNERSHIP.require((answer.status, answer.errors) == NEED_USER, f"{answer.status}", wire.story)
    sign_in(wire, owner)
    REFUSED_WRITE.require(listed(wire, owner.token) == before, "it was written", wire.story)


@pytest.mark.live
@pytest.mark.parametrize(
    ("path", "public"),
    [("/blobs/{id}", True), ("/blobs/{uid}", False), ("/blobs/{id}.json", False)],
)
def test_a_deleted_file_is_nowhere(wire: Wire, path: str, public: bool) -> None:
    token, other = newcomer(wire).token, newcomer(wire).token
    siblings = [(publish(wire, token, b"a sibling's", public=public), b"a sibling's")]
    blob = publish(wire, token, CONTENT, public=public)
    siblings.append((publish(wire, token, CONTENT, public=public), CONTENT))
    siblings.append((publish(wire, other, CONTENT, public=public), CONTENT))
    held = links(wire, blob, token)
    before = listed(wire, token)
    for reader in (token, other):  # what is remembered now must be forgotten then
        read(wire, blob, reader)
        downloads(wire, blob, reader)
    answer = wire.call("DELETE", path.format(**blob), token=token)
    READ_YOUR_WRITES.require(
        answer.status == 200 and not answer.content, f"{answer.status}", wire.story
    )
    _nowhere(wire, blob, [token, other], None if public else token)
    for link in held:
        stored = wire.fetch(link)
        BYTES.require(stored.status_code == 404, f"its bytes: {stored.status_code}", wire.story)
    READ_YOUR_WRITES.require(
        listed(wire, token) == [each for each in before if each["id"] != blob["id"]],
        "not the others are listed",
        wire.story,
    )
    for sibling, content in siblings:
        holds(wire, sibling, token, content)


def _nowhere(wire: Wire, blob: Blob, tokens: list[str], nobody: str | None) -> None:
    for method, target, body in WRITES:
        answer = wire.call(method, target.format(**blob), body=body, token=tokens[0])
        READ_YOUR_WRITES.require(
            (answer.status, answer.errors) == NOT_FOUND, f"{answer.status} deleted", wire.story
        )
    for token in tokens:
        for target in (
            "/blobs/{id}",
            "/blobs/{uid}.json",
            "/blobs/{uid}",
            "/blobs/{uid}/download",
            "/blobs/{uid}/object?download_url=1",
        ):
            answer = wire.call("GET", target.format(**blob), token=token)
            READ_YOUR_WRITES.require(
                (answer.status, answer.errors) == NOT_FOUND, f"{answer.status} deleted", wire.story
            )
    for answer in downloads(wire, blob, nobody):
        READ_YOUR_WRITES.require(answer.status == 404, f"{answer.status} deleted", wire.story)


@pytest.mark.live
def test_bytes_that_come_after_the_end_bring_nothing_back(wire: Wire) -> None:
    token = newcomer(wire).token
    unfinished, blob = create(wire, token), create(wire, token, public=True)
    for reference in (unfinished["uid"], blob["id"]):
        answer = wire.call("DELETE", f"/blobs/{reference}", token=token)
        READ_YOUR_WRITES.require(answer.status == 200, f"{answer.status} unfinished", wire.story)
    upload(wire, blob, CONTENT)
    _nowhere(wire, blob, [token], None)
    READ_YOUR_WRITES.require(listed(wire, token) == [], "it is listed", wire.story)


@pytest.mark.parametrize("path", ["/users/{id}", "/users/external/{external_id}"])
def test_files_stay_when_their_owner_goes(wire: Wire, path: str) -> None:
    owner = newcomer(wire, external_id=f"x{newcomer(wire).id}")
    other, app = newcomer(wire).token, app_token(wire)
    public, private = (publish(wire, owner.token, CONTENT, public=each) for each in (True, False))
    unfinished = create(wire, owner.token)
    before = [facts(read(wire, blob, other)) for blob in (public, private)]
    held = links(wire, private, owner.token)
    gone = wire.call("DELETE", path.format(**owner.user), token=owner.token)
    READ_YOUR_WRITES.require(gone.status == 200, f"{gone.status}", wire.story)
    heir = newcomer(wire).token
    for token in (other, heir):
        after = [facts(read(wire, blob, token)) for blob in (public, private)]
        READ_YOUR_WRITES.require(after == before, "the files changed", wire.story)
    for answer in (*downloads(wire, public, None), *downloads(wire, private, app)):
        FILE_ACCESS.require(
            answer.status == 301, f"{answer.status} for an orphaned file", wire.story
        )
        held.append(answer.headers["location"])
    for link in held:
        BYTES.require(wire.fetch(link).content == CONTENT, "its bytes are gone", wire.story)
    for blob in (public, private, unfinished):
        for method, target, body in WRITES:
            answer = wire.call(method, target.format(**blob), body=body, token=heir)
            OWNERSHIP.require(
                (answer.status, answer.errors) == NOT_OWNER,
                f"{answer.status} on an orphaned file",
                wire.story,
            )
    OWNERSHIP.require(listed(wire, heir) == [], "somebody new has the files", wire.story)


def test_files_stay_when_their_guest_ends(wire: Wire, clock: Clock) -> None:
    if not clock.is_offered:
        return
    guest = create_session(wire, guest="1", full_name="Awesome Guest")
    public, private = (
        publish(wire, str(guest["token"]), CONTENT, public=each) for each in (True, False)
    )
    clock.advance(86_401)
    heir = newcomer(wire)
    gone = wire.call("GET", f"/users/{guest['user_id']}", token=heir.token)
    READ_YOUR_WRITES.require(gone.status == 404, f"{gone.status} for a guest's end", wire.story)
    for blob in (public, private):
        holds(wire, blob, heir.token, CONTENT)
        answer = wire.call("DELETE", f"/blobs/{blob['id']}", token=heir.token)
        OWNERSHIP.require(
            (answer.status, answer.errors) == NOT_OWNER, f"{answer.status}", wire.story
        )


def test_refusals_come_in_their_order(wire: Wire) -> None:
    """First the token, then whose it is, then the file, then the rest."""
    owner, app = newcomer(wire).token, app_token(wire)
    bad = b"no json"
    for method, path, _ in WRITES[:4]:
        target = path.format(id=10**18, uid=UNKNOWN_TOKEN)
        for token, wanted in (
            (None, TOKEN_REQUIRED),
            (UNKNOWN_TOKEN, NO_SESSION),
            (app, NEED_USER),
        ):
            answer = wire.call(method, target, content=bad, token=token)
            OWNERSHIP.require(
                (answer.status, answer.errors) == wanted,
                f"{answer.status} {answer.errors}, not {wanted}",
                wire.story,
            )
    for method, path, body in EVERY_WRITE:
        target = path.format(id=10**18, uid=UNKNOWN_TOKEN)
        answer = wire.call(method, target, body=body, token=owner)
        OWNERSHIP.require(
            (answer.status, answer.errors) == NOT_FOUND, f"{answer.status}", wire.story
        )


@pytest.mark.live
def test_lists_hold_ones_own_files_as_they_are(wire: Wire, clock: Clock) -> None:
    owner, other = newcomer(wire).token, newcomer(wire).token
    mine: list[int] = []
    for number in range(6):
        create(wire, other)
        if clock.is_offered:  # what is sorted by anything but ids shows
            clock.advance(61)
        blob = create(wire, owner, name=f"{9 - number}.txt", public=number % 2 == 0)
        mine.append(blob["id"])
        if number % 3 == 0:
            complete(wire, blob, 100 - number, owner)
    wire.call("DELETE", f"/blobs/{mine.pop(2)}", token=owner)
    if clock.is_offered:
        clock.advance(61)
    wire.call("PUT", f"/blobs/{mine[1]}", body={"blob": {"name": "0.txt"}}, token=owner)
    whole = listed(wire, owner)
    PAGING.require([each["id"] for each in whole] == mine, f"not {mine}", wire.story)
    for suffix, (size, page) in itertools.product(
        ("", ".json"), ((1, 1), (1, 5), (2, 3), (3, 2), (4, 2), (5, 1), (5, 2), (100, 1), (100, 2))
    ):
        query = [("per_page", str(size)), ("page", str(page))]
        body = wire.call("GET", f"/blobs{suffix}", query=query, token=owner).json
        PAGING.require(
            (body["per_page"], body["current_page"], body["total_entries"]) == (size, page, 5)
            and [item["blob"] for item in body["items"]] == whole[(page - 1) * size : page * size],
            f"page {page} of {size}",
            wire.story,
        )
    second = wire.call("GET", "/blobs?page=2", token=owner).json
    PAGING.require(
        (second["per_page"], second["items"], second["total_entries"]) == (10, [], 5),
        "not the second page of ten",
        wire.story,
    )
