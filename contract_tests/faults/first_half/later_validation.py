"""Requests that are accepted, or refused, against the rules of their fields."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

from contract_tests.faults.fault import Group
from contract_tests.faults.state import (
    Document,
    around,
    current,
    loosen,
    replace,
    schema,
    within,
)
from contract_tests.faults.wire import Asked, on_request
from mock_server import clock, sessions, signature, users
from mock_server.call import Answer, Call, Handler
from mock_server.json_values import JsonValue
from mock_server.refusals import Refusal

Freshness = tuple[int | None, int | None]


def _field(document: Document, name: str, field: str) -> Document:
    found: Document = schema(document, name)["properties"][field]
    return found


@within(Group.VALIDATION)
def new_passwords_of_forty_one() -> None:
    """A password may be changed to one of 41 characters that no sign-up would take."""

    def change(document: Document) -> None:
        fields = schema(document, "UserChanges")["properties"]
        fields["password"] = {**schema(document, "Password"), "maxLength": 41}

    loosen(change)


@within(Group.VALIDATION)
def six_tags_by_commas() -> None:
    """Six tags are too many in a list, but not in a text with commas."""

    def change(document: Document) -> None:
        text = schema(document, "TagList")["anyOf"][1]
        text["pattern"] = text["pattern"].replace("{0,4}", "{0,5}")

    loosen(change)


@within(Group.VALIDATION)
def farthest_west_refused() -> None:
    """The time zone farthest west, 720 minutes behind, is refused."""
    loosen(lambda document: schema(document, "Timezone").update(minimum=-719))


@within(Group.VALIDATION)
def long_names_after_creation() -> None:
    """A file may be renamed to more than 100 characters."""

    def change(document: Document) -> None:
        fields = schema(document, "BlobChanges")["properties"]
        fields["name"] = {**schema(document, "BlobName"), "maxLength": 255}

    loosen(change)


@within(Group.VALIDATION)
def largest_file_refused() -> None:
    """A file of exactly 100 MB is one byte too large when its size is a number."""

    def change(document: Document) -> None:
        schema(document, "BlobSize")["anyOf"][0].update(maximum=104857599)

    loosen(change)


@within(Group.VALIDATION)
def changed_emails_with_case() -> None:
    """An update compares e-mails with regard to case, and so takes another user's in capitals."""
    honest = current(users, "_written")
    updating: list[bool] = []

    def written(call: Call, given: Mapping[str, Any]) -> tuple[dict[str, Any], list[str] | None]:
        values, tags = honest(call, given)
        if updating and "email" in given:
            values["email_key"] = given["email"]
        return values, tags

    @around("updateUser")
    def marking(call: Call, handler: Handler) -> Answer:
        updating.append(True)
        try:
            return handler(call)
        finally:
            updating.clear()

    replace(users, "_written", written)


@on_request(Group.VALIDATION)
def full_names_cut_to_their_column(asked: Asked) -> None:
    """A full name of more than 255 characters is cut without a word."""
    user = asked.part("user")
    name = user.get("full_name")
    if asked.path.startswith("/users") and isinstance(name, str) and len(name) > 255:
        asked.json = asked.json | {"user": user | {"full_name": name[:255]}}


@within(Group.VALIDATION)
def control_characters_in_custom_data() -> None:
    """Custom data may hold NUL and other control characters."""
    loosen(lambda document: schema(document, "CustomData").pop("pattern"))


@within(Group.VALIDATION)
def nonces_written_as_texts() -> None:
    """A nonce that comes as a text may be used again."""
    honest = current(sessions, "_checked_freshness")

    def checked(call: Call) -> Freshness:
        try:
            fresh: Freshness = honest(call)
        except Refusal as refusal:
            nonce = call.body.get("nonce")
            if "must be unique" not in str(refusal.errors) or not isinstance(nonce, str):
                raise
            return int(call.body["timestamp"]), int(nonce)
        return fresh

    replace(sessions, "_checked_freshness", checked)


@within(Group.VALIDATION)
def old_timestamps_accepted() -> None:
    """A timestamp may lie in the past as far as it likes, in the future only an hour."""
    honest = current(sessions, "_checked_freshness")

    def checked(call: Call) -> Freshness:
        told = int(call.body.get("timestamp", 0)) * clock.SECOND
        asked = dataclasses.replace(call, now=told) if 0 < told < call.now else call
        fresh: Freshness = honest(asked)
        return fresh

    replace(sessions, "_checked_freshness", checked)


@within(Group.VALIDATION)
def users_left_out_of_signatures() -> None:
    """A signature that leaves out the user's fields verifies as well."""
    honest = signature.verifies

    def verifies(body: Mapping[str, JsonValue], secret: str) -> bool:
        application = {name: value for name, value in body.items() if name != "user"}
        return honest(body, secret) or honest(application, secret)

    replace(signature, "verifies", verifies)


@on_request(Group.VALIDATION)
def words_after_the_json(asked: Asked) -> None:
    """Whatever follows the first JSON value of a body is not looked at."""
    try:
        text = asked.body.decode()
        _, end = json.JSONDecoder().raw_decode(text)
    except ValueError:
        return
    asked.body = text[:end].encode()


@on_request(Group.VALIDATION)
def numbers_taken_for_names(asked: Asked) -> None:
    """A number where a full name belongs is taken for the text of its digits."""
    user = asked.part("user")
    name = user.get("full_name")
    if isinstance(name, int) and not isinstance(name, bool):
        asked.json = asked.json | {"user": user | {"full_name": str(name)}}


@within(Group.VALIDATION)
def unwilling_guests() -> None:
    """Whoever says that they are no guest, by false, becomes one."""

    def change(document: Document) -> None:
        _field(document, "SessionUser", "guest")["anyOf"].append({"type": "boolean"})

    loosen(change)


@within(Group.VALIDATION)
def email_domains_of_one_word() -> None:
    """An e-mail needs no dot in its domain."""

    def change(document: Document) -> None:
        email = schema(document, "Email")
        email["pattern"] = email["pattern"].replace(")+$", ")*$")

    loosen(change)


@within(Group.VALIDATION)
def semicolons_refused_in_content_types() -> None:
    """A content type with parameters is refused."""

    def change(document: Document) -> None:
        content_type = schema(document, "ContentType")
        content_type["pattern"] = content_type["pattern"].partition("(?:")[0] + "$"

    loosen(change)
