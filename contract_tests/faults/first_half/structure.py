"""Answers that break the contract's shapes: bodies, keys, types, statuses, headers."""

from __future__ import annotations

from typing import Any

from contract_tests.decoded import is_array, is_object
from contract_tests.faults.fault import Group
from contract_tests.faults.wire import Answered, Asked, on_answer

HASH = "$argon2id$v=19$m=1024,t=1,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaA"
JSON = "application/json; charset=utf-8"


@on_answer(Group.STRUCTURE, "F101")
def password_hash_leaked(_: Asked, answered: Answered) -> None:
    """Every user is answered with its password's hash."""
    answered.edit(lambda user: user.update(password_hash=HASH))


@on_answer(Group.STRUCTURE, "F101")
def expiration_header_dropped(_: Asked, answered: Answered) -> None:
    """No answer says when its token expires."""
    answered.headers.pop("cb-token-expirationdate", None)


@on_answer(Group.STRUCTURE, "F101")
def user_key_missing(_: Asked, answered: Answered) -> None:
    """Users have no `last_request_at`."""
    answered.edit(lambda user: user.pop("last_request_at"))


@on_answer(Group.STRUCTURE, "F101")
def unset_fields_left_out(_: Asked, answered: Answered) -> None:
    """What is not set is left out of users instead of null."""

    def without_nulls(user: dict[str, Any]) -> None:
        for name in [name for name, value in user.items() if value is None]:
            del user[name]

    answered.edit(without_nulls)


@on_answer(Group.STRUCTURE, "F101")
def id_as_text(asked: Asked, answered: Answered) -> None:
    """Lists write the ids of users as texts."""
    if asked.asks("GET", "/users/v2"):
        answered.edit(lambda user: user.update(id=str(user["id"])))


@on_answer(Group.STRUCTURE, "F101")
def empty_list_as_null(_: Asked, answered: Answered) -> None:
    """A list without items is null."""
    body = answered.json
    if body.get("items") == []:
        answered.json = {**body, "items": None}


@on_answer(Group.STRUCTURE, "F101")
def items_wrapped(asked: Asked, answered: Answered) -> None:
    """The second version's list wraps each user as the first version's does."""
    body = answered.json
    if asked.asks("GET", "/users/v2") and answered.status == 200:
        answered.json = {**body, "items": [{"user": user} for user in body["items"]]}


@on_answer(Group.STRUCTURE, "F101")
def errors_as_one_text(_: Asked, answered: Answered) -> None:
    """A refusal's list of messages is one text."""
    errors = answered.json.get("errors")
    if is_array(errors):
        answered.json = {"errors": errors[0]}


@on_answer(Group.STRUCTURE)
def field_errors_under_base(_: Asked, answered: Answered) -> None:
    """Validation names no field: all messages are under `base`."""
    errors = answered.json.get("errors")
    if is_object(errors):
        answered.json = {"errors": {"base": [text for each in errors.values() for text in each]}}


@on_answer(Group.STRUCTURE)
def refusal_with_200(_: Asked, answered: Answered) -> None:
    """What is not found is answered with 200 and `errors`, as old servers did."""
    if answered.status == 404 and answered.headers["content-type"] == JSON:
        answered.status = 200


@on_answer(Group.STRUCTURE)
def created_with_200(asked: Asked, answered: Answered) -> None:
    """A sign-up is answered with 200 instead of 201."""
    if asked.asks("POST", "/users") and answered.status == 201:
        answered.status = 200


@on_answer(Group.STRUCTURE)
def json_called_html(asked: Asked, answered: Answered) -> None:
    """Information about files is called HTML."""
    if asked.asks("GET", "/blobs") and answered.body:
        answered.headers["content-type"] = "text/html; charset=utf-8"


@on_answer(Group.STRUCTURE)
def body_of_nothing(asked: Asked, answered: Answered) -> None:
    """A deletion is answered with an empty JSON object instead of an empty body."""
    if asked.method == "DELETE" and answered.status == 200:
        answered.body = b"{}"
        answered.headers["content-type"] = JSON


@on_answer(Group.STRUCTURE)
def long_answers_truncated(_: Asked, answered: Answered) -> None:
    """Answers of more than four kilobytes end after these."""
    answered.body = answered.body[:4096]


@on_answer(Group.STRUCTURE)
def allow_forgotten(_: Asked, answered: Answered) -> None:
    """405 does not say which methods there are."""
    if answered.status == 405:
        answered.headers.pop("allow")


@on_answer(Group.STRUCTURE, "F100")
def crash_on_wide_characters(asked: Asked, answered: Answered) -> None:
    """A text beyond the basic plane crashes the server."""
    sent = asked.body.decode("utf-8", "replace") + "".join(value for _, value in asked.query)
    if any(ord(character) > 0xFFFF for character in sent) or "\\ud8" in sent:
        answered.status = 500
        answered.json = {"errors": {"base": ["Internal Server Error"]}}


@on_answer(Group.STRUCTURE)
def moments_without_zone(asked: Asked, answered: Answered) -> None:
    """A session's moments have no zone."""
    body = answered.json
    if asked.plain_path == "/session" and "session" in body:
        body["session"]["created_at"] = body["session"]["created_at"].removesuffix("Z")
        answered.json = body


@on_answer(Group.STRUCTURE)
def total_beside_the_contract(_: Asked, answered: Answered) -> None:
    """Pages of the first version call their total `total`."""
    body = answered.json
    if "current_page" in body:
        body["total"] = body.pop("total_entries")
        answered.json = body


@on_answer(Group.STRUCTURE)
def redirect_to_nowhere(_: Asked, answered: Answered) -> None:
    """The redirect to a file's bytes does not say where they are."""
    if answered.status == 301:
        answered.headers.pop("location")


@on_answer(Group.STRUCTURE)
def all_401(_: Asked, answered: Answered) -> None:
    """Every request is answered with 401."""
    answered.status = 401
    answered.headers = {"content-type": JSON}
    answered.json = {"errors": {"base": ["Required session does not exist"]}}


@on_answer(Group.STRUCTURE)
def all_200(_: Asked, answered: Answered) -> None:
    """Every request is answered with 200 and an empty object."""
    answered.status = 200
    answered.headers = {"content-type": JSON}
    answered.body = b"{}"
