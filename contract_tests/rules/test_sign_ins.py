"""Who signs in as whom: by login and by e-mail, for a session and within one, known and unknown."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.actors import (
    Person,
    app_token,
    create_session,
    fresh_name,
    fresh_password,
    newcomer,
    session_request,
    sign_up,
    sign_up_with,
)
from contract_tests.catalogue import (
    APPS_APART,
    ERROR_KIND,
    GUESTS,
    IDENTITY,
    LIMITS,
    READ_YOUR_WRITES,
    REFUSED_WRITE,
    UNIQUENESS,
)
from contract_tests.control import Apps
from contract_tests.exchange import Exchange
from contract_tests.wire import Wire

WRONG = (401, ["Invalid password"])
BLANK = (422, {"password": ["cannot be blank"]})
NOBODY = (422, {"base": ["Both user login and email can't be blank"]})
UNKNOWN = (404, ["User not found"])
TAKEN = ["has already been taken"]
PATHS = ("/session", "/login")


def sign_in_by(
    wire: Wire, path: str, credentials: dict[str, Any], token: str | None = None
) -> Exchange:
    """Sign in for a session of one's own, or within one: a new one unless a token is given."""
    if path == "/session":
        return wire.call("POST", path, body=session_request(wire, **credentials))
    return wire.call("POST", path, body=credentials, token=token or app_token(wire))


def signed_in(wire: Wire, path: str, credentials: dict[str, Any]) -> dict[str, Any]:
    """Sign in and answer the user, whom the session must stand for from now on."""
    answer = sign_in_by(wire, path, credentials)
    wanted = {201} if path == "/session" else {200, 202}
    IDENTITY.require(answer.status in wanted, f"{answer.status} {answer.errors}", wire.story)
    body = answer.json
    user: dict[str, Any] = body["session"]["user"] if path == "/session" else body["user"]
    token = body["session"]["token"] if path == "/session" else answer.token
    held = wire.call("GET", "/session", token=token).json["session"]["user_id"]
    IDENTITY.require(held == user["id"], f"the session stands for {held}", wire.story)
    return user


def hold(answer: Exchange, expected: tuple[int, object]) -> None:
    ERROR_KIND.require(
        (answer.status, answer.errors) == expected,
        f"{answer.status} {answer.errors}, not {expected}",
        answer,
    )


def nobody_is(wire: Wire, *paths: str) -> None:
    """Demand that look-ups find nobody."""
    token = app_token(wire)
    for path in paths:
        answer = wire.call("GET", path, token=token)
        REFUSED_WRITE.require(answer.status == 404, f"{path} finds somebody", wire.story)


@pytest.mark.live
@pytest.mark.parametrize("path", PATHS)
def test_known_users(wire: Wire, path: str) -> None:
    email = f"Known.{fresh_name()}@example.com"
    person, other = sign_up(wire, email=email), sign_up(wire)
    for name in ({"login": person.login}, {"email": email}, {"email": email.swapcase()}):
        user = signed_in(wire, path, {**name, "password": person.password})
        IDENTITY.require(user["id"] == person.id, f"another user by {name}", wire.story)
        for wrong in (other.password, person.password.swapcase(), f"{person.password} "):
            hold(sign_in_by(wire, path, {**name, "password": wrong}), WRONG)
        hold(sign_in_by(wire, path, dict(name)), BLANK)
        hold(sign_in_by(wire, path, {**name, "password": ""}), BLANK)
    hold(sign_in_by(wire, path, {"password": person.password}), NOBODY)


@pytest.mark.live
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("by", ["login", "email"])
def test_unknown_users_are_made_once(wire: Wire, path: str, by: str) -> None:
    name, password = fresh_name(), fresh_password()
    value = name if by == "login" else f"New.{name}@example.com"
    made = signed_in(wire, path, {by: value, "password": password, "full_name": "No Guest"})
    IDENTITY.require(
        made[by] == value and made["login" if by == "email" else "email"] is None,
        "made as another than asked for",
        wire.story,
    )
    found = wire.call("GET", f"/users/by_{by}?{by}={value}", token=app_token(wire))
    IDENTITY.require(found.json["user"]["id"] == made["id"], "not made", wire.story)
    for again in PATHS:
        user = signed_in(wire, again, {by: value, "password": password})
        IDENTITY.require(user["id"] == made["id"], "made twice", wire.story)
        hold(sign_in_by(wire, again, {by: value, "password": f"{password}x"}), WRONG)
    twin = sign_up_with(wire, {by: value, "password": password})
    UNIQUENESS.require((twin.status, twin.errors) == (422, {by: TAKEN}), "a twin", wire.story)


