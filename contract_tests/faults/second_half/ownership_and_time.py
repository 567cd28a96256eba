"""Faults of tokens, ownership and time."""

from __future__ import annotations

import dataclasses
from typing import Any

from contract_tests.faults.fault import Group
from contract_tests.faults.state import around, current, nothing, replace, within
from contract_tests.faults.wire import Asked, on_request
from mock_server import clock, passwords, sessions
from mock_server.apps import App
from mock_server.call import Answer, Call, Handler
from mock_server.refusals import Refusal
from mock_server.repository import Repository
from mock_server.tables import Session


@within(Group.AUTH)
def empty_old_passwords_are_right() -> None:
    """An empty old password is not compared with anything."""
    honest = current(passwords, "matches")

    def matches(password: str, kept: str | None) -> bool:
        return not password or bool(honest(password, kept))

    replace(passwords, "matches", matches)


@within(Group.AUTH)
def a_new_password_signs_its_caller_out() -> None:
    """A password changed by update ends the caller's own session, too."""

    def end_all(self: Repository, user_id: int, _: str) -> None:
        self.end_sessions(user_id)

    replace(Repository, "end_other_sessions", end_all)


@within(Group.AUTH)
def sessions_survive_a_reset_link() -> None:
    """A used reset link ends no session."""
    replace(Repository, "end_sessions", nothing)


@within(Group.AUTH)
def guests_sessions_outlive_them() -> None:
    """Prolonging a guest's session forgets the end of the guest's day."""
    honest = current(sessions, "prolonged")

    def uncapped(state: Repository, app: App, session: Session, now: int) -> Any:
        return honest(state, app, dataclasses.replace(session, guest_until=None), now)

    replace(sessions, "prolonged", uncapped)


@within(Group.AUTH)
def a_refused_login_takes_the_user_off() -> None:
    """A refused login leaves the session without the user that it had."""
    refused: set[str] = set()
    honest_live = current(Repository, "live_session")

    def live(self: Repository, token: str, now: int) -> Any:
        found = honest_live(self, token, now)
        if found is None or token not in refused:
            return found
        return self.change_session(token, {"user_id": None, "guest_until": None})

    replace(Repository, "live_session", live)

    @around("login")
    def watched(call: Call, honest: Handler) -> Answer:
        token = call.need_session().token
        try:
            answer = honest(call)
        except Refusal:
            refused.add(token)
            raise
        refused.discard(token)
        return answer


@within(Group.AUTH)
def logging_out_here_logs_out_everywhere() -> None:
    """Logging out ends all other sessions of the user."""

    @around("logout")
    def everywhere(call: Call, honest: Handler) -> Answer:
        answer = honest(call)
        call.state.end_sessions(call.need_user())
        return answer


@within(Group.AUTH)
def sessions_are_prolonged_in_their_last_hour() -> None:
    """A session is prolonged only once less than an hour of it is left."""
    honest = current(sessions, "prolonged")

    def late(state: Repository, app: App, session: Session, now: int) -> Any:
        prolonged = honest(state, app, session, now)
        if session.expires_at - now < clock.HOUR:
            return prolonged
        return state.change_session(session.token, {"expires_at": session.expires_at})

    replace(sessions, "prolonged", late)


@within(Group.AUTH)
def downloads_are_open_to_all_apps() -> None:
    """The longer path of a download takes the token of any app."""

    @around("downloadBlob")
    def of_any_app(call: Call, honest: Handler) -> Answer:
        return honest(dataclasses.replace(call, named_app=None))


@on_request(Group.AUTH)
def the_auth_key_wins_over_the_token(asked: Asked) -> None:
    """Signing up with both a token and an auth key, the token is not looked at."""
    if asked.method == "POST" and asked.plain_path == "/users" and asked.headers.get("cb-authkey"):
        asked.headers.pop("cb-token", None)


@within(Group.AUTH)
def twitter_secrets_are_not_compared() -> None:
    """A Twitter account's token signs in with any secret."""

    @around("createSession", "login")
    def without_secrets(call: Call, honest: Handler) -> Answer:
        known = tuple(dataclasses.replace(each, secret=None) for each in call.app.twitter_accounts)
        app = dataclasses.replace(call.app, twitter_accounts=known)
        return honest(dataclasses.replace(call, named_app=app))


@within(Group.AUTH)
def public_files_are_everybodys_to_edit() -> None:
    """Any user may edit a public file."""

    @around("updateBlob")
    def by_anybody(call: Call, honest: Handler) -> Answer:
        blob = call.state.blob(call.app_id, call.path["blob_ref"])
        if blob is None or not blob.public:
            return honest(call)
        owners = dataclasses.replace(call.need_session(), user_id=blob.owner_id)
        return honest(dataclasses.replace(call, session=owners))


@within(Group.AUTH)
def the_deleting_token_lives_on() -> None:
    """The token with which a user was deleted stands for the app afterwards."""

    @around("deleteUser")
    def detached(call: Call, honest: Handler) -> Answer:
        call.state.change_session(call.need_session().token, {"user_id": None})
        return honest(call)
