"""The second version's filters of users: names, types and rules, judged before anything is sent.

The rules are the users guide's (2026): a query needs a stand-alone field with a primary operator
(equality, ``in``, ``start_with``); ``nin`` only takes away from what such a filter finds, and
comparisons of moments only narrow it down.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, Literal, TypedDict, TypeVar, cast, get_args

from ._errors import FilterRule, InvalidFilter

SortField = Literal[
    "id", "login", "email", "full_name", "phone", "external_id", "facebook_id", "twitter_id",
    "created_at", "updated_at", "last_request_at",
    "-id", "-login", "-email", "-full_name", "-phone", "-external_id", "-facebook_id",
    "-twitter_id", "-created_at", "-updated_at", "-last_request_at",
]  # fmt: skip
"""What users can be sorted by; with a minus, the greatest comes first."""


class UserFilters(TypedDict, total=False):
    """Keyword arguments of ``users.find``. All filters must hold.

    A plain name means equality. ``__in`` finds users with one of up to 100 values, ``__nin``
    takes away users with one of them, ``__start_with`` wants at least 4 characters, and
    ``__gt``, ``__lt``, ``__gte``, ``__lte`` compare with an aware ``datetime`` or with seconds
    since 1970. At least one filter on a stand-alone field (all but the three moments) must be a
    plain one, ``__in`` or ``__start_with``.

    Attributes:
        sort: A field to sort by; with a minus, the greatest comes first. By id when left out,
            and id always breaks ties.
        limit: Users a page, 1 to 100; 100 when left out. With ``__start_with`` the service
            answers pages of 5.
        offset: How many users to skip at the beginning.
    """

    id: int
    id__in: Iterable[int]
    id__nin: Iterable[int]
    login: str
    login__in: Iterable[str]
    login__nin: Iterable[str]
    login__start_with: str
    email: str
    email__in: Iterable[str]
    email__nin: Iterable[str]
    email__start_with: str
    full_name: str
    full_name__in: Iterable[str]
    full_name__nin: Iterable[str]
    full_name__start_with: str
    phone: str
    phone__in: Iterable[str]
    phone__nin: Iterable[str]
    phone__start_with: str
    external_id: str
    external_id__in: Iterable[str]
    external_id__nin: Iterable[str]
    external_id__start_with: str
    facebook_id: str
    facebook_id__in: Iterable[str]
    facebook_id__nin: Iterable[str]
    facebook_id__start_with: str
    twitter_id: str
    twitter_id__in: Iterable[str]
    twitter_id__nin: Iterable[str]
    twitter_id__start_with: str
    user_tags: str
    user_tags__in: Iterable[str]
    user_tags__nin: Iterable[str]
    created_at__gt: datetime | int
    created_at__lt: datetime | int
    created_at__gte: datetime | int
    created_at__lte: datetime | int
    updated_at__gt: datetime | int
    updated_at__lt: datetime | int
    updated_at__gte: datetime | int
    updated_at__lte: datetime | int
    last_request_at__gt: datetime | int
    last_request_at__lt: datetime | int
    last_request_at__gte: datetime | int
    last_request_at__lte: datetime | int
    sort: SortField
    limit: int
    offset: int


LARGEST_ID: Final = 2**63 - 1
MOST_VALUES: Final = 100
LARGEST_PAGE: Final = 100
_SHORTEST_PREFIX: Final = 4
_LONGEST_TEXT: Final = 1000
_LATEST_SECOND: Final = 253_402_300_799  # 9999-12-31T23:59:59Z

_TEXTS: Final = (
    "login", "email", "full_name", "phone", "external_id", "facebook_id", "twitter_id",
)  # fmt: skip
_MOMENTS: Final = ("created_at", "updated_at", "last_request_at")
_COMPARISONS: Final = ("gt", "lt", "gte", "lte")
_PRIMARY: Final = ("", "in", "start_with")
_OPERATORS: Final[Mapping[str, tuple[str, ...]]] = {
    "id": ("", "in", "nin"),
    **dict.fromkeys(_TEXTS, ("", "in", "nin", "start_with")),
    "user_tags": ("", "in", "nin"),
    **dict.fromkeys(_MOMENTS, _COMPARISONS),
}
ValueT = TypeVar("ValueT")

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def user_query(filters: Mapping[str, object]) -> dict[str, Any]:
    """Check the keyword arguments of ``users.find`` and write them as the operation's own.

    Args:
        filters: What was given.

    Returns:
        Arguments of the generated operation; ``limit`` and ``offset`` always among them.

    Raises:
        InvalidFilter: If a rule is broken; its ``rule`` says which.
    """
    left = dict(filters)
    query: dict[str, Any] = {
        "limit": _whole("limit", left.pop("limit", LARGEST_PAGE), 1, LARGEST_PAGE),
        "offset": _whole("offset", left.pop("offset", 0), 0, LARGEST_ID),
    }
    if "sort" in left:
        name, field = _sort(left.pop("sort"))
        query[name] = field
    used: list[str] = []
    for name, value in left.items():
        field, operator = _split(name)
        checked = _value(name, field, operator, value)
        if checked != []:
            # Nothing to take away: that filter always holds.
            query[f"{field}_{operator}" if operator else field] = checked
        used.append(operator)
    if not any(operator in _PRIMARY for operator in used):
        _refuse_without_primary(used)
    return query


def checked_text(name: str, value: object, *, shortest: int = 1) -> str:
    """Refuse a text that the service could not look for.

    Args:
        name: The argument's name, for the message.
        value: What was given.
        shortest: Fewest characters.

    Returns:
        The same text.

    Raises:
        InvalidFilter: If it is none, too short or long, or holds what no field can hold.
    """
    if not isinstance(value, str):
        raise _broken("value_type", name, f"{name} takes a text, not {_kind(value)}")
    if len(value) < shortest and shortest > 1:
        raise _broken("prefix_too_short", name, f"{name} needs at least {shortest} characters")
    if not 0 < len(value) <= _LONGEST_TEXT:
        raise _broken("text_length", name, f"{name} takes 1 to {_LONGEST_TEXT} characters")
    if _CONTROL.search(value) or not _encodable(value):
        raise _broken(
            "text_characters", name, f"{name} holds control characters or lone surrogates"
        )
    return value


def checked_segment(name: str, value: object) -> str:
    """Refuse a text that could not travel as one part of a path.

    Args:
        name: The argument's name, for the message.
        value: What was given.

    Returns:
        The same text.

    Raises:
        InvalidFilter: If ``checked_text`` refuses it, or it means another path.
    """
    text = checked_text(name, value)
    if text in {".", ".."}:
        raise _broken("text_characters", name, f"{name} cannot be dots alone")
    return text


def checked_id(name: str, value: object) -> int:
    """Refuse what is no user's id.

    Args:
        name: The argument's name, for the message.
        value: What was given.

    Returns:
        The same number.

    Raises:
        InvalidFilter: If it is no whole number from 1 to 2**63 - 1.
    """
    return _whole(name, value, 1, LARGEST_ID)


def checked_ids(name: str, values: object) -> list[int]:
    """Refuse what are no users' ids.

    Args:
        name: The argument's name, for the message.
        values: What was given, any number of them.

    Returns:
        The same numbers.

    Raises:
        InvalidFilter: If one of them is no whole number from 1 to 2**63 - 1.
    """
    return [checked_id(name, value) for value in _several(name, values)]


def checked_texts(name: str, values: object) -> list[str]:
    """Refuse a list of texts that the service could not look for.

    Args:
        name: The argument's name, for the message.
        values: What was given, any number of them.

    Returns:
        The same texts.

    Raises:
        InvalidFilter: If there is none, or one of them is refused.
    """
    texts = [checked_text(name, value) for value in _several(name, values)]
    return _some(name, texts)


def checked_limit(limit: int) -> int:
    """Refuse a size of pages that the service does not answer.

    Args:
        limit: Users a page.

    Returns:
        The same number.

    Raises:
        InvalidFilter: If it is not from 1 to 100.
    """
    return _whole("limit", limit, 1, LARGEST_PAGE)


def joined_tags(tags: object) -> str:
    """Write tags as the one text that the look-up by tags takes.

    Args:
        tags: What was given.

    Returns:
        The tags, joined by commas.

    Raises:
        InvalidFilter: If they are none or too many, or one could not be told from two.
    """
    texts = _counted("tags", checked_texts("tags", tags))
    if any("," in text for text in texts):
        raise _broken("text_characters", "tags", "a tag to look for holds no comma")
    return checked_text("tags", ",".join(texts))


def _split(name: str) -> tuple[str, str]:
    field, _, operator = name.partition("__")
    operators = _OPERATORS.get(field)
    if operators is None:
        raise _broken("unknown_filter", name, f"there is no filter {name}{_meant(name)}")
    if operator in operators:
        return field, operator
    if operator in _COMPARISONS:
        raise _broken(
            "operator",
            name,
            f"{field} takes no comparison; created_at, updated_at and last_request_at do",
        )
    if field in _MOMENTS:
        raise _broken("operator", name, f"{field} takes nothing but {', '.join(_COMPARISONS)}")
    raise _broken("operator", name, f"there is no filter {name}{_meant(name)}")


def _meant(name: str) -> str:
    known = [*UserFilters.__annotations__]
    close = difflib.get_close_matches(name, known, n=1)
    return f"; is {close[0]} meant?" if close else ""


def _value(name: str, field: str, operator: str, value: object) -> Any:
    if field in _MOMENTS:
        return _moment(name, value)
    if operator == "start_with":
        return checked_text(name, value, shortest=_SHORTEST_PREFIX)
    check = checked_id if field == "id" else checked_text
    if not operator:
        return check(name, value)
    checked = [check(name, item) for item in _several(name, value)]
    return checked if operator == "nin" and not checked else _counted(name, checked)


def _several(name: str, values: object) -> list[object]:
    # One text is several texts to Python, and never what is meant.
    if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
        raise _broken("value_type", name, f"{name} takes several values, not {_kind(values)}")
    return list(cast("Iterable[object]", values))


def _some(name: str, values: list[ValueT]) -> list[ValueT]:
    if not values:
        raise _broken("no_values", name, f"{name} needs at least one value")
    return values


def _counted(name: str, values: list[ValueT]) -> list[ValueT]:
    if len(values) > MOST_VALUES:
        raise _broken(
            "too_many_values", name, f"{name} takes at most {MOST_VALUES} values, not {len(values)}"
        )
    return _some(name, values)


def _whole(name: str, value: object, least: int, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise _broken("value_type", name, f"{name} takes a whole number, not {_kind(value)}")
    if not least <= value <= most:
        raise _broken("value_range", name, f"{name} is from {least} to {most}")
    return value


def _moment(name: str, value: object) -> datetime | int:
    if isinstance(value, datetime):
        if value.tzinfo is None or value.utcoffset() is None:
            raise _broken(
                "naive_datetime",
                name,
                f"{name} needs a datetime with a time zone, such as datetime.UTC",
            )
        try:
            return value.astimezone(UTC)
        except OverflowError:
            problem = f"{name} lies outside of the years 1 to 9999 in UTC"
        raise _broken("value_range", name, problem)
    if isinstance(value, int) and not isinstance(value, bool):
        return _whole(name, value, 0, _LATEST_SECOND)
    raise _broken(
        "value_type", name, f"{name} takes a datetime or seconds since 1970, not {_kind(value)}"
    )


def _sort(value: object) -> tuple[str, str]:
    if value not in get_args(SortField):
        raise _broken("sort", "sort", 'sort takes a field such as "full_name" or "-created_at"')
    text = str(value)
    return ("sort_desc", text[1:]) if text.startswith("-") else ("sort_asc", text)


def _refuse_without_primary(operators: list[str]) -> None:
    need = "give a stand-alone field with equality, __in or __start_with as well"
    if "nin" in operators:
        raise _broken("nin_alone", None, f"__nin only takes away from what others find: {need}")
    if operators:
        raise _broken("compare_alone", None, f"moments only narrow down what others find: {need}")
    raise _broken(
        "primary_required",
        None,
        "find needs a stand-alone field with equality, __in or __start_with",
    )


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _kind(value: object) -> str:
    # The type alone: what was given may be somebody's phone number.
    return f"a {type(value).__name__}"


def _broken(rule: FilterRule, name: str | None, message: str) -> InvalidFilter:
    broken = InvalidFilter(message)
    broken.rule, broken.argument = rule, name
    return broken
