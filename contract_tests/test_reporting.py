"""Reports tell what was found, hide what is secret, and can be pasted back into a shell."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract_tests import covering
from contract_tests.catalogue import OWNERSHIP, BrokenRuleError, Quote
from contract_tests.contract import operations
from contract_tests.reporting import Finding, Telling, figures, github_annotations, page

EVIDENCE = (
    "  curl -s -i -X PUT -H 'CB-Token: '\"$TOKEN_1\" 'http://127.0.0.1:1/<script>'\n    -> 200"
)


@pytest.fixture
def finding() -> Finding:
    broken = BrokenRuleError(OWNERSHIP, "200 for a <stranger>", [Quote(EVIDENCE)])
    return Finding.of(broken, "contract_tests/rules/test_callers.py::test_of_a_user", 7)


def test_a_finding_crosses_processes_unchanged(finding: Finding) -> None:
    assert Finding.read(finding.written()) == finding
    assert "--seed 7 'contract_tests/rules/test_callers.py::test_of_a_user'" in finding.as_text()
    assert EVIDENCE in finding.as_text()


def test_a_red_page_shows_the_finding_and_escapes_it(finding: Finding) -> None:
    told = page(Telling("http://127.0.0.1:1", "gate", 7, findings=[finding]))
    assert "The server broke 1 rules: ownership." in told
    assert "<script>" not in told
    assert "&lt;script&gt;" in told
    assert "200 for a &lt;stranger&gt;" in told
    assert all(f"<th>{operation.id}<br>" in told for operation in operations())


def test_a_green_page_says_what_was_not_checked() -> None:
    everything = set(covering.everything())
    unchecked = ["no clock"]
    told = page(Telling("http://127.0.0.1:1", "gate", 1, unchecked=unchecked, covered=everything))
    assert '<h1 class="green">' in told
    assert "no clock" in told
    assert 'class="missed" title' not in told


def test_errors_without_a_rule_are_red_too() -> None:
    told = page(Telling("http://127.0.0.1:1", "gate", 1, errors=["contract_tests/x.py::test_y"]))
    assert '<h1 class="red">1 tests ended in an error.' in told


def test_annotations_are_one_line_each(finding: Finding) -> None:
    [line] = github_annotations([finding])
    assert line.startswith("::error file=contract_tests/rules/test_callers.py,title=rule broken")
    assert "\n" not in line
    assert "%0A" in line


def test_everything_of_the_contract_is_counted() -> None:
    everything = covering.everything()
    assert len(set(everything)) == len(everything)
    assert ("findUsers", covering.PARAMETER, "id[in][]") in everything
    assert ("createBlob", covering.FIELD, "blob.name") in everything
    counted = figures(set())
    assert counted["operation"] == (0, 0, len(operations()))
    assert sum(of for _, _, of in counted.values()) == len(everything) + len(operations())


def test_an_exchange_counts_for_what_it_sends() -> None:
    before = set(covering.seen)
    try:
        covering.seen.clear()
        covering.note("GET", "/users/v2.json?id%5Bin%5D%5B%5D=5&limit=3", 200, b"")
        body = b'{"blob": {"name": "a", "content_type": "text/plain"}}'
        covering.note("POST", "/blobs", 422, body)
        covering.note("GET", "/no/such/path", 404, b"")
        assert covering.seen == {
            ("findUsers", "response", "200"),
            ("findUsers", "parameter", "id[in][]"),
            ("findUsers", "parameter", "limit"),
            ("createBlob", "response", "422"),
            ("createBlob", "field", "blob"),
            ("createBlob", "field", "blob.name"),
            ("createBlob", "field", "blob.content_type"),
        }
    finally:
        covering.seen.clear()
        covering.seen.update(before)


def test_reasons_are_for_something_and_say_something() -> None:
    for reason in covering.reasons():
        assert any(reason.is_for(item) for item in covering.everything()), reason
        assert len(reason.why) > 30
    assert covering.needless(covering.everything()) == covering.reasons()
    unexplained = covering.unexplained(set())
    assert unexplained
    assert not [item for item in unexplained for why in covering.reasons() if why.is_for(item)]
    assert Path(covering.REASONS).is_file()
