"""``connectycube session``: make one, look at one, end one."""

from __future__ import annotations

from typing import Annotated

from cyclopts import App, Parameter

from wrappers._models import Session

from .access import DEFAULTS, Access, calling
from .exit_codes import CommandError
from .output import record_of
from .secrets import remember

app = App(name="session", help="Make, show and end sessions.")

ShowToken = Annotated[bool, Parameter(help="Print the token itself: whoever has it is its user.")]


@app.command
def create(*, show_token: ShowToken = False, access: Access = DEFAULTS) -> None:
    """Create a session, of the application or of who signs in; it stays alive.

    Use it further with CONNECTYCUBE_TOKEN.
    """
    who = access.identity()
    if isinstance(who, str):
        raise CommandError("CONNECTYCUBE_TOKEN names a session already: unset it, or use --as")
    with access.client() as cube:
        _print(access, cube.create_session(who), show_token=show_token)


@app.command
def show(*, show_token: ShowToken = False, access: Access = DEFAULTS) -> None:
    """Ask the service about the session of CONNECTYCUBE_TOKEN, or a new one of who signs in."""
    with calling(access) as cube:
        _print(access, cube.get_session(), show_token=show_token)


@app.command
def destroy(*, access: Access = DEFAULTS) -> None:
    """End the session of CONNECTYCUBE_TOKEN; nothing is wrong if it had ended already."""
    token = access.identity()
    if not isinstance(token, str):
        raise CommandError("set CONNECTYCUBE_TOKEN to the token of the session to end")
    with access.client() as cube:
        cube.as_user(token).destroy_session()
    access.output.one({"destroyed": True})


def _print(access: Access, session: Session, *, show_token: bool) -> None:
    remember(session.token)
    record = record_of(session)
    if show_token:
        record["token"] = session.token
    access.output.one(record)
