"""Ways to break a mock server on purpose, one switch each.

They are made from outside: handlers are wrapped in the map of operations, answers on their way
out. The server's own code stays as it is, and a sabotage that no longer fits it fails loudly.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

from starlette.types import Message, Receive, Scope, Send

from contract_tests.decoded import is_array, is_object
from mock_server import server
from mock_server.app import MockServer
from mock_server.call import Answer, Call, Handler
from mock_server.operations import HANDLERS
from mock_server.repository import Repository
from mock_server.tables import Session, users
from mock_server.users import user_json

HASH = "$argon2id$v=19$m=1024,t=1,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaA"


@dataclass(frozen=True)
class Sabotage:
    """One way to break the server.

    Attributes:
        name: Its switch.
        breaks: The name of the rule that it breaks first.
        found_by: The part of the suite that must notice.
        commit: Breaks the server of this process.
    """

    name: str
    breaks: str
    found_by: str
    commit: Callable[[], None]


def _skip_token_check() -> None:
    """Let everybody in: a missing or dead token counts as the newest living one."""
    find, add = Repository.live_session, Repository.add_session
    newest: list[str] = []

    def live_session(self: Repository, token: str, now: int) -> Session | None:
        found = find(self, token, now)
        return find(self, newest[-1], now) if found is None and newest else found

    def add_session(self: Repository, values: Any) -> Session:
        session = add(self, values)
        newest.append(session.token)
        return session

    _replace(Repository, "live_session", live_session)
    _replace(Repository, "add_session", add_session)
    _on_the_way(request=_with_some_token)


def _leak_hash() -> None:
    """Answer every user with its password's hash."""
    _on_the_way(body=_with_hashes)


def _drop_expiration_header() -> None:
    """Never say when a token expires."""
    _on_the_way(drop_header=b"cb-token-expirationdate")


def _allow_foreign_updates() -> None:
    """Let every user change every other."""

    def as_the_owner(call: Call, original: Handler) -> Answer:
        session = call.need_session()
        return original(replace(call, session=replace(session, user_id=call.path["user_id"])))

    _wrap("updateUser", as_the_owner)


def _ignore_filters() -> None:
    """Answer all users whatever the filters say."""

    def everybody(call: Call, original: Handler) -> Answer:
        answer = original(call)
        body = dict(answer.body or {})
        order = [users.c.id.asc()]
        found = call.state.users(call.app_id, [], order, body["limit"], body["skip"])
        body["items"] = [user_json(user) for user in found]
        body["total_entries"] = call.state.count_users(call.app_id, [])
        return replace(answer, body=body)

    _wrap("findUsers", everybody)


SABOTAGES = {
    sabotage.name: sabotage
    for sabotage in (
        Sabotage("token-check-skipped", "token-checked", "rules/test_tokens.py", _skip_token_check),
        Sabotage("password-hash-leaked", "no-secrets", "rules/test_lookups.py", _leak_hash),
        Sabotage(
            "no-expiration-header",
            "expiration-header",
            "rules/test_expiration.py",
            _drop_expiration_header,
        ),
        Sabotage(
            "foreign-update-allowed", "ownership", "state/test_identity.py", _allow_foreign_updates
        ),
        Sabotage("filter-ignored", "filter-holds", "rules/test_filters.py", _ignore_filters),
    )
}


def _wrap(operation: str, wrapper: Callable[[Call, Handler], Answer]) -> None:
    original = HANDLERS[operation]
    HANDLERS[operation] = lambda call: wrapper(call, original)


def _replace(owner: type | ModuleType, name: str, value: object) -> None:
    assert hasattr(owner, name), f"{owner.__name__} has no {name} to sabotage any more"
    setattr(owner, name, value)


def _as_it_is(value: Any) -> Any:
    return value


def _on_the_way(
    *,
    request: Callable[[Scope], Scope] = _as_it_is,
    body: Callable[[bytes], bytes] = _as_it_is,
    drop_header: bytes = b"",
) -> None:
    """Change requests on their way in and answers on their way out."""

    class Sabotaged(MockServer):
        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            started: list[Message] = []

            async def sabotaging(message: Message) -> None:
                if message["type"] == "http.response.start":
                    started.append(message)
                    return
                if message["type"] == "http.response.body" and started:
                    message = {**message, "body": body(message.get("body", b""))}
                    length = str(len(message["body"])).encode()
                    headers = [
                        (name, length if name == b"content-length" else value)
                        for name, value in started[-1]["headers"]
                        if name != drop_header
                    ]
                    await send({**started.pop(), "headers": headers})
                await send(message)

            if scope["type"] == "http":
                scope = request(scope)
            await super().__call__(scope, receive, sabotaging)

    _replace(server, "MockServer", Sabotaged)


def _with_some_token(scope: Scope) -> Scope:
    if any(name == b"cb-token" for name, _ in scope["headers"]):
        return scope
    return {**scope, "headers": [*scope["headers"], (b"cb-token", b"anything")]}


def _with_hashes(content: bytes) -> bytes:
    try:
        value = json.loads(content)
    except ValueError:
        return content
    _put_hashes(value)
    return json.dumps(value, separators=(",", ":")).encode()


def _put_hashes(value: object) -> None:
    if is_object(value):
        for member in value.values():
            _put_hashes(member)
        if "_id" in value and "login" in value:
            value["password_hash"] = HASH
    elif is_array(value):
        for member in value:
            _put_hashes(member)
