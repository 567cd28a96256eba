"""The optional signature, checked against a signer of the tests' own."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import pytest

from tests.mock_server.caller import PASSWORD, START, Caller, errors

NOW = START // 1000


def signed(text: str, algorithm: str = "sha1", secret: str = "dev-auth-secret") -> str:
    return hmac.new(secret.encode(), text.encode(), algorithm).hexdigest()


def base(nonce: int = 5) -> str:
    return f"application_id=1&auth_key=dev-auth-key&nonce={nonce}&timestamp={NOW}"


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_signature_verifies(caller: Caller, algorithm: str) -> None:
    signature = signed(base(), algorithm)
    answer = caller.create_session(nonce=5, timestamp=NOW, signature=signature)
    assert answer.status_code == 201
    assert (answer.json()["session"]["nonce"], answer.json()["session"]["ts"]) == (5, NOW)
    again = caller.create_session(nonce="6", timestamp=str(NOW), signature=signed(base(6)).upper())
    assert again.status_code == 201


def test_nested_fields_are_signed_in_brackets(caller: Caller) -> None:
    caller.app().sign_up(login="amigo")
    user = {"login": "amigo", "password": PASSWORD}
    text = f"{base()}&user[login]=amigo&user[password]={PASSWORD}"
    fields: dict[str, Any] = {"nonce": 5, "timestamp": NOW, "user": user}
    assert caller.create_session(**fields, signature=signed(text)).status_code == 201
    fields["nonce"] = 6
    refused = caller.create_session(**fields, signature=signed(base(6)))
    assert errors(refused, 422) == ["Unexpected signature"]


@pytest.mark.parametrize(
    "signature",
    [
        signed(base(), secret="other"),
        signed(base(4)),
        hashlib.sha1(base().encode()).hexdigest(),
        "0" * 64,
    ],
)
def test_another_signature_is_refused(caller: Caller, signature: str) -> None:
    answer = caller.create_session(nonce=5, timestamp=NOW, signature=signature)
    assert errors(answer, 422) == ["Unexpected signature"]


def test_a_signature_needs_timestamp_and_nonce(caller: Caller) -> None:
    signature = signed("application_id=1&auth_key=dev-auth-key")
    assert errors(caller.create_session(signature=signature), 422) == {
        "timestamp": ["cannot be blank"]
    }


def test_truth_and_null_are_signed_as_text(caller: Caller) -> None:
    text = "a=&" + base().replace("&nonce", "&b=1.5&nonce") + "&user[guest]=true"
    fields: dict[str, Any] = {"nonce": 5, "timestamp": NOW, "user": {"guest": True}}
    answer = caller.create_session(**fields, a=None, b=1.5, signature=signed(text))
    assert answer.status_code == 201


def test_a_nonce_has_64_bits(caller: Caller) -> None:
    assert errors(caller.create_session(nonce=2**63), 422) == {"nonce": ["is invalid"]}


@pytest.mark.parametrize("off", [-3600, 3600])
def test_the_timestamp_may_be_an_hour_off(caller: Caller, off: int) -> None:
    assert caller.create_session(timestamp=NOW + off).status_code == 201
    further = NOW + off + (1 if off > 0 else -1)
    refused = errors(caller.create_session(timestamp=further), 422)
    assert refused == {"timestamp": ["invalid timestamp"]}


def test_a_nonce_is_used_once_with_a_timestamp(caller: Caller) -> None:
    assert caller.create_session(timestamp=NOW, nonce=1).status_code == 201
    reused = errors(caller.create_session(timestamp=NOW, nonce="1"), 422)
    assert reused == {"nonce": ["must be unique"]}
    assert caller.create_session(timestamp=NOW + 1, nonce=1).status_code == 201
    caller.clock.advance(seconds=7200)
    assert caller.create_session(timestamp=NOW + 7200, nonce=1).status_code == 201


def test_a_refused_request_uses_no_nonce(caller: Caller) -> None:
    caller.app().sign_up(login="amigo")
    wrong, right = [{"login": "amigo", "password": each} for each in ("wrong", PASSWORD)]
    assert caller.create_session(timestamp=NOW, nonce=1, user=wrong).status_code == 401
    assert caller.create_session(timestamp=NOW, nonce=1, user=right).status_code == 201
