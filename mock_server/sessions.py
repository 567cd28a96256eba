"""Sessions: tokens for the app, or for the app and a user."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mock_server import clock, randomness, signature
from mock_server.apps import App, Apps
from mock_server.call import Answer, Call
from mock_server.refusals import by_field, by_state, simply
from mock_server.repository import Repository
from mock_server.sign_ins import signed_in
from mock_server.tables import Session, User
from mock_server.users import user_json

WINDOW = clock.HOUR
"""How far a request's timestamp may be off."""


def named_app(apps: Apps, body: Mapping[str, Any]) -> App:
    """Find the app that a session is asked for.

    Args:
        apps: All apps.
        body: The request's body.

    Returns:
        The app.

    Raises:
        Refusal: There is no such app, or it has another auth key.
    """
    app = apps.find(int(body["application_id"]))
    if app is None:
        raise by_state(422, "No such application")
    if body["auth_key"] != app.auth_key:
        raise by_state(422, "Wrong auth_key")
    return app


def create(call: Call) -> Answer:
    """Answer `createSession`."""
    body = call.body
    timestamp, nonce = _checked_freshness(call)
    signs_in = "user" in body or "provider" in body
    user = signed_in(call, body.get("user", {}), body.get("provider")) if signs_in else None
    guest_until = None if user is None else user.guest_until
    session = call.state.add_session(
        {
            "token": randomness.token(call.around.random),
            "app_id": call.app_id,
            "user_id": None if user is None else user.id,
            "nonce": randomness.number(call.around.random) if nonce is None else nonce,
            "ts": call.now // clock.SECOND if timestamp is None else timestamp,
            "created_at": call.now,
            "updated_at": call.now,
            "guest_until": guest_until,
            "expires_at": expiry(call.app, call.now, guest_until),
        }
    )
    return Answer(201, {"session": session_json(session, user)}, session=session)


def read(call: Call) -> Answer:
    """Answer `getSession`."""
    session = call.need_session()
    user = None if session.user_id is None else call.state.user(call.app_id, session.user_id)
    return Answer(200, {"session": session_json(session, user)})


def destroy(call: Call) -> Answer:
    """Answer `destroySession`."""
    call.state.end_session(call.need_session().token)
    return Answer(200, ends_session=True)


def login(call: Call) -> Answer:
    """Answer `login`."""
    user = signed_in(call, call.body, call.body.get("provider"))
    return Answer(202, {"user": user_json(user)}, session=_stand_for(call, user))


def logout(call: Call) -> Answer:
    """Answer `logout`."""
    return Answer(200, session=_stand_for(call, None))


def prolonged(state: Repository, app: App, session: Session, now: int) -> Session:
    """Prolong a session that a request was made with, and note that its user was active.

    A second is the finest step: further requests within one change nothing.

    Args:
        state: The state.
        app: Its app.
        session: The live session.
        now: The moment of the request, in milliseconds since 1970.

    Returns:
        The session as it is now.
    """
    if clock.whole_seconds(session.updated_at) == clock.whole_seconds(now):
        return session
    if session.user_id is not None:
        state.note_request(session.user_id, clock.whole_seconds(now))
    ends = expiry(app, now, session.guest_until)
    return state.change_session(session.token, {"updated_at": now, "expires_at": ends})


def expiry(app: App, now: int, guest_until: int | None) -> int:
    """Tell when a session used now ends: after two hours, a guest's with the guest at latest.

    Args:
        app: Its app, whose settings may say otherwise than two hours.
        now: Now, in milliseconds since 1970.
        guest_until: When the guest is deleted; None for everybody else.

    Returns:
        The end, to the second as the expiration header tells it.
    """
    slid = clock.whole_seconds(now) + app.session_lifetime * clock.SECOND
    return slid if guest_until is None else min(slid, guest_until)


def session_json(session: Session, user: User | None) -> dict[str, Any]:
    """Write a session as the service does.

    Args:
        session: The session.
        user: Its user, if it has one.

    Returns:
        The JSON.
    """
    described: dict[str, Any] = {
        "created_at": clock.to_milliseconds(session.created_at),
        "updated_at": clock.to_milliseconds(session.updated_at),
        "application_id": session.app_id,
        "token": session.token,
        "nonce": session.nonce,
        "ts": session.ts,
        "user_id": session.user_id,
        "id": session.number if session.user_id is None else session.user_id,
    }
    return described if user is None else described | {"user": user_json(user)}


def _stand_for(call: Call, user: User | None) -> Session:
    guest_until = None if user is None else user.guest_until
    return call.state.change_session(
        call.need_session().token,
        {
            "user_id": None if user is None else user.id,
            "guest_until": guest_until,
            "expires_at": expiry(call.app, call.now, guest_until),
        },
    )


def _checked_freshness(call: Call) -> tuple[int | None, int | None]:
    """Check timestamp, nonce and signature; give the first two as numbers."""
    body = call.body
    for name in ("timestamp", "nonce"):
        if "signature" in body and name not in body:
            raise by_field(name, "cannot be blank")
    timestamp = int(body["timestamp"]) if "timestamp" in body else None
    nonce = int(body["nonce"]) if "nonce" in body else None
    if timestamp is not None and abs(timestamp * clock.SECOND - call.now) > WINDOW:
        raise by_field("timestamp", "invalid timestamp")
    if nonce is not None and nonce >= 2**63:
        raise by_field("nonce", "is invalid")
    if "signature" in body and not signature.verifies(body, call.app.auth_secret):
        raise simply(422, "Unexpected signature")
    if timestamp is None or nonce is None:
        return timestamp, nonce
    if not call.state.use_nonce(call.app_id, timestamp, nonce):
        raise by_field("nonce", "must be unique")
    return timestamp, nonce
