"""The way up: what an upload access says, which forms the store takes, and which bytes it keeps."""

from __future__ import annotations

import base64
import hashlib
import json
import random
import re
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest

from contract_tests.actors import newcomer
from contract_tests.catalogue import BYTES, LIMITS, STORE_REFUSES, UPLOAD_ACCESS
from contract_tests.control import Apps, Clock
from contract_tests.decoded import is_object
from contract_tests.files import (
    Blob,
    complete,
    create,
    downloads,
    holds,
    links,
    post,
    publish,
    upload,
)
from contract_tests.forms import BOUNDARY, upload_address, upload_fields, upload_form
from contract_tests.wire import Wire

FIELDS = [
    "Content-Type", "Expires", "acl", "key", "policy", "success_action_status",
    "x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-signature",
]  # fmt: skip
SIGNATURE = [name for name in FIELDS if name.startswith("x-amz-")]
DESCRIBED = ["Content-Type", "Expires", "acl", "key", "success_action_status"]
CONTENTS = [
    b"\x00",
    random.Random(5).randbytes(1_100_000),
    b"",
    b"\r\n",
    b"line\r\nline\nline\r\r\n\n",
    f"\r\n--{BOUNDARY[:-1]}\r\n--\r\n\r\n--".encode(),
    "\ufeffé 漢\r\n".encode("utf-16"),
    b"the last one",
]
"""The largest comes early: whatever follows it must not leave any of it behind."""
HOUR = timedelta(hours=1)
TOO_LARGE = {(400, "EntityTooLarge")}


@pytest.mark.live
@pytest.mark.parametrize("public", [True, False])
@pytest.mark.parametrize(
    "content_type", ["image/svg+xml", "text/plain; charset=utf-8", "a/b;c=d; e=f+g"]
)
def test_the_access_says_what_to_post(wire: Wire, content_type: str, public: bool) -> None:
    token = newcomer(wire).token
    blob = create(wire, token, content_type=content_type, public=public)
    created = datetime.fromisoformat(blob["created_at"])
    _names_its_file(wire, blob, created + HOUR)
    params: str = blob["blob_object_access"]["params"]
    UPLOAD_ACCESS.require("+" not in urlsplit(params).query, "a + in the form", wire.story)
    pairs = upload_fields(params)
    UPLOAD_ACCESS.require([name for name, _ in pairs] == FIELDS, f"fields {pairs}", wire.story)
    fields = dict(pairs)
    date = f"{created:%Y%m%d}"
    UPLOAD_ACCESS.require(
        fields["Content-Type"] == content_type
        and parsedate_to_datetime(fields["Expires"]) == created + HOUR
        and fields["acl"] == ("public-read" if public else "authenticated-read")
        and fields["key"] == blob["uid"]
        and fields["success_action_status"] == "201"
        and fields["x-amz-algorithm"] == "AWS4-HMAC-SHA256"
        and fields["x-amz-credential"].partition("/")[2].startswith(f"{date}/")
        and fields["x-amz-credential"].endswith("/s3/aws4_request")
        and fields["x-amz-date"] == f"{created:%Y%m%dT%H%M%SZ}"
        and re.fullmatch("[0-9a-f]{64}", fields["x-amz-signature"]) is not None,
        f"fields {fields}",
        wire.story,
    )
    _allows_exactly(wire, fields, created + HOUR)


def _names_its_file(wire: Wire, blob: Blob, end: datetime) -> None:
    access: dict[str, Any] = blob["blob_object_access"]
    UPLOAD_ACCESS.require(
        (access["id"], access["blob_id"]) == (blob["id"], blob["id"])
        and datetime.fromisoformat(access["expires"]) == end
        and access["object_access_type"] == "Write",
        f"{access['id']} {access['blob_id']} until {access['expires']}, not {end}",
        wire.story,
    )


def _allows_exactly(wire: Wire, fields: dict[str, str], end: datetime) -> None:
    policy: dict[str, Any] = json.loads(base64.b64decode(fields["policy"], validate=True))
    allowed: dict[str, str] = {}
    for condition in policy["conditions"]:
        if is_object(condition):
            allowed.update({name: str(value) for name, value in condition.items()})
        else:
            kind, name, value = condition
            UPLOAD_ACCESS.require(kind == "eq", f"{condition} is not exact", wire.story)
            allowed[name.removeprefix("$")] = value
    signed = {name: fields[name] for name in FIELDS if name not in {"policy", "x-amz-signature"}}
    UPLOAD_ACCESS.require(
        datetime.fromisoformat(policy["expiration"]) == end
        and {**allowed, **signed} == allowed
        and set(allowed) == {"bucket", *signed},
        f"the policy {policy}",
        wire.story,
    )


def test_the_store_keeps_exactly_the_last_bytes(wire: Wire) -> None:
    token = newcomer(wire).token
    blob = create(wire, token)
    complete(wire, blob, 1, token)
    for number, content in enumerate(CONTENTS):
        upload(wire, blob, content, named=number % 2 == 0)
        holds(wire, blob, token, content)


