"""Password reset: the message with its link, and the page behind the link."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from html import escape

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from mock_server import clock, passwords, randomness
from mock_server.call import Answer, Call, Surroundings
from mock_server.contract import parse_query
from mock_server.refusals import Refusal, by_state, user_not_found
from mock_server.repository import Repository, State
from mock_server.requests import path_of, read_body
from mock_server.tables import users

RESET_PREFIX = "/__reset__"
LIFETIME = clock.DAY
_METHODS = ("GET", "HEAD", "POST")
_FORM = "application/x-www-form-urlencoded"
_HEADERS = {
    "Cache-Control": "no-store",
    # The page needs no script, no style and no picture; its address is a secret.
    "Content-Security-Policy": "default-src 'none'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def request(call: Call) -> Answer:
    """Answer `requestPasswordReset` and its twin by query."""
    if not call.app.reset_password_by_email:
        raise by_state(422, "Reset password by email is disabled")
    email: str = call.body["email"] if call.body else call.query["email"]
    user = call.state.first_user(call.app_id, users.c.email_key == email.lower())
    if user is None:
        raise user_not_found()
    token = randomness.token(call.around.random)
    call.state.add_reset(_digest(token), user.id, call.now, call.now + LIFETIME)
    link = f"{call.origin}{RESET_PREFIX}/{token}"
    name = user.full_name or user.login or user.email or ""
    until = clock.to_seconds(call.now + LIFETIME)
    words = f"somebody, perhaps you, asked for a new password. Until {until} this link sets one:"
    ignore = "If it was not you, leave it: your password stays as it is."
    call.state.add_message(
        {
            "app_id": call.app_id,
            "created_at": call.now,
            "recipient": user.email,
            "subject": "Your new password",
            "text": f"Hello {name},\n\n{words}\n\n{link}\n\n{ignore}\n",
            "html": f"<p>Hello {escape(name)},</p>\n<p>{words}</p>\n"
            f'<p><a href="{link}">Set a new password</a></p>\n<p>{ignore}</p>\n',
        }
    )
    return Answer(200)


class ResetPage:
    """The page that a reset link opens. The link's token, which nobody can guess, is its key.

    Args:
        around: What the server has around its state.
        state: The state.
        time: The clock.
        alone: Calls a function while no request is at work.
    """

    def __init__(
        self,
        around: Surroundings,
        state: State,
        time: clock.Clock,
        alone: Callable[[Callable[[], Response]], Awaitable[Response]],
    ) -> None:
        self._around = around
        self._state = state
        self._time = time
        self._alone = alone

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        try:
            response = await self._respond(request)
        except ClientDisconnect:
            return
        response.headers.update(_HEADERS | {"Date": clock.to_http_date(self._time.now())})
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        if request.method not in _METHODS:
            response = _page(405, "<p>This page takes no such request.</p>")
            response.headers["Allow"] = ", ".join(_METHODS)
            return response
        digest = _digest(path_of(request.scope).removeprefix(f"{RESET_PREFIX}/"))
        if request.method != "POST":
            return await self._alone(lambda: self._show(digest))
        body = await read_body(request.receive)
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        form = parse_query(body) if media_type == _FORM else {}
        return await self._alone(lambda: self._set(digest, form))

    def _show(self, digest: str) -> Response:
        user = self._state.run(lambda state: state.reset_user(digest, self._time.now()))
        return _dead() if user is None else self._form(200)

    def _set(self, digest: str, form: dict[str, list[str]]) -> Response:
        return self._state.run(lambda state: self._set_once(state, digest, form))

    def _set_once(self, state: Repository, digest: str, form: dict[str, list[str]]) -> Response:
        now = self._time.now()
        user = state.reset_user(digest, now)
        if user is None:
            return _dead()
        given = form.get("password", [])
        if len(given) != 1 or form.get("repeated") != given:
            return self._form(422, "The two fields are not the same.")
        try:
            self._around.contract.component("Password").check(given[0])
        except Refusal:
            return self._form(422, "This is no password by the rules.")
        hashed = passwords.hashed(given[0], self._around.random)
        values = {"password_hash": hashed, "updated_at": clock.whole_seconds(now)}
        state.change_user(user, values)
        state.end_sessions(user.id)
        state.end_resets(user.id)
        return _page(200, "<p>The new password is set. All sessions have ended: sign in anew.</p>")

    def _form(self, status: int, wrong: str = "") -> Response:
        rule = self._around.contract.resolved({"$ref": "#/components/schemas/Password"})
        least, most = rule["minLength"], rule["maxLength"]
        field = (
            f'type="password" required minlength="{least}" maxlength="{most}"'
            ' autocomplete="new-password"'
        )
        return _page(
            status,
            f'<p role="alert">{wrong}</p>\n<p>A password has {least} to {most} characters and no'
            ' control characters.</p>\n<form method="post">\n'
            f'<p><label>New password <input name="password" {field}></label></p>\n'
            f'<p><label>The same again <input name="repeated" {field}></label></p>\n'
            "<p><button>Set it</button></p>\n</form>",
        )


def _dead() -> Response:
    return _page(404, "<p>This link is used, has expired, or never was one. Ask for another.</p>")


def _page(status: int, content: str) -> Response:
    page = (
        '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>New password</title>\n<h1>New password</h1>\n{content}\n</html>\n"
    )
    return Response(page, status, media_type="text/html")


def _digest(token: str) -> str:
    """Hash a link's token: the database alone opens no link."""
    return hashlib.sha256(token.encode()).hexdigest()
