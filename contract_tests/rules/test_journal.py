"""The journal of the control API: what became of each request, and why; without it, unchecked."""

from __future__ import annotations

import json
from typing import Any

from contract_tests.actors import app_token, sign_up
from contract_tests.catalogue import JOURNAL
from contract_tests.control import Apps, Journal
from contract_tests.wire import Wire

PASSWORD = "pw-of-the-journal"
TOO_LONG = PASSWORD + "x" * 40

ASKED: list[tuple[str, str, str, list[tuple[str, str]], Any, str | None, list[str]]] = [
    ("getUser", "GET", "/users/999999999", [], None, None, []),
    ("findUsers", "GET", "/users/v2", [("colour", "red"), ("limit", "1")], None, None, ["?colour"]),
    (
        "signUp", "POST", "/users", [], {"user": {"login": "taken", "password": PASSWORD}, "x": 1},
        None, ["x"],
    ),
    (
        "signUp", "POST", "/users", [], {"user": {"login": "taken", "password": TOO_LONG}},
        "/user/password breaks /components/schemas/Password/maxLength", [],
    ),
    (
        "signUp", "POST", "/users", [], {"user": {"login": "other", "password": [PASSWORD]}},
        "/user/password breaks /components/schemas/Password/type", [],
    ),
    ("login", "POST", "/login", [], {"login": "taken", "password": f"no {PASSWORD}"}, None, []),
    ("updateUser", "PUT", "/users/1", [], {"user": {}}, "the token stands for the app alone", []),
]  # fmt: skip
"""Operation, method, path, query and body; why that is refused beyond what the answer tells; and
what of it the contract does not know."""


def test_the_journal_tells_what_became_of_requests(
    apps: Apps | None, journal: Journal | None
) -> None:
    if apps is None or journal is None:
        return
    with apps.added() as app, Wire(app) as wire:
        token = app_token(wire)
        sign_up(wire, login="taken")
        wire.forget()
        told_before = len(journal.of_app(app.application_id))
        for _, method, path, query, body, _, _ in ASKED:
            wire.call(method, path, query=query, body=body, token=token)
        told = journal.of_app(app.application_id)[told_before:]
        JOURNAL.require(len(told) == len(ASKED), f"{len(told)} of {len(ASKED)}", wire.story)
        for answer, (operation, method, path, _, _, why, ignored), entry in zip(
            wire.story.exchanges, ASKED, told, strict=True
        ):
            expected = {
                "operation": operation, "method": method, "path": path, "status": answer.status,
                "why": why, "ignored": ignored,
                "errors": answer.json["errors"] if answer.status >= 400 else None,
            }  # fmt: skip
            found = {name: entry[name] for name in expected}
            JOURNAL.require(found == expected, f"{found}, not {expected}", answer)
        text = json.dumps(told)
        for secret in (PASSWORD, token, app.auth_key, app.auth_secret):
            JOURNAL.require(secret not in text, "a secret is told", wire.story)
