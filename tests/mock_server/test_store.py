"""The object store: honest forms are taken, tampered ones refused as S3 does."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import socket
import time
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest

from mock_server import Settings, clock, sigv4
from mock_server.objects import ObjectFolder
from mock_server.sigv4 import StoreKeys
from tests.mock_server.caller import Caller, upload_access

# AWS's own client is the judge of what S3 is; it comes without types.
BOTO: Any = import_module("boto3")
BOTO_AUTH: Any = import_module("botocore.auth")
BOTO_CONFIG: Any = import_module("botocore.config")
BOTO_CREDENTIALS: Any = import_module("botocore.credentials")
BOTO_REQUEST: Any = import_module("botocore.awsrequest")

CONTENT = b"some bytes"
KEYS = StoreKeys("dev-store-secret")
Form = dict[str, str]


@pytest.fixture
def amigo(caller: Caller) -> Caller:
    return caller.signed_in("amigo")


def post(amigo: Caller, form: Form, **more: Any) -> httpx2.Response:
    url, _ = upload_access(amigo.create_blob())
    return amigo.http.post(url, data=form, files={"file": ("f", CONTENT)}, **more)


def code(answer: httpx2.Response) -> tuple[int, str]:
    match = re.search("<Code>(.*)</Code>", answer.text)
    assert match, answer.text
    return answer.status_code, match[1]


def stored(amigo: Caller) -> int:
    """How many objects there are, by the names of their files."""
    objects = amigo.server.settings.objects
    assert objects is not None
    return len([each for each in objects.iterdir() if re.fullmatch("[0-9a-f]{64}", each.name)])


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(port=0, objects=tmp_path / "objects")


def resigned(form: Form, change: Callable[[dict[str, Any]], None]) -> Form:
    """The form with another policy, signed by somebody who knows the secret."""
    policy = json.loads(base64.b64decode(form["policy"]))
    change(policy)
    text = base64.b64encode(json.dumps(policy).encode()).decode()
    signature = KEYS.sign(form["x-amz-date"][:8], text)
    return form | {"policy": text, "x-amz-signature": signature}


def with_conditions(*conditions: object) -> Callable[[Form], Form]:
    return lambda form: resigned(form, lambda policy: policy["conditions"].extend(conditions))


def without(name: str) -> Callable[[Form], Form]:
    return lambda form: {key: value for key, value in form.items() if key != name}


def changed(name: str, value: str) -> Callable[[Form], Form]:
    return lambda form: form | {name: value}


def raw_policy(text: str) -> Callable[[Form], Form]:
    def change(form: Form) -> Form:
        signature = KEYS.sign(form["x-amz-date"][:8], text)
        return form | {"policy": text, "x-amz-signature": signature}

    return change


def encoded(document: object) -> str:
    return base64.b64encode(json.dumps(document).encode()).decode()


DENIED = (403, "AccessDenied")
UNSIGNED = (403, "SignatureDoesNotMatch")
INVALID = (400, "InvalidArgument")
NO_POLICY = (400, "InvalidPolicyDocument")

TAMPERED: list[tuple[str, Callable[[Form], Form], tuple[int, str]]] = [
    ("another key", changed("key", "A" * 36), DENIED),
    ("another type", changed("Content-Type", "text/html"), DENIED),
    ("public instead of private", changed("acl", "public-read"), DENIED),
    ("another expiry field", changed("Expires", "Fri, 01 Jan 2100 00:00:00 GMT"), DENIED),
    ("another status", changed("success_action_status", "200"), DENIED),
    ("no type", without("Content-Type"), DENIED),
    ("no acl", without("acl"), DENIED),
    ("no key", without("key"), DENIED),
    ("no status", without("success_action_status"), DENIED),
    ("one field more", changed("x-amz-meta-a", "b"), DENIED),
    ("a redirect", changed("success_action_redirect", "http://127.0.0.1/"), DENIED),
    ("no policy", without("policy"), DENIED),
    ("no algorithm", without("x-amz-algorithm"), INVALID),
    ("no credential", without("x-amz-credential"), INVALID),
    ("no date", without("x-amz-date"), INVALID),
    ("no signature", without("x-amz-signature"), INVALID),
    ("another algorithm", changed("x-amz-algorithm", "AWS4-HMAC-MD5"), INVALID),
    ("another signature", changed("x-amz-signature", "0" * 64), UNSIGNED),
    ("a signature of no ASCII", changed("x-amz-signature", "ü"), UNSIGNED),
    (
        "another policy",
        changed("policy", encoded({"expiration": "2100-01-01T00:00:00Z"})),
        UNSIGNED,
    ),
    ("a policy of no base64", changed("policy", "{}"), UNSIGNED),
    ("another day", changed("x-amz-date", "20231115T221320Z"), INVALID),
    ("no date at all", changed("x-amz-date", "20231114"), INVALID),
    (
        "another access key",
        changed("x-amz-credential", "OTHER/20231114/us-east-1/s3/aws4_request"),
        (403, "InvalidAccessKeyId"),
    ),
    (
        "another region",
        changed("x-amz-credential", f"{KEYS.access_key}/20231114/eu-west-1/s3/aws4_request"),
        INVALID,
    ),
    ("signed: wrong eq", with_conditions(["eq", "$acl", "public-read"]), DENIED),
    ("signed: wrong start", with_conditions(["starts-with", "$key", "nobody"]), DENIED),
    ("signed: missing field", with_conditions({"x-amz-meta-a": "b"}), DENIED),
    (
        "signed: too small",
        with_conditions(["content-length-range", 11, 20]),
        (400, "EntityTooSmall"),
    ),
    ("signed: too large", with_conditions(["content-length-range", 0, 9]), (400, "EntityTooLarge")),
    ("signed: no condition", with_conditions(["like", "$key", "x"]), NO_POLICY),
    ("signed: no text", with_conditions({"key": 1}), NO_POLICY),
    ("signed: no field", with_conditions(["eq", "key", "x"]), NO_POLICY),
    ("signed: no JSON", raw_policy(base64.b64encode(b"{").decode()), NO_POLICY),
    ("signed: no base64", raw_policy("%"), NO_POLICY),
    ("signed: no object", raw_policy(encoded([])), NO_POLICY),
    ("signed: no expiration", raw_policy(encoded({"conditions": []})), NO_POLICY),
    (
        "signed: no conditions",
        raw_policy(encoded({"expiration": "2100-01-01T00:00:00Z"})),
        NO_POLICY,
    ),
    (
        "signed: no such time",
        raw_policy(encoded({"expiration": "soon", "conditions": []})),
        NO_POLICY,
    ),
    (
        "signed: nothing covered",
        raw_policy(encoded({"expiration": "2100-01-01T00:00:00Z", "conditions": []})),
        DENIED,
    ),
    (
        "signed: expired",
        lambda form: resigned(
            form, lambda policy: policy.update(expiration="2023-11-14T22:13:20Z")
        ),
        DENIED,
    ),
]


@pytest.mark.parametrize(
    ("tamper", "refusal"),
    [each[1:] for each in TAMPERED],
    ids=[each[0] for each in TAMPERED],
)
def test_tampered_forms(
    amigo: Caller, tamper: Callable[[Form], Form], refusal: tuple[int, str]
) -> None:
    _, form = upload_access(amigo.create_blob())
    assert code(post(amigo, tamper(form))) == refusal
    assert stored(amigo) == 0
    assert post(amigo, form).status_code == 201
    assert stored(amigo) == 1


def in_upper_case(form: Form) -> Form:
    return {name.upper(): value for name, value in form.items()}


def in_another_order(form: Form) -> Form:
    return resigned(form, lambda policy: policy["conditions"].reverse())


@pytest.mark.parametrize(
    "vary",
    [
        in_upper_case,
        in_another_order,
        changed("x-ignore-me", "x"),
        with_conditions(["starts-with", "$Content-Type", "image/"]),
        with_conditions(["starts-with", "$x-amz-meta-a", ""]),
        with_conditions(["content-length-range", 10, 10]),
    ],
    ids=["upper case", "order of conditions", "x-ignore", "prefix", "any value", "range"],
)
def test_honest_variations(amigo: Caller, vary: Callable[[Form], Form]) -> None:
    _, form = upload_access(amigo.create_blob())
    assert post(amigo, vary(form)).status_code == 201


@pytest.mark.parametrize(("status", "answered"), [("200", 200), ("204", 204), ("999", 204)])
def test_other_success_statuses(amigo: Caller, status: str, answered: int) -> None:
    _, form = upload_access(amigo.create_blob())

    def change(policy: dict[str, Any]) -> None:
        for condition in policy["conditions"]:
            if "success_action_status" in condition:
                condition["success_action_status"] = status

    answer = post(amigo, resigned(form | {"success_action_status": status}, change))
    assert answer.status_code == answered
    assert answer.headers["etag"] == f'"{hashlib.md5(CONTENT).hexdigest()}"'


def test_a_policy_lives_an_hour(amigo: Caller) -> None:
    _, form = upload_access(amigo.create_blob())
    amigo.clock.advance(seconds=3599)
    assert post(amigo, form).status_code == 201
    amigo.clock.advance(seconds=2)
    answer = post(amigo, form)
    assert code(answer) == DENIED
    assert "Invalid according to Policy: Policy expired." in answer.text


def test_a_file_without_a_name_and_a_token_along(amigo: Caller) -> None:
    url, form = upload_access(amigo.create_blob())
    answer = amigo.call("POST", urlsplit(url).path, data=form, files={"file": (None, CONTENT)})
    assert answer.status_code == 201
    assert "cb-token-expirationdate" not in answer.headers


def test_a_form_made_by_boto(amigo: Caller) -> None:
    client = BOTO.client(
        "s3",
        aws_access_key_id=KEYS.access_key,
        aws_secret_access_key=KEYS.secret,
        region_name=KEYS.region,
        config=BOTO_CONFIG.Config(signature_version="s3v4"),
    )
    amigo.clock.set(time.time_ns() // 1_000_000)  # where boto reads it, too
    made = client.generate_presigned_post(
        KEYS.bucket,
        "a folder/boto.txt",
        Fields={"Content-Type": "text/plain"},
        Conditions=[{"Content-Type": "text/plain"}, ["content-length-range", 1, 100]],
    )
    url = f"{amigo.server.store_url}/__store__/{KEYS.bucket}"
    answer = amigo.http.post(url, data=made["fields"], files={"file": CONTENT})
    assert answer.status_code == 204
    assert answer.headers["location"] == f"{url}/a%20folder%2Fboto.txt"


def test_our_links_are_botos(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_700_000_000_000
    monkeypatch.setattr(BOTO_AUTH, "get_current_datetime", lambda: clock.calendar(now))
    bucket = "http://127.0.0.1:1/__store__/cb-shared-s3"
    request = BOTO_REQUEST.AWSRequest("GET", f"{bucket}/a%20b/C", headers={"host": "127.0.0.1:1"})
    credentials = BOTO_CREDENTIALS.Credentials(KEYS.access_key, KEYS.secret)
    BOTO_AUTH.S3SigV4QueryAuth(credentials, "s3", KEYS.region, expires=3600).add_auth(request)
    ours = sigv4.download_link(KEYS, bucket, key="a b/C", now=now, seconds=3600)
    theirs = urlsplit(str(request.url))
    assert set(urlsplit(ours).query.split("&")) == set(theirs.query.split("&"))


def pieces(boundary: str, *parts: tuple[str, bytes]) -> bytes:
    body = b"".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode()
        + content
        + b"\r\n"
        for name, content in parts
    )
    return body + f"--{boundary}--\r\n".encode()


def raw(amigo: Caller, body: bytes | Iterable[bytes], kind: str | None = None) -> httpx2.Response:
    kind = "multipart/form-data; boundary=b" if kind is None else kind
    url = f"{amigo.server.store_url}/__store__/{KEYS.bucket}"
    return amigo.http.post(url, content=body, headers={"Content-Type": kind})


def test_fields_after_the_file_are_ignored(amigo: Caller) -> None:
    _, form = upload_access(amigo.create_blob())
    fields = [(name, value.encode()) for name, value in form.items()]
    assert raw(amigo, pieces("b", *fields, ("file", CONTENT), ("x", b"y"))).status_code == 201
    late = raw(amigo, pieces("b", *fields[:-1], ("file", CONTENT), fields[-1]))
    assert code(late) == INVALID


def test_forms_that_are_none(amigo: Caller) -> None:
    _, form = upload_access(amigo.create_blob())
    fields = [(name, value.encode()) for name, value in form.items()]
    malformed = (400, "MalformedPOSTRequest")
    whole = pieces("b", *fields, ("file", CONTENT))
    for body, refusal in [
        (b"", malformed),
        (b"nonsense", malformed),
        (whole[:-30], malformed),
        (whole.replace(b"form-data", b"attachment"), malformed),
        (pieces("b", *fields), INVALID),
        (pieces("b", *fields, fields[3], ("file", CONTENT)), INVALID),
        (pieces("b", ("x", b"y" * 70_000), *fields), (400, "MaxPostPreDataLengthExceeded")),
    ]:
        assert code(raw(amigo, body)) == refusal
    precondition = (412, "PreconditionFailed")
    for kind in ("application/json", "multipart/form-data", "multipart/mixed; boundary=b", ""):
        assert code(raw(amigo, whole, kind)) == precondition
    assert code(raw(amigo, whole, f"multipart/form-data; boundary={'x' * 1000}")) == malformed
    assert code(raw(amigo, iter([whole]))) == (411, "MissingContentLength")
    assert stored(amigo) == 0
    assert amigo.server.settings.objects is not None
    assert not list(amigo.server.settings.objects.glob("upload-*"))


def test_what_is_too_large_is_refused_before_it_is_sent(amigo: Caller) -> None:
    url = urlsplit(amigo.server.store_url)
    assert url.hostname
    assert url.port
    with socket.create_connection((url.hostname, url.port)) as connection:
        connection.sendall(
            f"POST /__store__/{KEYS.bucket} HTTP/1.1\r\nHost: x\r\nContent-Length: 200000000\r\n"
            "Content-Type: multipart/form-data; boundary=b\r\n\r\n".encode()
        )
        answer = connection.makefile("rb").read(3000)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"<Code>EntityTooLarge</Code>" in answer


def test_a_bug_is_a_loud_500(
    amigo: Caller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_objects: object, _key: str) -> None:
        raise ZeroDivisionError

    blob = amigo.stored_blob(CONTENT)
    monkeypatch.setattr(ObjectFolder, "find", broken)
    answer = amigo.http.get(amigo.get(f"/blobs/{blob['uid']}").headers["location"])
    assert code(answer) == (500, "InternalError")
    assert "ZeroDivisionError" in caplog.text
    caplog.clear()


def test_a_broken_off_upload_leaves_nothing(amigo: Caller) -> None:
    url = urlsplit(amigo.server.store_url)
    with socket.create_connection((url.hostname or "", url.port or 0)) as connection:
        connection.sendall(
            f"POST /__store__/{KEYS.bucket} HTTP/1.1\r\nHost: x\r\nContent-Length: 2000\r\n"
            "Content-Type: multipart/form-data; boundary=b\r\n\r\n--b\r\n".encode()
        )
    blob = amigo.stored_blob(CONTENT)  # the server is alive, and later in its loop
    assert stored(amigo) == 1
    assert amigo.get(f"/blobs/{blob['id']}").status_code == 200


def test_other_calls_of_the_store(amigo: Caller) -> None:
    store = f"{amigo.server.store_url}/__store__"
    assert code(amigo.http.get(f"{store}/other/key")) == (404, "NoSuchBucket")
    assert code(amigo.http.delete(f"{store}/{KEYS.bucket}/key")) == (405, "MethodNotAllowed")
    assert code(amigo.http.get(f"{store}/{KEYS.bucket}")) == (405, "MethodNotAllowed")
