"""Answers whose status, headers or shape are not those promised."""

from __future__ import annotations

import json
from typing import Any

from contract_tests.decoded import is_object
from contract_tests.faults.fault import Group
from contract_tests.faults.state import around, within
from contract_tests.faults.wire import Answered, Asked, Json, on_answer
from mock_server.call import Answer, Call, Handler


def _is_refused(answered: Answered) -> bool:
    return answered.status >= 400


def _blob_of(answered: Answered) -> Json:
    blob = answered.json.get("blob")
    return blob if is_object(blob) else {}


def _put_blob(answered: Answered, changes: Json) -> None:
    blob = _blob_of(answered)
    if blob:
        answered.json = {"blob": blob | changes}


@on_answer(Group.STRUCTURE)
def offsets_after_updates(asked: Asked, answered: Answered) -> None:
    """An updated user's moments end in +00:00 where they always ended in Z."""

    def spell_out(user: Json) -> None:
        user["updated_at"] = str(user["updated_at"]).replace("Z", "+00:00")

    if asked.asks("PUT", "/users/"):
        answered.edit(spell_out)


@on_answer(Group.STRUCTURE)
def guests_unmarked_in_pages(_: Asked, answered: Answered) -> None:
    """A guest in a page of users is not marked as a guest; read alone it is."""
    if "items" in answered.json:
        answered.edit(lambda user: user.update(is_guest=None))


@on_answer(Group.STRUCTURE)
def sizes_are_texts_beside_links(asked: Asked, answered: Answered) -> None:
    """A file's size is a text where its download URL is asked for."""
    size = _blob_of(answered).get("size")
    if asked.plain_path.endswith("/object") and size is not None:
        _put_blob(answered, {"size": str(size)})


@on_answer(Group.STRUCTURE)
def empty_pages_hold_null(_: Asked, answered: Answered) -> None:
    """A page without users holds null instead of an empty list."""
    page = answered.json
    if page.get("items") == []:
        answered.json = page | {"items": None}


@on_answer(Group.STRUCTURE)
def read_sessions_without_milliseconds(asked: Asked, answered: Answered) -> None:
    """A session that is read, not created, tells when it was updated to the second only."""
    session = answered.json.get("session")
    if asked.method == "GET" and is_object(session):
        cut = str(session["updated_at"]).partition(".")[0] + "Z"
        answered.json = {"session": {**session, "updated_at": cut}}


@on_answer(Group.STRUCTURE)
def twins_are_plain_text(asked: Asked, answered: Answered) -> None:
    """What is read under a path that ends in .json is declared to be plain text."""
    if asked.path.endswith(".json") and asked.method == "GET" and answered.body:
        answered.headers["content-type"] = "text/plain; charset=utf-8"


@on_answer(Group.STRUCTURE)
def taken_names_in_one_text(_: Asked, answered: Answered) -> None:
    """What is wrong with a field is a text, not a list, when its value is taken already."""
    errors = answered.json.get("errors")
    if answered.status == 422 and is_object(errors):
        texts: dict[str, Any] = {
            field: told[0] if told == ["has already been taken"] else told
            for field, told in errors.items()
        }
        answered.json = {"errors": texts}


@on_answer(Group.STRUCTURE)
def deleted_users_say_goodbye(asked: Asked, answered: Answered) -> None:
    """Deleting a user by an external id answers an object where nothing is promised."""
    if asked.asks("DELETE", "/users/external/") and not _is_refused(answered):
        answered.body = b"{}"
        answered.headers["content-type"] = "application/json; charset=utf-8"


@on_answer(Group.STRUCTURE)
def completion_by_post_is_created(asked: Asked, answered: Answered) -> None:
    """Declaring a file complete with POST answers 201, with PUT still 200."""
    if asked.asks("POST", "/blobs/") and answered.status == 200:
        answered.status = 201


@on_answer(Group.STRUCTURE)
def nothing_exposed_after_logout(asked: Asked, answered: Answered) -> None:
    """The expiration header is there after DELETE /login, but pages may not read it."""
    if asked.asks("DELETE", "/login"):
        answered.headers.pop("access-control-expose-headers", None)


@within(Group.STRUCTURE)
def upgraded_sessions_keep_their_number() -> None:
    """A session that a user joined by POST /login goes on showing its own id, not the user's."""
    numbers: dict[str, object] = {}

    @around("createSession")
    def noting(call: Call, honest: Handler) -> Answer:
        answer = honest(call)
        session = (answer.body or {})["session"]
        if session["user_id"] is None:
            numbers[session["token"]] = session["id"]
        return answer

    @around("getSession")
    def showing(call: Call, honest: Handler) -> Answer:
        answer = honest(call)
        session = (answer.body or {})["session"]
        shown = session | {"id": numbers.get(session["token"], session["id"])}
        return Answer(answer.status, {"session": shown})


@on_answer(Group.STRUCTURE)
def unset_fields_left_out_by_phone(asked: Asked, answered: Answered) -> None:
    """The JavaScript SDK's look-up by phone leaves out what is not set."""

    def thin_out(user: Json) -> None:
        for name in [name for name, value in user.items() if value is None and name != "is_guest"]:
            del user[name]

    if asked.plain_path == "/users/phone":
        answered.edit(thin_out)


@on_answer(Group.STRUCTURE)
def refused_methods_without_advice(_: Asked, answered: Answered) -> None:
    """A method that a path does not know is refused without naming those that it knows."""
    if answered.status == 405:
        answered.headers.pop("allow", None)


@on_answer(Group.STRUCTURE)
def upload_fields_with_plus_signs(_: Asked, answered: Answered) -> None:
    """Spaces in an upload's form fields are written as plus signs."""
    access = _blob_of(answered).get("blob_object_access")
    if is_object(access) and "params" in access:
        params = str(access["params"]).replace("%20", "+")
        _put_blob(answered, {"blob_object_access": {**access, "params": params}})


@on_answer(Group.STRUCTURE)
def missing_tokens_by_state(_: Asked, answered: Answered) -> None:
    """That a token is required is told under base instead of in a list."""
    if answered.json.get("errors") == ["Token is required"]:
        answered.json = {"errors": {"base": ["Token is required"]}}


@on_answer(Group.STRUCTURE)
def unknown_paths_in_the_envelope(asked: Asked, answered: Answered) -> None:
    """An unknown path is refused in JSON, where old clients look for a text."""
    if answered.body.startswith(b"HttpException"):
        answered.body = json.dumps({"errors": [f"Route not found {asked.path}"]}).encode()
        answered.headers["content-type"] = "application/json; charset=utf-8"
