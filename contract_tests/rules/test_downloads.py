"""The way down: who is sent to a file's bytes, who reads about it, and what a link is good for."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import pytest

from contract_tests.actors import app_token, create_session, newcomer
from contract_tests.catalogue import (
    BYTES,
    EXPIRATION,
    FILE_ACCESS,
    NO_EXPIRATION,
    SLIDING_EXPIRY,
    STORE_REFUSES,
)
from contract_tests.control import Clock
from contract_tests.exchange import Exchange
from contract_tests.files import Blob, create, downloads, facts, holds, links, publish, upload
from contract_tests.wire import Wire

UNKNOWN_TOKEN = "0123456789ABCDEF0123456789ABCDEF0123"
NO_SESSION = {"base": ["Required session does not exist"]}
NEED_USER = {"base": ["Forbidden. Need user."]}
TOKEN_REQUIRED = ["Token is required"]
NOT_FOUND = ["Blob not found"]
TO_BYTES = ["/blobs/{uid}", "/blobs/{uid}/download", "/blobs/{uid}/download.json"]
TO_INFORMATION = ["/blobs/{id}", "/blobs/{id}.json", "/blobs/{uid}.json"]
TO_OBJECT = [
    "/blobs/{uid}/object?download_url=1",
    "/blobs/{uid}/object.json?download_url=1",
    "/blobs/{uid}/object",
]
CONTENT = b"whose bytes are these"


@dataclass
class Cast:
    """Tokens of everybody who may ask for a file, and of those who may not."""

    owner: str = field(repr=False)
    users: list[str] = field(repr=False)
    app: str = field(repr=False)
    dead: list[str] = field(repr=False)
    strangers: list[str] = field(repr=False)


def gather(wire: Wire, stranger: Wire | None) -> Cast:
    owner, other = newcomer(wire), newcomer(wire)
    again = create_session(wire, login=owner.login, password=owner.password)["token"]
    guest = create_session(wire, guest="1", full_name="Awesome Guest")["token"]
    destroyed, gone = app_token(wire), newcomer(wire)
    wire.call("DELETE", "/session", token=destroyed)
    wire.call("DELETE", f"/users/{gone.id}", token=gone.token)
    strangers = [] if stranger is None else [newcomer(stranger).token, app_token(stranger)]
    return Cast(
        owner=owner.token,
        users=[owner.token, str(again), other.token, str(guest)],
        app=app_token(wire),
        dead=[UNKNOWN_TOKEN, destroyed, gone.token],
        strangers=strangers,
    )


def ask(
    wire: Wire, blob: Blob, path: str, token: str | None, *, in_query: bool = False
) -> Exchange:
    target = path.format(**blob)
    if token is None or not in_query:
        return wire.call("GET", target, token=token)
    return wire.call("GET", f"{target}?token={quote(token)}")


def hold(wire: Wire, answer: Exchange, wanted: Iterable[tuple[int, object]]) -> None:
    """Demand one of some refusals."""
    FILE_ACCESS.require(
        (answer.status, answer.errors) in wanted,
        f"{answer.status} {answer.errors}, not {wanted}",
        wire.story,
    )


def to_the_bytes(wire: Wire, answer: Exchange, content: bytes = CONTENT) -> None:
    FILE_ACCESS.require(answer.status == 301, f"{answer.status} {answer.errors}", wire.story)
    stored = wire.fetch(answer.headers["location"])
    BYTES.require(
        stored.status_code == 200 and stored.content == content,
        f"{stored.status_code} {stored.content!r}",
        wire.story,
    )


@pytest.mark.parametrize("in_query", [False, True], ids=["header", "query"])
def test_a_private_file_is_for_tokens_of_its_app(
    wire: Wire, stranger: Wire | None, in_query: bool
) -> None:
    cast = gather(wire, stranger)
    blob = publish(wire, cast.owner, CONTENT, public=False)
    for path in TO_BYTES:
        hold(wire, ask(wire, blob, path, None), [(403, TOKEN_REQUIRED)])
        for token in cast.dead:
            refused = ask(wire, blob, path, token, in_query=in_query)
            hold(wire, refused, [(401, NO_SESSION)])
        for token in cast.strangers:
            refused = ask(wire, blob, path, token, in_query=in_query)
            FILE_ACCESS.require(
                refused.status in {403, 404}, f"{refused.status} for another app", wire.story
            )
        for token in (*cast.users, cast.app):
            answer = ask(wire, blob, path, token, in_query=in_query)
            to_the_bytes(wire, answer)
            _is_expected_to_end(wire, answer)


def _is_expected_to_end(wire: Wire, answer: Exchange) -> None:
    """A live token's end is told, wherever the token stood; it is two hours away at most."""
    EXPIRATION.require(
        answer.expiration is not None
        and answer.expiration == answer.date + timedelta(hours=2)
        and answer.headers.get("access-control-expose-headers") == "CB-Token-ExpirationDate, Date",
        f"{answer.expiration} at {answer.date}",
        wire.story,
    )


