"""A population of users whose every field is known, to ask filters and pages about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from contract_tests import catalogue
from contract_tests.actors import Person, app_token, fresh_name, sign_in, sign_up
from contract_tests.control import Clock
from contract_tests.wire import Wire

SIZE = 24
"""More than two pages of the default size; a multiple of no limit that the tests draw."""
SECONDS_APART = 61
CROWD_SIZE = 103
"""More than the largest page."""

_NAMES = ("hunter thompson", "hunter green", "diver dan", "dive master", "marvin samuel", "")
_TAGS = ("guest", "vip", "iphone", "apple", "blue")


@dataclass
class Population:
    """Known users.

    Attributes:
        users: The users as the server answers them, by ascending id.
        tag: A tag that all of them have and nobody else has.
        prefix: What all their logins start with, and no other's.
        is_spread: Whether they were created at known different times.
    """

    users: list[dict[str, Any]]
    tag: str
    prefix: str
    is_spread: bool

    @property
    def ids(self) -> list[int]:
        """Their ids, ascending."""
        return [int(user["id"]) for user in self.users]


def settle(wire: Wire, clock: Clock) -> Population:
    """Sign the population up.

    Args:
        wire: A client.
        clock: Used, when offered, to put time between the sign-ups.

    Returns:
        The population, read back from the server.
    """
    prefix = fresh_name()
    tag = f"all-{prefix}"
    people = [_settler(wire, clock, prefix, tag, number) for number in range(SIZE)]
    for person in people[::3]:
        sign_in(wire, person)
        if clock.is_offered:
            clock.advance(SECONDS_APART)
        changed = wire.call(
            "PUT",
            f"/users/{person.id}",
            body={"user": {"website": f"https://{person.id % 2}.example.com"}},
            token=person.token,
        )
        catalogue.BEGINNING.require(changed.status == 200, f"no update: {changed.status}", changed)
    token = app_token(wire)
    users = [wire.call("GET", f"/users/{person.id}", token=token).json["user"] for person in people]
    users.sort(key=lambda user: int(user["id"]))
    return Population(users=users, tag=tag, prefix=prefix, is_spread=clock.is_offered)


def crowd(wire: Wire) -> Population:
    """Sign up more users than a page may hold, who are alike in all but their logins.

    Args:
        wire: A client.

    Returns:
        Them, as the server answered their sign-ups.
    """
    name = fresh_name()
    people = [sign_up(wire, full_name=name, tag_list=[name]) for _ in range(CROWD_SIZE)]
    return Population([person.user for person in people], tag=name, prefix=name, is_spread=False)


def _settler(wire: Wire, clock: Clock, prefix: str, tag: str, number: int) -> Person:
    if clock.is_offered:
        clock.advance(SECONDS_APART)
    # Different periods, so that the fields do not go together.
    profile: dict[str, object] = {
        "login": f"{prefix}-{number * 7 % SIZE:02d}",
        "full_name": _NAMES[number % len(_NAMES)] or None,
        "tag_list": [tag, *(name for place, name in enumerate(_TAGS) if number >> place & 1)][:5],
    }
    if number % 2:
        profile["email"] = f"{prefix}.{number:02d}@example.com"
    if number % 3:
        profile["phone"] = f"5550{number % 4}"
    if number % 4 == 1:
        profile["external_id"] = f"{prefix}-external-{number}"
    if number % 4 != 2:
        # One to three digits: in another order as numbers than as texts.
        profile["external_user_id"] = number * 7 % SIZE * 9 + 5
    if number % 5 == 1:
        profile["facebook_id"] = f"1000{number}"
    if number % 5 == 2:
        profile["twitter_id"] = f"2000{number}"
    return sign_up(wire, **profile)
