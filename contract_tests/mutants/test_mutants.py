"""Mutants are what they say: the same for the same seed, one change each, really served."""

from __future__ import annotations

import sys

import httpx2
import pytest

from contract_tests.contract import document
from contract_tests.mutants import source, spec
from contract_tests.mutants.bench import Verdict, written
from contract_tests.server import mock_process


def test_a_seed_draws_the_same_sample() -> None:
    assert source.sample(150, 1) == source.sample(150, 1)
    assert source.sample(150, 1) != source.sample(150, 2)
    assert len(source.sample(150, 1)) == 150
    assert [each.name for each in spec.sample(20, 1)] == [each.name for each in spec.sample(20, 1)]


def test_every_kind_of_spec_mutant_is_drawn_and_changes_the_contract() -> None:
    drawn = spec.sample(8, 1)
    assert {each.kind for each in drawn} == {each.kind for each in spec.mutants()}
    assert len({each.name for each in spec.mutants()}) == len(spec.mutants())
    for each in drawn:
        assert each.document() != document(), each.name


def test_a_mutant_is_served() -> None:
    created = next(
        each for each in source.mutants() if (each.module, each.does) == ("users", "201 is 202")
    )
    command = (sys.executable, "-m", "contract_tests.mutants", "serve", created.name)
    with mock_process(command) as server:
        answer = httpx2.post(
            f"{server.base_url}/users",
            json={"user": {"login": "marvin18", "password": "a-long-password"}},
            headers={"CB-AuthKey": server.auth_key},
        )
    assert answer.status_code == 202


@pytest.mark.parametrize("name", ["users", "users:x", "users:99999", "nothing:1"])
def test_what_is_no_mutant_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is no mutant"):
        source.install(name)


def test_the_table_tells_who_noticed_and_who_survived() -> None:
    reached = [Verdict("users:1", "1 is 2", "limits"), Verdict("users:2", "In is NotIn", "")]
    told = written("source", reached, "the command")
    assert "1 of 2 noticed (50%)" in told
    assert "| limits | 1 |" in told
    assert "- `users:2` In is NotIn" in told
