"""The laws that hold for every single exchange, whatever it was about.

`Wire` holds each answer to them, so every test of the suite enforces all of them on the way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from contract_tests import catalogue, conformity
from contract_tests.decoded import is_array, is_object
from contract_tests.exchange import Exchange

TOKEN_LIFETIME = timedelta(hours=2)
EXPOSED_HEADERS = {"CB-Token-ExpirationDate", "Date"}
JSON_CONTENT_TYPE = "application/json; charset=utf-8"

_SECRET_KEY = re.compile(
    r"passw|passphrase|(?:^|_)(?:pwd|hash|hashed|salt|secret|digest|crypted|encrypted)(?:_|$)",
    re.IGNORECASE,
)
# What `_SECRET_KEY` finds has one of these: most bodies have none, and need no walk through.
_SECRET_WORD = re.compile(r"passw|passphrase|pwd|hash|salt|secret|digest|crypted", re.IGNORECASE)
_SECRET_TEXT = re.compile(r"\$(?:argon2|2[abxy]\$|scrypt|pbkdf2|5\$|6\$)", re.IGNORECASE)
_DESTROY_SESSION = re.compile(r"^/session(?:\.json)?$")
_TOKEN_OPTIONAL = re.compile(r"^/blobs/[^/]+(?:/download)?(?:\.json)?$")
_UNKNOWN_ROUTE = "HttpException: E_ROUTE_NOT_FOUND"


def check(
    exchange: Exchange,
    passwords: frozenset[str] = frozenset(),
    end: datetime | None = None,
    *,
    outage: bool = False,
) -> None:
    """Hold one exchange to all laws.

    Args:
        exchange: A request with its answer.
        passwords: The passwords in use; none may come back.
        end: When the token ends however much it is used, for a guest's.
        outage: Whether the service may be unavailable.

    Raises:
        BrokenRuleError: A law is broken.
    """
    catalogue.NO_SERVER_ERROR.require(
        exchange.status < 500 or (outage and exchange.status == 503),
        f"status {exchange.status}",
        exchange,
    )
    _no_secrets(exchange, passwords)
    if exchange.status >= 400:
        _refusal(exchange)
    else:
        _success(exchange, end)
    problem = conformity.problem(exchange)
    catalogue.SHAPE.require(problem is None, problem or "", exchange)


def keys_of(value: object) -> Iterator[str]:
    """Every key of every object in a decoded JSON value."""
    if is_object(value):
        for key, member in value.items():
            yield key
            yield from keys_of(member)
    elif is_array(value):
        for member in value:
            yield from keys_of(member)


def is_envelope(body: object) -> bool:
    """Whether a decoded body is the error envelope in one of its shapes."""
    if not is_object(body) or set(body) != {"errors"}:
        return False
    errors = body["errors"]
    if is_object(errors):
        return bool(errors) and all(_is_list_of_texts(texts) for texts in errors.values())
    return _is_list_of_texts(errors)


def _is_list_of_texts(value: object) -> bool:
    return is_array(value) and bool(value) and all(isinstance(text, str) for text in value)


def _no_secrets(exchange: Exchange, passwords: frozenset[str]) -> None:
    text = exchange.content.decode("utf-8", "replace")
    found = _SECRET_TEXT.search(text) if "$" in text else None
    catalogue.NO_SECRETS.require(found is None, "a password hash in the body", exchange)
    catalogue.NO_SECRETS.require(
        not any(password in text for password in passwords), "a password in the body", exchange
    )
    # A refusal names the field that it refuses, `password` too.
    if exchange.has_json and exchange.status < 400 and _SECRET_WORD.search(text):
        for key in keys_of(exchange.json):
            catalogue.NO_SECRETS.require(
                _SECRET_KEY.search(key) is None, f"the key {key!r} in the body", exchange
            )


def _refusal(exchange: Exchange) -> None:
    catalogue.NO_EXPIRATION.require(exchange.expiration is None, "an expiry on a refusal", exchange)
    if exchange.status == 404 and exchange.content.startswith(_UNKNOWN_ROUTE.encode()):
        return
    catalogue.ENVELOPE.require(
        exchange.headers.get("content-type", "").lower() == JSON_CONTENT_TYPE
        and is_envelope(_decoded(exchange)),
        "not the envelope",
        exchange,
    )


def _success(exchange: Exchange, end: datetime | None) -> None:
    if exchange.content:
        catalogue.SUCCESS_BODY.require(
            exchange.headers.get("content-type", "").lower() == JSON_CONTENT_TYPE,
            f"content type {exchange.headers.get('content-type')!r}",
            exchange,
        )
        body = _decoded(exchange)
        catalogue.SUCCESS_BODY.require(
            is_object(body) and "errors" not in body, "no object, or `errors`", exchange
        )
    _expiration(exchange, end)


def _expiration(exchange: Exchange, end: datetime | None) -> None:
    path = exchange.path.partition("?")[0]
    creates = exchange.method == "POST" and _DESTROY_SESSION.match(path) is not None
    destroys = exchange.method == "DELETE" and _DESTROY_SESSION.match(path) is not None
    may_ignore_token = exchange.method == "GET" and _TOKEN_OPTIONAL.match(path) is not None
    if destroys or (exchange.token is None and not creates and not may_ignore_token):
        catalogue.NO_EXPIRATION.require(
            exchange.expiration is None, "an expiry where no token lives", exchange
        )
        return
    if exchange.expiration is None:
        catalogue.EXPIRATION.require(may_ignore_token, "no expiry", exchange)
        return
    exposed = exchange.headers.get("access-control-expose-headers", "")
    catalogue.EXPIRATION.require(
        set(exposed.split(", ")) >= EXPOSED_HEADERS, "browsers may not read the expiry", exchange
    )
    expected = exchange.date + TOKEN_LIFETIME
    catalogue.EXPIRATION.require(
        exchange.expiration == (expected if end is None else min(expected, end)),
        f"expiry {exchange.expiration}, date {exchange.date}",
        exchange,
    )


def _decoded(exchange: Exchange) -> object:
    try:
        return exchange.json
    except ValueError:
        return None
