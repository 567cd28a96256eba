"""Requests that are wrong in one way or another, made of the contract's examples and a seed."""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote, quote_from_bytes

import yaml
from jsonschema_rs import Draft202012Validator, Registry

Json = dict[str, Any]

_URN = "urn:contract"
_DOCUMENT: Json = yaml.safe_load(
    (Path(__file__).parents[2] / "openapi" / "connectycube.yaml").read_text("utf-8")
)

HOSTILE: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31, 2**63, -(2**63) - 1, 2**80, 10**300, 1.5, 1e308, -0.0,
    1e-320, "", " ", "x", "\x00", "a\x00b", "\x1b[31m", "a\x7fb", "\x85", "\ud800", "a\udfffb",
    "\ufeff", "\u202eabc", "\U0001f469\u200d\U0001f467", "\u0130", "ß" * 40, "\u0663", "x" * 71,
    "x" * 1001, "x" * 20001, "' OR 1=1 --", "%00", "../../etc", "${jndi:ldap://x}", "{{7*7}}",
    "<script>", "a@b", "@", "a@" + "b" * 300 + ".org", "1e5", "NaN", "9" * 30, "-1", "1,2", "true",
    "null", "2023-13-45T99:99:99Z", "0000-00-00", [], [[]], [None], [1], ["a"] * 6, ["a,b"],
    ["a"] * 1000, {}, {"a": 1}, {"": {}}, {"login": {"gt": ""}},
)  # fmt: skip
"""Values that have broken some server somewhere."""

ENDINGS = (
    b"", b"}}", b",}", b"/**/}", b',"a":1,"a":2}', b',"a":NaN}', b',"a":-Infinity}', b',"a":1e999}',
    b',"a":01}', b',"a":' + b"9" * 5000 + b"}", b',"a":"\xff"}', b',"a":"\xed\xa0\x80"}',
    b',"a":"\x00"}', b',"a":"\\x"}', b",'a':1}",
)  # fmt: skip
"""What makes the text of a JSON object none when it stands in the place of the last brace."""

TYPES = (
    b"", b"text/plain", b"application/x-www-form-urlencoded", b"multipart/form-data; boundary=+++",
    b"application/jsonx", b"application/xml", b"json", b"*/*", b"\xff\xfe", b"application/json/",
    b"a" * 5000,
)  # fmt: skip
"""Content types that are not JSON's."""

HEADERS = (
    b"CB-SDK: \xff\xfe", b"ConnectyCube-REST-API-Version: " + b"9" * 5000, b"Accept: text/html",
    b"Accept-Encoding: br;q=x", b"X-Forwarded-For: 1.2.3.4", b"X-Forwarded-Proto: x", b"Host: ",
    b"Content-Encoding: gzip", b"Cookie: a=b", b"Origin: null", b"Range: bytes=9-1",
    b"Forwarded: for=;", b"If-None-Match: *", b"X: " + b"y" * 30_000, b"Accept: a\r\nAccept: b",
    b"Expect: 100-continue", b"Authorization: Basic !!", b"Date: yesterday",
)  # fmt: skip
"""Headers that change nothing."""

NOT_HTTP = (
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"\r\n\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET  /  HTTP/1.1\r\n\r\n",
    b"\x00" * 100, b"SSH-2.0-x\r\n", b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
    b"GET / HTTP/1.1\r\n: x\r\n\r\n", b"GET / HTTP/1.1\r\nA\x00: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nA: x\x00y\r\n\r\n", b"GET http://[:::] HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n",
)  # fmt: skip
"""Bytes that are no request."""

FRAMES = (
    b"Content-Length: %d", b"Content-Length: 1\r\nContent-Length: %d", b"Content-Length: -%d",
    b"Content-Length: 0x%x", b"Content-Length: %d%%", b"Content-Length: 99999%d",
    b"Content-Length: %d99999999999999999999", b"Transfer-Encoding: chunked\r\nA: %d",
    b"Transfer-Encoding: gzip, chunked\r\nContent-Length: %d", b"Transfer-Encoding: x\r\nA: %d",
)  # fmt: skip
"""Ways to tell a body's length; all but the first lie about it."""


