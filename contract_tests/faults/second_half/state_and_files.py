"""Faults of what is kept: users, files, their bytes and the mail."""

from __future__ import annotations

import dataclasses
from typing import Any

from contract_tests.faults.fault import Group
from contract_tests.faults.state import around, current, replace, within
from contract_tests.faults.wire import Answered, Asked, on_answer
from mock_server import sigv4, store, users
from mock_server.call import Answer, Call, Handler
from mock_server.policy import StoreRefusal
from mock_server.repository import LARGEST, Repository, Values
from mock_server.tables import User


@within(Group.STATE)
def download_links_last_a_minute() -> None:
    """A download link ends after a minute, whatever its access says."""
    honest = current(sigv4, "download_link")

    def short(*given: object, **named: object) -> Any:
        return honest(*given, **{**named, "seconds": 60})

    replace(sigv4, "download_link", short)


@within(Group.STATE)
def sizes_given_as_text_are_lost() -> None:
    """A file declared complete with its size as a text has no size."""

    @around("completeBlob", "completeBlobByPost")
    def numbers_alone(call: Call, honest: Handler) -> Answer:
        answer = honest(call)
        blob = call.state.blob(call.app_id, call.path["blob_id"])
        size = call.body.get("blob", call.body)["size"]
        if blob is not None and not isinstance(size, int):
            call.state.change_blob(blob, {"size": None})
        return answer


@within(Group.STATE)
def deleted_files_leave_their_bytes() -> None:
    """The stored object of a deleted file stays where it was."""

    @around("deleteBlob")
    def forgotten(call: Call, honest: Handler) -> Answer:
        return dataclasses.replace(honest(call), afterwards=None)


@within(Group.STATE)
def login_makes_users_though_denied() -> None:
    """Logging in by an unknown name makes a user even if the app denies that."""

    @around("login")
    def allowed(call: Call, honest: Handler) -> Answer:
        app = dataclasses.replace(call.app, create_users_on_session=True)
        return honest(dataclasses.replace(call, named_app=app))


@within(Group.STATE)
def null_unsets_nothing() -> None:
    """A field that an update sets to null keeps its value."""

    @around("updateUser")
    def set_alone(call: Call, honest: Handler) -> Answer:
        given = {name: each for name, each in call.body["user"].items() if each is not None}
        return honest(dataclasses.replace(call, body={"user": given}))


@within(Group.STATE)
def users_are_found_by_former_tags() -> None:
    """Filters still find a user by the tags that an update took away."""
    honest = current(Repository, "change_user")

    def adding(
        self: Repository, user: User, values: Values, tags: list[str] | None = None
    ) -> object:
        former = (user.user_tags or "").split(",") if user.user_tags else []
        found_by = None if tags is None else list(dict.fromkeys([*former, *tags]))
        return honest(self, user, values, found_by)

    replace(Repository, "change_user", adding)


@within(Group.STATE)
def logins_are_remembered() -> None:
    """A user looked up by login is found by that login ever after."""
    known: dict[tuple[int, str], int] = {}

    @around("getUserByLogin")
    def remembered(call: Call, honest: Handler) -> Answer:
        key = (call.app_id, call.query["login"])
        user = call.state.user(call.app_id, known[key]) if key in known else None
        if user is not None:
            return Answer(200, {"user": users.user_json(user)})
        answer = honest(call)
        if answer.body is not None:
            known[key] = answer.body["user"]["id"]
        return answer


@within(Group.STATE)
def upload_forms_take_more_fields() -> None:
    """The object store takes form fields that no condition of the policy covers."""
    honest = current(store, "check_upload")

    def covered(*given: object) -> None:
        try:
            honest(*given)
        except StoreRefusal as refusal:
            if "Extra input fields" not in refusal.message:
                raise

    replace(store, "check_upload", covered)


@on_answer(Group.STATE, store=True)
def expired_policies_are_bad_requests(_: Asked, answered: Answered) -> None:
    """The object store refuses an expired policy with 400."""
    if answered.status == 403 and b"Policy expired" in answered.body:
        answered.status = 400


@within(Group.STATE)
def resets_by_query_send_no_mail() -> None:
    """A password reset asked for by query sends no mail."""
    silent: list[Call] = []
    honest_add = current(Repository, "add_message")

    def add(self: Repository, values: Values) -> None:
        if not silent:
            honest_add(self, values)

    replace(Repository, "add_message", add)

    @around("requestPasswordResetByQuery")
    def silently(call: Call, honest: Handler) -> Answer:
        silent.append(call)
        try:
            return honest(call)
        finally:
            silent.clear()


@within(Group.STATE)
def files_go_with_their_user() -> None:
    """Deleting a user deletes its files."""

    @around("deleteUser", "deleteUserByExternalId")
    def with_files(call: Call, honest: Handler) -> Answer:
        answer = honest(call)
        owned, _ = call.state.blobs_of(call.need_user(), LARGEST, 0)
        for blob in owned:
            call.state.delete_blob(blob)
        return answer


@within(Group.STATE)
def known_phones_are_not_recognised() -> None:
    """Signing in by Firebase makes a new user for a phone that one has already."""
    strangers: list[Call] = []
    honest_first = current(Repository, "first_user")

    def first_user(self: Repository, *given: object) -> Any:
        return None if strangers else honest_first(self, *given)

    replace(Repository, "first_user", first_user)

    @around("createSession", "login")
    def unknown(call: Call, honest: Handler) -> Answer:
        if call.body.get("provider") == "firebase_phone":
            strangers.append(call)
        try:
            return honest(call)
        finally:
            strangers.clear()