@pytest.mark.live
@pytest.mark.parametrize("path", PATHS)
def test_who_is_made_on_the_fly_is_held_to_the_rules_of_sign_up(wire: Wire, path: str) -> None:
    name, token = fresh_name(), app_token(wire)
    refused: list[tuple[dict[str, object], str]] = [
        ({"login": name[-2:], "password": fresh_password()}, "login"),
        ({"login": f"{name:x<71}", "password": fresh_password()}, "login"),
        ({"email": f"{name}@localhost", "password": fresh_password()}, "email"),
        ({"email": name, "password": fresh_password()}, "email"),
        ({"login": name, "password": "12345"}, "password"),
        ({"login": name, "password": "x" * 41}, "password"),
    ]
    for credentials, field in refused:
        answer = sign_in_by(wire, path, credentials, token)
        LIMITS.require(
            answer.status == 422 and list(answer.errors) == [field],
            f"{answer.status} {answer.errors}, not 422 for {field}",
            wire.story,
        )
    nobody_is(wire, f"/users/by_login?login={name}", f"/users/by_email?email={name}@localhost")
    session = wire.call("GET", "/session", token=token).json["session"]
    REFUSED_WRITE.require(session["user_id"] is None, "the session got a user", wire.story)
    for taken in (
        {"login": name[-3:], "password": "123456"},
        {"login": f"{name:x<70}", "password": "y" * 40},
    ):
        # The shortest login may have been made before, and then has the very same password.
        signed_in(wire, path, taken)


def test_unknown_users_where_they_are_denied(wire: Wire, apps: Apps | None) -> None:
    if apps is None:
        return
    with apps.added(create_users_on_session=False) as app, Wire(app) as denying:
        person = sign_up(denying, email=f"{fresh_name()}@example.com")
        name = fresh_name()
        for path in PATHS:
            for unknown in (
                {"login": name},
                {"email": f"{name}@example.com"},
                {"login": person.login.upper()},
                {"login": person.user["email"]},
            ):
                answer = sign_in_by(denying, path, {**unknown, "password": person.password})
                hold(answer, UNKNOWN)
            for known in ({"login": person.login}, {"email": person.user["email"]}):
                user = signed_in(denying, path, {**known, "password": person.password})
                IDENTITY.require(user["id"] == person.id, "another", denying.story)
                hold(sign_in_by(denying, path, {**known, "password": "another-one"}), WRONG)
        guest = create_session(denying, guest=1, full_name="A Guest")
        GUESTS.require(guest["user"]["is_guest"] is True, "no guest", denying.story)
        nobody_is(denying, f"/users/by_login?login={name}")
        elsewhere = create_session(wire, login=name, password=person.password)
        APPS_APART.require(
            elsewhere["user"]["login"] == name, "denied in another app, too", wire.story
        )