@dataclass(frozen=True)
class BadRequest:
    """A request, or bytes in the place of one.

    Attributes:
        wrong: What is wrong with it.
        sent: The bytes.
        is_whole: Whether it is HTTP to its end, so that an answer has to come.
    """

    wrong: str
    sent: bytes
    is_whole: bool = True

    def __repr__(self) -> str:
        """Show what fits on a screen."""
        return f"{self.wrong}: {self.sent[:1500]!r}"


@dataclass(frozen=True)
class Place:
    """What there is in the server that the requests are for.

    Attributes:
        user_token: A user's session.
        app_token: A session of the app alone.
        own: What the paths of good requests hold, by parameter.
        foreign: The same for things that are another user's.
    """

    user_token: bytes
    app_token: bytes
    own: Mapping[str, str]
    foreign: Mapping[str, str]


class Operation:
    """One operation of the contract, as a source of bad requests."""

    def __init__(self, method: str, path: str, described: Json) -> None:
        self.id: str = described["operationId"]
        self.method = method.upper()
        self.path = path
        self.is_read = self.method == "GET"
        self.needs_token = {} not in described["security"] and bool(described["security"])
        parameters = [_resolved(each) for each in described.get("parameters", ())]
        self._query = [each["name"] for each in parameters if each["in"] == "query"]
        self._in_path = [each["name"] for each in parameters if each["in"] == "path"]
        content = _resolved(described.get("requestBody", {})).get("content", {})
        content = content.get("application/json", {})
        self._examples = [_resolved(each)["value"] for each in content.get("examples", {}).values()]
        self._schema = _validator(content["schema"]) if content else None

    def __repr__(self) -> str:
        """Show its id."""
        return self.id

    def requests(self, place: Place, count: int, seed: int) -> Iterator[BadRequest]:
        """Make requests that must be refused, or, where the operation reads, survived.

        Args:
            place: What there is in the server.
            count: How many.
            seed: The same one makes the same requests.

        Yields:
            The requests.
        """
        dice = random.Random(f"{self.id} {seed}")
        ways = self._ways()
        for number in range(count):
            yield ways[number % len(ways)](place, dice)

    def _ways(self) -> Sequence[Callable[[Place, random.Random], BadRequest]]:
        ways = [self._other_method, self._other_path, self._no_request, self._cut_off]
        if self.needs_token:
            ways.append(self._bad_token)
        if self._in_path:
            ways += (
                [self._names_nothing, self._not_own] if not self.is_read else [self._names_nothing]
            )
        if self.is_read:
            ways += [self._strange_query] * (4 if self._query else 1)
        if self._schema is not None:
            ways += [self._bad_frame, self._not_json, self._not_json, self._other_type]
            ways += [self._unfit] * 5
        return ways

    # Ways to go wrong

    def _other_method(self, place: Place, dice: random.Random) -> BadRequest:
        method = dice.choice(("PATCH", "TRACE", "LINK", "PROPFIND", "M-SEARCH", "OPTIONS"))
        return self._http(
            "another method", dice, self._good_path(place), place.user_token, method=method
        )

    def _other_path(self, place: Place, dice: random.Random) -> BadRequest:
        path = self._good_path(place)
        cut = dice.randrange(1, len(path))
        junk = quote_from_bytes(dice.randbytes(dice.randrange(1, 30)), safe="/;=@")
        tail = dice.choice(
            (junk, "//", "/../..", "%2F", "%00", ".json.json", "/" * 300, "x" * 20_000, "%")
        )
        return self._http("another path", dice, path[:cut] + tail, None)

    def _no_request(self, _: Place, dice: random.Random) -> BadRequest:
        noise = dice.randbytes(dice.randrange(1, 200))
        return BadRequest("no HTTP", dice.choice((*NOT_HTTP, noise)), is_whole=False)

    def _cut_off(self, place: Place, dice: random.Random) -> BadRequest:
        good = self._http(
            "cut off", dice, self._good_path(place), place.user_token, body=self._good_body(dice)
        )
        return BadRequest("cut off", good.sent[: dice.randrange(len(good.sent))], is_whole=False)

    def _bad_token(self, place: Place, dice: random.Random) -> BadRequest:
        token = _spoiled_token(place.user_token, dice)
        return self._http(
            "a bad token", dice, self._good_path(place), token, body=self._good_body(dice)
        )

    def _names_nothing(self, place: Place, dice: random.Random) -> BadRequest:
        name = dice.choice(self._in_path)
        text = dice.choice([str(each) for each in HOSTILE if each not in ("", 1, True)])
        odd = quote(text[:3000].encode("utf-8", "surrogatepass"), safe="")
        noise = quote_from_bytes(dice.randbytes(dice.randrange(1, 20)) + b"\xff", safe="")
        path = self.path.format(
            **{**place.own, name: dice.choice((odd, noise, "9" * 19, "0x1", "-1"))}
        )
        body = self._good_body(dice)
        return self._http("a path that names nothing", dice, path, place.user_token, body=body)

    def _not_own(self, place: Place, dice: random.Random) -> BadRequest:
        """Something that is another's, or nobody's to change; with values that may well fit."""
        names, token = dice.choice(
            ((place.foreign, place.user_token), (place.own, place.app_token))
        )
        body = None if self._schema is None else _text(self._mutated(dice), dice)
        return self._http("not one's own", dice, self.path.format(**names), token, body=body)

    def _strange_query(self, place: Place, dice: random.Random) -> BadRequest:
        pairs = [self._pair(dice) for _ in range(dice.randrange(1, 5))]
        path = f"{self._good_path(place)}?{'&'.join(pairs)}"
        return self._http("a strange query", dice, path, place.user_token)

    def _pair(self, dice: random.Random) -> str:
        name = dice.choice(
            [*self._query, "token", "a", "login[]", "id[in][]", "created_at[gt]", ""]
        )
        value = quote(str(dice.choice(HOSTILE))[:3000].encode("utf-8", "surrogatepass"), safe="")
        noise = quote_from_bytes(dice.randbytes(8), safe="&=[]%+;")
        return dice.choice(
            (f"{quote(name)}={value}", f"{name}={value}", f"{name}={noise}", name, noise)
        )

    def _bad_frame(self, place: Place, dice: random.Random) -> BadRequest:
        """A body whose length is told wrongly: what does not fit any schema, to be safe."""
        body = b'{"user":1,"blob":2,"size":[],"email":3,"login":4}'
        frame = dice.choice(FRAMES) % len(body) + b"\r\n"
        head = self._head(self.method, self._good_path(place), place.user_token)
        return BadRequest(
            "a wrong length",
            head + b"Content-Type: application/json\r\n" + frame + b"\r\n" + body,
            is_whole=False,
        )

    def _not_json(self, place: Place, dice: random.Random) -> BadRequest:
        body = _spoiled_json(self._good_body(dice) or b"{}", dice)
        return self._http(
            "no JSON object", dice, self._good_path(place), place.user_token, body=body
        )

    def _other_type(self, place: Place, dice: random.Random) -> BadRequest:
        path, body = self._good_path(place), self._good_body(dice)
        return self._http(
            "another type", dice, path, place.user_token, body=body, kind=dice.choice(TYPES)
        )

    def _unfit(self, place: Place, dice: random.Random) -> BadRequest:
        """A JSON object that breaks the operation's schema."""
        for _ in range(50):
            body = self._mutated(dice)
            if not self._fits(body):
                text = _text(body, dice)
                return self._http(
                    "unfit", dice, self._good_path(place), place.user_token, body=text
                )
        raise AssertionError(f"nothing breaks the schema of {self.id}")

    # Parts of requests

    def _good_path(self, place: Place) -> str:
        return self.path.format(**place.own)

    def _good_body(self, dice: random.Random) -> bytes | None:
        return json.dumps(dice.choice(self._examples)).encode() if self._examples else None

    def _mutated(self, dice: random.Random) -> Json:
        """An example with one to three values in it replaced, removed, or put where none was."""
        body: Json = copy.deepcopy(dice.choice(self._examples))
        for _ in range(dice.randrange(1, 4)):
            inner = [cast("Json", each) for each in body.values() if isinstance(each, dict)]
            target: Json = dice.choice([body, *inner, *inner])
            name = dice.choice([*target, dice.choice(("password", "login", "email", "\x00", ""))])
            if dice.random() < 0.2:
                target.pop(name, None)
            else:
                target[name] = copy.deepcopy(dice.choice(HOSTILE))
        return body

    def _fits(self, body: Json) -> bool:
        assert self._schema is not None
        try:
            return self._schema.is_valid(body)
        except UnicodeEncodeError:  # a lone surrogate, which is no text
            return False

    def _http(
        self,
        wrong: str,
        dice: random.Random,
        path: str,
        token: bytes | None,
        *,
        method: str = "",
        body: bytes | None = None,
        kind: bytes = b"application/json",
    ) -> BadRequest:
        head = self._head(method or self.method, path, token)
        if dice.random() < 0.3:
            head += dice.choice(HEADERS) + b"\r\n"
        if body is not None:
            head += b"Content-Type: %b\r\nContent-Length: %d\r\n" % (kind, len(body))
        return BadRequest(wrong, head + b"\r\n" + (body or b""))

    @staticmethod
    def _head(method: str, path: str, token: bytes | None) -> bytes:
        line = f"{method} {path} HTTP/1.1\r\nHost: x\r\n".encode()
        return line if token is None else line + b"CB-Token: " + token + b"\r\n"


