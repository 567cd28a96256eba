"""Every relaxed check names its operation and its reason, and none is relaxed for all."""

from __future__ import annotations

import tomllib

import pytest

from contract_tests.contract import operations
from contract_tests.shape.relaxations import (
    AVAILABILITY,
    CONFIGURATION,
    POSITIVE,
    Relaxation,
    relaxations,
)


def test_no_check_is_relaxed_for_all_operations() -> None:
    configuration = tomllib.loads(CONFIGURATION.read_text(encoding="utf-8"))
    assert "checks" not in configuration
    assert all("checks" not in phase for phase in configuration.get("phases", {}).values())
    assert all(phase.get("enabled", True) for phase in configuration.get("phases", {}).values())


@pytest.mark.parametrize("relaxation", relaxations(), ids=lambda each: each.operation)
def test_a_relaxation_is_explained_and_small(relaxation: Relaxation) -> None:
    assert relaxation.operation in {operation.id for operation in operations()}
    assert len(relaxation.reason) > 20
    if POSITIVE in relaxation.checks:
        # Of well-formed requests only the refusal by a rule that no schema can say.
        assert relaxation.extra_statuses == {422}
    else:
        # Only where the name that a thing is deleted by is not the name it is asked for by.
        path = next(each.path for each in operations() if each.id == relaxation.operation)
        assert "{uid}" in path
        assert relaxation.checks == {AVAILABILITY: {"enabled": False}}
    assert len(relaxation.checks) == 1