@pytest.mark.live
def test_the_store_tells_what_it_keeps(wire: Wire) -> None:
    token = newcomer(wire).token
    blob = create(wire, token)
    answer = post(wire, blob["blob_object_access"]["params"], b"0123456789")
    pairs: list[tuple[str, str]] = re.findall(
        r"<(Location|Bucket|Key|ETag)>([^<]*)</\1>", answer.text
    )
    told = {name: value.replace("&quot;", '"') for name, value in pairs}
    BYTES.require(
        answer.status_code == 201
        and answer.headers.get("content-type", "").startswith("application/xml")
        and set(told) == {"Location", "Bucket", "Key", "ETag"}
        and told["Key"] == blob["uid"]
        and told["ETag"] == answer.headers["etag"]
        and told["Location"] == answer.headers["location"]
        and urlsplit(told["Location"]).path.endswith(f"/{blob['uid']}"),
        f"{answer.status_code} {answer.text}",
        wire.story,
    )
    digest = hashlib.md5(b"0123456789", usedforsecurity=False).hexdigest()
    BYTES.require(told["ETag"] == f'"{digest}"', "another tag than the bytes' own", wire.story)


@pytest.mark.live
def test_a_part_of_a_file(wire: Wire) -> None:
    token = newcomer(wire).token
    blob = publish(wire, token, b"0123456789", public=True)
    link = links(wire, blob, token)[0]
    for asked, wanted in (("bytes=2-5", b"2345"), ("bytes=7-", b"789"), ("bytes=-2", b"89")):
        answer = wire.fetch(link, Range=asked)
        BYTES.require(
            answer.status_code == 206 and answer.content == wanted,
            f"{answer.status_code} {answer.content!r} for {asked}",
            wire.story,
        )


@pytest.mark.live
def test_forms_the_store_takes_as_well(wire: Wire) -> None:
    """Field names have no case, `x-ignore-` fields and what follows the file do not count."""
    token = newcomer(wire).token
    blob = create(wire, token)
    complete(wire, blob, 1, token)
    params = blob["blob_object_access"]["params"]
    fields = upload_fields(params)
    for number, each in enumerate(
        (
            [(name.upper(), value) for name, value in fields],
            [*fields, ("x-ignore-me", "whatever")],
        )
    ):
        content = f"form {number}".encode()
        body, content_type = upload_form(each, content)
        answer = wire.post_form(upload_address(params), body, content_type)
        BYTES.require(answer.status_code == 201, f"{answer.status_code} {answer.text}", wire.story)
        holds(wire, blob, token, content)


def test_a_session_token_does_not_disturb_the_store(wire: Wire) -> None:
    token = newcomer(wire).token
    blob = create(wire, token)
    params = blob["blob_object_access"]["params"]
    body, content_type = upload_form(upload_fields(params), b"x")
    answer = wire.post_form(upload_address(params), body, content_type, [("CB-Token", token)])
    BYTES.require(answer.status_code == 201, f"{answer.status_code} {answer.text}", wire.story)


def _changed(fields: list[tuple[str, str]], name: str, value: str | None) -> list[tuple[str, str]]:
    """The fields with another value of one, or without it."""
    return [
        (each, old if each != name else value or "")
        for each, old in fields
        if each != name or value is not None
    ]


@pytest.mark.live
def test_other_forms_store_nothing(wire: Wire) -> None:
    token = newcomer(wire).token
    blob = publish(wire, token, b"the first bytes", public=True)
    params = blob["blob_object_access"]["params"]
    another = upload_fields(create(wire, token)["blob_object_access"]["params"])
    fields = upload_fields(params)
    values, others = dict(fields), dict(another)
    denied, mismatch, incomplete = (
        {(403, "AccessDenied")},
        {(403, "SignatureDoesNotMatch")},
        {(400, "InvalidArgument")},
    )
    forged: list[tuple[str, list[tuple[str, str]], set[tuple[int, str]]]] = [
        *((f"no {name}", _changed(fields, name, None), denied) for name in DESCRIBED),
        *((f"no {name}", _changed(fields, name, None), incomplete) for name in SIGNATURE),
        ("no policy", _changed(fields, "policy", None), denied | incomplete),
        *((f"{name}0", _changed(fields, name, f"{values[name]}0"), denied) for name in DESCRIBED),
        ("another acl", _changed(fields, "acl", "authenticated-read"), denied),
        ("another key", _changed(fields, "key", others["key"]), denied),
        ("a tampered policy", _changed(fields, "policy", f"{values['policy']}0"), mismatch),
        ("another policy", _changed(fields, "policy", others["policy"]), mismatch),
        ("another form's signature", _changed(another, "key", values["key"]), denied),
        ("a field too many", [*fields, ("Cache-Control", "no-store")], denied),
        ("another amz field", [*fields, ("x-amz-meta-a", "b")], denied),
        (
            "a field of a megabyte",
            [*fields, ("x-ignore-this", "x" * 1_000_000)],
            {(400, "MaxPostPreDataLengthExceeded")},
        ),
        (
            "another key's id",
            _changed(fields, "x-amz-credential", f"0{values['x-amz-credential']}"),
            {(403, "InvalidAccessKeyId"), *denied},
        ),
    ]
    for digit in (0, 31, 63):
        signature = values["x-amz-signature"]
        other = "0" if signature[digit] != "0" else "1"
        tampered = signature[:digit] + other + signature[digit + 1 :]
        forged.append(("a signature", _changed(fields, "x-amz-signature", tampered), mismatch))
    for what, each, wanted in forged:
        body, content_type = upload_form(each, b"other bytes")
        answer = wire.post_form(upload_address(params), body, content_type)
        _refused(wire, answer, what, wanted)
    for name in ("x-amz-credential", "x-amz-date", "x-amz-algorithm"):
        body, content_type = upload_form(_changed(fields, name, f"{values[name]}0"), b"other bytes")
        answer = wire.post_form(upload_address(params), body, content_type)
        STORE_REFUSES.require(
            400 <= answer.status_code < 500, f"{answer.status_code} for a forged {name}", wire.story
        )
    body, content_type = upload_form(fields, b"")
    without = body[: body.index(b'name="file"')] + body[body.index(b'name="file"') :].replace(
        b'name="file"', b'name="flie"'
    )
    answer = wire.post_form(upload_address(params), without, content_type)
    STORE_REFUSES.require(
        400 <= answer.status_code < 500, f"{answer.status_code} without a file", wire.story
    )
    holds(wire, blob, token, b"the first bytes")


