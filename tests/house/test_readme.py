"""What the README shows is run, so that it cannot rot."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
RUN_SECONDS = 60
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}

# The smallest picture there is: one transparent pixel.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


# A file's first line is its name; the commands around it use it.
NAMED = re.compile(r"(?:#|//) ([a-z_.]+\.[a-z]+)\n")
ADDRESS = re.compile(r"https?://127\.0\.0\.1:8080")


def _blocks(language: str, text: str = README) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def _programs() -> list[str]:
    return [each for each in _blocks("python") if not NAMED.match(each)]


def _section() -> str:
    return README.partition("\n## Use it in your tests\n")[2].partition("\n## ")[0]


def _commands() -> list[str]:
    """The commands about tests, in order, with the lines that go on."""
    shown = "\n".join(_blocks("console", _section()))
    return [each.strip() for each in re.split(r"^\$ ", shown, flags=re.MULTILINE) if each.strip()]


def test_there_are_examples() -> None:
    assert len(_programs()) == 6
    assert len(_commands()) >= 12


@pytest.mark.parametrize("example", _programs(), ids=range(len(_programs())))
def test_the_python_example_runs(example: str, tmp_path: Path) -> None:
    """With a picture beside it and a mock server of its own; warnings are errors."""
    (tmp_path / "me.png").write_bytes(PIXEL)
    program = tmp_path / "example.py"
    program.write_text(example, encoding="utf-8")
    runner = [sys.executable, str(ROOT / "scripts" / "with_mock.py"), "--"]
    finished = subprocess.run(
        [*runner, sys.executable, "-W", "error", str(program)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": ""},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=RUN_SECONDS,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr


def test_what_it_says_about_tests_runs(tmp_path: Path) -> None:
    """Each command, in order; the servers on free ports, of which the commands after them know."""
    (tmp_path / "me.png").write_bytes(PIXEL)
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    shown = [each for kind in ("python", "js", "yaml") for each in _blocks(kind, _section())]
    files = {match[1]: each for each in shown for match in [NAMED.match(each)] if match}
    assert {"test_people.py", "people.test.mjs", "seed.yaml"} == files.keys()
    address = ""
    with ExitStack() as servers:
        for command in _commands():
            for name, text in files.items():
                (tmp_path / name).write_text(ADDRESS.sub(address, text), encoding="utf-8")
            program, _, arguments = command.partition(" ")
            if program == "connectycube-mock":
                address = servers.enter_context(_serving(arguments, tmp_path))
            else:
                assert _output(ADDRESS.sub(address, command), tmp_path)


@contextmanager
def _serving(arguments: str, folder: Path) -> Generator[str]:
    assert "--port 8080" in arguments
    command = [sys.executable, "-m", "mock_server", *shlex.split(arguments), "--port", "0"]
    process = subprocess.Popen(
        command, cwd=folder, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.communicate(timeout=RUN_SECONDS)
    assert process.returncode == 0


def _output(command: str, folder: Path) -> str:
    python = shlex.quote(sys.executable)
    plugin = "-p mock_server.pytest_plugin -p no:cacheprovider"
    finished = subprocess.run(
        re.sub("^pytest", f"{python} -m pytest {plugin}", command),
        shell=True,
        cwd=folder,
        env=ENVIRONMENT | {"NO_PROXY": "*"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=RUN_SECONDS,
        check=False,
    )
    assert finished.returncode == 0, command + finished.stdout + finished.stderr
    assert '{"errors"' not in finished.stdout, command + finished.stdout
    return finished.stdout


def test_the_first_example_is_short() -> None:
    lines = [line for line in _blocks("python")[0].splitlines() if line.strip()]
    assert len(lines) <= 15


def test_every_target_it_names_exists() -> None:
    targets = re.findall(
        r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE
    )
    text = README + (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = set(re.findall(r"(?:`|^\$ )make ([a-z-]+)\b", text, re.MULTILINE))
    assert {"demo", "test"} <= named
    assert named <= set(targets)


def test_every_link_within_the_repository_leads_somewhere() -> None:
    for file in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md"):
        text = (ROOT / file).read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#]+)\)", text):
            if "://" not in target:
                assert (ROOT / target).exists(), f"{file}: {target}"
