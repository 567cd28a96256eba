"""What the server remembers and forgets: users, files, bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace as changed
from typing import Any

from sqlalchemy import UniqueConstraint

from contract_tests.faults.fault import Group
from contract_tests.faults.state import around, later, nothing, replace, within
from contract_tests.faults.wire import Answered, Asked, on_answer, on_request
from mock_server import clock, randomness, store, tables
from mock_server.call import Answer, Call, Handler
from mock_server.objects import ObjectFolder
from mock_server.repository import Repository, Values
from mock_server.tables import Blob, User
from mock_server.users import user_json


@within(Group.STATE)
def update_not_stored() -> None:
    """An update of a user answers what was asked for and stores nothing."""

    def unstored(self: Repository, user: User, values: Values, tags: Any = None) -> User:
        del self, tags
        return changed(user, **values)

    replace(Repository, "change_user", unstored)


@within(Group.STATE)
def update_clears_the_rest() -> None:
    """An update of a user unsets the phone and the website unless it names them."""

    @around("updateUser")
    def clearing(call: Call, honest: Handler) -> Answer:
        fields = {"phone": None, "website": None, **call.body["user"]}
        return honest(changed(call, body={"user": fields}))


@within(Group.STATE)
def tags_only_grow() -> None:
    """Tags that are written come to those that are there."""

    @around("updateUser")
    def growing(call: Call, honest: Handler) -> Answer:
        user = call.state.user(call.app_id, call.path["user_id"])
        fields = call.body["user"]
        if user is None or not user.user_tags or "tag_list" not in fields:
            return honest(call)
        given: str | list[str] = fields["tag_list"] or []
        new = given.split(",") if isinstance(given, str) else given
        tags = list(dict.fromkeys([*user.user_tags.split(","), *new]))[:5]
        return honest(changed(call, body={"user": {**fields, "tag_list": tags}}))


def _forget_uniqueness(column: str) -> None:
    users = tables.users
    for constraint in list(users.constraints):
        names = {each.name for each in getattr(constraint, "columns", ())}
        if isinstance(constraint, UniqueConstraint) and column in names:
            users.constraints.remove(constraint)
            return
    for index in users.indexes:
        if index.unique and column in index.columns:
            index.unique = False
            return
    raise AssertionError(f"no constraint keeps {column} unique any more")


@within(Group.STATE)
def login_taken_twice() -> None:
    """Two users may have one login."""
    _forget_uniqueness("login")


@within(Group.STATE)
def email_taken_twice() -> None:
    """Two users may have one e-mail."""
    _forget_uniqueness("email_key")


@within(Group.STATE, "F103, RESTler: use after free")
def deleted_user_is_found() -> None:
    """A deleted user loses its sessions, and is still there."""

    def end_sessions_alone(self: Repository, user: User) -> None:
        self.end_sessions(user.id)

    replace(Repository, "delete_user", end_sessions_alone)


@within(Group.STATE, "F103, RESTler: use after free")
def deleted_file_is_found() -> None:
    """A deleted file is not listed any more, and may still be asked for."""
    gone: set[int] = set()
    listed = Repository.blobs_of

    def blobs_of(
        self: Repository, owner_id: int, limit: int, offset: int
    ) -> tuple[list[Blob], int]:
        found, total = listed(self, owner_id, limit, offset)
        return [blob for blob in found if blob.id not in gone], total

    def delete_blob(self: Repository, blob: Blob) -> None:
        del self
        gone.add(blob.id)

    replace(Repository, "delete_blob", delete_blob)
    replace(Repository, "blobs_of", blobs_of)


@within(Group.STATE, "RESTler: use after free")
def ids_given_again() -> None:
    """The id of a deleted user goes to the next who signs up, and so do its files."""
    tables.users.dialect_options["sqlite"].update(autoincrement=False)


@within(Group.STATE, "F104, RESTler: resource leak")
def refused_sign_up_leaks() -> None:
    """Somebody whose e-mail is taken is refused, and signed up without it."""

    @later("signUp")
    def signed_up_after_all(call: Call) -> None:
        login = call.body["user"].get("login")
        if login and not call.state.count_users(call.app_id, [tables.users.c.login == login]):
            moment = clock.whole_seconds(call.now)
            call.state.add_user(
                {
                    "app_id": call.app_id,
                    "storage_key": randomness.object_id(call.around.random, call.now),
                    "login": login,
                    "created_at": moment,
                    "updated_at": moment,
                }
            )


@within(Group.STATE, "F104")
def refused_update_written() -> None:
    """A refused change of a password still writes the full name that came with it."""

    @later("updateUser")
    def written_after_all(call: Call) -> None:
        user = call.state.user(call.app_id, call.path["user_id"])
        if user is not None and "full_name" in call.body["user"]:
            call.state.change_user(user, {"full_name": call.body["user"]["full_name"]})


@within(Group.STATE)
def update_time_stands_still() -> None:
    """A change of a user leaves `updated_at` as it was."""
    honest = Repository.change_user

    def change_user(
        self: Repository, user: User, values: Values, tags: Sequence[str] | None = None
    ) -> User:
        return honest(self, user, {**values, "updated_at": user.updated_at}, tags)

    replace(Repository, "change_user", change_user)


@within(Group.STATE)
def activity_not_noted() -> None:
    """`last_request_at` never changes."""
    replace(Repository, "note_request", nothing)


@within(Group.STATE)
def everybody_online() -> None:
    """The list of who is online holds everybody."""

    @around("listOnlineUsers")
    def everybody(call: Call, honest: Handler) -> Answer:
        del honest
        if call.query["count"]:
            return Answer(200, {"count": call.state.count_users(call.app_id, [])})
        order = [tables.users.c.id.asc()]
        found = call.state.users(call.app_id, [], order, call.query["limit"], call.query["offset"])
        return Answer(200, {"users": [user_json(user) for user in found]})


@within(Group.STATE)
def sign_in_makes_a_twin() -> None:
    """A session by e-mail always makes a new user without it."""

    @around("createSession")
    def twin(call: Call, honest: Handler) -> Answer:
        given = call.body.get("user", {})
        if "email" not in given or "password" not in given or "login" in given:
            return honest(call)
        login = f"{given['email']}-{call.now}"[:70]
        user = {"login": login, "password": given["password"]}
        return honest(changed(call, body={**call.body, "user": user}))


@on_request(Group.STATE)
def wide_characters_lost(asked: Asked) -> None:
    """Characters beyond Latin-1 in a profile become question marks."""
    user = asked.part("user")
    texts = {name: value for name, value in user.items() if isinstance(value, str)}
    texts.pop("login", None)
    narrow = {
        name: text.encode("latin-1", "replace").decode("latin-1") for name, text in texts.items()
    }
    if narrow != texts:
        asked.json = {**asked.json, "user": {**user, **narrow}}


@on_request(Group.STATE)
def files_always_private(asked: Asked) -> None:
    """Files are made private, whatever was asked for."""
    blob = asked.part("blob")
    if asked.plain_path == "/blobs" and blob.get("public") is True:
        asked.json = {**asked.json, "blob": {**blob, "public": False}}


@within(Group.STATE)
def incomplete_files_answered() -> None:
    """A file is there before it is declared complete."""
    honest = Repository.blob

    def as_complete(self: Repository, app_id: int, reference: int | str) -> Blob | None:
        blob = honest(self, app_id, reference)
        return None if blob is None else changed(blob, completed_at=blob.completed_at or 1)

    replace(Repository, "blob", as_complete)


@within(Group.STATE)
def size_forgotten() -> None:
    """The size that a file was declared complete with is not kept."""
    honest = Repository.change_blob

    def without_size(self: Repository, blob: Blob, values: Values) -> Blob:
        return honest(self, blob, {key: value for key, value in values.items() if key != "size"})

    replace(Repository, "change_blob", without_size)


@within(Group.STATE, "RESTler: resource hierarchy")
def completes_the_newest_file() -> None:
    """Whichever of one's files is declared complete, it is the newest that becomes so."""

    @around("completeBlob")
    def newest(call: Call, honest: Handler) -> Answer:
        honest(call)
        own, total = call.state.blobs_of(call.need_user(), 100, 0)
        named = call.state.blob(call.app_id, call.path["blob_id"])
        if named is None or total > 100:
            return Answer(200)
        moved = {"completed_at": named.completed_at, "size": named.size}
        call.state.change_blob(named, {"completed_at": None, "size": None})
        call.state.change_blob(own[-1], moved)
        return Answer(200)


@on_answer(Group.STATE, store=True)
def line_ends_changed(asked: Asked, answered: Answered) -> None:
    """Downloads have other line ends than what was uploaded."""
    if asked.method == "GET":
        answered.body = answered.body.replace(b"\n", b"\r\n")


@within(Group.STATE, "F103")
def deleted_bytes_remain() -> None:
    """The bytes of a deleted file may still be downloaded with a link from before."""
    replace(ObjectFolder, "delete", nothing)


@within(Group.STATE)
def upload_form_unchecked() -> None:
    """Any upload form is taken, whatever its signature and its policy say."""
    replace(store, "check_upload", nothing)


@on_answer(Group.STATE, store=True)
def content_type_lost(asked: Asked, answered: Answered) -> None:
    """Downloads are octets, whatever was uploaded."""
    if asked.method == "GET" and answered.status == 200:
        answered.headers["content-type"] = "application/octet-stream"
