"""Timestamps, nonces and signatures of requests for a session, in all their forms."""

from __future__ import annotations

import hashlib
import hmac
import itertools
from typing import Any

import pytest

from contract_tests.actors import fresh_name, fresh_password, session_request, sign_up
from contract_tests.catalogue import APPS_APART, SIGNED_ONCE
from contract_tests.control import Apps, Clock
from contract_tests.decoded import is_object
from contract_tests.exchange import Exchange
from contract_tests.wire import Wire

HOUR = 3600
STALE = (422, {"timestamp": ["invalid timestamp"]})
USED = (422, {"nonce": ["must be unique"]})
FORGED = (422, ["Unexpected signature"])
FORMS = (int, str)

_nonces = itertools.count(1)


def fresh_nonce() -> int:
    """A nonce that this process has not used."""
    return next(_nonces)


def now(wire: Wire) -> int:
    return int(wire.call("POST", "/session", body=session_request(wire)).date.timestamp())


def ask(wire: Wire, **fields: object) -> Exchange:
    return wire.call("POST", "/session", body={**session_request(wire), **fields})


def hold(wire: Wire, answer: Exchange, expected: tuple[int, object] | None, why: str) -> None:
    """Demand a refusal, or a session."""
    seen = (answer.status, answer.errors)
    SIGNED_ONCE.require(
        answer.status == 201 if expected is None else seen == expected,
        f"{seen} for {why}",
        wire.story,
    )


def text_of(request: dict[str, Any]) -> list[str]:
    """The fields of a request as they are signed."""
    pairs: list[str] = []
    for key, value in request.items():
        if is_object(value):
            pairs += [f"{key}[{inner}]={text}" for inner, text in value.items()]
        else:
            pairs.append(f"{key}={value}")
    return sorted(pairs)


def signature(secret: str, text: str, digest: str) -> str:
    return hmac.new(secret.encode(), text.encode(), getattr(hashlib, digest)).hexdigest()


def test_timestamps_are_good_for_an_hour_to_the_second(
    wire: Wire, stopped_clock: Clock | None
) -> None:
    if stopped_clock is None:
        return
    moment = stopped_clock.begin_second()
    for form, (shift, expected) in itertools.product(
        FORMS,
        ((-HOUR, None), (HOUR, None), (0, None), (-HOUR - 1, STALE), (HOUR + 1, STALE)),
    ):
        answer = ask(wire, timestamp=form(moment + shift), nonce=fresh_nonce())
        hold(wire, answer, expected, f"{shift} seconds as {form.__name__}")
        answer = ask(wire, timestamp=form(moment + shift))
        hold(wire, answer, expected, f"{shift} seconds as {form.__name__} without a nonce")


def test_a_nonce_is_not_forgotten_while_its_timestamp_is_good(
    wire: Wire, stopped_clock: Clock | None
) -> None:
    if stopped_clock is None:
        return
    timestamp = stopped_clock.begin_second() + HOUR
    used = {"timestamp": timestamp, "nonce": fresh_nonce()}
    hold(wire, ask(wire, **used), None, "a fresh nonce")
    for wait in (HOUR, HOUR):
        stopped_clock.advance(wait)
        ask(wire, timestamp=timestamp, nonce=fresh_nonce())
        hold(wire, ask(wire, **used), USED, "a used nonce")


@pytest.mark.live
@pytest.mark.parametrize("first", list(itertools.product(FORMS, FORMS)))
def test_a_nonce_serves_a_timestamp_once_in_any_form(
    wire: Wire, first: tuple[type[int | str], type[int | str]]
) -> None:
    moment = now(wire)
    # Nobody else's, should many share a server: a user's id is its own.
    nonce = sign_up(wire).id * 1000
    hold(wire, ask(wire, timestamp=first[0](moment), nonce=first[1](nonce)), None, "a new nonce")
    for when, once in itertools.product(FORMS, FORMS):
        answer = ask(wire, timestamp=when(moment), nonce=once(nonce))
        hold(wire, answer, USED, f"{when.__name__}, {once.__name__} after {first}")
    for other in ({"timestamp": moment, "nonce": nonce + 1}, {"timestamp": moment - 1}):
        answer = ask(wire, **{"nonce": nonce, **other})
        hold(wire, answer, None, f"another pair, {other}")
        session = answer.json["session"]
        SIGNED_ONCE.require(
            (session["ts"], session["nonce"]) == (other["timestamp"], other.get("nonce", nonce)),
            "another pair is answered",
            wire.story,
        )


@pytest.mark.parametrize(
    ("nonce", "is_one"),
    [(0, True), (2**63 - 1, True), (-1, False), (2**63, False), ("9" * 18, True), ("", False)],
)
def test_nonces_are_whole_numbers_of_64_bits(wire: Wire, nonce: int | str, is_one: bool) -> None:
    answer = ask(wire, timestamp=now(wire), nonce=nonce)
    SIGNED_ONCE.require(
        (answer.status == 201 and answer.json["session"]["nonce"] == int(nonce))
        if is_one
        else (answer.status == 422 and list(answer.errors) == ["nonce"]),
        f"{answer.status} for a nonce of {nonce!r}",
        wire.story,
    )


