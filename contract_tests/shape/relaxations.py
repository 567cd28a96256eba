"""The relaxed checks, read from their one place: `schemathesis.toml`."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from typing import Any

from contract_tests.shape.run import ROOT

CONFIGURATION = ROOT / "schemathesis.toml"
REASON = "# reason:"
BLOCK = "[[operations]]"
POSITIVE = "positive_data_acceptance"
AVAILABILITY = "ensure_resource_availability"
ACCEPTED_BY_DEFAULT = ("401", "403", "404", "409", "429")
"""What schemathesis itself takes for the fate of a well-formed request, beside 2xx and 3xx."""


@dataclass(frozen=True)
class Relaxation:
    """One block of relaxed checks.

    Attributes:
        operation: The operationId it is for.
        checks: The checks it relaxes, with what it says about each.
        reason: Why.
    """

    operation: str
    checks: dict[str, dict[str, Any]]
    reason: str

    @property
    def extra_statuses(self) -> frozenset[int]:
        """The statuses it lets well-formed requests get, beyond schemathesis' own."""
        expected = self.checks.get(POSITIVE, {}).get("expected-statuses", [])
        return frozenset(
            int(status)
            for status in expected
            if str(status).isdigit() and status not in ACCEPTED_BY_DEFAULT
        )


@functools.cache
def relaxations() -> tuple[Relaxation, ...]:
    """All relaxations, in order."""
    text = CONFIGURATION.read_text(encoding="utf-8")
    blocks = tomllib.loads(text).get("operations", [])
    reasons = [_reason(part) for part in text.split(BLOCK)[1:]]
    return tuple(
        Relaxation(
            operation=block["include-operation-id"], checks=block.get("checks", {}), reason=reason
        )
        for block, reason in zip(blocks, reasons, strict=True)
    )


def _reason(block: str) -> str:
    lines = [line.removeprefix(REASON).strip() for line in block.splitlines() if REASON in line]
    return " ".join(lines)
