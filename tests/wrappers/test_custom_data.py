"""Custom data: other keys stay, whatever they hold."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wrappers.worlds import PATIENT
from wrappers import InvalidArgument, InvalidCustomData, User
from wrappers import _custom_data as custom_data
from wrappers._avatar import uid_of

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)  # fmt: skip
OBJECTS = st.dictionaries(st.text(), JSON)


@PATIENT
@given(OBJECTS, st.booleans())
def test_merging_keeps_every_other_key_and_the_order(
    value: dict[str, object], escaped: bool
) -> None:
    merged = custom_data.with_avatar(json.dumps(value, ensure_ascii=escaped), "UID")
    expected = value | {"avatar_uid": "UID"}
    assert json.loads(merged) == expected
    assert list(json.loads(merged)) == list(expected)
    assert merged.encode()  # it can be sent
    assert not any(letter < " " for letter in merged)  # the service refuses control characters
    assert custom_data.avatar_uid(merged) == "UID"
    assert custom_data.with_avatar(merged, "UID") == merged


@PATIENT
@given(OBJECTS)
def test_writing_and_parsing_are_inverse(value: dict[str, object]) -> None:
    assert custom_data.parse(custom_data.write(value)) == value


@pytest.mark.parametrize("text", [None, "", "  \n", "{}"])
def test_nothing_is_an_empty_object(text: str | None) -> None:
    assert custom_data.with_avatar(text, "UID") == '{"avatar_uid":"UID"}'
    assert custom_data.avatar_uid(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "plain", "[]", '"x"', "1", "null", "{", "{'a': 1}", '{"a": NaN}', '{"a": -Infinity}',
        '{"a": 1e400}', "[" * 100_000, '{"a": ' + "1" * 5000 + "}",
    ],
)  # fmt: skip
def test_what_is_no_object_or_could_not_be_written_back_is_refused(text: str) -> None:
    with pytest.raises(InvalidCustomData):
        custom_data.with_avatar(text, "UID")
    assert custom_data.avatar_uid(text) is None


def test_non_ascii_text_stays_short_and_lone_surrogates_stay_escapes() -> None:
    assert custom_data.write({"a": "é✓"}) == '{"a":"é✓"}'
    assert custom_data.write({"a": "\ud800é"}) == '{"a":"\\ud800\\u00e9"}'


def test_what_json_cannot_express_is_refused() -> None:
    loop: dict[str, object] = {}
    loop["self"] = loop
    for value in ({"a": object()}, {"a": float("nan")}, {"a": b"x"}, loop):
        with pytest.raises(InvalidArgument, match="JSON"):
            custom_data.write(value)


@pytest.mark.parametrize(
    ("text", "avatar", "uid"),
    [
        ('{"avatar_uid":"A1"}', "B2", "A1"),
        ('{"avatar_uid":7}', "B2", "B2"),
        ('{"avatar_uid":""}', "B2", "B2"),
        ('{"avatar_uid":"../session"}', None, None),
        ("no json", "B2", "B2"),
        (None, "https://example.com/me.png", None),
        (None, "", None),
        (None, None, None),
    ],
)
def test_where_the_uid_is_found(text: str | None, avatar: str | None, uid: str | None) -> None:
    assert uid_of(User(id=1, custom_data=text, avatar=avatar)) == uid
