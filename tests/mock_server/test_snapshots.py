"""Reset, snapshot and restore, seeds: nothing of the state is lost, and nothing is left over."""

from __future__ import annotations

import base64
import json
import random
from pathlib import Path
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings, strategies

from mock_server import ManualClock, RunningServer, Settings, running
from mock_server.__main__ import main
from tests.mock_server.caller import PASSWORD, START, Caller, errors

pytestmark = pytest.mark.each_database

SNAPSHOT = "/__mock__/snapshot"


def snapshot(caller: Caller) -> dict[str, Any]:
    taken: dict[str, Any] = caller.get(SNAPSHOT).json()
    return taken


def play(caller: Caller, dice: random.Random) -> None:
    """A random history of people, sessions, files, apps, settings and time."""
    people = [caller.app()]
    for number in range(dice.randint(1, 8)):
        one = dice.choice(people)
        match dice.randrange(9):
            case 0:
                people.append(caller.signed_in(f"user{number}"))
            case 1:
                people.append(caller.guest())
            case 2:
                tags = ",".join(f"t{n}" for n in range(dice.randint(1, 3)))
                fields = {"login": f"new{number}", "password": PASSWORD, "tag_list": tags}
                one.post("/users", {"user": fields})
            case 3:
                created = one.post("/blobs", {"blob": {"content_type": "a/b", "name": "ü"}})
                if created.status_code == 201:
                    one.upload(created.json()["blob"], dice.randbytes(dice.randint(0, 99)))
            case 4:
                moment = caller.clock.now() // 1000
                caller.create_session(timestamp=moment, nonce=dice.randint(0, 2**62))
            case 5:
                apps = caller.post("/__mock__/apps", {"list_users_v1": bool(number % 2)}).json()
                keys = {"application_id": apps["id"], "auth_key": apps["auth_key"]}
                user = {"login": f"user{number}", "password": PASSWORD}
                elsewhere = caller.post("/session", keys | {"user": user}).json()
                people.append(caller.with_token(elsewhere["session"]["token"]))
            case 6:
                caller.call("PATCH", "/__mock__/settings", json={"session_lifetime": 60 + number})
            case 7:
                caller.clock.advance(seconds=dice.randint(1, 40_000))
            case _:
                one.delete("/session")


