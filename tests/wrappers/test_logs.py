"""What is logged of calls: one line an attempt, templates of paths, no values."""

from __future__ import annotations

import logging
import re

import pytest
import yaml

from generated_client import Request
from mock_server import RunningServer
from tests.wrappers.stub import Reply, StubServer
from tests.wrappers.test_exports import ROOT
from tests.wrappers.worlds import MockWorld, png, somebody, stub_options
from wrappers import ConnectyCube, ServerError
from wrappers._logs import described, logger


def paths() -> dict[str, str]:
    contract = yaml.safe_load((ROOT / "openapi" / "connectycube.yaml").read_text(encoding="utf-8"))
    return {path: next(iter(operations)) for path, operations in contract["paths"].items()}


@pytest.mark.parametrize(("path", "method"), paths().items())
def test_paths_are_told_by_their_templates(path: str, method: str) -> None:
    asked = Request(method.upper(), re.sub(r"\{\w+\}", "some%2Fbody", path), (("login", "amigo"),))
    assert described(asked) == f"{method.upper()} {re.sub(r'{[^}]+}', '{id}', path)}"


def test_another_host_is_told_without_path_query_and_user() -> None:
    asked = Request("GET", "https://me:secret@store.example:9000/bucket/uid?X-Amz-Signature=abc")
    assert described(asked) == "GET https://store.example:9000/{object}"


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "wrappers"]


def test_every_call_is_one_line(mock: MockWorld, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "wrappers")
    with ConnectyCube(**mock.options) as cube:
        cube.create_session(somebody())
        cube.users.get(cube.storage.list().total + 1)
        cube.storage.upload(png(), name="me.png")
    told = [re.sub(r"\d+\.\d ms", "N ms", line) for line in lines(caplog)]
    store = mock.server.base_url
    calls = [
        "POST /session: 201", "GET /blobs: 200", "GET /users/{id}: 200", "POST /blobs: 201",
        f"POST {store}/{{object}}: 201", "PUT /blobs/{id}/complete: 200",
    ]  # fmt: skip
    assert [line for line in told if " ms" in line] == [f"{c} in N ms, attempt 1" for c in calls]


def test_attempts_are_counted(stub: StubServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "wrappers")
    stub.always("GET", "/users/7", Reply(503)).always("GET", "/users/8", Reply(0))
    options = stub_options(stub.base_url)
    options["retries"] = 1
    with ConnectyCube(**options) as cube:
        for user_id in (7, 8):
            with pytest.raises((ServerError, ConnectionError)):
                cube.users.get(user_id)
    told = "\n".join(lines(caplog))
    assert re.findall(r"GET /users/\{id\}: (\w+) in [\d.]+ ms, attempt (\d)", told) == [
        ("503", "1"), ("503", "2"), ("ConnectionFailed", "1"), ("ConnectionFailed", "2")
    ]  # fmt: skip
    assert told.count("attempt 1 of GET /users/{id} failed; again in") == 2


def test_nothing_is_told_by_default(
    mock_server: RunningServer, mock: MockWorld, capfd: pytest.CaptureFixture[str]
) -> None:
    with ConnectyCube(**mock.options) as cube:
        cube.create_session()
    assert mock_server.base_url not in "".join(capfd.readouterr())


def test_what_looks_like_a_secret_is_masked_in_any_line(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "wrappers")
    logger.info("asking %s", "http://host/blobs/1?token=ABCDEF&page=2")
    assert lines(caplog) == ["asking http://host/blobs/1?token=***&page=2"]
