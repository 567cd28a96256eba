"""Answers that the contract allows, and as older servers gave them, and a server that gives any."""

from __future__ import annotations

import functools
import json
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator, Registry

from contract_tests.contract import Operation, document
from contract_tests.decoded import is_array, is_object

Json = dict[str, Any]
Draw = Callable[[st.SearchStrategy[Any]], Any]

_DOCUMENT = "urn:answers"
_TEXTS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), max_size=12)
_MOST_ITEMS = 3
_LARGEST = 2**53
_UNHEARD_OF: st.SearchStrategy[Any] = st.sampled_from([None, 7, "a text", [1], {"a": None}])


@dataclass
class Stub:
    """A server that answers everything the same.

    Attributes:
        base_url: Where it listens.
        status: The status of its answer.
        body: What its answer holds; None for an empty one.
        headers: Further headers of its answer.
    """

    base_url: str
    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict[str, str])

    def answers(self, status: int, body: Any = None, **headers: str) -> None:
        """Answer something else from now on."""
        self.status, self.body, self.headers = status, body, headers


@contextmanager
def stub() -> Generator[Stub]:
    """Run a stub for the time of a `with` block."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body at once: otherwise each answer waits for an acknowledgement

        def _answer(self) -> None:
            self.rfile.read(int(self.headers.get("content-length") or 0))
            content = b"" if answering.body is None else json.dumps(answering.body).encode()
            self.send_response(answering.status)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            for name, value in answering.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        # The base class looks for these names.
        do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
            """Say nothing."""

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.daemon_threads = True
    answering = Stub(f"http://127.0.0.1:{listening.server_port}")
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield answering
    finally:
        listening.shutdown()
        thread.join()
        listening.server_close()


def described(operation: Operation) -> Json:
    """What the contract says of an operation."""
    found: Json = document()["paths"][operation.path][operation.method.lower()]
    return found


def statuses(operation: Operation, *, refusals: bool, empty: bool = False) -> list[int]:
    """The statuses of an operation's answers, of successes or refusals, with a body or without."""
    return [
        int(status)
        for status in sorted(operation.statuses)
        if (int(status) >= 400) == refusals
        and ("content" not in _answer(operation, status)) == empty
    ]


def answers(operation: Operation, status: int) -> st.SearchStrategy[Any]:
    """Generate bodies that the contract allows for an answer.

    Args:
        operation: The operation.
        status: The answer's status.

    Returns:
        The bodies, each of them valid by a validator of its own.
    """
    [content] = _answer(operation, str(status))["content"].values()
    return _bodies(json.dumps(content["schema"]))


@st.composite
def older(draw: Draw, bodies: st.SearchStrategy[Any]) -> tuple[Any, Any]:
    """Generate bodies as older servers, or later ones, send them.

    Args:
        draw: Draws from a strategy.
        bodies: What today's server sends.

    Returns:
        A body as it is sent, and in today's words.
    """
    return _older(draw, draw(bodies))


def _older(draw: Draw, body: Any) -> tuple[Any, Any]:
    if is_array(body):
        items = [_older(draw, item) for item in body]
        return [sent for sent, _ in items], [meant for _, meant in items]
    if not is_object(body):
        return body, body
    meant: Json = {**body, **_former_values(draw, body)}
    sent: Json = dict(meant)
    for name, value in meant.items():
        sent[name], meant[name] = _older(draw, value)
    if "download_url" in sent:
        sent["dowload_url"] = sent.pop("download_url")
    if "skip" in sent and draw(st.booleans()):
        sent["items"] = [{"user": user} for user in sent["items"]]
    return sent, meant


def _former_values(draw: Draw, body: Json) -> Json:
    """What an older server said in an object in place of what today's says, or besides."""
    if "user_tags" in body:
        return {
            "user_tags": draw(st.lists(st.sampled_from(["guest", "vip", "漢"]), max_size=3)),
            "avatar": draw(st.sampled_from(["", body["avatar"]])),
            "custom_data": draw(st.sampled_from(["", body["custom_data"]])),
            "unheard_of": draw(_UNHEARD_OF),
        }
    if "token" in body:
        return {
            "token": draw(st.from_regex(r"[0-9a-f]{40}", fullmatch=True)),
            "user_id": body["user_id"] or 0,
            "unheard_of": draw(_UNHEARD_OF),
        }
    if "uid" in body:
        return {
            "uid": draw(st.from_regex(r"[0-9a-f]{32}00", fullmatch=True)),
            "blob_status": draw(st.sampled_from([None, "complete"])),
            "set_completed_at": draw(st.sampled_from([None, "2015-03-24T16:49:20Z"])),
            "account_id": 5,
            "app_id": 7,
        }
    return {}


def _answer(operation: Operation, status: str) -> Json:
    return _resolved(described(operation)["responses"][status])


@functools.cache
def _bodies(schema: str) -> st.SearchStrategy[Any]:
    absolute = json.loads(schema.replace('"$ref": "#', f'"$ref": "{_DOCUMENT}#'))
    registry = Registry([(_DOCUMENT, document())])
    validator = Draft202012Validator(absolute, registry=registry, validate_formats=True)
    return _values(json.loads(schema)).filter(validator.is_valid)


def _values(schema: Json) -> st.SearchStrategy[Any]:
    schema = _resolved(schema)
    kind: Any = schema.get("type")
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    for several in ("anyOf", "oneOf"):
        if several in schema and kind != "object":
            return st.one_of(*map(_values, schema[several]))
    if isinstance(kind, list):
        kinds = cast("list[str]", kind)
        return st.one_of(*(_values({**schema, "type": each}) for each in kinds))
    match kind:
        case "object":
            return _objects(schema)
        case "array":
            least: int = schema.get("minItems", 0)
            return st.lists(
                _values(schema["items"]), min_size=least, max_size=max(least, _MOST_ITEMS)
            )
        case "integer":
            return st.integers(schema.get("minimum", -_LARGEST), schema.get("maximum", _LARGEST))
        case "string":
            return _texts(schema)
        case "boolean":
            return st.booleans()
        case _:
            return st.none()


def _objects(schema: Json) -> st.SearchStrategy[Any]:
    parts: Json = schema.get("properties", {})
    if not parts:
        values = _values(schema["additionalProperties"])
        least: int = schema.get("minProperties", 0)
        return st.dictionaries(_TEXTS, values, min_size=least, max_size=_MOST_ITEMS)
    required = schema.get("required", ())
    described_parts = {name: _values(part) for name, part in parts.items()}
    return st.fixed_dictionaries(
        {name: values for name, values in described_parts.items() if name in required},
        optional={name: values for name, values in described_parts.items() if name not in required},
    )


def _texts(schema: Json) -> st.SearchStrategy[str]:
    if schema.get("format") == "date-time":
        timespec = "milliseconds" if r"\.[0-9]{3}" in schema["pattern"] else "seconds"
        return st.datetimes().map(lambda moment: f"{moment.isoformat(timespec=timespec)}Z")
    if "pattern" in schema:
        return st.from_regex(str(schema["pattern"]), fullmatch=True)
    match schema.get("format"):
        case "email":
            return st.emails()
        case "uri":
            return st.just("https://example.com/a%20b?c=d")
        case _:
            return _TEXTS


def _resolved(node: Json) -> Json:
    while "$ref" in node:
        node = component(node["$ref"])
    return node


def component(reference: str) -> Json:
    """What a reference within the contract stands for."""
    target: Any = document()
    for step in reference.removeprefix("#/").split("/"):
        target = target[step]
    found: Json = target
    return found