@pytest.mark.live
def test_a_session_keeps_itself_through_logins_and_logouts(wire: Wire) -> None:
    first, second = sign_up(wire), newcomer(wire)
    session = create_session(wire)
    token, others = session["token"], [app_token(wire), second.token]
    steps: list[tuple[str, Person | None, bool]] = [
        ("first", first, True),
        ("second", second, True),
        ("wrongly", second, False),
        ("first", first, True),
        ("out", None, True),
        ("wrongly", None, False),
        ("second", second, True),
    ]
    for what, now, is_good in steps:
        if what == "out":
            wire.call("DELETE", "/login", token=token)
        else:
            whom = second if what == "second" else first
            password = whom.password if is_good else "not-the-password"
            body = {"login": whom.login, "password": password}
            wire.call("POST", "/login", body=body, token=token)
        # Twice: what a refused request has done after all may show late.
        wire.call("GET", "/session", token=token)
        read = wire.call("GET", "/session", token=token).json["session"]
        expected = {**session, "user_id": now and now.id, "id": now.id if now else session["id"]}
        same = {"token", "application_id", "nonce", "ts", "created_at", "user_id", "id"}
        IDENTITY.require(
            {name: read[name] for name in same} == {name: expected[name] for name in same},
            f"another session after signing in {what}",
            wire.story,
        )
        IDENTITY.require(
            ("user" in read) == (now is not None) and (now is None or read["user"]["id"] == now.id),
            f"another user after signing in {what}",
            wire.story,
        )
    holders = [
        wire.call("GET", "/session", token=each).json["session"]["user_id"] for each in others
    ]
    IDENTITY.require(holders == [None, second.id], "other sessions changed", wire.story)


@pytest.mark.live
def test_an_app_is_known_by_its_id_and_its_whole_key(wire: Wire) -> None:
    app, key = wire.server.application_id, wire.server.auth_key
    for form in (app, str(app)):
        session = wire.call("POST", "/session", body={"application_id": form, "auth_key": key})
        IDENTITY.require(
            session.status == 201 and session.json["session"]["application_id"] == app,
            f"{session.status} for {form!r}",
            wire.story,
        )
        near = (f"{key} ", f" {key}", key.swapcase(), key[:-1], f"{key}x", "not-the-key")
        for wrong in near:
            answer = wire.call("POST", "/session", body={"application_id": form, "auth_key": wrong})
            hold(answer, (422, {"base": ["Wrong auth_key"]}))
    for unknown in (999_999_999, "999999999"):
        for any_key in (key, "not-the-key"):
            body = {"application_id": unknown, "auth_key": any_key}
            hold(wire.call("POST", "/session", body=body), (422, {"base": ["No such application"]}))


@pytest.mark.live
def test_a_token_that_comes_with_a_request_for_another_does_not_matter(wire: Wire) -> None:
    person = newcomer(wire)
    body = session_request(wire)
    session = wire.call("POST", "/session", body=body, token=person.token).json["session"]
    IDENTITY.require(
        session["user_id"] is None and session["token"] != person.token, "reused", wire.story
    )
    held = wire.call("GET", "/session", token=person.token).json["session"]
    IDENTITY.require(held["user_id"] == person.id, "it lost its user", wire.story)


@pytest.mark.live
def test_former_names_sign_nobody_in(wire: Wire) -> None:
    name = fresh_name()
    person = newcomer(wire, email=f"{name}@example.com")
    old = [{"login": person.login}, {"email": f"{name}@example.com"}]
    new = [{"login": f"{name}-new"}, {"email": f"{name}-new@example.com"}]
    for names in (old, new):
        for each in names:
            user = signed_in(wire, "/session", {**each, "password": person.password})
            IDENTITY.require(user["id"] == person.id, f"not {each}", wire.story)
        if names is old:
            changes = {"user": {**new[0], **new[1]}}
            wire.call("PUT", f"/users/{person.id}", body=changes, token=person.token)
    for path, each in zip(PATHS, old, strict=True):
        user = signed_in(wire, path, {**each, "password": person.password})
        IDENTITY.require(user["id"] != person.id, f"still signed in by {each}", wire.story)
    for path, each in zip(PATHS, new, strict=True):
        user = signed_in(wire, path, {**each, "password": person.password})
        IDENTITY.require(user["id"] == person.id, f"not signed in by {each}", wire.story)
    wire.call("DELETE", f"/users/{person.id}", token=person.token)
    for path, each in zip(PATHS, new, strict=True):
        user = signed_in(wire, path, {**each, "password": fresh_password()})
        IDENTITY.require(user["id"] != person.id, "a deleted user signed in", wire.story)


