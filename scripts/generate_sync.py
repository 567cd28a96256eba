"""Write wrappers/_sync from wrappers/_async, or check that it is what would be written.

The asynchronous sources are the only ones edited by hand. Run without arguments to write,
with --check to compare (exit 1 on any difference: changed, missing or extra files).
"""

from __future__ import annotations

import argparse
import difflib
import re
import subprocess
import sys
import tempfile
import tokenize
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "wrappers" / "_async"
TARGET = ROOT / "wrappers" / "_sync"
NAMES = {
    "AbstractAsyncContextManager": "AbstractContextManager",
    "_concurrency_async": "_concurrency_sync",
    "aclose": "close",
    "aiter_bytes": "iter_bytes",
    "asyncio_detailed": "sync_detailed",
    "enter_async_context": "enter_context",
}
# It comes without types.
unasync: Any = import_module("unasync")

ASYNC_NAME = re.compile(r"\bAsync(?=[A-Z])")
ASYNC_WORD = re.compile(r"\b(?:await|async) ")


def replacements(source: Path) -> dict[str, str]:
    """Find what unasync shall replace in a file beyond its own table: names and docstrings.

    Args:
        source: An asynchronous source.

    Returns:
        Names and inner texts of docstrings, with what stands for them.
    """
    found = dict(NAMES)
    with source.open("rb") as file:
        for token in tokenize.tokenize(file.readline):
            if token.type == tokenize.NAME:
                name = ASYNC_NAME.sub("", token.string)
                if name != token.string:
                    found.setdefault(token.string, name)
            elif token.type == tokenize.STRING and token.string.startswith('"""'):
                inner = token.string[1:-1]  # without one quote at each end, as unasync looks it up
                found[inner] = ASYNC_NAME.sub("", ASYNC_WORD.sub("", inner))
    return found


def generate(target: Path) -> None:
    """Write the synchronous sources.

    Args:
        target: An empty or older directory of them.
    """
    target.mkdir(parents=True, exist_ok=True)
    for source in sorted(SOURCE.glob("*.py")):
        rule = unasync.Rule(f"{SOURCE}/", f"{target}/", replacements(source))
        unasync.unasync_files([str(source)], [rule])
    ruff = [sys.executable, "-m", "ruff"]
    # Settings of its own: the output is the same in a checkout and in a temporary folder.
    own = [
        "--isolated",
        "--no-cache",
        "--quiet",
        "--line-length",
        "100",
        "--target-version",
        "py311",
    ]
    ours = ["--config", 'lint.isort.known-first-party=["generated_client", "wrappers"]']
    code = ["--config", "format.docstring-code-format=true"]
    # Names changed: imports have another order, and some came twice.
    subprocess.run(
        [*ruff, "check", *own, *ours, "--select", "I,F401", "--fix-only", target], check=True
    )
    subprocess.run([*ruff, "format", *own, *code, target], check=True)


def differences(fresh: Path) -> list[str]:
    """Compare what is committed with what would be written.

    Args:
        fresh: Where the sources were just generated.

    Returns:
        Lines to show; none when all is the same.
    """
    lines: list[str] = []
    names = {path.name for folder in (fresh, TARGET) for path in folder.glob("*.py")}
    for name in sorted(names):
        committed, wanted = (
            path.read_text().splitlines(keepends=True) if path.exists() else []
            for path in (TARGET / name, fresh / name)
        )
        place = f"wrappers/_sync/{name}"
        lines.extend(difflib.unified_diff(committed, wanted, place, f"{place} (generated)"))
    return lines


def main() -> int:
    """Write or check.

    Returns:
        The exit code.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    if parser.parse_args().check:
        with tempfile.TemporaryDirectory() as folder:
            fresh = Path(folder) / "wrappers" / "_sync"
            generate(fresh)
            lines = differences(fresh)
        sys.stdout.writelines(lines)
        if lines:
            print("wrappers/_sync differs from wrappers/_async: run scripts/generate_sync.py")
        return bool(lines)
    for path in TARGET.glob("*.py"):
        path.unlink()
    generate(TARGET)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
