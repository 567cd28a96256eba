"""The suite's own tools do what they say: laws that can fail, answers closed, secrets hidden."""

from __future__ import annotations

import copy
import json
import os
import re
import subprocess
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from contract_tests import contract, laws
from contract_tests.catalogue import BrokenRuleError
from contract_tests.contact import obstacle
from contract_tests.exchange import Exchange
from contract_tests.profile import RefusedProfileError, choose
from contract_tests.server import (
    BASE_URL_VARIABLE,
    RefusedServerError,
    ServerUnderTest,
    from_environment,
    is_loopback,
    random_requests_allowed,
)
from contract_tests.shape.overlay import close_answers
from contract_tests.wire import Wire

DATE = "Fri, 04 Jun 2021 10:10:53 GMT"
EXPIRY = "2021-06-04 12:10:53 UTC"
EXPOSED = "CB-Token-ExpirationDate, Date"
JSON = "application/json; charset=utf-8"
PASSWORD = "pw-that-nobody-else-has"


def exchange(
    status: int,
    content: bytes,
    *,
    token: str | None = "T0",
    path: str = "/anything?q=it's",
    **headers: str,
) -> Exchange:
    """An exchange as a server might have answered it; the contract has no such path."""
    given = {"date": DATE, **{name.replace("_", "-"): text for name, text in headers.items()}}
    return Exchange(
        method="GET",
        base_url="http://127.0.0.1:1",
        path=path,
        token=token,
        sent_headers=(("CB-AuthKey", "the-key"),),
        sent=b'{"auth_key": "the-key"}',
        status=status,
        headers=httpx2.Headers(given),
        content=content,
        secrets={"T0": "TOKEN_1", "the-key": "CONNECTYCUBE_AUTH_KEY"},
    )


def success(content: bytes = b'{"user":{"id":1}}', **headers: str) -> Exchange:
    """A success as it should be, but for what is said."""
    usual = {
        "content_type": JSON,
        "cb_token_expirationdate": EXPIRY,
        "access_control_expose_headers": EXPOSED,
    }
    return exchange(200, content, **{**usual, **headers})


def test_lawful_answers_pass() -> None:
    laws.check(success())
    laws.check(success(b""))
    for errors in (b'["No"]', b'{"base":["No"]}', b'{"password":["cannot be blank"]}'):
        laws.check(exchange(422, b'{"errors":' + errors + b"}", content_type=JSON))
    route = b"HttpException: E_ROUTE_NOT_FOUND: Route not found GET /x"
    laws.check(exchange(404, route, content_type="text/plain"))


@pytest.mark.parametrize(
    ("rule", "unlawful"),
    [
        ("no-server-error", exchange(500, b"{}", content_type=JSON)),
        ("no-secrets", success(b'{"user":{"password_hash":"x"}}')),
        ("no-secrets", success(b'{"items":[{"encrypted_password":"x"}]}')),
        ("no-secrets", success(b'{"note":"$argon2id$v=19$m=1024"}')),
        ("no-secrets", success(f'{{"note":"{PASSWORD}"}}'.encode())),
        ("success-body", success(b'{"errors":["No"]}')),
        ("success-body", success(b"[]")),
        ("success-body", success(content_type="application/json")),
        ("error-envelope", exchange(422, b'{"errors":[]}', content_type=JSON)),
        ("error-envelope", exchange(422, b'{"errors":{"a":"b"}}', content_type=JSON)),
        ("error-envelope", exchange(422, b'{"errors":["No"],"a":1}', content_type=JSON)),
        ("error-envelope", exchange(422, b'{"errors":["No"]}', content_type="text/plain")),
        ("error-envelope", exchange(404, b"Not Found", content_type="text/plain")),
        ("expiration-header", success(cb_token_expirationdate="2021-06-04 12:10:54 UTC")),
        ("expiration-header", success(access_control_expose_headers="Date")),
        ("expiration-header", exchange(200, b"")),
        ("no-expiration-header", exchange(200, b"", token=None, cb_token_expirationdate=EXPIRY)),
        (
            "no-expiration-header",
            exchange(422, b'{"errors":["No"]}', content_type=JSON, cb_token_expirationdate=EXPIRY),
        ),
    ],
)
def test_unlawful_answers_break_the_rule(rule: str, unlawful: Exchange) -> None:
    with pytest.raises(BrokenRuleError) as broken:
        laws.check(unlawful, frozenset({PASSWORD}))
    assert broken.value.rule.name == rule


