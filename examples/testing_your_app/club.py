"""An app to test: a club whose members are users of ConnectyCube."""

from __future__ import annotations

import secrets

from wrappers import AlreadyTaken, AsyncConnectyCube, ConnectyCube, User

TAG = "club"


def join(cube: ConnectyCube, name: str, email: str) -> User:
    """Make somebody a member; who is one already stays one.

    The password is nobody's business: the first one is chosen by the link in the mail.
    """
    try:
        user = cube.users.sign_up(
            login=email, email=email, password=secrets.token_urlsafe(20), full_name=name, tags=[TAG]
        )
    except AlreadyTaken:
        return cube.users.get_by_email(email)
    cube.users.reset_password(email)
    return user


def members(cube: ConnectyCube) -> list[str]:
    """Tell the members' names, in the order of the alphabet."""
    return sorted(user.full_name or "?" for user in cube.users.find_by_tags([TAG]))


async def count_stars(cube: AsyncConnectyCube) -> int:
    """Add up the stars that members have in their custom data."""
    stars = 0
    async for user in await cube.users.find_by_tags([TAG]):
        found = user.parse_custom_data().get("stars", 0)
        stars += found if isinstance(found, int) else 0
    return stars
