"""Every answer about a file tells the same, and exactly what was written, from first to last."""

from __future__ import annotations

import pytest

from contract_tests.actors import newcomer
from contract_tests.catalogue import LIMITS, MOMENTS, READ_YOUR_WRITES, REFUSED_WRITE
from contract_tests.control import Clock
from contract_tests.decoded import is_object
from contract_tests.exchange import Exchange
from contract_tests.files import (
    Blob,
    complete,
    create,
    facts,
    holds,
    listed,
    publish,
    read,
    upload,
)
from contract_tests.forms import upload_fields
from contract_tests.wire import Wire

pytestmark = pytest.mark.live

READINGS = [
    "/blobs/{id}",
    "/blobs/{id}.json",
    "/blobs/{uid}.json",
    "/blobs/{uid}/object?download_url=1",
]
LARGEST = 100 * 1024 * 1024


def at(answer: Exchange) -> str:
    """The moment of an answer, as files tell theirs."""
    return f"{answer.date:%Y-%m-%dT%H:%M:%SZ}"


def everywhere(wire: Wire, token: str, wanted: Blob) -> None:
    """Demand a file's facts of every answer that tells them."""
    for path in READINGS:
        answer = wire.call("GET", path.format(**wanted), token=token)
        READ_YOUR_WRITES.require(
            answer.status == 200 and facts(answer.json["blob"]) == wanted,
            f"{answer.status}, not {wanted}",
            wire.story,
        )
    in_list(wire, token, wanted)


def in_list(wire: Wire, token: str, wanted: Blob) -> Blob:
    found = [each for each in listed(wire, token) if each["id"] == wanted["id"]]
    READ_YOUR_WRITES.require(
        len(found) == 1 and facts(found[0]) == wanted, f"listed {found}, not {wanted}", wire.story
    )
    return found[0]


@pytest.mark.parametrize(
    "fields",
    [
        {
            "name": " é漢😀 +%20&=/..\\\"<a>'.txt ",
            "content_type": "text/plain; charset=utf-8",
            "public": True,
        },
        {"name": "A", "content_type": "Text/X-Y", "public": False},
        {"name": "x" * 100, "content_type": "application/vnd.a-b.c+json"},
    ],
    ids=["public", "private", "default"],
)
def test_from_creation_to_edit(wire: Wire, clock: Clock, fields: dict[str, object]) -> None:
    token = newcomer(wire).token
    create(wire, token)
    blob = create(wire, token, **fields)
    made = at(wire.story.exchanges[-1])
    known = {
        **facts(blob),
        **fields,
        "public": bool(fields.get("public")),
        "size": None,
        "created_at": made,
        "updated_at": made,
    }
    MOMENTS.require(facts(blob) == known, f"created as {blob}, not {known}", wire.story)
    create(wire, token)
    entry = in_list(wire, token, known)
    _pass(clock)
    renamed = {"blob": {"name": "before it is complete", "new": "1"}}
    edited = wire.call("PUT", f"/blobs/{blob['uid']}", body=renamed, token=token)
    known |= {"name": "before it is complete", "updated_at": at(edited)}
    READ_YOUR_WRITES.require(
        edited.status == 200
        and facts(edited.json["blob"]) == known
        and "blob_object_access" in edited.json["blob"],
        "not as edited, or without a fresh access",
        wire.story,
    )
    for each in (entry, in_list(wire, token, known)):
        unfinished = (each["blob_status"], each["set_completed_at"])
        READ_YOUR_WRITES.require(unfinished == (None, None), f"{unfinished}", wire.story)
    _pass(clock)
    upload(wire, edited.json["blob"], b"0123456789")
    _pass(clock)
    complete(wire, blob, 10, token)
    completed = at(wire.story.exchanges[-1])
    _pass(clock)
    known |= {"size": 10, "updated_at": completed}
    everywhere(wire, token, known)
    entry = in_list(wire, token, known)
    READ_YOUR_WRITES.require(
        bool(entry["blob_status"]) and entry["set_completed_at"] == completed,
        f"{entry['blob_status']} since {entry['set_completed_at']}, not {completed}",
        wire.story,
    )
    _edited(wire, clock, token, known)
    entry = in_list(wire, token, facts(read(wire, blob, token)))
    READ_YOUR_WRITES.require(
        bool(entry["blob_status"]) and entry["set_completed_at"] == completed,
        "an edit changed when the file was completed",
        wire.story,
    )
    holds(wire, blob, token, b"0123456789")


