"""What the server keeps, forgets and hands out again: users, sessions and files."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from contract_tests.faults.fault import Group
from contract_tests.faults.state import around, current, later, replace, within
from mock_server.call import Answer, Call, Handler
from mock_server.objects import ObjectFolder
from mock_server.repository import Repository
from mock_server.tables import Blob, User

LARGEST_UPLOAD = 8192
PAGE = 100


def _with_user(call: Call, user: Mapping[str, Any]) -> Call:
    return dataclasses.replace(call, body={**call.body, "user": user})


@within(Group.STATE)
def zero_timezones_forgotten() -> None:
    """A time zone of 0 minutes from UTC is not stored."""

    @around("signUp", "updateUser")
    def forgetting(call: Call, honest: Handler) -> Answer:
        given = call.body["user"]
        kept = {name: value for name, value in given.items() if name != "timezone" or value}
        return honest(_with_user(call, kept))


@within(Group.STATE)
def stale_tags_in_look_ups() -> None:
    """A user with other tags than at sign-up is still found by those of then."""
    honest = current(Repository, "change_user")

    def change_user(
        state: Repository, user: User, values: Mapping[str, Any], _: Sequence[str] | None = None
    ) -> User:
        changed: User = honest(state, user, values)
        return changed

    replace(Repository, "change_user", change_user)


@within(Group.STATE)
def bytes_remain_when_deleted_by_uid() -> None:
    """The bytes of a file deleted by its uid stay in the object store, for whoever has a link."""

    @around("deleteBlob")
    def deleting(call: Call, honest: Handler) -> Answer:
        answer = honest(call)
        if isinstance(call.path["blob_ref"], int):
            return answer
        return dataclasses.replace(answer, afterwards=None)


@within(Group.STATE, "RESTler: use after free")
def ids_of_the_deleted_given_again() -> None:
    """A new user gets the id of the one deleted last, and with it that one's files."""
    free: list[int] = []
    honest_delete = current(Repository, "delete_user")
    honest_add = current(Repository, "add_user")

    def delete_user(state: Repository, user: User) -> None:
        honest_delete(state, user)
        free.append(user.id)

    def add_user(state: Repository, values: Mapping[str, Any], tags: Sequence[str] = ()) -> User:
        is_free = bool(free) and state.user(values["app_id"], free[-1]) is None
        again = {"id": free[-1]} if is_free else {}
        added: User = honest_add(state, {**again, **values}, tags)
        free.clear()
        return added

    replace(Repository, "delete_user", delete_user)
    replace(Repository, "add_user", add_user)


@within(Group.STATE)
def sessions_show_the_user_of_sign_in() -> None:
    """A session shows its user as it was when it signed in, whatever has changed since."""
    cached: dict[str, Any] = {}

    @around("createSession", "getSession")
    def remembering(call: Call, honest: Handler) -> Answer:
        answer = honest(call)
        session = (answer.body or {})["session"]
        if session["user_id"] is None:
            return answer
        key = f"{session['token']} {session['user_id']}"
        user = cached.setdefault(key, session["user"])
        return dataclasses.replace(answer, body={"session": session | {"user": user}})


@within(Group.STATE)
def looked_up_logins_are_cached() -> None:
    """A user once looked up by login is answered from a cache that nobody empties."""
    cached: dict[tuple[int, str], Answer] = {}

    @around("getUserByLogin")
    def remembering(call: Call, honest: Handler) -> Answer:
        key = (call.app_id, call.query["login"])
        if key not in cached:
            cached[key] = honest(call)
        return cached[key]


@within(Group.STATE)
def edited_files_become_private() -> None:
    """Editing a public file makes it private, since the form did not say public again."""
    honest = current(Repository, "change_blob")

    def change_blob(state: Repository, blob: Blob, values: Mapping[str, Any]) -> Blob:
        is_edit = "completed_at" not in values
        changed: Blob = honest(state, blob, {**values, "public": False} if is_edit else values)
        return changed

    replace(Repository, "change_blob", change_blob)