def _refused(wire: Wire, answer: httpx2.Response, what: str, wanted: set[tuple[int, str]]) -> None:
    found = re.search("<Error><Code>([A-Za-z]+)</Code><Message>[^<]+</Message>", answer.text)
    code = found[1] if found else ""
    STORE_REFUSES.require(
        (answer.status_code, code) in wanted,
        f"{answer.status_code} {code} for {what}, not one of {sorted(wanted)}",
        wire.story,
    )


@pytest.mark.live
def test_a_refused_first_form_stores_nothing(wire: Wire) -> None:
    token = newcomer(wire).token
    blob = create(wire, token, public=True)
    params = blob["blob_object_access"]["params"]
    forged = _changed(upload_fields(params), "acl", "authenticated-read")
    body, content_type = upload_form(forged, b"forged")
    refused = wire.post_form(upload_address(params), body, content_type)
    complete(wire, blob, 6, token)
    stored = [wire.fetch(answer.headers["location"]) for answer in downloads(wire, blob, token)]
    STORE_REFUSES.require(
        refused.status_code == 403 and all(each.status_code == 404 for each in stored),
        "it was stored",
        wire.story,
    )


def test_an_access_ends_after_an_hour_and_may_be_renewed(
    wire: Wire, stopped_clock: Clock | None
) -> None:
    if stopped_clock is None:
        return
    token = newcomer(wire).token
    blob = create(wire, token, content_type="text/plain", public=True)
    stopped_clock.advance(3599)
    upload(wire, blob, b"in time")
    complete(wire, blob, 7, token)
    stopped_clock.advance(1)
    late = post(wire, blob["blob_object_access"]["params"], b"too late")
    _refused(wire, late, "an expired policy", {(403, "AccessDenied")})
    holds(wire, blob, token, b"in time")
    answer = wire.call("PUT", f"/blobs/{blob['id']}", body={"blob": {"new": "1"}}, token=token)
    renewed = answer.json["blob"]
    _names_its_file(wire, renewed, answer.date + HOUR)
    fields = dict(upload_fields(renewed["blob_object_access"]["params"]))
    UPLOAD_ACCESS.require(
        (fields["key"], fields["Content-Type"], fields["acl"])
        == (blob["uid"], "text/plain", "public-read")
        and parsedate_to_datetime(fields["Expires"]) == answer.date + HOUR,
        f"fields {fields}",
        wire.story,
    )
    _allows_exactly(wire, fields, answer.date + HOUR)
    stopped_clock.advance(3599)
    upload(wire, renewed, b"again")
    holds(wire, blob, token, b"again")


def test_an_app_may_have_a_smaller_largest_file(wire: Wire, apps: Apps | None) -> None:
    if apps is None:
        return
    with apps.added(largest_file=10) as app, Wire(app) as small:
        token = newcomer(small).token
        blob = create(small, token)
        params = blob["blob_object_access"]["params"]
        upload(small, blob, b"0123456789")
        complete(small, blob, 10, token)
        _refused(small, post(small, params, b"0123456789a"), "a byte too many", TOO_LARGE)
        for method in ("PUT", "POST"):
            for told in (11, "11"):
                path = f"/blobs/{blob['id']}/complete"
                answer = small.call(method, path, body={"size": told}, token=token)
                LIMITS.require(
                    answer.status == 422 and is_object(answer.errors) and "size" in answer.errors,
                    f"{answer.status} {answer.errors} for a size of {told!r}",
                    small.story,
                )
        holds(small, blob, token, b"0123456789")
    token = newcomer(wire).token
    publish(wire, token, b"0123456789a")
