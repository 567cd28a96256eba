"""The fields of a user, from keyword arguments to the names and forms the service takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import evolve

from . import _custom_data
from ._credentials import Credentials, Password
from ._errors import InvalidArgument
from ._sentinel import NotGiven, given

CustomData = str | Mapping[str, object]
"""What can become a user's custom data: a text as it is, or an object written as JSON."""


def profile_fields(
    *,
    tags: Iterable[str] | NotGiven | None,
    custom_data: CustomData | NotGiven | None,
    **others: object,
) -> dict[str, object]:
    """Write the given fields of a profile as JSON fields of ``user``.

    Args:
        tags: Tags, sent as ``tag_list``.
        custom_data: A text, or an object that is written as JSON.
        others: Fields that are sent as they are.

    Returns:
        The fields that were given; None empties one.

    Raises:
        InvalidArgument: If the tags are one text, or the custom data is not JSON.
    """
    if isinstance(tags, str):
        raise InvalidArgument("tags must be several texts, such as ['iphone', 'apple']")
    if isinstance(custom_data, Mapping):
        custom_data = _custom_data.write(custom_data)
    tag_list = tags if tags is None or isinstance(tags, NotGiven) else list(tags)
    return given(**others, tag_list=tag_list, custom_data=custom_data)


def renamed(credentials: Credentials | None, fields: Mapping[str, object]) -> Credentials | None:
    """Follow a change of login, e-mail or password, so that renewing a session still works.

    Args:
        credentials: What the user signed in with.
        fields: The fields of ``user`` that were changed.

    Returns:
        What signs the user in from now on; the same object when nothing of it changed.
    """
    if not isinstance(credentials, Password):
        return credentials
    changes = {
        name: value
        for name in ("login", "email", "password")
        if isinstance(value := fields.get(name), str)
        and getattr(credentials, name) not in (None, value)
    }
    return evolve(credentials, **changes) if changes else credentials
