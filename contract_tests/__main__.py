"""Run the whole contract suite: ``python -m contract_tests [--seed N] [pytest arguments]``."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest


def main() -> int:
    """Hand over to pytest, limited to this package; answers pytest's exit code."""
    package = Path(__file__).parent
    chosen = any(not argument.startswith("-") and "/" in argument for argument in sys.argv[1:])
    return int(pytest.main([*sys.argv[1:]] if chosen else [str(package), *sys.argv[1:]]))


if __name__ == "__main__":
    raise SystemExit(main())