def _edited(wire: Wire, clock: Clock, token: str, known: Blob) -> None:
    """Edit a file in every way, and demand each time that no more than asked for changes."""
    edits: list[tuple[str, dict[str, str]]] = [
        ("/blobs/{id}", {"name": "élan.txt"}),
        ("/blobs/{uid}", {"content_type": "text/html"}),
        ("/blobs/{id}.json", {"name": "y" * 100, "content_type": "image/svg+xml"}),
        ("/blobs/{uid}.json", {"name": "z", "content_type": "text/css", "new": "1"}),
        ("/blobs/{id}", {"new": "1"}),
        ("/blobs/{id}", {"name": "z"}),
    ]
    for path, changes in edits:
        _pass(clock)
        answer = wire.call("PUT", path.format(**known), body={"blob": changes}, token=token)
        READ_YOUR_WRITES.require(answer.status == 200, f"{answer.errors}", wire.story)
        written = {name: value for name, value in changes.items() if name != "new"}
        blob = answer.json["blob"]
        # Asking for an access alone may or may not count as a change of the file.
        moment = at(answer) if written else blob["updated_at"]
        known |= {**written, "updated_at": moment}
        READ_YOUR_WRITES.require(facts(blob) == known, f"{blob}, not {known}", wire.story)
        READ_YOUR_WRITES.require(
            ("blob_object_access" in blob) == ("new" in changes),
            f"an access, or none, for {changes}",
            wire.story,
        )
        if "new" in changes:
            params = dict(upload_fields(blob["blob_object_access"]["params"]))
            READ_YOUR_WRITES.require(
                (params["key"], params["Content-Type"], params["acl"] == "public-read")
                == (known["uid"], known["content_type"], known["public"]),
                f"the access is for {params}",
                wire.story,
            )
        everywhere(wire, token, known)


def _pass(clock: Clock) -> None:
    """Let time pass, if we may, so that each moment differs from the others."""
    if clock.is_offered:
        clock.advance(61)


def test_reading_and_uploading_are_no_changes(wire: Wire, clock: Clock) -> None:
    token = newcomer(wire).token
    blob = publish(wire, token, b"0123456789")
    before = listed(wire, token)
    _pass(clock)
    upload(wire, blob, b"other bytes, and more of them")
    _pass(clock)
    holds(wire, blob, token, b"other bytes, and more of them")
    everywhere(wire, token, facts(before[0]))
    READ_YOUR_WRITES.require(listed(wire, token) == before, "a read changed a file", wire.story)


@pytest.mark.parametrize("method", ["PUT", "POST"])
@pytest.mark.parametrize("flat", [True, False], ids=["flat", "wrapped"])
def test_every_way_to_declare_a_size(wire: Wire, method: str, flat: bool) -> None:
    token = newcomer(wire).token
    spellings = [(0, 0), ("0", 0), (1, 1), ("10", 10), (LARGEST, LARGEST), (str(LARGEST), LARGEST)]
    for number, (told, size) in enumerate(spellings):
        blob = create(wire, token)
        suffix = ".json" if number % 2 else ""
        path = f"/blobs/{blob['id']}/complete{suffix}"
        body = {"size": told} if flat else {"blob": {"size": told}}
        answer = wire.call(method, path, body=body, token=token)
        LIMITS.require(answer.status == 200, f"{answer.status} for {told!r}", wire.story)
        answered = read(wire, blob, token)["size"]
        READ_YOUR_WRITES.require(
            answered == size and not isinstance(answered, bool),
            f"declared {told!r}, and it is {answered!r}",
            wire.story,
        )


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_a_size_that_is_none_changes_nothing(wire: Wire, method: str) -> None:
    token = newcomer(wire).token
    done, undone = publish(wire, token, b"0123456789"), create(wire, token)
    before = listed(wire, token)
    for told in (LARGEST + 1, str(LARGEST + 1), -1, "-1", 1.5, "1.5", "", " 1", "ten", True, None):
        for blob, body in ((done, {"size": told}), (undone, {"blob": {"size": told}})):
            path = f"/blobs/{blob['id']}/complete"
            answer = wire.call(method, path, body=body, token=token)
            LIMITS.require(answer.status == 422, f"{answer.status} for {told!r}", wire.story)
    bodies: list[dict[str, object]] = [{}, {"blob": {}}, {"blob": {"length": 1}}]
    for empty in bodies:
        path = f"/blobs/{undone['id']}/complete"
        answer = wire.call(method, path, body=empty, token=token)
        LIMITS.require(answer.status == 422, f"{answer.status} for {empty}", wire.story)
    REFUSED_WRITE.require(listed(wire, token) == before, "a refused size was taken", wire.story)


def test_a_size_may_be_declared_again(wire: Wire, clock: Clock) -> None:
    token = newcomer(wire).token
    blob = create(wire, token, public=True)
    known = facts(blob)
    for method, size in (("POST", 5), ("PUT", 7), ("POST", 0), ("PUT", 12)):
        _pass(clock)
        path = f"/blobs/{blob['id']}/complete"
        answer = wire.call(method, path, body={"size": size}, token=token)
        READ_YOUR_WRITES.require(answer.status == 200, f"{answer.status}", wire.story)
        known |= {"size": size, "updated_at": at(answer)}
        everywhere(wire, token, known)


