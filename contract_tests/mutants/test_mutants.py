"""The machinery works: a mistake is noticed, a judged one known; all of them are for the night."""

from __future__ import annotations

import sys
from pathlib import Path

import httpx2
import pytest

from contract_tests.contract import document as contract
from contract_tests.faults.running import LAYERS, SUITE, run
from contract_tests.mutants import mutant as source_mutants
from contract_tests.mutants.checkout import checkouts, taken
from contract_tests.mutants.document import Kind
from contract_tests.mutants.document import every as every_spec_mutant
from contract_tests.mutants.document import sample as spec_sample
from contract_tests.mutants.edits import edits
from contract_tests.mutants.journal import Judgement, judgements
from contract_tests.mutants.judged import equivalents, judged
from contract_tests.mutants.mutant import Mutant, UnknownMutantError, mutants, named, sample
from contract_tests.mutants.results import Case, Tally, written
from contract_tests.mutants.source import START, Suite, judge
from contract_tests.mutants.spec import TESTS, Asking
from contract_tests.server import mock_process

PROGRAM = """\
LIMIT = 5

def f(a, b):
    '''Docs.'''
    logger.info("said")
    if a == b and a > LIMIT:
        raise Wrong(a, why="told to the log")
    return g(a, size=b + 1)
"""


def changed_lines(program: str) -> set[str]:
    return {
        line.strip()
        for edit in edits(program)
        for line in edit.applied(program).splitlines()
        if line not in program.splitlines()
    }


def test_operators_change_what_they_are_for_and_nothing_else() -> None:
    assert changed_lines(PROGRAM) == {
        "LIMIT = 6",
        "LIMIT = 4",
        "if a == b or a > LIMIT:",
        "if a != b and a > LIMIT:",
        "if a == b and a >= LIMIT:",
        "if not (a == b and a > LIMIT):",
        "pass",
        "return None",
        "return g(a)",
        "return g(a, size=b - 1)",
        "return g(a, size=b + 2)",
        "return g(a, size=b + 0)",
    }


def test_places_are_counted_in_bytes() -> None:
    assert changed_lines('x = "é" if a == 1 else "ü"\n') == {
        'x = "é" if a != 1 else "ü"',
        'x = "é" if a == 2 else "ü"',
        'x = "é" if a == 0 else "ü"',
    }


def test_a_seed_means_the_same_mutants() -> None:
    chosen = sample(1, 150)
    assert len({each.name for each in chosen}) == 150
    assert chosen[:10] == sample(1, 10) != sample(2, 10)
    for each in chosen:
        compile(each.source, each.name, "exec")


def test_every_rule_of_the_server_has_mutants() -> None:
    # The names of handlers stand in a table, in which no operator finds anything.
    assert {each for each in source_mutants.MODULES if not list(mutants(each))} <= {"operations"}


def test_mutants_are_found_by_name() -> None:
    first = next(mutants("sessions"))
    assert named(first.name) == first
    with pytest.raises(UnknownMutantError, match="sessions-00000000"):
        named("sessions-00000000")


def test_judged_mutants_are_mutants_still() -> None:
    found = {(each.module, each.within, each.change) for each in source_mutants.every()}
    stale = [each for each in equivalents() if (each.module, each.within, each.change) not in found]
    assert not stale
    assert all(each.reason.endswith(".") for each in equivalents())


def test_a_judged_mutant_is_recognised() -> None:
    known = equivalents()[0]
    places = [each for each in mutants(known.module) if each.within == known.within]
    assert [judged(each) for each in places if each.change == known.change] == [known]
    assert judged(next(mutants("sessions"))) is None


def found_mutant(module: str, change: str) -> Mutant:
    return next(each for each in mutants(module) if each.change.splitlines()[-1] == change)


def test_a_mutant_is_killed_by_the_suite() -> None:
    broken = found_mutant("refusals", '+ return simply(405, "User not found")')
    outcome = judge(broken, Suite(["rules"], seed=1, limit=30))
    assert outcome.noticed_by == "rules", outcome


