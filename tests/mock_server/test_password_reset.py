"""Password reset: the message, its link, and the page behind it."""

from __future__ import annotations

import re
from typing import Any

import httpx2
import pytest

from mock_server import Settings, running
from tests.mock_server.caller import PASSWORD, Caller, errors

DAY = 86400
NEW = "a brand new one"
MAILBOX = "/__mock__/mailbox"


@pytest.fixture
def link(caller: Caller) -> str:
    """The link in the message to amigo@x.org."""
    caller.app().sign_up(login="amigo", email="Amigo@x.org", full_name="<Amigo> & Co")
    return asked(caller)


def asked(caller: Caller) -> str:
    answer = caller.app().post("/users/password/reset", {"email": "amigo@X.org"})
    assert (answer.status_code, answer.content) == (200, b"")
    found = re.search(r"http://\S+", messages(caller)[-1]["text"])
    assert found
    return found[0]


def messages(caller: Caller, to: str | None = None) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = caller.get(MAILBOX, {"to": to} if to else None).json()[
        "messages"
    ]
    return listed


def submit(caller: Caller, link: str, password: str = NEW, **more: str) -> httpx2.Response:
    return caller.http.post(link, data={"password": password, "repeated": password} | more)


def signs_in(caller: Caller, password: str) -> bool:
    user = {"login": "amigo", "password": password}
    return caller.create_session(user=user).status_code == 201


def test_the_message(caller: Caller, link: str) -> None:
    [message] = messages(caller)
    assert (message["to"], message["application_id"]) == ("Amigo@x.org", 1)
    assert message["created_at"] == "2023-11-14T22:13:20.000Z"
    assert link.startswith(f"{caller.server.base_url}/__reset__/")
    assert "Hello <Amigo> & Co," in message["text"]
    assert "Hello &lt;Amigo&gt; &amp; Co," in message["html"]
    assert f'href="{link}"' in message["html"]
    assert messages(caller, "AMIGO@x.org") == [message]
    assert messages(caller, "other@x.org") == []
    assert caller.delete(MAILBOX).json() == {"messages": []}
    assert messages(caller) == []


def test_both_calls_send_one_and_an_unknown_address_none(caller: Caller, link: str) -> None:
    app = caller.app()
    assert app.get("/users/password/reset", {"email": "amigo@x.org"}).status_code == 200
    assert app.get("/users/password/reset", {"email": "no@x.org"}).status_code == 404
    assert len(messages(caller)) == 2
    assert link not in messages(caller)[1]["text"]


def test_the_link_sets_a_password_once_and_ends_all_sessions(caller: Caller, link: str) -> None:
    here, there, app = caller.signed_in("amigo"), caller.signed_in("amigo"), caller.app()
    other = asked(caller)
    page = caller.http.get(link)
    assert page.status_code == caller.http.head(link).status_code == 200
    assert "6 to 40 characters" in page.text
    assert here.get("/session").status_code == 200
    assert submit(caller, link).status_code == 200
    assert here.get("/session").status_code == there.get("/session").status_code == 401
    assert app.get("/session").status_code == 200
    assert signs_in(caller, NEW)
    assert not signs_in(caller, PASSWORD)
    for used in (link, other):  # one used link takes the user's others with it
        assert caller.http.get(used).status_code == 404
        assert submit(caller, used, "yet another").status_code == 404
    assert signs_in(caller, NEW)


def test_a_second_before_its_end_the_link_works(caller: Caller, link: str) -> None:
    caller.clock.advance(seconds=DAY - 1)
    assert caller.http.get(link).status_code == 200
    assert submit(caller, link).status_code == 200
    assert signs_in(caller, NEW)


def test_a_second_after_its_end_the_link_is_dead(caller: Caller, link: str) -> None:
    caller.clock.advance(seconds=DAY + 1)
    assert caller.http.get(link).status_code == 404
    assert submit(caller, link).status_code == 404
    assert signs_in(caller, PASSWORD)
    assert asked(caller) != link


@pytest.mark.parametrize(
    "form",
    [
        b"", b"password=short&repeated=short", b"password=" + b"x" * 41, b"password=%00%00%00%00",
        b"password=long+enough", b"password=long+enough&repeated=another+one", b"\xff=\x00&&%",
        b"password=a%0Abcdef&repeated=a%0Abcdef", b"password=%FFlong+one&repeated=%FFlong+one",
        b"password=x" * 200_000, b"password=one+of&password=two+more&repeated=two+more",
    ],
)  # fmt: skip
def test_what_is_no_password_changes_nothing(caller: Caller, link: str, form: bytes) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = caller.http.post(link, content=form, headers=headers)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert signs_in(caller, PASSWORD)
    assert submit(caller, link).status_code == 200


def test_only_a_form_is_taken(caller: Caller, link: str) -> None:
    good = {"password": NEW, "repeated": NEW}
    assert caller.http.post(link, json=good).status_code == 422
    assert caller.http.post(link, params=good).status_code == 422
    refused = caller.http.put(link, data=good)
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD, POST")
    assert signs_in(caller, PASSWORD)


def test_pages_hold_no_script_and_say_so(caller: Caller, link: str) -> None:
    nowhere = caller.http.get(f"{caller.server.base_url}/__reset__/%FF%00")
    assert nowhere.status_code == 404
    for page in (caller.http.get(link), nowhere, caller.http.patch(link), submit(caller, link)):
        assert page.headers["content-security-policy"].startswith("default-src 'none'; form-action")
        assert page.headers["referrer-policy"] == "no-referrer"
        assert page.headers["x-content-type-options"] == "nosniff"
        assert page.headers["x-frame-options"] == "DENY"
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert page.headers["date"].startswith("Tue, 14 Nov 2023 22:13:20")
        assert "<script" not in page.text
        assert "style" not in page.text


def test_the_link_goes_with_its_user(caller: Caller, link: str) -> None:
    amigo = caller.signed_in("amigo")
    assert amigo.delete(f"/users/{amigo.user()['id']}").status_code == 200
    assert submit(caller, link).status_code == 404


def test_tokens_are_kept_as_hashes_and_survive(http: httpx2.Client, tmp_path: Any) -> None:
    settings = Settings(port=0, database=tmp_path / "state.db")
    with running(settings) as server:
        caller = Caller(server, http)
        caller.app().sign_up(login="amigo", email="amigo@x.org")
        token = asked(caller).rsplit("/", 1)[1]
        caller.delete(MAILBOX)
    with running(settings) as server:
        caller = Caller(server, http)
        assert submit(caller, f"{server.base_url}/__reset__/{token}").status_code == 200
        assert signs_in(caller, NEW)


@pytest.mark.parametrize("query", [[("to", "a"), ("to", "b")], {"to": "\x00"}])
def test_odd_questions_to_the_mailbox(caller: Caller, query: Any) -> None:
    assert list(errors(caller.get(MAILBOX, query), 422)) == ["to"]
