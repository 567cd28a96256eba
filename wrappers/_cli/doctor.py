"""``connectycube doctor``: is everything in place, and if not, what is wrong?"""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final, Literal

from attrs import asdict, define, field, frozen
from cyclopts import Parameter

from generated_client import RawResponse, Request
from wrappers._configuration import Application, application
from wrappers._credentials import Credentials
from wrappers._errors import ConnectyCubeError
from wrappers._expiry import http_date
from wrappers._sync.adapter import adapter_for

from .access import DEFAULTS, Access
from .exit_codes import OK, CommandError, code_of
from .output import print_line, to_json
from .secrets import remember, without_secrets
from .signature import Explanation, explained

_TOLERATED: Final = 3600
"""Seconds: a signed request whose timestamp is further off is refused (documented)."""

_WORRYING: Final = 300


Status = Literal["ok", "warning", "failed", "skipped"]


@frozen
class Finding:
    """What one look found.

    Attributes:
        check: What was looked at.
        status: How it is.
        detail: What was seen, without secrets.
    """

    check: str
    status: Status
    detail: str


def doctor(
    *,
    show_signature: Annotated[
        bool, Parameter(help="Print the example's signature instead of masking it.")
    ] = False,
    access: Access = DEFAULTS,
) -> int:
    """Check the configuration, the way to the server, its clock, and the credentials.

    It explains how a session request is signed, with the secrets masked. Sessions that it makes
    are ended again.

    Args:
        show_signature: Whether the signature is shown.
        access: Who calls, and where.

    Returns:
        The exit code: 0, or the one of the first failure.
    """
    examination = _Examination(access)
    settled = examination.configuration()
    signature = None
    if settled is not None:
        who = examination.named()
        if examination.server(settled):
            examination.sessions(who)
        credentials = who if isinstance(who, Credentials) else None
        signature = explained(settled, credentials, show=show_signature)
    _tell(access, examination.findings, signature)
    return examination.code


@define
class _Examination:
    """One look after the other, and what they found.

    Attributes:
        access: Who calls, and where.
        findings: What was found.
        code: The exit code of the first failure.
    """

    access: Access
    findings: list[Finding] = field(factory=list[Finding], init=False)
    code: int = field(default=OK, init=False)

    def configuration(self) -> Application | None:
        """Look at the configuration; None when it cannot be used."""
        access = self.access
        settled: Application | None = None
        with self._looking("configuration"):
            settled = application(app_id=access.app_id, base_url=access.base_url)
            self._found("configuration", "ok", _settings(settled))
        return settled

    def named(self) -> Credentials | str | None:
        """Find out who shall sign in."""
        named: list[Credentials | str | None] = [None]
        with self._looking("user"):
            named.append(self.access.identity())
        return named[-1]

    def server(self, settled: Application) -> bool:
        """Ask for anything: whatever is answered, somebody is there, and says what time it is."""
        reached = False
        with self._looking("server"):
            began, local = time.monotonic(), datetime.now(UTC)
            answer = self._asked(settled)
            elapsed = timedelta(seconds=time.monotonic() - began)
            reached = True
            spent = elapsed.total_seconds() * 1000
            said = f"answers in {spent:.0f} ms (status {answer.status} without a session)"
            self._found("server", "ok", said)
            date = http_date(answer.headers.get("Date"))
            self.findings.append(_clock(None if date is None else date - local - elapsed / 2))
        if not reached:
            self._found("application", "skipped", "the server was not reached")
        return reached

    def _asked(self, settled: Application) -> RawResponse:
        adapter = adapter_for(settled.base_url, timeout=self.access.timeout, transport="httpx2")
        try:
            return adapter.send(Request("GET", "/session"))
        finally:
            adapter.close()

    def sessions(self, who: Credentials | str | None) -> None:
        """Make a session of the application, and one of who signs in."""
        with self._looking("application"):
            self._found("application", "ok", _session_of(self.access, None))
        if who is not None:
            with self._looking("user"):
                self._found("user", "ok", _session_of(self.access, who))
        elif all(finding.check != "user" for finding in self.findings):
            self._found("user", "skipped", "nobody was named (--as)")

    @contextmanager
    def _looking(self, check: str) -> Generator[None]:
        try:
            yield
        except ConnectyCubeError as error:
            said, code = f"{type(error).__name__}: {error.message}", code_of(error)
        except CommandError as error:
            said, code = str(error), error.code
        else:
            return
        self._found(check, "failed", without_secrets(said))
        self.code = self.code or code

    def _found(self, check: str, status: Status, detail: str) -> None:
        self.findings.append(Finding(check, status, detail))


def _settings(settled: Application) -> str:
    signed = "signed" if settled.auth_secret else "not signed: no CONNECTYCUBE_AUTH_SECRET"
    return f"application {settled.app_id} at {settled.base_url}; session requests are {signed}"


def _clock(skew: timedelta | None) -> Finding:
    if skew is None:
        return Finding("clock", "skipped", "the server does not say what time it is")
    # A date in HTTP has whole seconds.
    seconds = skew.total_seconds() + 0.5
    direction = "ahead of" if seconds > 0 else "behind"
    detail = f"the server is {abs(seconds):.0f} s {direction} this machine"
    if abs(seconds) >= _TOLERATED:
        detail += "; the first signed request is refused, and signed again with the server's time"
    return Finding("clock", "warning" if abs(seconds) >= _WORRYING else "ok", detail)


def _session_of(access: Access, who: Credentials | str | None) -> str:
    with access.client() as cube:
        if isinstance(who, str):
            session = cube.as_user(who).get_session()
            return f"session {session.id} of {_whose(session.user_id)} is alive"
        session = cube.create_session(who)
        remember(session.token)
        cube.destroy_session()
        return f"a session of {_whose(session.user_id)} was created, and ended again"


def _whose(user_id: int | None) -> str:
    return "the application" if user_id is None else f"user {user_id}"


def _tell(access: Access, findings: list[Finding], signature: Explanation | None) -> None:
    output = access.output
    checks = [asdict(finding) for finding in findings]
    if output.as_json:
        well = all(finding.status != "failed" for finding in findings)
        told = {
            "ok": well,
            "checks": checks,
            "signature": None if signature is None else asdict(signature),
        }
        print_line(to_json(told))
        return
    output.many(checks, ("check", "status", "detail"))
    if signature is not None:
        print_line("\nHow a session request is signed (an example; *** stands for secrets):")
        output.one(asdict(signature))
