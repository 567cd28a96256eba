"""Write the synchronous client and its tests from the asynchronous ones, or check them.

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
FOLDERS = (ROOT / "wrappers", ROOT / "tests" / "wrappers")
NAMES = {
    "AbstractAsyncContextManager": "AbstractContextManager",
    # pyreqwest's
    "Client": "SyncClient",
    "ClientBuilder": "SyncClientBuilder",
    "ResponseBodyReader": "SyncResponseBodyReader",
    "StreamRequest": "SyncStreamRequest",
    "_async": "_sync",
    "_concurrency_async": "_concurrency_sync",
    "_redis_async": "_redis_sync",
    "_renewal_async": "_renewal_sync",
    "_stores_async": "_stores_sync",
    "_tasks_async": "_tasks_sync",
    "aclose": "close",
    "aiter_bytes": "iter_bytes",
    "asyncio": "sync",
    "asyncio_detailed": "sync_detailed",
    "enter_async_context": "enter_context",
    "handle_async_request": "handle_request",
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


def generate(source: Path, target: Path) -> None:
    """Write the synchronous sources of one folder.

    Args:
        source: The folder of the asynchronous ones.
        target: Where they go; what is there already is overwritten.
    """
    target.mkdir(parents=True, exist_ok=True)
    for file in sorted(source.glob("*.py")):
        rule = unasync.Rule(f"{source}/", f"{target}/", replacements(file))
        unasync.unasync_files([str(file)], [rule])
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
    ours = ["--config", 'lint.isort.known-first-party=["generated_client", "tests", "wrappers"]']
    code = ["--config", "format.docstring-code-format=true"]
    # Names changed: imports have another order, and some came twice.
    subprocess.run(
        [*ruff, "check", *own, *ours, "--select", "I,F401,SIM117", "--fix-only", target], check=True
    )
    subprocess.run([*ruff, "format", *own, *code, target], check=True)


def differences(fresh: Path, committed: Path) -> list[str]:
    """Compare what is committed with what would be written.

    Args:
        fresh: Where the sources were just generated.
        committed: The folder in the repository.

    Returns:
        Lines to show; none when all is the same.
    """
    lines: list[str] = []
    names = {path.name for folder in (fresh, committed) for path in folder.glob("*.py")}
    for name in sorted(names):
        old, new = (
            path.read_text().splitlines(keepends=True) if path.exists() else ["(no such file)\n"]
            for path in (committed / name, fresh / name)
        )
        place = str((committed / name).relative_to(ROOT))
        lines.extend(difflib.unified_diff(old, new, place, f"{place} (generated)"))
    return lines


def main() -> int:
    """Write or check.

    Returns:
        The exit code.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    if parser.parse_args().check:
        lines: list[str] = []
        for folder in FOLDERS:
            with tempfile.TemporaryDirectory() as temporary:
                fresh = Path(temporary) / "_sync"
                generate(folder / "_async", fresh)
                lines += differences(fresh, folder / "_sync")
        sys.stdout.writelines(lines)
        if lines:
            print("_sync differs from _async: run scripts/generate_sync.py")
        return bool(lines)
    for folder in FOLDERS:
        for path in (folder / "_sync").glob("*.py"):
            path.unlink()
        generate(folder / "_async", folder / "_sync")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
