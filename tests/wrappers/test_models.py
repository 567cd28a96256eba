"""A user that was read is one like any other: complete, closed, and good for a copy."""

from __future__ import annotations

import copy
import pickle
from datetime import UTC, datetime

import pytest
from attrs import evolve, fields
from attrs.exceptions import FrozenInstanceError

from generated_client import models as generated
from wrappers import User
from wrappers._models import user_from

SENT = {
    "id": 7,
    "_id": "5f3d",
    "login": "marvin18",
    "full_name": "Marvin Simon",
    "email": "marvin18@example.com",
    "phone": "380505554433",
    "website": "https://example.com",
    "timezone": 60,
    "facebook_id": "91234409",
    "twitter_id": "15233409",
    "external_user_id": 52,
    "external_id": "his-id",
    "custom_data": '{"middle_name": "Bartleby"}',
    "user_tags": "user,member",
    "avatar": "F2B6",
    "is_guest": True,
    "created_at": "2026-01-02T03:04:05Z",
    "updated_at": "2026-01-02T03:04:06Z",
    "last_request_at": "2026-01-02T03:04:07Z",
}


def moment(second: int) -> datetime:
    return datetime(2026, 1, 2, 3, 4, second, tzinfo=UTC)


@pytest.fixture
def user() -> User:
    return user_from(generated.User.from_dict(SENT))


def test_every_value_is_in_its_place(user: User) -> None:
    assert user == User(
        id=7,
        login="marvin18",
        full_name="Marvin Simon",
        email="marvin18@example.com",
        phone="380505554433",
        website="https://example.com",
        timezone=60,
        facebook_id="91234409",
        twitter_id="15233409",
        external_id="his-id",
        custom_data='{"middle_name": "Bartleby"}',
        tags=("user", "member"),
        avatar="F2B6",
        is_guest=True,
        created_at=moment(5),
        updated_at=moment(6),
        last_request_at=moment(7),
    )
    assert user.raw is not None
    assert user.raw.object_id == "5f3d"
    values = [getattr(user, each.name) for each in fields(User) if each.name != "raw"]
    assert len({*map(repr, values)}) == len(values)  # none could stand in another's place


def test_it_is_closed_and_hashable(user: User) -> None:
    assert type(user) is User
    for each in fields(User):
        with pytest.raises(FrozenInstanceError):
            setattr(user, each.name, None)
    assert {user} == {evolve(user)}


def test_it_can_be_copied_and_sent(user: User) -> None:
    for twin in (copy.copy(user), copy.deepcopy(user), pickle.loads(pickle.dumps(user))):
        assert twin == user
        assert repr(twin) == repr(user)