@pytest.mark.live
@pytest.mark.parametrize("guest", ["1", 1, True])
def test_guests_have_no_password(wire: Wire, guest: object) -> None:
    first = create_session(wire, guest=guest, full_name="Awesome Guest")
    second = create_session(wire, guest=guest)
    GUESTS.require(first["user_id"] != second["user_id"], "one guest twice", wire.story)
    GUESTS.require(
        (first["user"]["full_name"], second["user"]["full_name"]) == ("Awesome Guest", None),
        "another name",
        wire.story,
    )
    login = first["user"]["login"]
    for path in PATHS:
        for password in ("a-long-password", login, "None"):
            answer = sign_in_by(wire, path, {"login": login, "password": password})
            GUESTS.require(answer.status in {401, 422}, "a guest by password", wire.story)
    for old in ("", "None", login):
        changes = {"user": {"password": "a-long-password", "old_password": old}}
        path = f"/users/{first['user_id']}"
        answer = wire.call("PUT", path, body=changes, token=first["token"])
        GUESTS.require(answer.status == 422, "a guest got a password", wire.story)


@pytest.mark.live
@pytest.mark.parametrize("guest", ["0", 0, False, "true", "yes", "", None, 2, "11", 1.5, [1]])
def test_nobody_becomes_a_guest_by_another_word(wire: Wire, guest: object) -> None:
    request = session_request(wire, guest=guest, full_name="No Guest")
    answer = wire.call("POST", "/session", body=request)
    GUESTS.require(answer.status == 422, f"{answer.status} for {guest!r}", wire.story)


@pytest.mark.live
def test_logins_and_emails_are_ones_own(wire: Wire) -> None:
    name = fresh_name()
    owner = newcomer(wire, login=f"Own-{name}", email=f"Own.{name}@example.com")
    other = newcomer(wire, email=f"{name}@example.com")
    email = str(owner.user["email"])
    taken = [("login", owner.login), ("email", email), ("email", email.swapcase())]
    for field, value in taken:
        for path, token in (("/users", other.token), (f"/users/{other.id}", other.token)):
            method = "POST" if path == "/users" else "PUT"
            user = {field: value} | ({"password": "a-long-password"} if method == "POST" else {})
            answer = wire.call(method, path, body={"user": user}, token=token)
            UNIQUENESS.require(
                (answer.status, answer.errors) == (422, {field: TAKEN}),
                f"{field} {value} was taken twice",
                wire.story,
            )
    kept = wire.call("GET", f"/users/{other.id}", token=other.token).json["user"]
    REFUSED_WRITE.require(
        (kept["login"], kept["email"]) == (other.login, other.user["email"]), "lost", wire.story
    )
    for own in ({"login": owner.login}, {"email": email}, {"email": email.lower()}):
        answer = wire.call("PUT", f"/users/{owner.id}", body={"user": own}, token=owner.token)
        UNIQUENESS.require(answer.status == 200, f"one's own {own} is taken", wire.story)
    shared = ("phone", "external_id", "facebook_id", "twitter_id", "full_name", "website", "avatar")
    for person in (owner, other):
        body = {"user": dict.fromkeys(shared, name) | {"external_user_id": owner.id}}
        answer = wire.call("PUT", f"/users/{person.id}", body=body, token=person.token)
        UNIQUENESS.require(answer.status == 200, f"{answer.errors}", wire.story)
    moved = {"login": f"moved-{name}", "email": f"moved.{name}@example.com"}
    wire.call("PUT", f"/users/{owner.id}", body={"user": moved}, token=owner.token)
    freed = {"login": owner.login, "email": email.upper()}
    answer = wire.call("PUT", f"/users/{other.id}", body={"user": freed}, token=other.token)
    UNIQUENESS.require(answer.status == 200, "a changed name is not free", wire.story)
    wire.call("DELETE", f"/users/{other.id}", token=other.token)
    for names in (freed, {"login": owner.login.swapcase()}, {"login": f"MOVED-{name}"}):
        answer = sign_up_with(wire, {**names, "password": "a-long-password"})
        UNIQUENESS.require(answer.status == 201, f"{names} is not free", wire.story)