@within(Group.STATE, "EvoMaster: refused, yet done")
def refused_updates_keep_the_name() -> None:
    """An update refused for its login or old password has changed the full name nevertheless."""

    @later("updateUser")
    def naming(call: Call) -> None:
        user = call.state.user(call.app_id, call.path["user_id"])
        given = call.body["user"]
        if user is not None and user.id == call.need_user() and "full_name" in given:
            call.state.change_user(user, {"full_name": given["full_name"]})


@within(Group.STATE)
def first_upload_stays() -> None:
    """A second upload to a file succeeds, but the first bytes stay."""
    honest = current(ObjectFolder, "keep")

    def keep(folder: ObjectFolder, uploaded: Path, key: str, content_type: str) -> None:
        if folder.find(key) is None:
            honest(folder, uploaded, key, content_type)

    replace(ObjectFolder, "keep", keep)


def _keep_other_bytes(change: Callable[[bytes], bytes]) -> None:
    """Keep an uploaded file with its bytes changed."""
    honest = current(ObjectFolder, "keep")

    def keep(folder: ObjectFolder, uploaded: Path, key: str, content_type: str) -> None:
        uploaded.write_bytes(change(uploaded.read_bytes()))
        honest(folder, uploaded, key, content_type)

    replace(ObjectFolder, "keep", keep)


@within(Group.STATE)
def uploads_end_early() -> None:
    """Of an uploaded file only the first 8 KiB are kept."""
    _keep_other_bytes(lambda uploaded: uploaded[:LARGEST_UPLOAD])


@within(Group.STATE)
def line_ends_made_alike() -> None:
    """An uploaded file's line ends become a single line feed each."""
    _keep_other_bytes(lambda uploaded: uploaded.replace(b"\r\n", b"\n"))


@within(Group.STATE)
def former_logins_sign_in() -> None:
    """A login that was changed still signs in the user who had it."""
    former: dict[str, str] = {}

    @around("updateUser")
    def noting(call: Call, honest: Handler) -> Answer:
        before = call.state.user(call.app_id, call.path["user_id"])
        answer = honest(call)
        login = call.body["user"].get("login")
        if before is not None and before.login is not None and login is not None:
            former[before.login] = login
        return answer

    @around("createSession")
    def translating(call: Call, honest: Handler) -> Answer:
        user = call.body.get("user", {})
        login = former.get(user.get("login", ""))
        return honest(call if login is None else _with_user(call, {**user, "login": login}))


@within(Group.STATE)
def files_go_with_their_owner() -> None:
    """Deleting a user deletes the files that were to stay."""
    honest = current(Repository, "delete_user")

    def delete_user(state: Repository, user: User) -> None:
        found, _ = state.blobs_of(user.id, PAGE, 0)
        for blob in found:
            state.delete_blob(blob)
        honest(state, user)

    replace(Repository, "delete_user", delete_user)


@within(Group.STATE)
def empty_files_never_complete() -> None:
    """A file of no bytes is declared complete in vain."""

    @around("completeBlob", "completeBlobByPost")
    def completing(call: Call, honest: Handler) -> Answer:
        size = int(call.body.get("blob", call.body)["size"])
        return honest(call) if size else _seen(call, honest)


def _seen(call: Call, honest: Handler) -> Answer:
    """Answer as if a file were complete, and leave it as it was."""
    before = call.state.blob(call.app_id, call.path["blob_id"])
    answer = honest(call)
    if before is not None:
        call.state.change_blob(before, {"size": None, "completed_at": before.completed_at})
    return answer


@within(Group.STATE)
def destroying_one_session_ends_all() -> None:
    """Destroying a user's session ends that user's other sessions, too."""

    @around("destroySession")
    def destroying(call: Call, honest: Handler) -> Answer:
        user_id = call.need_session().user_id
        if user_id is not None:
            call.state.end_sessions(user_id)
        return honest(call)


@within(Group.STATE)
def first_request_noted_for_good() -> None:
    """When a user made the last request is noted once and never again."""
    honest = current(Repository, "note_request")
    noted: set[int] = set()

    def note_request(state: Repository, user_id: int, moment: int) -> None:
        if user_id not in noted:
            noted.add(user_id)
            honest(state, user_id, moment)

    replace(Repository, "note_request", note_request)