def test_a_public_file_is_for_everybody(wire: Wire, stranger: Wire | None) -> None:
    cast = gather(wire, stranger)
    blob = publish(wire, cast.owner, CONTENT, public=True)
    for path in TO_BYTES:
        for token, in_query in ((None, False), *itertools.product(cast.dead, (False, True))):
            answer = ask(wire, blob, path, token, in_query=in_query)
            to_the_bytes(wire, answer)
            NO_EXPIRATION.require(
                answer.expiration is None, "an expiry where no token lives", wire.story
            )
        for token in (*cast.users, cast.app, *cast.strangers):
            to_the_bytes(wire, ask(wire, blob, path, token))


@pytest.mark.parametrize("public", [True, False], ids=["public", "private"])
def test_information_is_for_users_of_the_app(
    wire: Wire, stranger: Wire | None, public: bool
) -> None:
    cast = gather(wire, stranger)
    blob = publish(wire, cast.owner, CONTENT, public=public)
    known = facts(ask(wire, blob, "/blobs/{id}", cast.owner).json["blob"])
    for path in (*TO_INFORMATION, *TO_OBJECT):
        hold(wire, ask(wire, blob, path, None), [(403, TOKEN_REQUIRED), (403, NEED_USER)])
        hold(wire, ask(wire, blob, path, cast.app), [(403, NEED_USER)])
        hold(wire, ask(wire, blob, path, cast.dead[-1]), [(401, NO_SESSION)])
        for token in cast.strangers[:1]:
            refused = ask(wire, blob, path, token)
            FILE_ACCESS.require(
                refused.status in {403, 404}, f"{refused.status} for another app", wire.story
            )
        for token in cast.users[1:]:
            _reads(wire, ask(wire, blob, path, token), known)
    for path in TO_OBJECT:
        described = ask(wire, blob, path, cast.users[-1]).json["blob"]["blob_object_access"]
        FILE_ACCESS.require(
            (described["id"], described["blob_id"]) == (blob["id"], blob["id"])
            and wire.fetch(described["download_url"]).content == CONTENT,
            "another file's access",
            wire.story,
        )
    for path in TO_INFORMATION:
        _reads(wire, ask(wire, blob, path, cast.owner, in_query=True), known)


def _reads(wire: Wire, answer: Exchange, known: Blob) -> None:
    FILE_ACCESS.require(answer.status == 200, f"{answer.status} {answer.errors}", wire.story)
    FILE_ACCESS.require(
        facts(answer.json["blob"]) == known, "another file's information", wire.story
    )


@pytest.mark.live
@pytest.mark.parametrize("public", [True, False], ids=["public", "private"])
def test_what_is_not_complete_is_not_there(wire: Wire, public: bool) -> None:
    owner, other = newcomer(wire).token, newcomer(wire).token
    blob = create(wire, owner, public=public)
    upload(wire, blob, CONTENT)
    body = {"blob": {"size": "much"}}
    wire.call("PUT", f"/blobs/{blob['id']}/complete", body=body, token=owner)
    wire.call("POST", f"/blobs/{blob['id']}/complete", body={"blob": {"size": 5}}, token=other)
    wire.call("PUT", f"/blobs/{blob['id']}", body={"blob": {"name": "b", "new": "1"}}, token=owner)
    for token in (owner, other):
        for path in (*TO_BYTES, *TO_INFORMATION, *TO_OBJECT):
            hold(wire, ask(wire, blob, path, token), [(404, NOT_FOUND)])
    for path in TO_BYTES:
        hold(wire, ask(wire, blob, path, app_token(wire)), [(404, NOT_FOUND)])
        nobody = ask(wire, blob, path, None)
        hold(wire, nobody, [(404, NOT_FOUND), *([] if public else [(403, TOKEN_REQUIRED)])])


@pytest.mark.live
def test_what_names_no_file_is_not_there(wire: Wire) -> None:
    owner = newcomer(wire).token
    blob = publish(wire, owner, CONTENT, public=True)
    wrong = [
        f"/blobs/{10**18 + blob['id']}",
        "/blobs/" + "1" * 36,
        f"/blobs/{UNKNOWN_TOKEN}",
        f"/blobs/{UNKNOWN_TOKEN}.json",
        f"/blobs/{blob['uid'].lower()}",
        f"/blobs/{blob['uid'][:-1]}",
        f"/blobs/{blob['name']}",
        f"/blobs/{blob['id']}/download",
        f"/blobs/{blob['id']}/object",
        f"/blobs/{UNKNOWN_TOKEN}/download",
        f"/blobs/{UNKNOWN_TOKEN}/object",
    ]
    for path in wrong:
        hold(wire, wire.call("GET", path, token=owner), [(404, NOT_FOUND)])


