"""Drift is told where there is some, and nowhere else."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from contract_tests.drift.__main__ import compare, main, record
from contract_tests.drift.shapes import Answer, differences
from contract_tests.server import mock_process


@pytest.fixture(scope="module")
def trace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("drift") / "trace.jsonl"
    assert record(file, seed=1) > 40
    return file


def faulty(fault: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "contract_tests.faults", fault, "--port", "0")


def test_servers_alike_do_not_drift(trace: Path) -> None:
    with mock_process() as left, mock_process() as right:
        steps, lines = compare(trace, [left, right])
        assert not lines
        assert compare(trace, [left])[1], "its users are there already: each sign-up differs"
    told = trace.read_text(encoding="utf-8")
    assert "{{auth_key}}" in told
    assert "dev-auth-key" not in told
    assert any("{{0:/user/id}}" in step.target for step in steps)
    tokens = [step.headers["cb-token"] for step in steps if "cb-token" in step.headers]
    assert tokens
    assert all(token.startswith("{{") for token in tokens)


@pytest.mark.parametrize(
    ("fault", "line"),
    [
        ("expiration-header-dropped", "header cb-token-expirationdate: time in UTC | missing"),
        ("password-hash-leaked", "missing | "),
        ("created-with-200", "status: 201 | 200"),
        ("id-as-text", "int | text"),
    ],
)
def test_a_drifted_server_is_told(trace: Path, fault: str, line: str) -> None:
    with mock_process(faulty(fault)) as server:
        _, lines = compare(trace, [server])
    assert any(line in told for told in lines), lines


def test_the_command(
    trace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with mock_process() as server:
        monkeypatch.setenv("CONNECTYCUBE_BASE_URL", server.base_url)
        assert main([str(trace)]) == 0
        assert capsys.readouterr().out.endswith("requests, no drift\n")
        assert main([str(trace), "--server", server.base_url]) == 1
        assert "status: 201 | 422" in capsys.readouterr().out
    broken = tmp_path / "broken.jsonl"
    broken.write_text("[]\n", encoding="utf-8")
    assert main([str(broken)]) == 2
    assert "holds no trace" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("left", "right", "told"),
    [
        ('{"a":1}', '{"a":2}', []),
        ('{"a":1}', '{"a":1.5}', ["body.a: int | float"]),
        ('{"a":null}', '{"a":""}', ["body.a: null | empty text"]),
        ('{"a":[{"b":1}]}', '{"a":[{"b":2},{"b":3}]}', []),
        (
            '{"a":[{"b":1}]}',
            '{"a":[{"c":1}]}',
            ["body.a[].b: int | missing", "body.a[].c: missing | int"],
        ),
        ('{"errors":["One"]}', '{"errors":["Other"]}', ["body.errors[]: One | Other"]),
        ("", "{}", ["body: empty | JSON"]),
        ("<html>", "{}", ["body: no JSON | JSON"]),
    ],
)
def test_shapes(left: str, right: str, told: list[str]) -> None:
    answers = [Answer(200, {}, body.encode()) for body in (left, right)]
    assert list(differences(*answers)) == told
