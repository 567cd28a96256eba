"""What the README shows is run, so that it cannot rot."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
RUN_SECONDS = 60

# The smallest picture there is: one transparent pixel.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def test_there_are_examples() -> None:
    assert len(_blocks("python")) == 5


@pytest.mark.parametrize("example", _blocks("python"), ids=range(len(_blocks("python"))))
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
