"""Answers of the real service: today's fit the contract, and the client reads every one.

Read through the generated functions themselves, over a real socket, from a server that answers
what was recorded.
"""

from __future__ import annotations

import asyncio
import http.server
import json
import threading
from collections.abc import Callable, Generator
from contextlib import AbstractAsyncContextManager, AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from types import ModuleType
from typing import Any, cast

import httpx2
import pytest

from generated_client import (
    AsyncClient,
    AsyncStreamedResponse,
    Client,
    RawResponse,
    Request,
    StreamedResponse,
    UnexpectedResponse,
)
from generated_client.api.blobs import create_blob
from generated_client.api.session import create_session, login
from generated_client.api.users import (
    get_user,
    list_users,
    request_password_reset_by_query,
    sign_up,
    update_user,
)
from generated_client.models import (
    CreateBlobRequest,
    CreateSessionRequest,
    ErrorBody,
    LoginRequest,
    SignUpRequest,
    UpdateUserRequest,
)
from tests.openapi import contract

FOLDER = contract.ROOT / "openapi" / "evidence"
ERROR_BODY = {"$ref": "#/components/schemas/ErrorBody"}


@dataclass(frozen=True)
class Evidence:
    """One recorded answer."""

    name: str
    record: contract.Node

    @property
    def is_new(self) -> bool:
        """Whether a server of today's generation answered it."""
        return bool(self.record["generation"] == "new")

    @property
    def operation(self) -> contract.Operation | None:
        """The contract's operation, if it has one."""
        name = self.record["operation"]
        return contract.operation(name) if name else None

    @property
    def body(self) -> Any:
        """The body as it was on the wire."""
        body, key = self.record["body"], self.record.get("unwrapped_from")
        return {key: body} if key else body

    @property
    def is_refusal(self) -> bool:
        """Whether the body tells of errors."""
        return "errors" in self.body

    def statuses(self) -> list[int]:
        """Tell its status; where the thread does not show one, every documented one that may be."""
        if self.record["status"] is not None:
            return [self.record["status"]]
        assert self.operation is not None, "an answer outside the contract needs its status"
        kinds = "45" if self.is_refusal else "2"
        return [int(status) for status in self.operation.answers if status[0] in kinds]


ALL = [
    Evidence(path.stem, json.loads(path.read_text(encoding="utf-8")))
    for path in sorted(FOLDER.glob("*.json"))
]
every_answer = pytest.mark.parametrize("evidence", ALL, ids=[each.name for each in ALL])
every_new_answer = pytest.mark.parametrize(
    "evidence",
    [each for each in ALL if each.is_new],
    ids=[each.name for each in ALL if each.is_new],
)


def test_there_are_all_of_them() -> None:
    assert len(ALL) == 24
    assert sum(each.is_new for each in ALL) == 15


@every_answer
def test_names_its_source(evidence: Evidence) -> None:
    record = evidence.record
    assert {"endpoint", "operation", "status", "headers", "body"} <= record.keys()
    assert record["source"].startswith("https://")
    assert datetime.fromisoformat(record["date"]).year >= 2019
    assert record["generation"] in {"new", "old"}
    assert record["kind"] in {"recorded", "documented"}


# ── the contract ─────────────────────────────────────────────────────────────────────────────────


@every_new_answer
def test_fits_the_contract(evidence: Evidence) -> None:
    if evidence.operation is None:
        assert contract.problems(ERROR_BODY, evidence.body) == []
        return
    answers = evidence.operation.answers
    found = {
        status: contract.problems(answers[str(status)].schema or {"not": {}}, evidence.body)
        for status in evidence.statuses()
    }
    assert [] in found.values(), found


@every_new_answer
def test_headers_fit_the_contract(evidence: Evidence) -> None:
    headers = evidence.record["headers"]
    if not headers:
        return
    assert headers["content-type"] == "application/json; charset=utf-8"
    expiration = headers.get("cb-token-expirationdate")
    # Refusals never carry it, successes of a token always do.
    assert (expiration is None) == evidence.is_refusal
    if expiration is not None:
        sent = parsedate_to_datetime(headers["date"])
        expires = datetime.strptime(expiration, "%Y-%m-%d %H:%M:%S %Z")  # noqa: DTZ007 - UTC, below
        assert expiration.endswith(" UTC")
        assert expires.replace(tzinfo=sent.tzinfo) - sent == timedelta(hours=2)
        header = contract.document()["components"]["headers"]["TokenExpirationDate"]
        assert contract.problems(header["schema"], expiration) == []


@every_new_answer
def test_has_the_length_it_says(evidence: Evidence) -> None:
    """No key is lacking: made-up values have the lengths of the original ones."""
    length = evidence.record["headers"].get("content-length")
    if length is not None:
        assert len(_compact(evidence.body)) == int(length)


# ── the client ───────────────────────────────────────────────────────────────────────────────────


def _compact(body: object) -> bytes:
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()