def test_a_server_that_does_not_start_is_killed_by_that() -> None:
    sessions = next(mutants("sessions"))
    broken = Mutant("sessions", "", "statement", "", f"raise ImportError\n{sessions.source}")
    outcome = judge(broken, Suite(["rules"], seed=1, limit=30))
    assert outcome.noticed_by == START, outcome


def test_only_the_server_has_the_mutant() -> None:
    """Neither this process nor the file that others import: two may run at a time."""
    broken = next(each for each in mutants("users") if "+ return Answer(202, " in each.change)
    command = (sys.executable, "-m", "contract_tests.mutants", "serve", broken.name)
    with mock_process(command) as server:
        answer = httpx2.post(
            f"{server.base_url}/users",
            json={"user": {"login": "marvin18", "password": "a-long-password"}},
            headers={"CB-AuthKey": server.auth_key},
        )
    assert answer.status_code == 202
    assert named(broken.name) == broken


def test_spec_mutants_change_one_place_each() -> None:
    honest = contract()
    found = every_spec_mutant()
    assert {each.kind for each in found} == set(Kind)
    assert len({each.name for each in found}) == len(found)
    assert {each.kind for each in spec_sample(1, len(Kind))} == set(Kind)
    for each in spec_sample(1, 16):
        assert each.applied(honest) != honest
    assert contract() == honest


def test_a_spec_mutant_is_noticed() -> None:
    path = ("paths", "/users/{user_id}", "get", "responses", "401")
    broken = next(each for each in every_spec_mutant() if each.path == path)
    with checkouts(1) as free, taken(free) as checkout:
        asking = Asking(checkout, Suite([], seed=1, limit=60))
        checkout.write(broken.applied(contract()))
        [(tool, words)] = asking.by_programs(TESTS)
    assert tool == TESTS
    assert "test_names_its_security" in words


def test_a_copy_of_the_project_holds_all_that_the_layers_read() -> None:
    with checkouts(1) as free, taken(free) as checkout:
        layers = [str(checkout.root / "contract_tests" / each) for each in LAYERS[SUITE]]
        program = [sys.executable, "-m", "pytest", "--collect-only", "-q", *layers]
        code, output, _ = run(program, checkout.environment, 60, root=checkout.root)
    assert code == 0, output


def test_a_journal_survives_an_interruption(tmp_path: Path) -> None:
    path = tmp_path / "below" / "journal.jsonl"
    first = Judgement("a-1", "rules", "some-rule", 1.5)
    judgements(path, "terms").add(first)
    with path.open("a", encoding="utf-8") as file:
        file.write('{"mutant": "a-2", "notic')
    resumed = judgements(path, "terms")
    assert (resumed.of("a-1"), resumed.of("a-2")) == (first, None)
    resumed.add(Judgement("a-3", None, "ended", 2.0))
    assert judgements(path, "terms").of("a-3") is not None
    assert judgements(path, "other terms").of("a-1") is None


def test_equivalents_do_not_count_unless_noticed() -> None:
    def case(noticed_by: str | None, equivalent: str | None) -> Case:
        judgement = Judgement("m-1", noticed_by, "why", 1.0)
        return Case("users", "users.f", "- a\n+ b", equivalent, judgement)

    cases = [
        case("rules", None),
        case("state", None),
        case(None, None),
        case(None, "Nobody sees it."),
        Case("users", "users.g", "- c\n+ d", None, None),
    ]
    tally = Tally(cases)
    assert (tally.noticed, len(tally.counted), tally.rate) == (2, 3, "67%")
    text = written("Title", "a command", cases, ["rules", "state"])
    assert "| users | 5 | 1 | 1 | 1 | 1 | 67% |" in text
    assert "Nobody sees it." in text
    assert "judge it anew" not in text
    assert "judge it anew" in written("", "", [case("state", "Nobody sees it.")], ["state"])
