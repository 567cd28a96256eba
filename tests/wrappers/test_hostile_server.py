"""Whatever a server answers, only ``ConnectyCubeError`` comes out, or a result.

It quotes no secret: no password, key, token or signature, neither of a session request nor of the
object store.

Each public call is first answered honestly, by the mock server; then one of those answers is
broken: other bytes, another status, other headers, JSON with a value replaced, cut, or stalled.
The same few examples are tried each time; HOSTILE_EXAMPLES=1000 tries as many others for each call.
"""

from __future__ import annotations

import logging
import os
import pickle
import re
import traceback
from collections.abc import Iterator

import pytest
from attrs import evolve, frozen
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from mock_server import Settings, running
from tests.wrappers.fault_matrix import (
    AMIGO,
    CASES,
    KINDS,
    MARVIN,
    NEW_PASSWORD,
    ROWS,
    TRILLIAN,
    Clients,
    World,
    build,
)
from tests.wrappers.hostile_server import (
    HostileServer,
    Recorded,
    Script,
    broken,
    hostile_server,
)
from wrappers import ConnectyCubeError, Response

MORE = int(os.environ.get("HOSTILE_EXAMPLES", "0"))
HOSTILE = settings(
    derandomize=not MORE,
    database=None,
    deadline=None,
    phases=[Phase.generate] if not MORE else [Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
STALLED = 0.2


@frozen
class Stage:
    """A hostile server, a client of it, and what honest servers answer to each row."""

    server: HostileServer
    world: World
    clients: Clients
    honest: dict[tuple[str, bool], list[Recorded]]
    secrets: set[str]


@pytest.fixture(scope="module")
def honest() -> tuple[World, dict[tuple[str, bool], list[Recorded]]]:
    """What the mock server answers to each row, in order."""
    found: dict[tuple[str, bool], list[Recorded]] = {}
    with running(Settings(port=0)) as server:
        world = build(server)
        with KINDS["httpx2"](world) as clients:
            for row, ready in CASES:
                server.restore(world.snapshot)
                answers: list[Response] = []
                cube = clients.make(world, ready).with_options(on_response=answers.append)
                ROWS[row](cube, world)
                found[row, ready] = [
                    Recorded(each.status, each.headers, each.content) for each in answers
                ]
    return world, found


@pytest.fixture(scope="module", params=KINDS)
def stage(
    request: pytest.FixtureRequest,
    honest: tuple[World, dict[tuple[str, bool], list[Recorded]]],
) -> Iterator[Stage]:
    with hostile_server() as server:
        old, answers = honest
        was = old.application.base_url
        world = evolve(old, application=evolve(old.application, base_url=server.base_url))
        moved = {
            row: [moved_to(server.base_url, was, each) for each in recorded]
            for row, recorded in answers.items()
        }
        with KINDS[request.param](world) as clients:
            yield Stage(server, world, clients, moved, {*secrets_of(world, moved)})


TOKEN = re.compile(rb'"token":"(\w+)"')
STORE_SIGNATURE = re.compile(rb"(?i)x-amz-signature=(\w+)")


def secrets_of(world: World, honest: dict[tuple[str, bool], list[Recorded]]) -> Iterator[str]:
    """What nobody may read in an error or a log."""
    yield from (MARVIN.password, AMIGO.password, TRILLIAN.password, NEW_PASSWORD)
    yield from (world.application.auth_key, world.application.auth_secret or "")
    yield world.session.token
    answers = b"".join(each.on_the_wire() for recorded in honest.values() for each in recorded)
    for kind in (TOKEN, STORE_SIGNATURE):
        found = kind.findall(answers)
        assert len({*found}) > 1
        yield from (each.decode() for each in found)


def moved_to(new: str, old: str, answer: Recorded) -> Recorded:
    """Let an answer lead to another server's store."""
    headers = tuple((name, value.replace(old, new)) for name, value in answer.headers)
    return Recorded(answer.status, headers, answer.content.replace(old.encode(), new.encode()))


@pytest.mark.parametrize(
    ("row", "ready"), CASES, ids=[row if ready else f"{row}, first" for row, ready in CASES]
)
def test_only_our_errors_come_out(
    stage: Stage, row: str, ready: bool, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "wrappers")
    stage.server.signatures.clear()
    recorded = stage.honest[row, ready]
    assert recorded

    @settings(HOSTILE, max_examples=4 if stage.clients.sampled and not MORE else MORE or 10)
    @given(data=st.data())
    def meet(data: st.DataObject) -> None:
        scripts = [broken(each) for each in recorded]
        which = data.draw(st.integers(0, len(recorded) - 1), label="which answer")
        bad = data.draw(scripts[which], label="broken")
        good = [Script(each.on_the_wire()) for each in recorded]
        stage.server.play([*good[:which], bad, *good[which + 1 :], bad])
        cube = stage.clients.make(stage.world, ready)
        cube = cube.with_options(timeout=STALLED if bad.stall else 10)
        try:
            ROWS[row](cube, stage.world)
        except ConnectyCubeError as error:
            hold(error, stage.secrets | stage.server.signatures)

    meet()
    assert stage.server.signatures or (ready and row != "create_session")
    quotes_none_of(stage.secrets | stage.server.signatures, caplog.text)


def hold(error: ConnectyCubeError, secrets: set[str]) -> None:
    """Errors can be shown, kept and sent on, and quote no secret."""
    shown = "".join([str(error), repr(error), *traceback.format_exception(error)])
    quotes_none_of(secrets, shown)
    copied = pickle.loads(pickle.dumps(error))
    assert str(copied) == str(error)


def quotes_none_of(secrets: set[str], text: str) -> None:
    assert "" not in secrets
    assert not [secret for secret in secrets if secret in text]
