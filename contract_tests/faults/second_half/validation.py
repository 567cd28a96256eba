"""Faults of validation: what is let in, and what is refused."""

from __future__ import annotations

from contract_tests.faults.fault import Group
from contract_tests.faults.state import Document, around, current, loosen, replace, schema, within
from contract_tests.faults.wire import Asked, on_request
from mock_server import clock, sessions
from mock_server.call import Answer, Call, Handler
from mock_server.refusals import by_field
from mock_server.repository import Repository, Values
from mock_server.tables import User


@within(Group.VALIDATION)
def changed_passwords_may_be_short() -> None:
    """A new password by update may be of any length."""

    def loosened(document: Document) -> None:
        schema(document, "UserChanges")["properties"]["password"] = {"type": "string"}

    loosen(loosened)


@within(Group.VALIDATION)
def six_joined_tags_fit() -> None:
    """Six tags are taken when they come as one text."""

    def loosened(document: Document) -> None:
        joined = schema(document, "TagList")["anyOf"][1]
        assert "{0,4}" in joined["pattern"], "the contract counts joined tags in another way"
        joined["pattern"] = joined["pattern"].replace("{0,4}", "{0,5}")

    loosen(loosened)


@within(Group.VALIDATION)
def longest_logins_are_too_long() -> None:
    """A login of exactly 70 characters is refused."""

    def tightened(document: Document) -> None:
        schema(document, "Login")["maxLength"] = 69

    loosen(tightened)


@within(Group.VALIDATION)
def changed_emails_keep_their_case() -> None:
    """An e-mail by update is compared with regard to case."""
    honest = current(Repository, "change_user")

    def with_case(
        self: Repository, user: User, values: Values, tags: list[str] | None = None
    ) -> object:
        kept = {"email_key": values["email"]} if "email" in values else {}
        return honest(self, user, {**values, **kept}, tags)

    replace(Repository, "change_user", with_case)


@within(Group.VALIDATION)
def custom_data_may_hold_line_breaks() -> None:
    """Line breaks are taken in `custom_data`."""

    def loosened(document: Document) -> None:
        schema(document, "CustomData")["pattern"] = r"^[^\x00-\x09\x0b-\x1f\x7f-\x9f]*$"

    loosen(loosened)


@within(Group.VALIDATION)
def an_hour_is_a_second_short() -> None:
    """A timestamp of an hour ahead is refused."""
    replace(sessions, "WINDOW", clock.HOUR - clock.SECOND)


@within(Group.VALIDATION)
def nonces_are_used_once_for_all_times() -> None:
    """A nonce is refused with another timestamp, too."""
    honest = current(Repository, "use_nonce")

    def alone(self: Repository, app_id: int, _: int, nonce: int) -> object:
        return honest(self, app_id, 0, nonce)

    replace(Repository, "use_nonce", alone)


@within(Group.VALIDATION)
def edited_names_may_be_blank() -> None:
    """A file may be renamed to nothing."""

    def loosened(document: Document) -> None:
        schema(document, "BlobChanges")["properties"]["name"] = {"type": "string", "maxLength": 100}

    loosen(loosened)


@within(Group.VALIDATION)
def external_tokens_need_a_password() -> None:
    """With a custom identity provider, a sign-in without a password is refused."""

    @around("createSession", "login")
    def with_password(call: Call, honest: Handler) -> Answer:
        given = call.body.get("user", call.body)
        if call.app.identity_provider and "login" in given and not given.get("password"):
            raise by_field("password", "cannot be blank")
        return honest(call)


@on_request(Group.VALIDATION)
def online_limit_is_cut_down(asked: Asked) -> None:
    """A limit of users online beyond 100 is taken for 100."""
    if asked.plain_path == "/users/online":
        asked.query = [
            (name, "100" if name == "limit" and value.isdecimal() and int(value) > 100 else value)
            for name, value in asked.query
        ]


@on_request(Group.VALIDATION)
def lists_are_empty_objects(asked: Asked) -> None:
    """A body that is a JSON list is taken for an object without fields."""
    if asked.body.lstrip().startswith(b"["):
        asked.body = b"{}"


@within(Group.VALIDATION)
def the_far_east_has_no_timezone() -> None:
    """Timezones east of twelve hours are refused."""

    def tightened(document: Document) -> None:
        schema(document, "Timezone")["maximum"] = 720

    loosen(tightened)
