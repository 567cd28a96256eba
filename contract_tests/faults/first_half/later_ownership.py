"""Who may do what, and for how long."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from contract_tests.faults.fault import Group
from contract_tests.faults.state import around, current, later, replace, within
from contract_tests.faults.wire import Answered, Asked, on_answer, on_request
from mock_server import api, blobs, clock, passwords, randomness, sessions, tables, users
from mock_server.apps import App
from mock_server.call import Answer, Call, Handler
from mock_server.operations import NEED_USER
from mock_server.refusals import Refusal, blob_not_found
from mock_server.repository import Repository
from mock_server.tables import Session, User

Tokens = dict[str, int]


def _tokens_of_users(*operations: str) -> Tokens:
    """Note whose each token is that some operations make a user's."""
    noted: Tokens = {}

    @around(*operations)
    def noting(call: Call, honest: Handler) -> Answer:
        answer = honest(call)
        body = answer.body or {}
        described = body.get("session") or body
        if answer.session is not None and "user" in described:
            noted.pop(answer.session.token, None)
            noted[answer.session.token] = described["user"]["id"]
        return answer

    return noted


def _spare(state: Repository, tokens: list[str], user_id: int, end: Callable[[], None]) -> None:
    """End a user's sessions, but not those of some tokens."""
    for token in tokens:
        state.change_session(token, {"user_id": None})
    end()
    for token in tokens:
        state.change_session(token, {"user_id": user_id})


def _alive(state: Repository, tokens: Tokens, user_id: int) -> list[str]:
    """Tell which of the tokens noted still stand for a user."""
    of_user = [token for token, owner in tokens.items() if owner == user_id]
    return [token for token in of_user if state.session_end(token) is not None]


@within(Group.AUTH)
def newest_session_outlives_its_user() -> None:
    """Of a deleted user's sessions the newest one lives on, as the app's."""
    tokens = _tokens_of_users("createSession")
    honest = current(Repository, "delete_user")

    def delete_user(state: Repository, user: User) -> None:
        for token in _alive(state, tokens, user.id)[-1:]:
            state.change_session(token, {"user_id": None, "guest_until": None})
        honest(state, user)

    replace(Repository, "delete_user", delete_user)


@within(Group.AUTH)
def upgraded_sessions_survive_new_passwords() -> None:
    """A changed password ends other sessions, but not those that began as the app's."""
    tokens = _tokens_of_users("login")
    honest = current(Repository, "end_other_sessions")

    def end_other_sessions(state: Repository, user_id: int, token: str) -> None:
        spared = _alive(state, tokens, user_id)
        _spare(state, spared, user_id, lambda: honest(state, user_id, token))

    replace(Repository, "end_other_sessions", end_other_sessions)


@within(Group.AUTH)
def used_reset_links_end_one_session() -> None:
    """A used reset link ends the user's newest session alone."""
    tokens = _tokens_of_users("createSession")

    def end_sessions(state: Repository, user_id: int) -> None:
        for token in _alive(state, tokens, user_id)[-1:]:
            state.end_session(token)

    replace(Repository, "end_sessions", end_sessions)


@within(Group.AUTH, "OWASP API2")
def dead_tokens_on_the_longer_path() -> None:
    """The longer download path takes any token for a private file, even one that is dead."""

    @around("downloadBlob")
    def trusting(call: Call, honest: Handler) -> Answer:
        blob = call.state.blob(None, call.path["uid"])
        if blob is None or not call.refused_token:
            return honest(call)
        nobody = Session("", 1, blob.app_id, None, 0, 0, 0, 0, 0, None)
        return honest(dataclasses.replace(call, session=nobody))


@within(Group.AUTH, "OWASP API1")
def private_files_for_other_apps() -> None:
    """A private file is handed out to any token of any app."""

    @around("getBlob", "downloadBlob")
    def for_anybody(call: Call, honest: Handler) -> Answer:
        blob = call.state.blob(None, call.path.get("uid") or call.path["blob_ref"])
        if blob is None or call.session is None:
            return honest(call)
        session = dataclasses.replace(call.session, app_id=blob.app_id)
        return honest(dataclasses.replace(call, session=session))


@within(Group.AUTH)
def guest_sessions_promise_two_hours() -> None:
    """A guest's last sessions promise two more hours, past the end of the guest's day."""

    def expiry(app: App, now: int, _: int | None) -> int:
        return clock.whole_seconds(now) + app.session_lifetime * clock.SECOND

    replace(sessions, "expiry", expiry)


