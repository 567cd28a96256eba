"""Seed files written by hand."""

from __future__ import annotations

import json
from pathlib import Path

import httpx2
import pytest

from mock_server import ManualClock, RunningServer, Settings, running
from mock_server.__main__ import main
from tests.mock_server.caller import START, Caller, errors

UID = "0123456789ABCDEF0123456789ABCDEF0123"
SEED = f"""
settings:
  create_users_on_session: false
users:
  - login: marvin18
    email: Marvin@a.example
    password: a-long-password
    full_name: Marvin Samuel
    id: 17
    tag_list: [vip, iphone]
    custom_data: {{avatar_uid: {UID}}}
    files:
      - path: pictures/me.png
        uid: {UID}
      - path: pictures/me.png
        name: open.bin
        content_type: application/octet-stream
        public: true
  - login: amigo
    password: another-password
    custom_data: as it is
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "me.png").write_bytes(b"picture")
    seed = tmp_path / "seed.yaml"
    seed.write_text(SEED, encoding="utf-8")
    return seed


@pytest.fixture
def settings(file: Path) -> Settings:
    return Settings(port=0, validate_responses=True, seed_file=file)


def test_everything_written_is_there(caller: Caller, server: RunningServer) -> None:
    for _ in range(2):
        marvin = caller.signed_in("marvin18", "a-long-password")
        user = marvin.user()
        assert (user["id"], user["user_tags"], user["email"]) == (
            17,
            "vip,iphone",
            "Marvin@a.example",
        )
        assert json.loads(user["custom_data"]) == {"avatar_uid": UID}
        listed = [each["blob"] for each in marvin.get("/blobs").json()["items"]]
        assert [(each["name"], each["content_type"], each["size"]) for each in listed] == [
            ("me.png", "image/png", 7), ("open.bin", "application/octet-stream", 7),
        ]  # fmt: skip
        amigo = caller.signed_in("amigo", "another-password")
        assert (amigo.user()["id"], amigo.user()["custom_data"]) == (18, "as it is")
        link = amigo.get(f"/blobs/{UID}").headers["location"]
        assert caller.http.get(link).content == b"picture"
        assert caller.get(f"/blobs/{listed[1]['uid']}").status_code == 301
        assert errors(caller.create_session(user={"login": "nobody", "password": "x" * 9}), 404)
        assert caller.app().sign_up(login="third")["id"] == 19
        server.change_settings(create_users_on_session=True)
        server.reset()
    assert "argon2" in json.dumps(server.snapshot())
    assert "a-long-password" not in json.dumps(server.snapshot())


def test_json_and_a_database(http: httpx2.Client, tmp_path: Path) -> None:
    seed = tmp_path / "seed.json"
    seed.write_text(json.dumps({"users": [{"login": "amigo", "password": "a-password"}]}))
    kept = Settings(port=0, seed_file=seed, database=tmp_path / "state.db")
    clock = ManualClock(START, frozen=True)
    with running(kept, clock=clock) as server:
        caller = Caller(server, http)
        caller.signed_in("amigo", "a-password").sign_up(login="third")
    with running(kept, clock=clock) as server:
        again = Caller(server, http)
        assert again.app().get("/users/by_login", {"login": "third"}).status_code == 200
        server.reset()
        assert errors(again.app().get("/users/by_login", {"login": "third"}), 404)
        assert again.signed_in("amigo", "a-password").user()["id"] == 1


def test_the_same_seed_gives_the_same_state(file: Path) -> None:
    clock = ManualClock(START, frozen=True)
    with running(Settings(port=0, seed_file=file, seed=5), clock=clock) as first:
        taken = first.snapshot()
    with running(Settings(port=0, seed_file=file, seed=5), clock=clock) as second:
        assert second.snapshot() == taken


@pytest.mark.parametrize(
    ("line", "old", "new", "words"),
    [
        (19, "login: amigo", "login: al", "login is too short"),
        (19, "login: amigo", "login: 5", "login"),
        (19, "login: amigo", "login: marvin18", "login has already been taken"),
        (20, "password: another-password", "pasword: another", "pasword is no field of a user"),
        (9, "id: 17", "id: x", "id"),
        (10, "tag_list: [vip, iphone]", "tag_list: [a, b, c, d, e, f]", "tag_list"),
        (13, "pictures/me.png\n        uid", "pictures/no.png\n        uid", "path is no file"),
        (18, "public: true", "public: maybe", "public"),
        (15, "name: open.bin", "name: ''", "name"),
        (3, "create_users_on_session: false", "create_users_on_session: 1", "create_users"),
        (2, "create_users_on_session", "colour", "colour"),
        (1, "users:", "user:", "user"),
        (19, "  - login: amigo", " - [", "neither YAML nor JSON"),
        (4, "users:", "users: 1\nothers:", ""),
    ],
)
def test_refusals_name_the_line(
    file: Path, capsys: pytest.CaptureFixture[str], *, line: int, old: str, new: str, words: str
) -> None:
    assert old in SEED
    file.write_text(SEED.replace(old, new), encoding="utf-8")
    assert main(["--port", "0", "--seed-file", str(file)]) == 2
    [told] = capsys.readouterr().err.splitlines()
    assert told.startswith(f"connectycube-mock: {file}:{line}: ")
    assert words in told
    assert "password" not in told.removeprefix(f"connectycube-mock: {file}") or "pasword" in told


@pytest.mark.parametrize("content", [b"", b"5", b"[]", b"\xff\xfe\x00", b"a: &x [*x]", b"{}"])
def test_no_seeds(file: Path, capsys: pytest.CaptureFixture[str], content: bytes) -> None:
    file.write_bytes(content)
    assert main(["--port", "0", "--seed-file", str(file)]) == 2
    [told] = capsys.readouterr().err.splitlines()
    assert told.startswith(f"connectycube-mock: {file}")
