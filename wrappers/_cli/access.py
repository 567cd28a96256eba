"""Who calls, and where: the options that every command shares."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import Annotated, Final

from attrs import frozen
from cyclopts import Group, Parameter

from wrappers._credentials import Credentials, Password
from wrappers._errors import ConnectyCubeError
from wrappers._outgoing import DEFAULT_TIMEOUT
from wrappers._retrying import DEFAULT_RETRIES
from wrappers._sync.client import ConnectyCube

from .exit_codes import CommandError
from .output import Output
from .secrets import remember

_GROUP = Group(
    "Access",
    help="Keys come from CONNECTYCUBE_AUTH_KEY and CONNECTYCUBE_AUTH_SECRET alone: an argument "
    "would stay in the shell's history.",
    sort_key=9,
)


@Parameter(name="*")
@frozen(kw_only=True)
class Access:
    """Who calls, and where.

    Attributes:
        app_id: The application's id.
        base_url: The API's address.
        who: Who signs in; else CONNECTYCUBE_LOGIN, else the session of CONNECTYCUBE_TOKEN.
        password_stdin: Whether the password is the first line of the standard input.
        timeout: Seconds for each step of a request.
        retries: Attempts after the first one.
        json: JSON or tables; left out, tables on a terminal.
        debug: Whether each request is told on the standard error.
    """

    app_id: Annotated[
        str | None,
        Parameter(group=_GROUP, help="The application's id; else CONNECTYCUBE_APP_ID."),
    ] = None
    base_url: Annotated[
        str | None,
        Parameter(group=_GROUP, help="The API's address; else CONNECTYCUBE_BASE_URL."),
    ] = None
    who: Annotated[
        str | None,
        Parameter(
            name="--as",
            group=_GROUP,
            help="Login or e-mail address of who signs in; else CONNECTYCUBE_LOGIN, else the "
            "session of CONNECTYCUBE_TOKEN. The password is CONNECTYCUBE_PASSWORD, or asked for.",
        ),
    ] = None
    password_stdin: Annotated[
        bool,
        Parameter(group=_GROUP, help="Read the password from the standard input's first line."),
    ] = False
    timeout: Annotated[
        float, Parameter(group=_GROUP, help="Seconds for each step of a request.")
    ] = DEFAULT_TIMEOUT
    retries: Annotated[int, Parameter(group=_GROUP, help="Attempts after the first one.")] = (
        DEFAULT_RETRIES
    )
    json: Annotated[
        bool | None,
        Parameter(
            negative="--table",
            group=_GROUP,
            help="Print JSON, or tables; left out, tables on a terminal and JSON elsewhere.",
        ),
    ] = None
    debug: Annotated[
        bool, Parameter(group=_GROUP, help="Tell each request on the standard error.")
    ] = False

    @property
    def output(self) -> Output:
        """Where answers go."""
        return Output(not sys.stdout.isatty() if self.json is None else self.json)

    def identity(self) -> Credentials | str | None:
        """Find out who calls.

        Returns:
            Credentials, the token of a session, or None for the application alone.

        Raises:
            CommandError: If there is a login and no password.
        """
        token = os.environ.get("CONNECTYCUBE_TOKEN")
        name = self.who or (None if token else os.environ.get("CONNECTYCUBE_LOGIN"))
        if not name:
            return token or None
        password = remember(self._password(name))
        if "@" in name:
            return Password(email=name, password=password)
        return Password(login=name, password=password)

    def client(self) -> ConnectyCube:
        """Make a client of the application.

        Returns:
            The client; close it.

        Raises:
            ConfigurationError: If something is missing or malformed.
        """
        return ConnectyCube(
            app_id=self.app_id,
            base_url=self.base_url,
            timeout=self.timeout,
            retries=self.retries,
            # Who waits in the other library hears Ctrl-C when the answer comes, not before.
            transport="httpx2",
        )

    def _password(self, name: str) -> str:
        if self.password_stdin:
            return sys.stdin.readline().rstrip("\r\n")
        known = os.environ.get("CONNECTYCUBE_PASSWORD")
        if known:
            return known
        if not sys.stdin.isatty():
            raise CommandError(
                f"no password for {name}: set CONNECTYCUBE_PASSWORD or use --password-stdin"
            )
        return getpass.getpass(f"Password of {name}: ")


DEFAULTS: Final = Access()
"""Everything from the environment."""


@contextmanager
def calling(access: Access, *, as_user: bool = False) -> Generator[ConnectyCube]:
    """Have a client while a block runs; a session that it made ends with it.

    Args:
        access: Who calls, and where.
        as_user: Whether somebody must be signed in.

    Yields:
        The client.

    Raises:
        CommandError: If somebody must be signed in and nobody is named.
    """
    who = access.identity()
    if as_user and who is None:
        raise CommandError("sign in: --as LOGIN, CONNECTYCUBE_LOGIN or CONNECTYCUBE_TOKEN")
    with access.client() as application:
        cube = application if who is None else application.as_user(who)
        try:
            yield cube
        finally:
            if cube.session is not None:
                remember(cube.session.token)
            if not isinstance(who, str):
                # Nobody knows its token: left alive it would only be lying around.
                with suppress(ConnectyCubeError):
                    cube.destroy_session()