@pytest.mark.parametrize(
    ("path", "status", "content", "wrong"),
    [
        ("/users/1", 200, b'{"user":{"id":1}}', '"_id" is a required property at /user'),
        ("/users/v2.json", 418, b'{"errors":["No"]}', "findUsers must not answer 418"),
        ("/users/1", 404, b'{"errors":["No"],"extra":1}', "not the envelope"),
        ("/session", 200, b"", "getSession 200 is of type"),
        ("/users/by_login", 301, b"", "getUserByLogin must not answer 301"),
    ],
)
def test_undocumented_answers_are_seen(path: str, status: int, content: bytes, wrong: str) -> None:
    usual = {"content_type": JSON} if content else {}
    expiry = {"cb_token_expirationdate": EXPIRY, "access_control_expose_headers": EXPOSED}
    headers = usual if status >= 400 else {**usual, **expiry}
    with pytest.raises(BrokenRuleError, match=re.escape(wrong)):
        laws.check(exchange(status, content, path=path, **headers))


def test_the_contracts_own_examples_conform() -> None:
    examples = contract.document()["components"]["examples"]
    headers = {"content_type": JSON, "cb_token_expirationdate": EXPIRY}
    headers["access_control_expose_headers"] = EXPOSED
    for path, name in (
        ("/session", "UserSession"),
        ("/users/1", "User"),
        ("/users/v2", "UserPage"),
    ):
        content = json.dumps(examples[name]["value"]).encode()
        laws.check(exchange(200, content, path=path, **headers))


def test_curl_means_the_same_to_a_shell_and_tells_no_secret() -> None:
    curl = success().as_curl()
    assert "the-key" not in curl
    assert "T0" not in curl
    shown = subprocess.run(
        ["sh", "-c", curl.replace("curl", "printf '%s\\n'", 1)],
        env={**os.environ, "TOKEN_1": "T0", "CONNECTYCUBE_AUTH_KEY": "the-key"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert "CB-Token: T0" in shown
    assert "CB-AuthKey: the-key" in shown
    assert '{"auth_key": "the-key"}' in shown
    assert "http://127.0.0.1:1/anything?q=it's" in shown


def test_answers_are_closed_and_requests_stay_open() -> None:
    document: dict[str, Any] = copy.deepcopy(contract.document())
    close_answers(document)
    schemas = document["components"]["schemas"]
    closed = {name for name, schema in schemas.items() if not schema.get("additionalProperties", 1)}
    assert {"User", "Session", "ErrorBody", "UserPage", "UserPageV1", "Blob"} <= closed
    assert not {"NewUser", "SignUpRequest", "CreateSessionRequest", "UserChanges"} & closed


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "localhost", "[::1]"])
def test_loopback_hosts_are_taken(host: str) -> None:
    assert is_loopback(f"http://{host}:8080")


OTHER_HOSTS = ["10.0.0.1", "localhost.example.com", "127.0.0.1.example.com"]


@pytest.mark.parametrize("host", OTHER_HOSTS)
@pytest.mark.parametrize("name", [None, "gate", "nightly", "live"])
def test_other_hosts_are_live_whatever_is_asked_for(host: str, name: str | None) -> None:
    assert choose(name, f"https://{host}", production=False).is_live


def test_production_needs_its_flag_and_live_a_server() -> None:
    with pytest.raises(RefusedProfileError, match="--production"):
        choose("live", "https://api.connectycube.com", production=False)
    assert choose(None, "https://api.connectycube.com", production=True).is_live
    with pytest.raises(RefusedProfileError, match="needs a server"):
        choose("live", "", production=False)


def test_reports_can_be_read_where_no_secret_is_named(server: ServerUnderTest) -> None:
    with Wire(replace(server, auth_secret="")) as wire:
        answer = wire.call("GET", "/session", token="T0")
    assert answer.as_report().endswith(
        '-> 401 {"errors":{"base":["Required session does not exist"]}}'
    )
    assert "-H 'CB-Token: '\"$TOKEN_1\"" in answer.as_curl()


def test_random_requests_stay_on_this_machine() -> None:
    random_requests_allowed({})
    random_requests_allowed({BASE_URL_VARIABLE: "http://127.0.0.1:8080"})
    for host in OTHER_HOSTS:
        with pytest.raises(RefusedServerError, match="loopback hosts alone"):
            random_requests_allowed({BASE_URL_VARIABLE: f"https://{host}"})


def test_other_hosts_have_no_default_credentials() -> None:
    server = from_environment({BASE_URL_VARIABLE: "https://example.com"})
    assert server is not None
    assert (server.application_id, server.auth_key, server.auth_secret) == (0, "", "")
    assert obstacle(server) == ("no credentials: set CONNECTYCUBE_APP_ID and CONNECTYCUBE_AUTH_KEY")
