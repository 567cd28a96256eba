"""Faults of shapes: fields, types, headers and statuses of answers."""

from __future__ import annotations

import dataclasses
from typing import Any

from contract_tests.decoded import is_object
from contract_tests.faults.fault import Group
from contract_tests.faults.state import around, current, replace, within
from contract_tests.faults.wire import Answered, Asked, on_answer, on_request
from mock_server import sigv4
from mock_server.call import Answer, Call, Handler
from mock_server.refusals import Refusal

JSON_TYPE = "application/json; charset=utf-8"
TAKEN = ["has already been taken"]


@on_answer(Group.STRUCTURE)
def online_users_lack_their_storage_key(asked: Asked, answered: Answered) -> None:
    """Users who are online are listed without `_id`."""
    if asked.plain_path == "/users/online":
        answered.edit(lambda user: user.pop("_id"))


@within(Group.STRUCTURE)
def public_files_get_a_private_form() -> None:
    """The upload form of a public file says `authenticated-read`."""
    honest = current(sigv4, "upload_form")

    def private(*given: object, **named: object) -> Any:
        return honest(*given, **{**named, "public": False})

    replace(sigv4, "upload_form", private)


@within(Group.STRUCTURE)
def numeric_external_id_becomes_text() -> None:
    """The look-up by external id answers `external_user_id` as a text."""

    @around("getUserByExternalId")
    def as_text(call: Call, honest: Handler) -> Answer:
        answer = honest(call)
        user = _part(answer, "user")
        if user["external_user_id"] is not None:
            user["external_user_id"] = str(user["external_user_id"])
        return answer


@within(Group.STRUCTURE)
def app_sessions_have_an_empty_user() -> None:
    """A new session of the app alone is answered with `user: null`."""

    @around("createSession")
    def with_user(call: Call, honest: Handler) -> Answer:
        answer = honest(call)
        _part(answer, "session").setdefault("user", None)
        return answer


@within(Group.STRUCTURE)
def redirects_tell_no_expiration() -> None:
    """A redirect answered to a live token lacks the expiration header."""

    @around("getBlob", "downloadBlob")
    def untold(call: Call, honest: Handler) -> Answer:
        answer = honest(call)
        return dataclasses.replace(answer, ends_session=True) if answer.status == 301 else answer


@on_answer(Group.STRUCTURE)
def empty_answers_expose_nothing(_: Asked, answered: Answered) -> None:
    """Answers with an empty body lack the header that lets browsers read the expiration."""
    if answered.status == 200 and not answered.body:
        answered.headers.pop("access-control-expose-headers", None)


@on_answer(Group.STRUCTURE)
def refusals_lose_their_charset(_: Asked, answered: Answered) -> None:
    """The content type of a refusal names no charset."""
    if answered.status >= 400 and answered.headers.get("content-type") == JSON_TYPE:
        answered.headers["content-type"] = "application/json"


@on_answer(Group.STRUCTURE)
def refused_methods_name_no_others(_: Asked, answered: Answered) -> None:
    """An answer 405 lacks `Allow`."""
    if answered.status == 405:
        answered.headers.pop("allow", None)


@on_answer(Group.STRUCTURE)
def taken_names_are_told_by_a_bare_text(asked: Asked, answered: Answered) -> None:
    """That a login or e-mail is taken is told by a text in place of a list."""
    errors = answered.json.get("errors")
    if asked.path.startswith("/users") and is_object(errors):
        told = {name: TAKEN[0] if each == TAKEN else each for name, each in errors.items()}
        answered.json = {"errors": told}


@within(Group.STRUCTURE)
def user_sessions_keep_their_own_id() -> None:
    """Reading the session of a user tells the session's own id in place of the user's."""

    @around("getSession")
    def own_id(call: Call, honest: Handler) -> Answer:
        answer = honest(call)
        _part(answer, "session")["id"] = call.need_session().number
        return answer


@on_request(Group.STRUCTURE)
def json_endings_go_twice(asked: Asked) -> None:
    """Two endings `.json` are taken off a path in place of one."""
    if asked.path.endswith(".json.json"):
        asked.path = asked.path.removesuffix(".json")


@within(Group.STRUCTURE)
def unknown_phones_have_an_empty_user() -> None:
    """The JavaScript SDK's look-up by phone answers 200 and `user: null` for nobody."""

    @around("getUserByPhoneAlias")
    def nobody(call: Call, honest: Handler) -> Answer:
        try:
            return honest(call)
        except Refusal:
            return Answer(200, {"user": None})


def _part(answer: Answer, name: str) -> dict[str, Any]:
    assert answer.body is not None
    part: dict[str, Any] = answer.body[name]
    return part
