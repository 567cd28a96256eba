"""Generates the clients that the generator's own templates make of our contract.

They are what a team gets that runs openapi-python-client as it comes; they are made anew for each
run and never committed. The second one differs from the first by its import alone.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

CONTRACT: Final = Path(__file__).resolve().parent.parent / "openapi" / "connectycube.yaml"


def generate(folder: Path) -> None:
    """Generate both clients.

    Args:
        folder: An empty folder.

    Raises:
        subprocess.CalledProcessError: If the generator fails.
    """
    settings = folder / "settings.yaml"
    # Formatting is left out: it changes nothing that is measured.
    settings.write_text("post_hooks: []\nliteral_enums: true\n", encoding="utf-8")
    first = folder / "stock_httpx"
    program = Path(sys.executable).parent / "openapi-python-client"
    subprocess.run(
        [
            str(program), "generate", "--path", str(CONTRACT), "--meta", "none",
            "--config", str(settings), "--output-path", str(first),
        ],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    second = folder / "stock_httpx2"
    shutil.copytree(first, second)
    for file in second.rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        file.write_text(
            text.replace("import httpx\n", "import httpx2 as httpx\n"), encoding="utf-8"
        )
