"""Users: sign-up, profiles, look-ups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mock_server import clock, passwords, randomness
from mock_server.call import Answer, Call
from mock_server.refusals import by_field, not_owner, user_not_found
from mock_server.repository import LARGEST, online
from mock_server.tables import User, users

_PROFILE = (
    "full_name", "phone", "website", "timezone", "twitter_id", "facebook_id", "external_user_id",
    "external_id", "custom_data", "avatar", "blob_id",
)  # fmt: skip


def sign_up(call: Call) -> Answer:
    """Answer `signUp`."""
    return Answer(201, {"user": user_json(add_user(call, call.body["user"]))})


def read(call: Call) -> Answer:
    """Answer `getUser`."""
    return _found(call.state.user(call.app_id, call.path["user_id"]))


def read_by_external_id(call: Call) -> Answer:
    """Answer `getUserByExternalId`."""
    return _found(_by_external_id(call))


def read_by_query(call: Call) -> Answer:
    """Answer the look-ups by login, e-mail, phone, Facebook and Twitter id."""
    [(field, text)] = call.query.items()
    if field == "email":
        return _found(call.state.first_user(call.app_id, users.c.email_key == text.lower()))
    return _found(call.state.first_user(call.app_id, users.c[field] == text))


def change(call: Call) -> Answer:
    """Answer `updateUser`."""
    user = _own(call, call.state.user(call.app_id, call.path["user_id"]))
    changes = call.body["user"]
    values, tags = _written(call, changes)
    if "password" in changes:
        if not passwords.matches(changes["old_password"], user.password_hash):
            raise by_field("old_password", "is invalid")
        call.state.end_other_sessions(user.id, call.need_session().token)
    values["updated_at"] = clock.whole_seconds(call.now)
    return Answer(200, {"user": user_json(call.state.change_user(user, values, tags))})


def delete(call: Call) -> Answer:
    """Answer `deleteUser`."""
    call.state.delete_user(_own(call, call.state.user(call.app_id, call.path["user_id"])))
    return Answer(200)


def delete_by_external_id(call: Call) -> Answer:
    """Answer `deleteUserByExternalId`."""
    call.state.delete_user(_own(call, _by_external_id(call)))
    return Answer(200)


def list_online(call: Call) -> Answer:
    """Answer `listOnlineUsers`."""
    now_online = [online(call.now)]
    if call.query["count"]:
        return Answer(200, {"count": call.state.count_users(call.app_id, now_online)})
    found = call.state.users(
        call.app_id, now_online, [users.c.id.asc()], call.query["limit"], call.query["offset"]
    )
    return Answer(200, {"users": [user_json(user) for user in found]})


def add_user(
    call: Call, given: Mapping[str, Any], rules: str = "NewUser", *, user_id: int | None = None
) -> User:
    """Make a user of the fields given, by the rules of signing up.

    Args:
        call: The request.
        given: The fields.
        rules: The contract's schema that they must fit.
        user_id: The id; None gives the next one.

    Returns:
        The user.

    Raises:
        Refusal: A field breaks its rule, or the login or e-mail is taken.
    """
    call.around.contract.component(rules).check(given)
    values, tags = _written(call, given)
    moment = clock.whole_seconds(call.now)
    values |= {
        "app_id": call.app_id,
        "storage_key": randomness.object_id(call.around.random, call.now),
        "created_at": moment,
        "updated_at": moment,
    }
    if user_id is not None:
        values["id"] = user_id
    return call.state.add_user(values, tags or ())


def user_json(user: User) -> dict[str, Any]:
    """Write a user as the service does, never with a password.

    Args:
        user: The user.

    Returns:
        The JSON.
    """
    seen = user.last_request_at
    described: dict[str, Any] = {
        "_id": user.storage_key,
        "id": user.id,
        "created_at": clock.to_seconds(user.created_at),
        "updated_at": clock.to_seconds(user.updated_at),
        "login": user.login,
        "full_name": user.full_name,
        "last_request_at": None if seen is None else clock.to_seconds(seen),
        "timezone": user.timezone,
        "email": user.email,
        "phone": user.phone,
        "website": user.website,
        "twitter_id": user.twitter_id,
        "external_user_id": user.external_user_id,
        "facebook_id": user.facebook_id,
        "custom_data": user.custom_data,
        "user_tags": user.user_tags,
        "avatar": user.avatar,
        "external_id": user.external_id,
        "is_guest": None if user.guest_until is None else True,
    }
    return described if user.blob_id is None else described | {"blob_id": user.blob_id}


def _found(user: User | None) -> Answer:
    if user is None:
        raise user_not_found()
    return Answer(200, {"user": user_json(user)})


def _own(call: Call, user: User | None) -> User:
    if user is None:
        raise user_not_found()
    caller = call.need_user()
    if user.id != caller:
        raise not_owner(user.id, caller)
    return user


def _by_external_id(call: Call) -> User | None:
    text: str = call.path["external_id"]
    found = call.state.first_user(call.app_id, users.c.external_id == text)
    if found is None and text.isascii() and text.isdecimal() and int(text) <= LARGEST:
        return call.state.first_user(call.app_id, users.c.external_user_id == int(text))
    return found


def _written(call: Call, given: Mapping[str, Any]) -> tuple[dict[str, Any], list[str] | None]:
    """Turn the fields of a request into columns, and tags apart; None leaves the tags alone."""
    values = {name: given[name] for name in _PROFILE if name in given}
    if "login" in given:
        values["login"] = given["login"]
    if "email" in given:
        values |= {"email": given["email"], "email_key": given["email"].lower()}
    if "password" in given:
        values["password_hash"] = passwords.hashed(given["password"], call.around.random)
    if "tag_list" not in given:
        return values, None
    tag_list: str | list[str] = given["tag_list"] or []
    tags = list(dict.fromkeys(tag_list.split(",") if isinstance(tag_list, str) else tag_list))
    values["user_tags"] = ",".join(tags) or None
    return values, tags