@pytest.mark.live
@pytest.mark.parametrize("public", [True, False], ids=["public", "private"])
def test_links_are_signed_for_one_file(wire: Wire, public: bool) -> None:
    owner = newcomer(wire).token
    blob = publish(wire, owner, CONTENT, public=public)
    neighbour = publish(wire, owner, b"the neighbour's", public=public)
    for link in links(wire, blob, owner):
        parts = urlsplit(link)
        FILE_ACCESS.require(
            parts.path.endswith(f"/{blob['uid']}") and owner not in link,
            "not the file's link, or with its owner's token",
            wire.story,
        )
        for forged in _forgeries(link, blob["uid"], neighbour["uid"]):
            answer = wire.fetch(forged)
            STORE_REFUSES.require(
                answer.status_code == 403 and CONTENT not in answer.content,
                f"{answer.status_code} for {forged.partition('?')[2]}",
                wire.story,
            )


def _forgeries(link: str, uid: str, other: str) -> list[str]:
    """Links that nobody signed: to another file, without a signature, or to last for longer."""
    parts = urlsplit(link)
    query = parse_qsl(parts.query)
    signature = dict(query)["X-Amz-Signature"]
    others = [
        signature[:place] + ("0" if signature[place] != "0" else "1") + signature[place + 1 :]
        for place in (0, 31, 63)
    ]
    changed = [
        [(name, f"{value}0" if name == each else value) for name, value in query]
        for each in ("X-Amz-Expires", "X-Amz-Date", "X-Amz-Credential", "X-Amz-Algorithm")
        if any(name == each for name, _ in query)
    ]
    without = [pair for pair in query if pair[0] != "X-Amz-Signature"]
    return [
        urlunsplit(parts._replace(query="")),
        link.replace(uid, other),
        *(link.replace(signature, each) for each in others),
        *(urlunsplit(parts._replace(query=urlencode(each))) for each in (*changed, without)),
    ]


def test_the_store_has_one_bucket(wire: Wire) -> None:
    token = newcomer(wire).token
    link, *_ = links(wire, publish(wire, token, CONTENT), token)
    address, _, query = link.partition("?")
    bucket, _, key = address.rpartition("/")
    answer = wire.fetch(f"{bucket}-other/{key}?{query}")
    STORE_REFUSES.require(
        answer.status_code == 404 and b"<Code>NoSuchBucket</Code>" in answer.content,
        f"{answer.status_code} for another bucket",
        wire.story,
    )


def test_links_end(wire: Wire, stopped_clock: Clock | None) -> None:
    if stopped_clock is None:
        return
    owner = newcomer(wire).token
    blob = publish(wire, owner, CONTENT)
    stopped_clock.advance(100)
    path = f"/blobs/{blob['uid']}/object?download_url=1"
    described = wire.call("GET", path, token=owner)
    access = described.json["blob"]["blob_object_access"]
    redirected = [answer.headers["location"] for answer in downloads(wire, blob, owner)]
    every = [*redirected, access["download_url"]]
    lifetime = datetime.fromisoformat(access["expires"]) - described.date
    FILE_ACCESS.require(
        timedelta(minutes=1) <= lifetime <= timedelta(days=7)
        and all(_end(link) == datetime.fromisoformat(access["expires"]) for link in every),
        f"links end at {[str(_end(link)) for link in every]}, not {access['expires']}",
        wire.story,
    )
    stopped_clock.advance(lifetime.total_seconds() - 1)
    for link in every:
        answer = wire.fetch(link)
        BYTES.require(
            (answer.status_code, answer.content) == (200, CONTENT),
            f"{answer.status_code} before its end",
            wire.story,
        )
    stopped_clock.advance(1)
    for link in every:
        answer = wire.fetch(link)
        STORE_REFUSES.require(
            answer.status_code == 403, f"{answer.status_code} after its end", wire.story
        )
    holds(wire, blob, owner, CONTENT)


def _end(link: str) -> datetime:
    query = dict(parse_qsl(urlsplit(link).query))
    start = datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return start + timedelta(seconds=int(query["X-Amz-Expires"]))


def test_a_download_is_a_use_of_its_token(wire: Wire, clock: Clock) -> None:
    if not clock.is_offered:
        return
    owner, idle = newcomer(wire).token, newcomer(wire).token
    public, private = (publish(wire, owner, CONTENT, public=each) for each in (True, False))
    for blob in (public, private):
        for in_query in (False, True):
            for path in TO_BYTES[:2]:
                clock.advance(7000)
                answer = ask(wire, blob, path, owner, in_query=in_query)
                SLIDING_EXPIRY.require(
                    answer.status == 301 and answer.expiration is not None,
                    "a token that is used has ended",
                    wire.story,
                )
    for in_query in (False, True):
        for path in TO_BYTES[:2]:
            refused = ask(wire, private, path, idle, in_query=in_query)
            SLIDING_EXPIRY.require(
                (refused.status, refused.errors) == (401, NO_SESSION),
                f"{refused.status} for a token that has ended",
                wire.story,
            )