@pytest.mark.live
@pytest.mark.parametrize("digest", ["sha1", "sha256"])
@pytest.mark.parametrize("whom", ["nobody", "login", "email", "guest"])
def test_every_field_is_signed(wire: Wire, digest: str, whom: str) -> None:
    secret, moment = wire.server.auth_secret, now(wire)
    person = sign_up(wire, email=f"{fresh_name()}@example.com")
    users: dict[str, dict[str, Any]] = {
        "login": {"login": person.login, "password": person.password},
        "email": {"email": person.user["email"], "password": person.password},
        "guest": {"guest": "1", "full_name": "A & B = C"},
    }
    nonces = itertools.count(person.id * 1000)

    def request() -> dict[str, Any]:
        form = str if digest == "sha256" else int
        body = {**session_request(wire), "timestamp": form(moment), "nonce": form(next(nonces))}
        return {**body, "user": users[whom]} if whom in users else body

    for case in (str.lower, str.upper):
        good = request()
        answer = ask(
            wire, **good, signature=case(signature(secret, "&".join(text_of(good)), digest))
        )
        hold(wire, answer, None, "a true signature")
    body = request()
    pairs = text_of(body)
    lacking = [pairs[:left_out] + pairs[left_out + 1 :] for left_out in range(len(pairs))]
    texts = [*map("&".join, lacking), "&".join(reversed(pairs)), "\n".join(pairs), ""]
    for text in texts:
        forged = signature(secret, text, digest)
        hold(wire, ask(wire, **body, signature=forged), FORGED, f"a signature of {len(text)} bytes")
    whole = "&".join(pairs)
    for key in (wire.server.auth_key, f"{secret}x", ""):
        forged = signature(key, whole, digest)
        hold(wire, ask(wire, **body, signature=forged), FORGED, "a signature by another key")
    true = signature(secret, whole, digest)
    changed: list[dict[str, Any]] = [
        {"timestamp": moment - 1},
        {"nonce": next(nonces)},
        *(
            [{"user": {**users[whom], name: f"{text}x"}} for name, text in users[whom].items()]
            if whom in {"login", "email"}
            else [{"user": users["login"]}]
        ),
    ]
    for change in changed:
        hold(wire, ask(wire, **{**body, **change}, signature=true), FORGED, f"another {change}")
    for name in ("timestamp", "nonce"):
        lacks = {key: value for key, value in body.items() if key != name}
        answer = wire.call("POST", "/session", body={**lacks, "signature": true})
        SIGNED_ONCE.require(
            answer.status == 422 and list(answer.errors) == [name], f"no {name}", wire.story
        )
    hold(wire, ask(wire, **body, signature=true), None, "the true signature after all")


@pytest.mark.live
def test_a_refused_signature_signs_nobody_up(wire: Wire) -> None:
    name, moment = fresh_name(), now(wire)
    unknown = {"login": name, "password": fresh_password()}
    body = {"timestamp": moment, "nonce": moment, "user": unknown}
    for fields in ({"signature": "0" * 40}, {"timestamp": 1}, {"auth_key": "not-the-key"}):
        answer = ask(wire, **{**body, **fields})
        SIGNED_ONCE.require(answer.status == 422, f"{answer.status}", wire.story)
    token = wire.call("POST", "/session", body=session_request(wire)).json["session"]["token"]
    answer = wire.call("GET", f"/users/by_login?login={name}", token=token)
    SIGNED_ONCE.require(answer.status == 404, "somebody was signed up", wire.story)


def test_apps_sign_and_count_for_themselves(wire: Wire, apps: Apps | None) -> None:
    if apps is None:
        return
    with apps.added() as app, Wire(app) as other:
        moment, nonce = now(wire), fresh_nonce()
        for each in (wire, other):
            hold(each, ask(each, timestamp=moment, nonce=nonce), None, "a nonce of its own")
            hold(each, ask(each, timestamp=moment, nonce=nonce), USED, "a used nonce")
        body = {**session_request(other), "timestamp": moment, "nonce": fresh_nonce()}
        forged = signature(wire.server.auth_secret, "&".join(text_of(body)), "sha1")
        hold(other, ask(other, **body, signature=forged), FORGED, "another app's secret")
        for mixed in (
            {"auth_key": wire.server.auth_key},
            {"application_id": wire.server.application_id},
        ):
            answer = ask(other, **mixed)
            APPS_APART.require(
                (answer.status, answer.errors) == (422, {"base": ["Wrong auth_key"]}),
                f"{answer.status} for another app's {[*mixed]}",
                other.story,
            )
