"""Its tests, with the extra ``[mock]`` and nothing to start.

From the folder above ``examples``: ``python -m pytest examples/testing_your_app``.
"""

from __future__ import annotations

import pytest

from examples.testing_your_app.club import count_stars, join, members
from mock_server import RunningServer
from wrappers import AsyncConnectyCube, ConnectyCube, ConnectyCubeError
from wrappers.pytest_plugin import SignUp


def test_who_joins_is_a_member(connectycube: ConnectyCube) -> None:
    """Each test has the server to itself: nobody has joined yet."""
    join(connectycube, "Trillian", "trillian@example.com")
    join(connectycube, "Arthur", "arthur@example.com")
    assert members(connectycube) == ["Arthur", "Trillian"]


def test_who_joins_gets_one_mail(
    connectycube: ConnectyCube, connectycube_server: RunningServer
) -> None:
    """The server keeps the mails that it would have sent."""
    first = join(connectycube, "Arthur", "arthur@example.com")
    assert join(connectycube, "Arthur Dent", "arthur@example.com").id == first.id
    [mail] = connectycube_server.mailbox.messages()
    assert mail.to == "arthur@example.com"


def test_members_are_found_after_a_long_pause(
    connectycube: ConnectyCube, connectycube_server: RunningServer
) -> None:
    """Time moves when the test says so: the session has ended and is renewed."""
    join(connectycube, "Arthur", "arthur@example.com")
    connectycube_server.clock.advance(seconds=3 * 60 * 60)
    assert members(connectycube) == ["Arthur"]


def test_who_cannot_join_is_no_member(
    connectycube: ConnectyCube, connectycube_server: RunningServer
) -> None:
    """Anything can be made to fail, here before it takes effect."""
    connectycube_server.faults.add("signUp", status=503)
    with pytest.raises(ConnectyCubeError):
        join(connectycube, "Arthur", "arthur@example.com")
    assert members(connectycube) == []


@pytest.mark.anyio
async def test_stars_are_added_up(
    async_connectycube: AsyncConnectyCube, connectycube_user: SignUp
) -> None:
    """Users are made in one line each; the anyio plugin runs this, others would as well."""
    for stars in (2, 3):
        connectycube_user(tags=["club"], custom_data={"stars": stars})
    arthur = connectycube_user(tags=["club"])
    arthur.cube.users.update_custom_data(stars=4)
    assert await count_stars(async_connectycube.as_user(arthur.credentials)) == 9