def test_a_size_says_nothing_about_the_bytes(wire: Wire) -> None:
    token = newcomer(wire).token
    blob = create(wire, token, public=True)
    complete(wire, blob, 3, token)
    answer = wire.call("GET", f"/blobs/{blob['uid']}")
    READ_YOUR_WRITES.require(
        answer.status == 301 and wire.fetch(answer.headers["location"]).status_code == 404,
        f"{answer.status} for a file whose bytes never came",
        wire.story,
    )
    upload(wire, blob, b"0123456789")
    holds(wire, blob, token, b"0123456789")
    READ_YOUR_WRITES.require(
        read(wire, blob, token)["size"] == 3, "not the declared size", wire.story
    )


def test_nobody_chooses_what_is_the_servers(wire: Wire) -> None:
    person, other = newcomer(wire), newcomer(wire)
    token = person.token
    chosen: dict[str, object] = {
        "id": 10**15 + person.id,
        "uid": "0" * 36,
        "size": 12345,
        "created_at": "2001-02-03T04:05:06Z",
        "updated_at": "2001-02-03T04:05:06Z",
        "set_completed_at": "2001-02-03T04:05:06Z",
        "completed_at": "2001-02-03T04:05:06Z",
        "blob_status": "complete",
        "user_id": other.id,
        "owner_id": other.id,
        "account_id": other.id,
    }
    wanted = {"name": "a.txt", "content_type": "text/plain", **chosen}
    answer = wire.call("POST", "/blobs", body={"blob": wanted}, token=token)
    READ_YOUR_WRITES.require(answer.status == 201, f"{answer.status}", wire.story)
    blob = answer.json["blob"]
    own = {"created_at": at(answer), "updated_at": at(answer), "size": None}
    READ_YOUR_WRITES.require(
        own.items() <= blob.items() and (blob["id"], blob["uid"]) != (chosen["id"], chosen["uid"]),
        f"{blob} was chosen",
        wire.story,
    )
    entry = in_list(wire, token, facts(blob))
    READ_YOUR_WRITES.require(
        (entry["blob_status"], entry["set_completed_at"]) == (None, None),
        "it chose to be complete",
        wire.story,
    )
    READ_YOUR_WRITES.require(listed(wire, other.token) == [], "it chose its owner", wire.story)
    complete(wire, blob, 1, token)
    before = listed(wire, token)
    changes = {"blob": {**chosen, "public": True}}
    changed = wire.call("PUT", f"/blobs/{blob['id']}", body=changes, token=token)
    moving = {"updated_at": None}
    READ_YOUR_WRITES.require(
        changed.status == 200
        and [{**each, **moving} for each in listed(wire, token)]
        == [{**each, **moving} for each in before]
        and listed(wire, other.token) == [],
        "an edit changed what nobody may",
        wire.story,
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 101),
        ("name", "a\x00b"),
        ("name", "a\x1fb"),
        ("name", None),
        ("name", 5),
        ("content_type", "plain"),
        ("content_type", "text/"),
        ("content_type", "text/plain\r\nX: y"),
        ("content_type", f"text/{'x' * 251}"),
        ("content_type", None),
    ],
)
def test_a_refused_edit_changes_nothing(wire: Wire, field: str, value: object) -> None:
    token = newcomer(wire).token
    blob = create(wire, token)
    complete(wire, blob, 1, token)
    before = listed(wire, token)
    good = {"name": "b.txt", "content_type": "text/plain"}
    for method, path in (("PUT", f"/blobs/{blob['id']}"), ("POST", "/blobs")):
        body = {"blob": {**good, field: value}}
        answer = wire.call(method, path, body=body, token=token)
        REFUSED_WRITE.require(
            answer.status == 422 and is_object(answer.errors) and set(answer.errors) == {field},
            f"{answer.status} {answer.errors} for {field}",
            wire.story,
        )
    REFUSED_WRITE.require(listed(wire, token) == before, "a refused write was made", wire.story)


def test_names_and_numbers_are_never_given_again(wire: Wire) -> None:
    token = newcomer(wire).token
    given: list[Blob] = []
    for _ in range(3):
        blob = create(wire, token, name="the same")
        READ_YOUR_WRITES.require(
            all(blob["id"] > each["id"] and blob["uid"] != each["uid"] for each in given),
            "a file has another's id or uid",
            wire.story,
        )
        given.append(blob)
        wire.call("DELETE", f"/blobs/{blob['id']}", token=token)
