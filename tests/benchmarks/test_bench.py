"""The benchmarks run, with few calls, of who needs nothing more installed. No time is judged."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen
from xml.etree import ElementTree as ET

import pytest

from benchmarks.goals import verdicts
from benchmarks.report import MEASURES, Value, advantage

ROOT = Path(__file__).resolve().parent.parent.parent
SHORT = ("--rounds", "2", "--seconds", "0.05", "--calls", "12")


def bench(output: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "benchmarks", "--output", str(output), *arguments]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=240
    )


def test_a_short_run_writes_a_table_and_a_chart(tmp_path: Path) -> None:
    contestants = ("wrappers", "wrappers [fast]", "stock, httpx2", "connectycube (JS)")
    chosen = [argument for each in contestants for argument in ("--only", each)]
    done = bench(tmp_path, *SHORT, *chosen)
    assert (done.returncode, done.stderr) == (0, "")
    assert "left out" not in done.stdout
    table = (tmp_path / "latest.md").read_text(encoding="utf-8")
    for who in contestants:
        row = next(line for line in table.splitlines() if line.startswith(f"| {who} "))
        numbers = row.split(" | ")[1:]
        assert len(numbers) == len(MEASURES)
        untaken = 1 if "JS" in who else 0  # it makes no models
        assert len(re.findall(r"-?[\d,.]+ ±-?\d+%", row)) == len(MEASURES) - untaken, row
    goals = table.split("## Goals")[1].splitlines()
    assert sum(line.startswith(("- met ", "- missed ")) for line in goals) == 6
    assert sum(line.startswith("- not measured ") for line in goals) == 9
    assert "| stock, httpx2 | " in table.split("How many times better")[1]
    drawing = ET.fromstring((tmp_path / "latest.svg").read_text(encoding="utf-8"))
    words = [element.text for element in drawing.iter("{http://www.w3.org/2000/svg}text")]
    assert {*contestants, MEASURES[0].name, MEASURES[7].name} <= set(words)


def test_who_is_not_installed_is_named_with_the_reason(tmp_path: Path) -> None:
    done = bench(tmp_path, *SHORT, "--only", "getstream")
    assert (done.returncode, done.stderr) == (0, "")
    assert "left out: getstream: getstream is not installed here" in done.stdout
    assert "Left out: getstream" in (tmp_path / "latest.md").read_text(encoding="utf-8")


def test_an_unknown_contestant_is_refused(tmp_path: Path) -> None:
    done = bench(tmp_path / "none", "--only", "nobody")
    assert done.returncode == 2
    assert "no contestant 'nobody'" in done.stderr
    assert not (tmp_path / "none").exists()


@pytest.fixture(scope="module")
def stub() -> Generator[dict[str, str]]:
    command = [sys.executable, "-m", "benchmarks.stub"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdin
        yield json.loads(process.stdout.readline())
        process.stdin.close()  # it ends by itself when who started it is gone
        assert process.wait(timeout=30) == 0


@pytest.mark.parametrize("near_or_far", ["near", "far"])
def test_the_stub_answers_each_in_its_own_shape(stub: dict[str, str], near_or_far: str) -> None:
    def read(path: str) -> dict[str, Any]:
        with urlopen(stub[near_or_far] + path, timeout=30) as response:
            content: dict[str, Any] = json.load(response)
        return content

    assert read("/users/7")["user"] == read("/users/by_login?login=diver7")["user"]
    assert read("/v3/users/7")["user_id"] == "7"
    for path, key in (
        ("/users/v2?user_tags=dive&limit=3", "items"),
        ("/v3/users?limit=3", "users"),
        ("/users?payload=%7B%22filter_conditions%22:%7B%7D,%22limit%22:3%7D", "users"),
    ):
        assert len(read(path)[key]) == 3
    with pytest.raises(HTTPError) as refused:
        read("/nothing")
    refused.value.close()
    assert refused.value.code == 404


def test_a_ratio_above_one_always_means_that_ours_is_better() -> None:
    rate, delay = MEASURES[0], MEASURES[2]
    assert advantage(Value(200, 190, 210), Value(100, 90, 110), rate) == 2
    assert advantage(Value(5, 4, 6), Value(20, 18, 22), delay) == 4
    assert advantage(None, Value(20, 18, 22), delay) is None


def test_a_goal_is_met_missed_or_not_measured() -> None:
    def told(rate: float) -> list[dict[str, Any]]:
        return [{"near": {"per_second": rate, "p99_ms": 1, "cpu_us": 1}, "decode_us": 4.0}]

    results = {"wrappers": told(300), "stock, httpx": told(100), "stock, httpx2": told(301)}
    said = [str(each) for each in verdicts(results, of_ideal=1.31)]
    assert said[0] == "met           wrappers at least 3.0x stock, httpx, 64 at once, calls/s: 3.00"
    assert said[1].startswith("missed        wrappers at least 1.0x stock, httpx2")
    assert said[2].startswith("not measured  wrappers [fast] at least 1.4x")
    assert said[-2].startswith("met ")
    assert said[-1].startswith("missed ")


def test_pins_of_contestants_are_names_and_versions() -> None:
    lines = (ROOT / "benchmarks" / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert pins
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.]*", pin) for pin in pins)