@contextmanager
def replaying(status: int, headers: dict[str, str], body: bytes) -> Generator[str]:
    """Answer every request with the one recorded answer; yields the base URL."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle(self) -> None:
            self.close_connection = True
            self.handle_one_request()

        def _answer(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            self.send_response_only(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815 - named by http.server

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Stay silent."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@dataclass(frozen=True)
class Blocking:
    """The least that a transport has to do, over httpx2."""

    base_url: str

    def send(self, request: Request) -> RawResponse:
        """Send the request, read the answer."""
        with httpx2.Client(trust_env=False) as client:
            return _received(request, client.send(_sent(self.base_url, request)))

    def stream(self, request: Request) -> AbstractContextManager[StreamedResponse]:
        """Refuse: no operation of the contract streams."""
        raise AssertionError(f"{request} is not to be streamed")


@dataclass(frozen=True)
class Asynchronous:
    """The same for asyncio."""

    base_url: str

    async def send(self, request: Request) -> RawResponse:
        """Send the request, read the answer."""
        async with httpx2.AsyncClient(trust_env=False) as client:
            return _received(request, await client.send(_sent(self.base_url, request)))

    def stream(self, request: Request) -> AbstractAsyncContextManager[AsyncStreamedResponse]:
        """Refuse: no operation of the contract streams."""
        raise AssertionError(f"{request} is not to be streamed")


def _sent(base_url: str, request: Request) -> httpx2.Request:
    assert request.content is None or isinstance(request.content, bytes)
    return httpx2.Request(
        request.method,
        base_url + request.url,
        params=request.query,
        headers=request.headers,
        content=request.content,
    )


def _received(request: Request, response: httpx2.Response) -> RawResponse:
    return RawResponse.for_request(
        request,
        status=response.status_code,
        headers=response.headers.multi_items(),
        content=response.content,
    )


def _value(name: str) -> contract.Node:
    """A request of the contract's own examples."""
    value: contract.Node = contract.document()["components"]["examples"][name]["value"]
    return value


# The generated function's module and its arguments.
CALLS: dict[str, Callable[[], tuple[ModuleType, dict[str, Any]]]] = {
    "createSession": lambda: (
        create_session,
        {"body": CreateSessionRequest.from_dict(_value("CreateUserSession"))},
    ),
    "login": lambda: (login, {"body": LoginRequest.from_dict(_value("LoginByLogin"))}),
    "signUp": lambda: (sign_up, {"body": SignUpRequest.from_dict(_value("SignUp"))}),
    "updateUser": lambda: (
        update_user,
        {"user_id": 1, "body": UpdateUserRequest.from_dict(_value("UpdateProfile"))},
    ),
    "getUser": lambda: (get_user, {"user_id": 1}),
    "listUsers": lambda: (list_users, {}),
    "requestPasswordResetByQuery": lambda: (
        request_password_reset_by_query,
        {"email": "awesomeman@example.com"},
    ),
    "createBlob": lambda: (
        create_blob,
        {"body": CreateBlobRequest.from_dict(_value("CreateBlob"))},
    ),
}
# Answers outside the contract are read through an operation that documents their status.
STAND_IN = {403: "updateUser", 404: "getUser", 422: "signUp"}


def _read(evidence: Evidence, status: int) -> list[Any]:
    """What the generated functions, blocking and not, make of the answer; errors as values."""
    name = evidence.record["operation"] or STAND_IN[status]
    module, arguments = CALLS[name]()
    # What the connection says about itself is not the answer's.
    skipped = {"connection", "content-length", "transfer-encoding", "status"}
    headers = {
        key: value for key, value in evidence.record["headers"].items() if key not in skipped
    }
    headers.setdefault("content-type", "application/json; charset=utf-8")
    results: list[Any] = []
    with replaying(status, headers, _compact(evidence.body)) as base_url:
        attempts: list[Callable[[], Any]] = [
            lambda: module.sync_detailed(client=Client(transport=Blocking(base_url)), **arguments),
            lambda: asyncio.run(
                module.asyncio_detailed(
                    client=AsyncClient(transport=Asynchronous(base_url)), **arguments
                )
            ),
        ]
        for attempt in attempts:
            try:
                results.append(attempt())
            except UnexpectedResponse as error:
                results.append(error)
    return results


@every_answer
def test_is_read_by_the_client(evidence: Evidence) -> None:
    """Old shapes too; nothing of the answer is lost, and no error is ever taken for a success."""
    for status in evidence.statuses():
        for result in _read(evidence, status):
            if evidence.is_refusal and status < 400:
                assert isinstance(result, UnexpectedResponse)
                assert json.loads(result.response.content) == evidence.body
                continue
            assert not isinstance(result, UnexpectedResponse), str(result)
            assert result.status == status
            assert isinstance(result.parsed, ErrorBody) == evidence.is_refusal
            assert _instants(result.parsed.to_dict()) == _instants(evidence.body)
            for name, value in evidence.record["headers"].items():
                if name.startswith("cb-"):
                    assert result.headers[name] == value


def _instants(value: Any) -> Any:
    """Compare moments as moments: a client may write `.908Z` as `.908000+00:00`."""
    if isinstance(value, dict):
        return {key: _instants(each) for key, each in cast("contract.Node", value).items()}
    if isinstance(value, list):
        return [_instants(each) for each in cast("list[object]", value)]
    if isinstance(value, str) and value[4:5] == "-" and "T" in value:
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            return value
    return value
