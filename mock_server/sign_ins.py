"""Signing in: finding, or making, the user that somebody's credentials stand for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement

from mock_server import clock, firebase, passwords, randomness
from mock_server.call import Call
from mock_server.identity import IdentityNeeded
from mock_server.providers import IdentityProvider
from mock_server.refusals import Refusal, by_field, by_state, simply, user_not_found
from mock_server.tables import User, users
from mock_server.users import add_user


def signed_in(call: Call, given: Mapping[str, Any], provider: str | None) -> User:
    """Find or make the user that a request signs in.

    Args:
        call: The request.
        given: Login, e-mail, password; or what makes a guest.
        provider: Who vouches for the user instead, if anybody.

    Returns:
        The user.

    Raises:
        Refusal: The credentials are not good.
        IdentityNeeded: The app's identity provider must be asked first.
    """
    if provider is not None:
        by_firebase = provider.startswith("firebase_")
        return _by_firebase(call, provider) if by_firebase else _by_account(call, provider)
    if "guest" in given:
        return _new_guest(call, given.get("full_name"))
    identity_provider = call.app.identity_provider
    if identity_provider is not None and "login" in given:
        return _identified(call, identity_provider, given)
    password: str = given.get("password", "")
    if not password:
        raise by_field("password", "cannot be blank")
    if "login" in given:
        condition = users.c.login == given["login"]
    else:
        condition = users.c.email_key == given["email"].lower()
    user = call.state.first_user(call.app_id, condition)
    if user is not None:
        if not passwords.matches(password, user.password_hash):
            raise simply(401, "Invalid password")
        return user
    if not call.app.create_users_on_session:
        raise user_not_found()
    return add_user(call, {k: given[k] for k in ("login", "email", "password") if k in given})


def _identified(call: Call, provider: IdentityProvider, given: Mapping[str, Any]) -> User:
    if call.identity is None:
        raise IdentityNeeded(provider, given["login"], given.get("password", ""))
    if isinstance(call.identity, Refusal):
        raise call.identity
    uid = call.identity["uid"]
    profile = {name: text for name, text in call.identity.items() if name != "uid"}
    return _vouched_for(call, users.c.external_id == uid, {"external_id": uid} | profile)


def _by_firebase(call: Call, provider: str) -> User:
    projects = call.app.firebase_projects
    if not projects:
        raise by_state(422, f"Sign-in with {provider} is not configured")
    access = call.body.get(provider)
    if access is None or any(name.startswith(f"{provider}[") for name in call.body):
        raise by_field(provider, "must be an object with project_id and access_token")
    name: str = access["project_id"]
    if name not in projects:
        raise by_state(422, "Firebase project is not configured")
    said = firebase.claims(access["access_token"], name, projects[name], call.now)
    claim = "phone_number" if provider == "firebase_phone" else "email"
    known = said.get(claim)
    if not isinstance(known, str) or not known:
        raise by_state(422, f"Firebase token is refused: it has no {claim}")
    if claim == "email":
        return _vouched_for(call, users.c.email_key == known.lower(), {"email": known})
    return _vouched_for(call, users.c.phone == known, {"phone": known})


def _by_account(call: Call, provider: str) -> User:
    """Accept the tokens that the settings name, in Facebook's or Twitter's place."""
    is_facebook = provider == "facebook"
    accounts = call.app.facebook_accounts if is_facebook else call.app.twitter_accounts
    if not accounts:
        raise by_state(422, f"Sign-in with {provider} is not configured")
    if "keys" not in call.body:
        raise by_field("keys", "cannot be blank")
    keys = call.body["keys"]
    for account in accounts:
        if account.token == keys["token"] and account.secret in {None, keys.get("secret")}:
            field = "facebook_id" if is_facebook else "twitter_id"
            profile = {field: account.id, "full_name": account.name}
            return _vouched_for(call, users.c[field] == account.id, profile)
    raise by_state(422, f"{provider.capitalize()} does not know this token")


def _vouched_for(call: Call, condition: ColumnElement[bool], profile: Mapping[str, Any]) -> User:
    """Find the user somebody vouches for; at the first sign-in make one, without a password.

    Phones and the providers' ids are writable and not unique, as far as anybody knows, and look-ups
    give the lowest id. So whoever wrote another's into the own profile before that one's first
    sign-in receives it; an app must not take such a field for a proof of anything.
    """
    user = call.state.first_user(call.app_id, condition)
    return add_user(call, profile, rules="UserChanges") if user is None else user


def _new_guest(call: Call, full_name: str | None) -> User:
    moment = clock.whole_seconds(call.now)
    return call.state.add_user(
        {
            "app_id": call.app_id,
            "storage_key": randomness.object_id(call.around.random, call.now),
            "created_at": moment,
            "updated_at": moment,
            "login": f"guest_login_{randomness.token(call.around.random).lower()}",
            "full_name": full_name,
            "guest_until": moment + clock.DAY,
        }
    )