@pytest.mark.live
def test_emails_have_a_domain(wire: Wire) -> None:
    person = newcomer(wire)
    name = fresh_name()
    none = ["{}", "{}@", "@example.com", "{}@localhost", "{}@example.", "{}@.com", "{}@a..com"]
    none += ["{} @example.com", "{}@exam ple.com", "{}@@example.com", "a@{}@example.com"]
    for template in none:
        email = template.format(name)
        signed_up = sign_up_with(wire, {"email": email, "password": "a-long-password"})
        path = f"/users/{person.id}"
        changed = wire.call("PUT", path, body={"user": {"email": email}}, token=person.token)
        for answer in (signed_up, changed):
            LIMITS.require(answer.status == 422, f"{answer.status} for {email!r}", wire.story)
    for email in (f"{name}@a.b-c.example.io", f"o'{name}.x+tag_1%@example.com"):
        answer = sign_up_with(wire, {"email": email, "password": "a-long-password"})
        READ_YOUR_WRITES.require(
            answer.status == 201 and answer.json["user"]["email"] == email,
            f"{answer.status} {answer.errors} for {email!r}",
            wire.story,
        )


@pytest.mark.live
def test_passwords_count_whole_and_as_they_are(wire: Wire) -> None:
    person = newcomer(wire)
    other = create_session(wire)["token"]
    former = person.password
    for password in (
        "12345é",
        "🥑" * 39 + "🍋",
        " spaces within ",
        "y" * 39 + "Z",
        "pass'\"<&>\\%",
    ):
        wire.watch_password(password)
        fields = {"password": password, "old_password": former, "full_name": password[::-1]}
        path = f"/users/{person.id}"
        answer = wire.call("PUT", path, body={"user": fields}, token=person.token)
        LIMITS.require(answer.status == 200, f"{answer.errors}", wire.story)
        READ_YOUR_WRITES.require(
            answer.json["user"]["full_name"] == password[::-1], "not written", wire.story
        )
        for wrong in (password[:-1], f"{password}1", password.strip()[:-1] + "?", former):
            body = {"login": person.login, "password": wrong}
            hold(wire.call("POST", "/login", body=body, token=other), WRONG)
        body = {"login": person.login, "password": password}
        user = signed_in(wire, "/session", body)
        IDENTITY.require(user["id"] == person.id, "another", wire.story)
        former = password
    fresh = sign_up_with(wire, {"login": fresh_name(), "password": former})
    user = signed_in(wire, "/login", {"login": fresh.json["user"]["login"], "password": former})
    IDENTITY.require(user["id"] == fresh.json["user"]["id"], "another", wire.story)


@pytest.mark.live
def test_what_a_new_password_needs(wire: Wire) -> None:
    person, other = newcomer(wire), newcomer(wire)
    new = fresh_password()
    refused: list[tuple[dict[str, object], str]] = [
        ({"password": new}, "old_password"),
        ({"password": new, "old_password": ""}, "old_password"),
        ({"password": new, "old_password": None}, "old_password"),
        ({"password": new, "old_password": new}, "old_password"),
        ({"password": new, "old_password": other.password}, "old_password"),
        ({"password": new, "old_password": f"{person.password}x"}, "old_password"),
        ({"password": "12345", "old_password": person.password}, "password"),
        ({"password": "x" * 41, "old_password": person.password}, "password"),
        ({"password": "", "old_password": person.password}, "password"),
        ({"password": None, "old_password": person.password}, "password"),
    ]
    for fields, field in refused:
        body = {"user": {**fields, "full_name": "written"}}
        answer = wire.call("PUT", f"/users/{person.id}", body=body, token=person.token)
        LIMITS.require(
            answer.status == 422 and list(answer.errors) == [field],
            f"{answer.status} {answer.errors}, not 422 for {field}",
            wire.story,
        )
    body = {"user": {"old_password": "anything", "website": "https://example.com"}}
    answer = wire.call("PUT", f"/users/{person.id}", body=body, token=person.token)
    READ_YOUR_WRITES.require(
        answer.status == 200 and answer.json["user"]["full_name"] is None, "written", wire.story
    )
    user = signed_in(wire, "/login", {"login": person.login, "password": person.password})
    REFUSED_WRITE.require(user["id"] == person.id, "the password changed", wire.story)
