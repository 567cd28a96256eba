"""Who may do what, and until when: tokens, owners, passwords, signatures, expiry."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import replace as changed
from typing import Any

from sqlalchemy import update

from contract_tests.faults.fault import Group, Place, register
from contract_tests.faults.state import around, current, nothing, replace, true, within
from contract_tests.faults.wire import Answered, Asked, on_request, stand_between
from mock_server import api, clock, passwords, sessions, signature, tables
from mock_server.apps import App, Apps
from mock_server.call import Answer, Call, Handler
from mock_server.repository import Repository
from mock_server.tables import Blob, Session, User


def as_owner_of_user(call: Call, honest: Handler) -> Answer:
    """Answer as if the caller were the user in the path."""
    session = call.need_session()
    return honest(changed(call, session=changed(session, user_id=call.path["user_id"])))


def as_owner_of_file(call: Call, honest: Handler) -> Answer:
    """Answer as if the caller owned the file in the path."""
    blob = call.state.blob(call.app_id, next(iter(call.path.values())))
    session = call.need_session()
    owner = session.user_id if blob is None else blob.owner_id
    return honest(changed(call, session=changed(session, user_id=owner)))


@register(Group.AUTH, Place.WIRE, "F206")
def token_check_skipped() -> None:
    """Whoever sends no token, or an unknown one, counts as the one who got the last session."""
    given: list[str] = []

    def let_in(asked: Asked) -> None:
        if (
            given
            and asked.headers.get("cb-token") not in given
            and "cb-authkey" not in asked.headers
        ):
            asked.headers["cb-token"] = given[-1]

    def remember(asked: Asked, answered: Answered) -> None:
        if asked.plain_path == "/session" and asked.method == "POST" and answered.status == 201:
            given.append(answered.json["session"]["token"])

    stand_between(let_in, remember)


@within(Group.AUTH, "F206")
def foreign_update_allowed() -> None:
    """Every user may change every other."""
    around("updateUser")(as_owner_of_user)


@within(Group.AUTH, "F206")
def foreign_deletion_allowed() -> None:
    """Every user may delete every other."""
    around("deleteUser")(as_owner_of_user)


@within(Group.AUTH, "F206")
def foreign_file_deleted() -> None:
    """Every user may delete every file."""
    around("deleteBlob")(as_owner_of_file)


@within(Group.AUTH, "F206")
def foreign_file_renamed() -> None:
    """Every user may change every file."""
    around("updateBlob")(as_owner_of_file)


@within(Group.AUTH, "F206")
def foreign_file_completed() -> None:
    """Every user may declare every file complete, by POST."""
    around("completeBlobByPost")(as_owner_of_file)


@within(Group.AUTH, "RESTler: user namespace")
def files_of_all_listed() -> None:
    """The list of one's own files holds those of the user who signed up before, too."""

    @around("listBlobs")
    def everybodys(call: Call, honest: Handler) -> Answer:
        answer = honest(call)
        body = dict(answer.body or {})
        session = call.need_session()
        others = honest(changed(call, session=changed(session, user_id=call.need_user() - 1)))
        body["items"] = [*body["items"], *(others.body or {})["items"]]
        return changed(answer, body=body)


@within(Group.AUTH, "RESTler: use after free")
def destroyed_token_lives() -> None:
    """A destroyed session's token goes on working."""
    replace(Repository, "end_session", nothing)


@within(Group.AUTH, "RESTler: use after free")
def deleted_users_token_lives() -> None:
    """The tokens of a deleted user stand for the app alone instead of being dead."""
    honest = Repository.delete_user

    def keeping_sessions(self: Repository, user: User) -> None:
        rows = tables.sessions
        of_this_user = update(rows).where(rows.c.user_id == user.id)
        self._connection.execute(of_this_user.values(user_id=None))
        honest(self, user)

    replace(Repository, "delete_user", keeping_sessions)


@within(Group.AUTH)
def password_change_keeps_sessions() -> None:
    """After a new password the other sessions of the user live on."""
    replace(Repository, "end_other_sessions", nothing)


@within(Group.AUTH)
def wrong_password_taken() -> None:
    """Signing in looks at a password's first three characters only."""
    known: dict[str, str] = {}
    honest_hash, honest_match = passwords.hashed, passwords.matches

    def hashed(password: str, source: Any) -> str:
        kept = honest_hash(password, source)
        known[kept] = password
        return kept

    def matches(password: str, kept: str | None) -> bool:
        return honest_match(password, kept) or (kept in known and known[kept][:3] == password[:3])

    replace(passwords, "hashed", hashed)
    replace(passwords, "matches", matches)


