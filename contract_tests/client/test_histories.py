"""One history, told by every client on an empty server: the state that it leaves must be one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from contract_tests.client.histories import Author, Step
from contract_tests.client.players import PLAYERS, Player
from contract_tests.client.stage import Json, Stage, check_passwords, left_behind
from contract_tests.server import ServerUnderTest, mock_process

HISTORIES = 2
LENGTH = 50
FIRST = "raw HTTP"

Scene = tuple[Step, Json]
"""A step, and what the history has left behind with it."""


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """A server of these tests' own: it is emptied before each history."""
    with mock_process() as server, Stage(server) as stage:
        yield stage


@pytest.mark.parametrize("number", range(HISTORIES))
def test_every_client_leaves_the_same(stage: Stage, seed: int, number: int) -> None:
    told = {who: tell(stage, who, seed * 1000 + number) for who in PLAYERS}
    expected = told.pop(FIRST)
    assert len({str(left) for _, left in expected}) == LENGTH
    for who, scenes in told.items():
        for scene, like in zip(scenes, expected, strict=True):
            assert scene == like, f"{who} left something else than {FIRST}"


def test_a_step_left_out_shows(stage: Stage, seed: int) -> None:
    honest = tell(stage, FIRST, seed * 1000)
    for number in range(1, 12):  # those before anything depends on them
        step, _ = honest[number]
        if step["do"] in {"update", "tag", "tell", "rename", "change_password"}:
            cheated = tell(stage, FIRST, seed * 1000, until=number, leave_out=number)
            assert cheated[:number] == honest[:number]
            assert cheated[number] != honest[number], step


def tell(
    stage: Stage, who: str, seed: int, *, until: int = LENGTH - 1, leave_out: int | None = None
) -> list[Scene]:
    """Have somebody tell a history on an empty server.

    Args:
        stage: The server.
        who: Which client.
        seed: The history.
        until: The number of the last step.
        leave_out: The number of a step that is not done.

    Returns:
        What it left behind, step by step.
    """
    author = Author(seed)
    history = author.history(LENGTH)
    play: Callable[[ServerUnderTest], AbstractContextManager[Player]] = PLAYERS[who]
    scenes: list[Scene] = []
    stage.clear()
    with play(stage.server) as player:
        for number, step in enumerate(history[: until + 1]):
            stage.step()
            if number != leave_out:
                player.play(step)
            scenes.append((step, left_behind(stage.snapshot())))
    if until == LENGTH - 1:
        check_passwords(stage.snapshot(), author.passwords)
    return scenes