def _spoiled_token(token: bytes, dice: random.Random) -> bytes:
    return dice.choice(
        (
            token.lower(), token[:-1], token + b"0", token + b", " + token, b"Bearer " + token,
            b"\xff" + token, token[1:] + token[:1] * 2, b"%036X" % dice.getrandbits(144),
            b"0" * dice.randrange(1, 9000), b"null", b"' OR 1=1 --", b"",
        )
    )  # fmt: skip


def _spoiled_json(text: bytes, dice: random.Random) -> bytes:
    """Write a JSON object so that no reader may take it for one."""
    if dice.random() < 0.6:
        return text[:-1] + dice.choice(ENDINGS)
    levels = dice.randrange(101, 3000)
    return dice.choice(
        (
            text[: dice.randrange(len(text))], b"[" + text + b"]", text + text,
            b"\xef\xbb\xbf" + text, text.decode().encode("utf-16"), text.replace(b'"', b"'"),
            b'{"a":' * levels + b"1" + b"}" * levels, b"[" * (40 * levels),
            dice.randbytes(levels) + b"\xff", b"",
        )
    )  # fmt: skip


def _text(body: Json, dice: random.Random) -> bytes:
    try:
        return json.dumps(body, ensure_ascii=dice.random() < 0.5).encode()
    except UnicodeEncodeError:
        return json.dumps(body).encode()


def _resolved(node: Json) -> Json:
    while "$ref" in node:
        target: Any = _DOCUMENT
        for step in re.findall(r"[^/#]+", node["$ref"]):
            target = target[step]
        node = target
    return node


def _validator(schema: Json) -> Draft202012Validator:
    absolute = json.dumps(schema).replace('"$ref": "#', f'"$ref": "{_URN}#')
    registry = Registry([(_URN, _DOCUMENT)])
    return Draft202012Validator(json.loads(absolute), registry=registry, validate_formats=True)


OPERATIONS = tuple(
    Operation(method, path, described)
    for path, item in _DOCUMENT["paths"].items()
    for method, described in item.items()
)