@within(Group.AUTH)
def old_password_unchecked() -> None:
    """A new password is taken with any old one."""

    @around("updateUser")
    def unchecked(call: Call, honest: Handler) -> Answer:
        user = call.body["user"]
        if "password" not in user:
            return honest(call)
        kept = replace(passwords, "matches", true)
        try:
            return honest(call)
        finally:
            replace(passwords, "matches", kept)


@within(Group.AUTH)
def expiry_told_and_not_kept() -> None:
    """Requests do not prolong a session, though the header says so."""

    def told(_state: Repository, app: App, session: Session, now: int) -> Session:
        return changed(session, expires_at=sessions.expiry(app, now, session.guest_until))

    replace(sessions, "prolonged", told)


def _with_end_moved(milliseconds: int) -> None:
    honest = Repository.live_session

    def live_session(self: Repository, token: str, now: int) -> Session | None:
        return honest(self, token, now + milliseconds)

    replace(Repository, "live_session", live_session)


@within(Group.AUTH)
def tokens_live_on() -> None:
    """Tokens live on for a day after their end."""
    _with_end_moved(-clock.DAY)


@within(Group.AUTH)
def tokens_live_a_second_more() -> None:
    """Tokens live two seconds longer than the header says."""
    _with_end_moved(-2 * clock.SECOND)


@within(Group.AUTH)
def tokens_die_early() -> None:
    """Tokens die half an hour before the header says."""
    _with_end_moved(clock.HOUR // 2)


@within(Group.AUTH)
def guests_do_not_end() -> None:
    """A guest lives on as long as its token is used."""
    honest = sessions.expiry

    def as_for_everybody(app: App, now: int, guest_until: int | None) -> int:
        del guest_until
        return honest(app, now, None)

    replace(Repository, "delete_ended_guests", nothing)
    replace(sessions, "expiry", as_for_everybody)


@within(Group.AUTH)
def auth_key_unchecked() -> None:
    """Any auth key creates a session."""
    honest = sessions.named_app

    def unchecked(apps: Apps, body: Mapping[str, Any]) -> App:
        app = apps.find(int(body["application_id"]))
        return honest(apps, body) if app is None else app

    replace(sessions, "named_app", unchecked)


@within(Group.AUTH)
def signature_unchecked() -> None:
    """Any signature is a good one."""
    replace(signature, "verifies", true)


@within(Group.AUTH)
def nonce_taken_twice() -> None:
    """A timestamp and nonce may be used again."""
    replace(Repository, "use_nonce", true)


@within(Group.AUTH)
def stale_timestamp_taken() -> None:
    """A timestamp may be a day old."""
    replace(sessions, "WINDOW", clock.DAY)


@within(Group.AUTH)
def logout_keeps_the_user() -> None:
    """Signing out answers well, and the session still stands for the user."""

    @around("logout")
    def staying(call: Call, _: Handler) -> Answer:
        return Answer(200, session=call.need_session())


@within(Group.AUTH)
def login_keeps_the_former_user() -> None:
    """Signing in on a user's session answers the new user, and the session keeps the old."""

    @around("login")
    def staying(call: Call, honest: Handler) -> Answer:
        session = call.need_session()
        answer = honest(call)
        if session.user_id is not None:
            call.state.change_session(session.token, {"user_id": session.user_id})
        return answer


@within(Group.AUTH, "F206")
def private_files_public() -> None:
    """Private files may be downloaded without a token."""

    @around("downloadBlob", "getBlob")
    def anybody(call: Call, honest: Handler) -> Answer:
        find = Repository.blob

        def as_public(self: Repository, app_id: int, reference: int | str) -> Blob | None:
            blob = find(self, app_id, reference)
            return None if blob is None else dataclasses.replace(blob, public=True)

        if call.session is not None or call.json_suffix:
            return honest(call)
        replace(Repository, "blob", as_public)
        try:
            return honest(call)
        finally:
            replace(Repository, "blob", find)


@within(Group.AUTH, "F206")
def app_token_signs_out() -> None:
    """A token of the app alone may sign out."""
    replace(api, "NEED_USER", current(api, "NEED_USER") - {"logout"})


@on_request(Group.AUTH)
def token_taken_from_the_query(asked: Asked) -> None:
    """Every operation takes a token from its query, where URLs are logged."""
    token = dict(asked.query).get("token")
    if token and "cb-token" not in asked.headers:
        asked.headers["cb-token"] = token