def test_a_snapshot_brings_everything_back(caller: Caller) -> None:
    amigo = caller.signed_in("amigo")
    blob = amigo.stored_blob(b"bytes")
    user = amigo.user()
    caller.create_session(timestamp=START // 1000, nonce=5)
    taken = snapshot(caller)
    assert amigo.delete(f"/users/{user['id']}").status_code == 200
    amigo.signed_in("other")
    caller.clock.advance(seconds=9000)
    assert caller.put(SNAPSHOT, taken).json() == {"status": "ok"}
    assert amigo.user() == user
    caller.signed_in("amigo", PASSWORD)
    link = amigo.get(f"/blobs/{blob['uid']}").headers["location"]
    assert caller.http.get(link).content == b"bytes"
    again = caller.create_session(timestamp=START // 1000, nonce=5)
    assert errors(again, 422) == {"nonce": ["must be unique"]}
    assert caller.signed_in("third").user()["id"] == user["id"] + 1


def test_snapshots_of_random_histories(server: RunningServer, http: httpx2.Client) -> None:
    caller = Caller(server, http)
    # PostgreSQL takes its time for emptying all tables, and has no code of its own to play with.
    number = 200 if server.settings.database is None else 20

    @settings(
        max_examples=number,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(strategies.integers(0, 2**32))
    def hold(seed: int) -> None:
        server.app.reset()
        dice = random.Random(seed)
        play(caller, dice)
        first = server.app.snapshot()
        play(caller, dice)
        server.app.restore(first)
        assert server.app.snapshot() == first

    hold()


def test_reset(caller: Caller, server: RunningServer) -> None:
    blank = snapshot(caller)
    amigo = caller.signed_in("amigo")
    amigo.stored_blob(b"bytes")
    server.faults.add("getUser", status=503)
    caller.clock.advance(seconds=90)
    caller.call("PATCH", "/__mock__/settings", json={"create_users_on_session": False})
    assert caller.post("/__mock__/reset", {}).json() == {"status": "ok"}
    assert errors(amigo.get("/session"), 401)
    assert [each["path"] for each in server.journal.latest()] == ["/session"]
    assert server.faults.listed() == []
    assert snapshot(caller) == blank
    assert caller.signed_in("amigo").user()["id"] == 1


def test_a_running_clock_runs_on(http: httpx2.Client) -> None:
    with running(Settings(port=0)) as server:
        caller = Caller(server, http)
        server.clock.advance(seconds=5000)
        taken = snapshot(caller)
        assert taken["clock"].keys() == {"ahead"}
        server.app.reset()
        caller.put(SNAPSHOT, taken)
        assert snapshot(caller) == taken


@pytest.mark.parametrize("seed", [1, 2])
def test_seeds_repeat_everything(http: httpx2.Client, seed: int) -> None:
    def history() -> list[Any]:
        started = Settings(port=0, seed=seed)
        with running(started, clock=ManualClock(START, frozen=True)) as server:
            caller = Caller(server, http)
            first = caller.signed_in("amigo").session()
            between = server.app.snapshot()
            second = caller.app().session()
            server.app.restore(between)
            third = caller.app().session()
            assert second == third != first
            server.app.reset()
            assert caller.signed_in("amigo").session() == first
            return [first, second]

    assert history() == history()


def test_a_seed_file(http: httpx2.Client, tmp_path: Path) -> None:
    clock = ManualClock(START, frozen=True)
    file = tmp_path / "seed.json"
    with running(Settings(port=0), clock=clock) as server:
        amigo = Caller(server, http).signed_in("amigo")
        file.write_text(json.dumps(server.app.snapshot()))
    kept = Settings(port=0, seed_file=file, database=tmp_path / "state.db")
    with running(kept, clock=clock) as server:
        again = Caller(server, http, amigo.token)
        assert again.user()["login"] == "amigo"
        again.sign_up(login="other")
        server.app.reset()
        assert errors(again.get("/users/by_login", {"login": "other"}), 404)
        again.sign_up(login="third")
    with running(kept, clock=clock) as server:
        found = Caller(server, http, amigo.token).get("/users/by_login", {"login": "third"})
        assert found.status_code == 200


def test_what_cannot_start(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "seed.json"
    for content in ("", "{}", json.dumps(TAKEN | {"tables": {"users": [{}]}})):
        file.write_text(content)
        assert main(["--port", "0", "--seed-file", str(file)]) == 2
    assert main(["--port", "0", "--seed-file", str(tmp_path / "none")]) == 2
    assert main(["--port", "0", "--seed", "1", "--database", str(tmp_path / "a.db")]) == 2
    assert "Traceback" not in capsys.readouterr().err


TAKEN: dict[str, Any] = {
    "version": 1, "clock": {"frozen_at": START}, "random": None, "tables": {}, "counters": {},
    "objects": [],
}  # fmt: skip
USER: dict[str, Any] = {
    "id": 1, "app_id": 1, "storage_key": "5" * 24, "created_at": START, "updated_at": START,
}  # fmt: skip
SESSION: dict[str, Any] = {
    "token": "A" * 36, "number": 1, "app_id": 1, "user_id": 9, "nonce": 1, "ts": 1,
    "created_at": START, "updated_at": START, "expires_at": START + 1000,
}  # fmt: skip


BAD: list[dict[str, Any]] = [
    {"version": 2},
    {"clock": {}},
    {"clock": {"frozen_at": -1}},
    {"random": "x"},
    {"surprise": 1},
    {"tables": {"sqlite_master": []}},
    {"tables": {"users": [1]}},
    {"tables": {"users": [{}]}},
    {"tables": {"users": [USER | {"admin": True}]}},
    {"tables": {"users": [USER | {"id": True}]}},
    {"tables": {"users": [USER | {"id": 2**63 - 1}]}},
    {"tables": {"users": [USER | {"login": 5}]}},
    {"tables": {"users": [USER | {"created_at": 2**62}]}},
    {"tables": {"users": [USER | {"login": "\ud800"}]}},
    {"tables": {"users": [USER, USER]}},
    {"tables": {"sessions": [SESSION]}},
    {"counters": {"users": -1}},
    {"objects": [{"key": "a", "content_type": "b", "base64": "?"}]},
    {"objects": [{"key": "a", "content_type": "b", "base64": "ü"}]},
    {"objects": [{"key": "a"}]},
    {"objects": [{"key": "\ud800", "content_type": "b", "base64": ""}]},
]


@pytest.mark.parametrize("parts", BAD)
def test_bad_snapshots_change_nothing(caller: Caller, parts: dict[str, Any]) -> None:
    caller.signed_in("amigo").stored_blob(b"bytes")
    before = snapshot(caller)
    body = json.dumps(TAKEN | parts).encode()
    kind = {"Content-Type": "application/json"}
    assert errors(caller.call("PUT", SNAPSHOT, content=body, headers=kind), 422)
    assert snapshot(caller) == before


def test_odd_snapshots_are_no_bugs(caller: Caller) -> None:
    odd = USER | {"login": "amigo", "password_hash": "none"}
    content = base64.b64encode(b"odd").decode()
    stored = {"key": "%FF", "content_type": "%FF/x", "base64": content}
    taken = TAKEN | {"tables": {"users": [odd]}, "objects": [stored]}
    assert caller.put(SNAPSHOT, taken).status_code == 200
    assert snapshot(caller)["objects"] == [stored]
    user = {"login": "amigo", "password": PASSWORD}
    assert errors(caller.create_session(user=user), 401) == ["Invalid password"]
