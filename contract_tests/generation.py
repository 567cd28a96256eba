"""How everything generated with Hypothesis is generated: by the seed alone, with no memory."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, settings
from hypothesis.internal.conjecture import engine

SHRINKING_SECONDS = 30

_thoroughness = [1]
_phases: list[Phase] = [Phase.explicit, Phase.generate, Phase.shrink]


def limit_shrinking(*, none: bool = False) -> None:
    """Make failures small for a while and no longer, or not at all.

    Hypothesis itself would go on for five minutes, which on a broken server is what every test of
    this suite would take; there is no public setting for it.

    Args:
        none: Report the first failure as it was found.
    """
    assert hasattr(engine, "MAX_SHRINKING_SECONDS")
    engine.MAX_SHRINKING_SECONDS = SHRINKING_SECONDS
    if none:
        _phases.remove(Phase.shrink)


def be_thorough(times: int) -> None:
    """Try so many times as many examples, in all tests that are loaded from now on.

    Args:
        times: How many times as many.
    """
    _thoroughness[0] = times


def generated(examples: int, *, steps: int | None = None) -> settings:
    """Settings for a generated test.

    Args:
        examples: How many examples (or histories) to try, times the thoroughness.
        steps: How long each history may be, for machines.

    Returns:
        Settings without a database and without deadlines: the same seed asks the same again.
    """
    base = settings(
        max_examples=examples * _thoroughness[0],
        database=None,
        deadline=None,
        print_blob=False,
        phases=_phases,
        # Requests take their time, and the fixtures of these tests outlive single examples.
        suppress_health_check=[
            HealthCheck.data_too_large,
            HealthCheck.filter_too_much,
            HealthCheck.function_scoped_fixture,
            HealthCheck.too_slow,
        ],
    )
    return base if steps is None else settings(base, stateful_step_count=steps)
