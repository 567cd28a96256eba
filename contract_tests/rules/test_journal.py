"""The journal of the control API: what became of each request, and why; without it, unchecked."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from contract_tests.actors import app_token, sign_up
from contract_tests.catalogue import JOURNAL
from contract_tests.control import Apps, Journal
from contract_tests.wire import Wire

PASSWORD = "pw-of-the-journal"
TOO_LONG = PASSWORD + "x" * 40


@dataclass(frozen=True)
class Asked:
    """A request, and what the journal has to say of it.

    Attributes:
        operation: The operationId.
        method: The method.
        path: The path.
        query: The query's parameters.
        body: What is sent as JSON.
        why: Why it is refused, beyond what the answer tells.
        ignored: What of it the contract does not know.
    """

    operation: str
    method: str
    path: str
    query: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    body: Any = None
    why: str | None = None
    ignored: list[str] = field(default_factory=list[str])


def signing_up(password: object, **named: Any) -> Asked:
    body = {"user": {"login": "taken", "password": password}, "x": 1}
    return Asked("signUp", "POST", "/users", body=body, **named)


ASKED = [
    Asked("getUser", "GET", "/users/999999999"),
    Asked(
        "findUsers", "GET", "/users/v2", [("colour", "red"), ("limit", "1")], ignored=["?colour"]
    ),
    signing_up(PASSWORD, ignored=["x"]),
    signing_up(TOO_LONG, why="/user/password breaks /components/schemas/Password/maxLength"),
    signing_up([PASSWORD], why="/user/password breaks /components/schemas/Password/type"),
    Asked("login", "POST", "/login", body={"login": "taken", "password": f"no {PASSWORD}"}),
    Asked(
        "updateUser", "PUT", "/users/1", body={"user": {}}, why="the token stands for the app alone"
    ),
]


def test_the_journal_tells_what_became_of_requests(
    apps: Apps | None, journal: Journal | None
) -> None:
    if apps is None or journal is None:
        return
    with apps.added() as app, Wire(app) as wire:
        token = app_token(wire)
        sign_up(wire, login="taken")
        told_before = len(journal.of_app(app.application_id))
        answers = [
            wire.call(each.method, each.path, query=each.query, body=each.body, token=token)
            for each in ASKED
        ]
        told = journal.of_app(app.application_id)[told_before:]
        JOURNAL.require(len(told) == len(ASKED), f"{len(told)} of {len(ASKED)}", wire.story)
        for asked, answer, entry in zip(ASKED, answers, told, strict=True):
            expected = {
                "operation": asked.operation,
                "method": asked.method,
                "path": asked.path,
                "status": answer.status,
                "why": asked.why,
                "ignored": asked.ignored,
                "errors": answer.json["errors"] if answer.status >= 400 else None,
            }
            found = {name: entry[name] for name in expected}
            JOURNAL.require(found == expected, f"{found}, not {expected}", answer)
        text = json.dumps(told)
        for secret in (PASSWORD, token, app.auth_key, app.auth_secret):
            JOURNAL.require(secret not in text, "a secret is told", wire.story)