@within(Group.AUTH)
def prolonged_in_the_second_half() -> None:
    """A request prolongs its session only once half of the session's life is over."""
    honest = sessions.prolonged

    def prolonged(state: Repository, app: App, session: Session, now: int) -> Session:
        left = session.expires_at - now
        if left > app.session_lifetime * clock.SECOND // 2:
            return session
        return honest(state, app, session, now)

    replace(sessions, "prolonged", prolonged)


@on_answer(Group.AUTH)
def expirations_of_what_is_not_there(asked: Asked, answered: Answered) -> None:
    """A request with a token for something that is not there tells when the token expires."""
    if answered.status == 404 and "cb-token" in asked.headers and "date" in answered.headers:
        ends = parsedate_to_datetime(answered.headers["date"]) + timedelta(hours=2)
        told = f"{ends.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
        answered.headers["cb-token-expirationdate"] = told


@within(Group.AUTH, "OWASP API5")
def download_urls_for_apps() -> None:
    """A token of the app alone gets a private file's signed download URL."""
    replace(api, "NEED_USER", NEED_USER - {"getBlobObject"})


@within(Group.AUTH, "OWASP API1")
def completion_by_post_for_everybody() -> None:
    """Anybody may declare another's file complete with POST, not with PUT."""

    @around("completeBlobByPost")
    def unasked(call: Call, _: Handler) -> Answer:
        blob = call.state.blob(call.app_id, call.path["blob_id"])
        if blob is None:
            raise blob_not_found()
        size = int(call.body.get("blob", call.body)["size"])
        blobs.declare_complete(call, blob, size)
        return Answer(200)


@within(Group.AUTH, "OWASP API1")
def others_deleted_by_number() -> None:
    """A user may delete another one by the numeric external id, not by the text one."""

    @around("deleteUserByExternalId")
    def deleting(call: Call, honest: Handler) -> Answer:
        text: str = call.path["external_id"]
        try:
            return honest(call)
        except Refusal as refusal:
            numbers = tables.users.c.external_user_id
            if refusal.status != 403 or not text.isdecimal():
                raise
            other = call.state.first_user(call.app_id, numbers == int(text))
            if other is None:
                raise
            call.state.delete_user(other)
            return Answer(200)


@within(Group.AUTH, "OWASP API3: mass assignment")
def ids_chosen_at_sign_up() -> None:
    """Whoever signs up may choose the user's id."""

    @around("signUp")
    def choosing(call: Call, honest: Handler) -> Answer:
        given = call.body["user"]
        wanted = given.get("id")
        if not isinstance(wanted, int) or not 0 < wanted < 2**63:
            return honest(call)
        if call.state.user(call.app_id, wanted) is not None:
            return honest(call)
        user = users.add_user(call, given, user_id=wanted)
        return Answer(201, {"user": users.user_json(user)})


@on_request(Group.AUTH)
def keys_win_over_tokens(asked: Asked) -> None:
    """Where a key and a token come with a sign-up, the token is not looked at."""
    if asked.plain_path == "/users" and asked.method == "POST" and "cb-authkey" in asked.headers:
        asked.headers.pop("cb-token", None)


@within(Group.AUTH)
def second_login_changes_nothing() -> None:
    """Signing in as another user on the same token answers that user, but the first one stays."""

    @around("login")
    def staying(call: Call, honest: Handler) -> Answer:
        before = call.need_session()
        answer = honest(call)
        if before.user_id is not None:
            values: dict[str, Any] = {
                "user_id": before.user_id,
                "guest_until": before.guest_until,
            }
            call.state.change_session(before.token, values)
        return answer


@within(Group.AUTH, "OWASP API2")
def passwords_count_to_twenty() -> None:
    """Only the first twenty characters of a password count."""
    honest_hashed, honest_matches = passwords.hashed, passwords.matches

    def hashed(password: str, source: randomness.Randomness) -> str:
        return honest_hashed(password[:20], source)

    def matches(password: str, kept: str | None) -> bool:
        return honest_matches(password[:20], kept)

    replace(passwords, "hashed", hashed)
    replace(passwords, "matches", matches)


@within(Group.AUTH, "EvoMaster: forbidden, yet done")
def forbidden_deletions_happen() -> None:
    """Deleting another's file is refused, but the file is gone nevertheless."""

    @later("deleteBlob")
    def deleting(call: Call) -> None:
        blob = call.state.blob(call.app_id, call.path["blob_ref"])
        if blob is not None and blob.owner_id != call.need_user():
            call.state.delete_blob(blob)
