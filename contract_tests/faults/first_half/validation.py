"""Requests that should be refused and are taken, and the other way round."""

from __future__ import annotations

from contract_tests.faults.fault import Group
from contract_tests.faults.state import Document, loosen, parameter, schema, within
from contract_tests.faults.wire import Answered, Asked, on_answer, on_request


def forget(name: str, *keywords: str) -> None:
    """Have the server forget some keywords of a schema."""

    def change(document: Document) -> None:
        for keyword in keywords:
            del schema(document, name)[keyword]

    loosen(change)


@within(Group.VALIDATION, "F102")
def short_login_taken() -> None:
    """A login may be of any length from one character on."""
    loosen(lambda document: schema(document, "Login").update(minLength=1))


@within(Group.VALIDATION, "F102")
def long_login_taken() -> None:
    """A login may be longer than 70 characters."""
    forget("Login", "maxLength")


@within(Group.VALIDATION, "F102")
def email_unchecked() -> None:
    """Anything is an e-mail."""
    forget("Email", "format", "pattern")


@within(Group.VALIDATION, "F102")
def short_password_taken() -> None:
    """A password of five characters is taken."""
    loosen(lambda document: schema(document, "Password").update(minLength=5))


@within(Group.VALIDATION, "F102")
def timezone_unchecked() -> None:
    """A timezone may be any number."""
    forget("Timezone", "minimum", "maximum")


@within(Group.VALIDATION, "F102")
def six_tags_taken() -> None:
    """A user may have six tags when they come as a list."""
    loosen(lambda document: schema(document, "TagList")["anyOf"][0].update(maxItems=6))


@within(Group.VALIDATION, "F102")
def long_file_name_taken() -> None:
    """A file's name may be longer than 100 characters."""
    forget("BlobName", "maxLength")


@within(Group.VALIDATION, "F102")
def empty_file_name_taken() -> None:
    """A file's name may be empty."""
    forget("BlobName", "minLength", "pattern")


@within(Group.VALIDATION, "F102")
def content_type_unchecked() -> None:
    """Anything is a content type."""
    forget("ContentType", "pattern")


@within(Group.VALIDATION, "F102")
def control_characters_taken() -> None:
    """A full name may hold control characters."""
    forget("OptionalText", "pattern")


@within(Group.VALIDATION, "F102")
def password_not_required() -> None:
    """One may sign up without a password."""
    forget("NewUser", "required")


@within(Group.VALIDATION, "F102")
def old_password_not_required() -> None:
    """A password may be changed with an empty old one in the place of none."""

    def change(document: Document) -> None:
        del schema(document, "UserChanges")["dependentRequired"]

    loosen(change)


@on_request(Group.VALIDATION, "F102")
def numbers_taken_for_texts(asked: Asked) -> None:
    """A number in a profile is taken as a text."""
    user = asked.part("user")
    for name in ("full_name", "phone"):
        if type(user.get(name)) is int:
            asked.json = {**asked.json, "user": {**user, name: str(user[name])}}


@on_request(Group.VALIDATION, "F102")
def limit_clamped(asked: Asked) -> None:
    """A limit beyond 100 counts as 100 instead of being refused."""
    asked.query = [
        (name, "100" if name == "limit" and value.isdigit() and int(value) > 100 else value)
        for name, value in asked.query
    ]


@on_request(Group.VALIDATION, "F102")
def negative_offset_is_zero(asked: Asked) -> None:
    """A negative offset counts as none."""
    asked.query = [
        (name, "0" if name == "offset" and value.startswith("-") else value)
        for name, value in asked.query
    ]


@on_request(Group.VALIDATION)
def broken_json_is_empty(asked: Asked) -> None:
    """A body that is not JSON counts as an empty object."""
    if asked.body and not asked.json:
        asked.body = b"{}"


@within(Group.VALIDATION)
def shortest_login_refused() -> None:
    """A login of exactly three characters is refused."""
    loosen(lambda document: schema(document, "Login").update(minLength=4))


@within(Group.VALIDATION)
def longest_custom_data_refused() -> None:
    """Custom data of exactly 20,000 characters are refused."""
    loosen(lambda document: schema(document, "CustomData").update(maxLength=19_999))


@within(Group.VALIDATION)
def largest_page_refused() -> None:
    """`limit=100` is refused."""
    loosen(lambda document: parameter(document, "findUsers", "limit").update(maximum=99))


@within(Group.VALIDATION, "F102")
def any_size_declared() -> None:
    """A file may be declared complete with a negative size."""
    loosen(lambda document: schema(document, "BlobSize")["anyOf"][0].update(minimum=-(2**31)))


@on_answer(Group.VALIDATION)
def wrong_type_is_a_bad_request(_: Asked, answered: Answered) -> None:
    """Refused fields are answered with 400 instead of 422."""
    if answered.status == 422:
        answered.status = 400
