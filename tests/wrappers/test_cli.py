"""The command line, as a person or a script runs it, against a mock server."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import select
import shlex
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen

from tests.wrappers.stub import Reply, StubServer, user_json
from tests.wrappers.test_exports import ROOT
from tests.wrappers.worlds import MockWorld, png, somebody
from wrappers import ConnectyCube, Password, User
from wrappers._cli import MISSING, main
from wrappers._cli.export import cell
from wrappers._logs import logger

SECRETS = {
    "CONNECTYCUBE_AUTH_KEY": "dev-auth-key",
    "CONNECTYCUBE_AUTH_SECRET": "dev-auth-secret",
}


@frozen
class Done:
    """How a run ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


@frozen
class Terminal:
    """A place to run the program in: here, without a process of its own, which is quick."""

    world: MockWorld
    monkeypatch: pytest.MonkeyPatch
    capfd: pytest.CaptureFixture[str]

    def run(self, *arguments: str, **environment: str) -> Done:
        with self.monkeypatch.context() as patch:
            for name, value in environment.items():
                patch.setenv(name, value)
            code = main(arguments)
        out, err = self.capfd.readouterr()
        return Done(code, out, err)


@pytest.fixture
def terminal(
    mock: MockWorld, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Terminal:
    for name in [name for name in os.environ if name.startswith("CONNECTYCUBE_")]:
        monkeypatch.delenv(name)
    for name, value in environment_of(mock.server.base_url).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    return Terminal(mock, monkeypatch, capfd)


def environment_of(base_url: str) -> dict[str, str]:
    return {"CONNECTYCUBE_APP_ID": "1", "CONNECTYCUBE_BASE_URL": base_url, **SECRETS}


def signed_up(world: MockWorld, **fields: Any) -> tuple[User, Password]:
    credentials = somebody()
    with ConnectyCube(**world.options) as cube:
        login, password = credentials.login or "", credentials.password
        return cube.users.sign_up(login=login, password=password, **fields), credentials


def as_env(credentials: Password) -> dict[str, str]:
    return {
        "CONNECTYCUBE_LOGIN": credentials.login or "",
        "CONNECTYCUBE_PASSWORD": credentials.password,
    }


# ── sessions ─────────────────────────────────────────────────────────────────────────────────────


def test_a_session_is_made_shown_and_ended(terminal: Terminal) -> None:
    user, credentials = signed_up(terminal.world)
    made = terminal.run("session", "create", "--show-token", **as_env(credentials))
    assert (made.code, made.json["user_id"], made.json["application_id"]) == (0, user.id, 1)
    token = made.json["token"]
    shown = terminal.run("session", "show", CONNECTYCUBE_TOKEN=token)
    assert (shown.json["token"], shown.json["user"]["login"]) == ("***", credentials.login)
    ended = terminal.run("session", "destroy", CONNECTYCUBE_TOKEN=token)
    assert (ended.code, ended.json) == (0, {"destroyed": True})
    again = terminal.run("session", "show", CONNECTYCUBE_TOKEN=token)
    assert (again.code, again.out) == (1, "")
    assert "SessionExpired" in again.err
    assert token not in again.err


def test_tokens_are_masked_unless_asked_for(terminal: Terminal) -> None:
    for form in ("--json", "--table"):
        done = terminal.run("session", "create", form)
        assert done.code == 0
        assert "***" in done.out


def test_sessions_that_commands_make_end_with_them(terminal: Terminal, stub: StubServer) -> None:
    stub.always("GET", "/users/7", Reply(200, {"user": user_json(7, login="amigo")}))
    stub.always("DELETE", "/session", Reply(200))
    done = terminal.run("users", "get", "7", CONNECTYCUBE_BASE_URL=stub.base_url)
    assert (done.code, done.json["login"]) == (0, "amigo")
    assert [f"{each.method} {each.path}" for each in stub.seen] == [
        "POST /session", "GET /users/7", "DELETE /session"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "environment", "said"),
    [
        (("session", "create"), {"CONNECTYCUBE_TOKEN": "ABCDEF"}, "names a session already"),
        (("session", "destroy"), {}, "set CONNECTYCUBE_TOKEN"),
        (("session", "create", "--as", "amigo"), {}, "no password for amigo"),
        (("upload", __file__), {}, "sign in:"),
    ],
)
def test_who_is_not_clear(
    terminal: Terminal, arguments: tuple[str, ...], environment: dict[str, str], said: str
) -> None:
    done = terminal.run(*arguments, **environment)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_the_password_comes_from_the_standard_input(terminal: Terminal) -> None:
    user, credentials = signed_up(terminal.world)
    terminal.monkeypatch.setattr("sys.stdin", io.StringIO(f"{credentials.password}\n"))
    done = terminal.run("session", "show", "--as", credentials.login or "", "--password-stdin")
    assert (done.code, done.json["user_id"]) == (0, user.id)


def test_an_email_address_signs_in(terminal: Terminal) -> None:
    email = f"{somebody().login}@example.com"
    user, credentials = signed_up(terminal.world, email=email)
    done = terminal.run(
        "session", "show", "--as", email, CONNECTYCUBE_PASSWORD=credentials.password
    )
    assert done.json["user_id"] == user.id


# ── users ────────────────────────────────────────────────────────────────────────────────────────


def test_users_are_looked_up_by_every_key(terminal: Terminal) -> None:
    name = somebody().login or ""
    keys = {
        "email": f"{name}@example.com", "phone": f"+{hash(name) % 10**12}",
        "external_id": name, "facebook_id": f"f{name}", "twitter_id": f"t{name}",
    }  # fmt: skip
    user, credentials = signed_up(terminal.world, **keys, tags=["a", "b"])
    for key, value in {**keys, "login": credentials.login or ""}.items():
        done = terminal.run("users", "get", f"--{key.replace('_', '-')}", value)
        assert (done.code, done.json["id"], done.json["tags"]) == (0, user.id, ["a", "b"])
    assert terminal.run("users", "get", str(user.id)).json["login"] == credentials.login
    nobody = terminal.run("users", "get", "--login", "nobody-at-all")
    assert (nobody.code, nobody.out) == (1, "")
    assert nobody.err == ("connectycube: NotFound: 404 from GET /users/by_login: User not found\n")


def test_users_by_several_ids(terminal: Terminal) -> None:
    ids = [signed_up(terminal.world)[0].id for _ in range(2)]
    done = terminal.run("users", "get", *map(str, ids))
    assert (done.code, [each["id"] for each in done.lines]) == (0, ids)
    some = terminal.run("users", "get", str(ids[0]), "999999999")
    assert (some.code, len(some.lines)) == (1, 1)
    assert "no such users: 999999999" in some.err


@pytest.mark.parametrize("arguments", [(), ("1", "--login", "a"), ("--login", "a", "--phone", "1")])
def test_one_way_of_looking_up(terminal: Terminal, arguments: tuple[str, ...]) -> None:
    assert terminal.run("users", "get", *arguments).code == 2


def test_finding_by_typed_filters(terminal: Terminal) -> None:
    tag = (somebody().login or "")[:30]
    ids = [signed_up(terminal.world, tags=[tag], full_name=f"Diver {n}")[0].id for n in range(3)]
    found = terminal.run("users", "find", "--user-tags", tag, "--sort=-id")
    assert [each["id"] for each in found.lines] == ids[::-1]
    some = terminal.run(
        "users", "find", "--user-tags-in", tag, "--id-nin", str(ids[0]), "--most", "1",
        "--created-at-gt", "2020-01-31T12:00:00Z", "--updated-at-gte", "1500000000",
    )  # fmt: skip
    assert [each["id"] for each in some.lines] == [ids[1]]
    assert "1 of 2 users shown" in some.err
    table = terminal.run("users", "find", "--user-tags", tag, "--table")
    assert table.code == 0
    assert all(f"Diver {number}" in table.out for number in range(3))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "needs a stand-alone field"),
        (("--login-start-with", "abc"), "--login-start-with needs at least 4 characters"),
        (("--login-nin", "abc"), "only takes away"),
        (("--login", "a", "--sort=name"), "--sort"),
        (("--id", "seven"), "--id"),
        (("--logn", "a"), "--login"),
        (("--login", "a", "--created-at-gt", "yesterday"), "--created-at-gt"),
        (("--login", "a", "--created-at-gt", "2026-01-01T00:00:00"), "time zone"),
        (("--login", "a", "--most", "0"), "--most"),
    ],
)
def test_wrong_filters_are_told_by_their_options(
    terminal: Terminal, arguments: tuple[str, ...], said: str
) -> None:
    done = terminal.run("users", "find", *arguments)
    assert (done.code, done.out) == (2, "")
    assert said in " ".join(done.err.split())


# ── export ───────────────────────────────────────────────────────────────────────────────────────


def test_exporting_all_pages(terminal: Terminal, stub: StubServer, tmp_path: Path) -> None:
    stub.always("GET", "/users/v2", paged_users(200))
    url = {"CONNECTYCUBE_BASE_URL": stub.base_url}
    everybody = terminal.run("users", "export", "--login", "a", **url)
    assert (everybody.code, [each["id"] for each in everybody.lines]) == (0, [*range(1, 201)])
    target = tmp_path / "users.csv"
    saved = terminal.run("users", "export", "--login", "a", "-o", str(target), **url)
    assert (saved.code, saved.out) == (0, "")
    with target.open(encoding="utf-8", newline="") as file:
        rows = [*csv.DictReader(file)]
    assert [int(row["id"]) for row in rows] == [*range(1, 201)]
    assert {(row["full_name"], row["timezone"]) for row in rows} == {("'=1+\u00fc\n", "-60")}
    raw = terminal.run("users", "export", "--login", "a", "--format=csv", "--raw-cells", **url)
    assert raw.out.count('"=1+') == 200
    assert [*tmp_path.iterdir()] == [target]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d"])
def test_formulas_are_disarmed_in_texts_alone(start: str) -> None:
    formula = f"{start}HYPERLINK(...)"
    assert cell(formula, raw=False) == f"'{formula}"
    assert cell(formula, raw=True) == formula
    assert cell([formula, "b"], raw=False) == f"'{formula},b"
    assert cell(-1, raw=False) == -1
    assert cell(f"a{formula}", raw=False) == f"a{formula}"


def paged_users(
    count: int, on_page: Callable[[int], None] = lambda _: None
) -> Callable[..., Reply]:
    def answer(seen: Any) -> Reply:
        offset = int(seen.query["offset"])
        on_page(offset)
        about: dict[str, object] = {"full_name": "=1+\u00fc\n", "timezone": -60}
        items = [user_json(offset + number, **about) for number in range(1, 101)]
        page = {"limit": 100, "skip": offset, "total_entries": count, "items": items}
        return Reply(200, page)

    return answer


def test_an_export_that_fails_leaves_no_file(
    terminal: Terminal, stub: StubServer, tmp_path: Path
) -> None:
    stub.once("GET", "/users/v2", paged_users(1000), Reply(403, {"errors": ["no"]}))
    done = terminal.run(
        "users", "export", "--login", "a", "-o", str(tmp_path / "out.ndjson"),
        CONNECTYCUBE_BASE_URL=stub.base_url,
    )  # fmt: skip
    assert done.code == 1
    assert [*tmp_path.iterdir()] == []
    done = terminal.run("users", "export", "--login", "a", "-o", str(tmp_path / "no" / "out.csv"))
    assert done.code == 2
    assert "FileUnwritable" in done.err


def test_unreadable_users_are_counted(terminal: Terminal, stub: StubServer) -> None:
    items = [user_json(1), {"id": "not a number"}]
    page = {"limit": 100, "skip": 0, "total_entries": 2, "items": items}
    stub.always("GET", "/users/v2", Reply(200, page))
    done = terminal.run("users", "export", "--login", "a", CONNECTYCUBE_BASE_URL=stub.base_url)
    assert (done.code, len(done.lines)) == (0, 1)
    assert "1 users left out" in done.err


# ── files ────────────────────────────────────────────────────────────────────────────────────────


def test_files_go_up_and_down(terminal: Terminal, tmp_path: Path) -> None:
    _, credentials = signed_up(terminal.world)
    source = tmp_path / "notes.txt"
    source.write_bytes(b"one\r\ntwo\x00")
    up = terminal.run("upload", str(source), "--public", **as_env(credentials))
    told = (up.json["name"], up.json["size"], up.json["public"])
    assert (up.code, told) == (0, ("notes.txt", 9, True))
    uid = up.json["uid"]
    terminal.monkeypatch.chdir(tmp_path / "..")
    target = tmp_path / "copy.txt"
    down = terminal.run("download", uid, "-o", str(target))
    assert (down.json, target.read_bytes()) == (
        {"uid": uid, "path": str(target), "size": 9}, source.read_bytes()
    )  # fmt: skip
    assert terminal.run("download", uid, "-o", str(target)).code == 2
    assert terminal.run("download", uid, "-o", str(target), "--force").code == 0
    assert terminal.run("download", uid, "-o", "-").out == "one\r\ntwo\x00"
    missing = terminal.run("upload", str(tmp_path / "missing"), **as_env(credentials))
    assert missing.code == 2
    assert "FileUnreadable" in missing.err


@pytest.mark.parametrize(
    ("name", "target"),
    [("../../notes.txt", "notes.txt"), ("..\\b\\.profile", "profile"), ("a\x1b[31m", "a_[31m"),
     ("...", None)],
)  # fmt: skip
def test_a_download_lands_here_and_nowhere_else(
    terminal: Terminal, stub: StubServer, tmp_path: Path, name: str, target: str | None
) -> None:
    uid = "A" * 36
    url = f"{stub.base_url}/store/{uid}"
    access = {"id": 1, "blob_id": 1, "object_access_type": "Read", "download_url": url}
    access["expires"] = "2099-09-15T13:43:31Z"
    blob = {
        "id": 1, "uid": uid, "content_type": "text/plain", "name": name, "size": 5, "public": False,
        "created_at": "2023-09-15T13:43:31Z", "updated_at": "2023-09-15T13:43:31Z",
        "blob_object_access": access,
    }  # fmt: skip
    stub.always("GET", f"/blobs/{uid}/object", Reply(200, {"blob": blob}))
    stub.always("GET", f"/blobs/{uid}/download", Reply(301, headers={"Location": url}))
    stub.always("GET", f"/store/{uid}", Reply(200, body=b"hello"))
    here = tmp_path / "a" / "b"
    here.mkdir(parents=True)
    terminal.monkeypatch.chdir(here)
    done = terminal.run("download", uid, CONNECTYCUBE_BASE_URL=stub.base_url)
    assert done.code == 0, done.err
    assert done.json["path"] == (target or uid)
    assert [each for each in tmp_path.rglob("*") if each.is_file()] == [here / (target or uid)]


def test_avatars_are_set_and_saved(terminal: Terminal, tmp_path: Path) -> None:
    user, credentials = signed_up(terminal.world, custom_data={"towel": True})
    image = tmp_path / "me.png"
    image.write_bytes(png())
    done = terminal.run("avatar", "set", str(image), **as_env(credentials))
    custom_data = json.loads(done.json["custom_data"])
    assert (done.code, custom_data["towel"]) == (0, True)
    for arguments, environment in (((str(user.id),), {}), ((), as_env(credentials))):
        target = tmp_path / f"copy{len(arguments)}.png"
        saved = terminal.run("avatar", "get", *arguments, "-o", str(target), **environment)
        assert (saved.code, target.read_bytes()) == (0, png())
        assert terminal.run("avatar", "get", str(user.id), "-o", str(target)).code == 2
    poured = terminal.run("avatar", "get", str(user.id), "-o", "-")
    assert poured.code == 0
    assert "IHDR" in poured.out
    nobody, _ = signed_up(terminal.world)
    none = terminal.run("avatar", "get", str(nobody.id), "-o", str(tmp_path / "none.png"))
    assert none.code == 1
    assert "NoAvatar" in none.err
    with ConnectyCube(**terminal.world.options) as cube:
        token = cube.create_session().token
    whose = terminal.run("avatar", "get", "-o", "x.png", CONNECTYCUBE_TOKEN=token)
    assert whose.code == 2
    assert "whose?" in whose.err


# ── doctor ───────────────────────────────────────────────────────────────────────────────────────


def statuses(done: Done) -> dict[str, str]:
    return {each["check"]: each["status"] for each in done.json["checks"]}


def details(done: Done) -> dict[str, str]:
    return {each["check"]: each["detail"] for each in done.json["checks"]}


def test_the_doctor_finds_nothing_wrong(terminal: Terminal) -> None:
    user, credentials = signed_up(terminal.world)
    done = terminal.run("doctor", **as_env(credentials))
    assert (done.code, done.json["ok"]) == (0, True)
    assert statuses(done) == dict.fromkeys(
        ("configuration", "server", "clock", "application", "user"), "ok"
    )
    assert f"user {user.id}" in details(done)["user"]
    string = done.json["signature"]["string"]
    assert string.startswith("application_id=1&auth_key=***&nonce=")
    assert string.endswith(f"&user[login]={credentials.login}&user[password]=***")
    assert done.json["signature"]["signature"] == "***"
    shown = terminal.run("doctor", "--show-signature").json["signature"]["signature"]
    assert len(bytes.fromhex(shown)) == 20
    table = terminal.run("doctor", "--table")
    assert "HMAC-SHA1" in table.out
    assert "skipped" in table.out


def test_the_doctor_looks_at_a_session_too(terminal: Terminal) -> None:
    with ConnectyCube(**terminal.world.options) as cube:
        token = cube.create_session().token
        done = terminal.run("doctor", CONNECTYCUBE_TOKEN=token)
        assert statuses(done)["user"] == "ok"
        assert cube.get_session().token == token


def test_the_doctor_says_what_is_wrong(terminal: Terminal, stub: StubServer) -> None:
    _, credentials = signed_up(terminal.world)
    terminal.monkeypatch.delenv("CONNECTYCUBE_AUTH_SECRET")
    wrong = terminal.run("doctor", CONNECTYCUBE_AUTH_KEY="made-up-key")
    assert (wrong.code, statuses(wrong)["application"]) == (1, "failed")
    assert "Wrong auth_key" in details(wrong)["application"]
    assert wrong.json["signature"]["signature"].startswith("none:")
    password = terminal.run(
        "doctor", "--as", credentials.login or "", CONNECTYCUBE_PASSWORD="oops!"
    )
    assert (password.code, statuses(password)["user"]) == (1, "failed")
    assert "Invalid password" in details(password)["user"]
    nameless = terminal.run("doctor", "--as", "amigo")
    assert (nameless.code, statuses(nameless)["user"]) == (2, "failed")
    unset = terminal.run("doctor", CONNECTYCUBE_APP_ID="")
    assert (unset.code, statuses(unset)) == (2, {"configuration": "failed"})
    assert unset.json["signature"] is None
    nowhere = terminal.run("doctor", "--retries", "0", CONNECTYCUBE_BASE_URL="http://127.0.0.1:1")
    assert (nowhere.code, statuses(nowhere)["server"]) == (3, "failed")
    stub.lifetime = None
    stub.always("GET", "/session", Reply(403))
    timeless = terminal.run("doctor", CONNECTYCUBE_BASE_URL=stub.base_url)
    assert statuses(timeless)["clock"] == "skipped"
    then = {"Date": "Sun, 15 Sep 2019 13:00:00 GMT"}
    stub.always("GET", "/session", Reply(403, headers=then))
    late = terminal.run("doctor", CONNECTYCUBE_BASE_URL=stub.base_url)
    assert statuses(late)["clock"] == "warning"
    assert "signed again with the server's time" in details(late)["clock"]


# ── manners ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("option", ["--password", "--auth-key", "--auth-secret", "--token"])
def test_secrets_are_not_taken_as_arguments(terminal: Terminal, option: str) -> None:
    for arguments in ((option, "hunter2-hunter2"), (f"{option}=hunter2-hunter2",)):
        done = terminal.run("session", "create", *arguments)
        assert (done.code, done.out) == (2, "")
        assert f"{option} is not taken as an argument" in done.err
        assert "hunter2" not in done.err


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Reply(0), 3),
        (Reply(422, {"errors": {"login": ["is invalid"]}}), 1),
        (Reply(500), 1),
        (Reply(200, body=b"<html>"), 4),
        (Reply(401, {"errors": ["hunter2-hunter2 is no password, key dev-auth-key"]}), 1),
    ],
)
def test_exit_codes(terminal: Terminal, stub: StubServer, reply: Reply, code: int) -> None:
    stub.always("POST", "/session", reply)
    done = terminal.run(
        "users", "get", "1", "--retries", "0", "--as", "amigo",
        CONNECTYCUBE_BASE_URL=stub.base_url, CONNECTYCUBE_PASSWORD="hunter2-hunter2",
    )  # fmt: skip
    assert (done.code, done.out) == (code, "")
    assert done.err.startswith("connectycube: ")
    for secret in ("hunter2-hunter2", "dev-auth-key"):
        assert secret not in done.err


def test_what_a_terminal_would_obey_is_escaped(terminal: Terminal, stub: StubServer) -> None:
    name = "\x1b]0;owned\x07 \x9b31m \u202e \ud800"
    stub.always("GET", "/users/7", Reply(200, {"user": user_json(7, full_name=name)}))
    url = {"CONNECTYCUBE_BASE_URL": stub.base_url}
    shown = [terminal.run("users", "get", "7", form, **url) for form in ("--table", "--json")]
    for done in shown:
        assert done.code == 0
        assert done.out.isascii()
        assert "\\u001b" in done.out
        assert not set(done.out) & {"\x1b", "\x07", "\x9b"}
    assert shown[1].json["full_name"] == name


def test_debugging_tells_requests_and_no_secret(terminal: Terminal) -> None:
    _, credentials = signed_up(terminal.world)
    logger_before = main_logger_state()
    done = terminal.run("session", "create", "--debug", "--show-token", **as_env(credentials))
    assert "DEBUG POST /session: 201 in " in done.err
    assert main_logger_state() == logger_before
    for secret in (credentials.password, done.json["token"], *SECRETS.values()):
        assert secret not in done.err


def main_logger_state() -> object:
    return (logger.level, [*logger.handlers])


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_complete_commands_and_filters(terminal: Terminal, shell: str) -> None:
    done = terminal.run("completion", shell)
    assert done.code == 0
    for word in ("users", "export", "full-name-start-with", "show-token", "doctor"):
        assert word in done.out


def test_an_output_that_is_no_stream_of_text_will_do(terminal: Terminal) -> None:
    output = io.StringIO()
    terminal.monkeypatch.setattr("sys.stdout", output)
    assert terminal.run("users", "find", "--login", "nobody-at-all").code == 0
    assert terminal.run("doctor", "--table", CONNECTYCUBE_APP_ID="").code == 2
    assert "configuration" in output.getvalue()


def test_loading_the_program_does_not_run_it() -> None:
    assert import_module("wrappers.__main__").main is main


def test_help_names_every_command_and_the_exit_codes(terminal: Terminal) -> None:
    done = terminal.run("--help")
    assert done.code == 0
    for word in ("session", "users", "avatar", "upload", "download", "doctor", "130 interrupted"):
        assert word in " ".join(done.out.split())
    assert "0." in terminal.run("--version").out


def test_what_the_readme_shows_runs(terminal: Terminal, tmp_path: Path) -> None:
    """Each command, in order, by somebody whose app makes users on the fly."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    section = text.partition("\n## From the command line\n")[2].partition("\n## ")[0]
    commands = [line for line in section.splitlines() if line.startswith("$ connectycube ")]
    assert len(commands) >= 7
    (tmp_path / "me.png").write_bytes(png())
    terminal.monkeypatch.chdir(tmp_path)
    for command in commands:
        arguments = shlex.split(command)[2:]
        done = terminal.run(*arguments, CONNECTYCUBE_PASSWORD="a-long-password")
        assert done.code == 0, f"{command}: {done.err}"
    assert "marvin18" in (tmp_path / "users.csv").read_text(encoding="utf-8")


def test_no_output_holds_a_secret(terminal: Terminal, tmp_path: Path) -> None:
    user, credentials = signed_up(terminal.world)
    image = tmp_path / "me.png"
    image.write_bytes(png())
    made = terminal.run("session", "create", "--show-token", **as_env(credentials))
    token: str = made.json["token"]
    commands = [
        ("session", "create"), ("session", "show"), ("users", "get", str(user.id)),
        ("users", "find", "--login", credentials.login or ""), ("doctor",),
        ("users", "export", "--id", str(user.id), "--format", "csv"), ("upload", str(image)),
        ("avatar", "set", str(image)), ("avatar", "get", "-o", str(tmp_path / "copy.png")),
        ("users", "get", "999999999"), ("users", "find"), ("session", "destroy"),
    ]  # fmt: skip
    texts: list[str] = []
    # Each command by one of both identities and in one of both forms, in turn.
    for number, command in enumerate(commands):
        who = {"CONNECTYCUBE_TOKEN": token} if number % 2 else as_env(credentials)
        done = terminal.run(*command, "--table" if number % 3 else "--json", "--debug", **who)
        texts += [done.out, done.err]
    logged = "".join(texts)
    assert logged.count("DEBUG ") > 20
    for secret in (token, credentials.password, *SECRETS.values()):
        assert secret not in logged


# ── as a process ─────────────────────────────────────────────────────────────────────────────────


COMMAND = [sys.executable, "-W", "error", "-m", "wrappers"]


def process_environment(base_url: str) -> dict[str, str]:
    # Names of certificates or proxies would choose the library that sends.
    others = ("CONNECTYCUBE", "SSL_CERT", "PROXY")
    ours = {
        name: value
        for name, value in os.environ.items()
        if not any(each in name.upper() for each in others)
    }
    return {**ours, "PYTHONPATH": str(ROOT), **environment_of(base_url)}


def test_without_the_extra_one_line_says_how_to_get_it() -> None:
    code = (
        "import sys; sys.modules['cyclopts'] = None; import wrappers._cli as c; sys.exit(c.main())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"{MISSING}\n")


def test_another_missing_module_is_not_blamed_on_the_extra(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(_: str) -> None:
        raise ModuleNotFoundError("No module named 'attrs'", name="attrs")

    monkeypatch.setattr("wrappers._cli.import_module", broken)
    with pytest.raises(ModuleNotFoundError, match="attrs"):
        main([])


def test_a_reader_that_has_enough(stub: StubServer) -> None:
    stub.always("GET", "/users/v2", paged_users(10**6))
    with subprocess.Popen(
        [*COMMAND, "users", "export", "--login", "a"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=process_environment(stub.base_url),
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        assert json.loads(process.stdout.readline())["id"] == 1
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(60) == 141


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Let programs that are started hear Ctrl-C, which a shell's background jobs else do not."""
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, former)


@pytest.mark.usefixtures("interruptible")
def test_control_c_ends_it_cleanly(stub: StubServer, tmp_path: Path) -> None:
    third = threading.Event()
    go_on = threading.Event()

    def on_page(offset: int) -> None:
        if offset >= 200:
            third.set()
            go_on.wait(60)

    stub.always("GET", "/users/v2", paged_users(10**6, on_page))
    with subprocess.Popen(
        [*COMMAND, "users", "export", "--login", "a", "-o", str(tmp_path / "users.csv")],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=process_environment(stub.base_url),
    ) as process:  # fmt: skip
        assert third.wait(60)
        process.send_signal(signal.SIGINT)
        try:
            out, err = process.communicate(timeout=25)  # long before the request's own timeout
        finally:
            go_on.set()
            process.kill()
        assert (process.returncode, out, err) == (130, "", "interrupted\n")
    assert [*tmp_path.iterdir()] == []


def read_until(terminal: int, wanted: bytes) -> bytes:
    seen = b""
    while wanted not in seen:
        ready, _, _ = select.select([terminal], [], [], 60)
        assert ready, seen
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # how Linux tells the end of a terminal
            break
        if not piece:
            break
        seen += piece
    return seen


def test_on_a_terminal_it_asks_for_the_password_and_shows_progress(
    mock: MockWorld, tmp_path: Path
) -> None:
    _, credentials = signed_up(mock)
    image = tmp_path / "me.png"
    image.write_bytes(png(padding=bytes(300_000)))
    environment = process_environment(mock.server.base_url) | {
        "TERM": "xterm", "COLUMNS": "100", "CONNECTYCUBE_LOGIN": credentials.login or ""
    }  # fmt: skip
    asked = f"Password of {credentials.login}: "
    code, shown = at_a_terminal(
        ["avatar", "set", str(image)], environment, asked, credentials.password
    )
    assert code == 0
    rest = shown.partition(asked)[2]
    assert "kB" in rest
    assert "custom_data" in rest
    assert credentials.password not in rest


def test_on_a_terminal_an_export_shows_how_far_it_is(stub: StubServer) -> None:
    stub.always("GET", "/users/v2", paged_users(200))
    environment = process_environment(stub.base_url) | {"TERM": "xterm", "COLUMNS": "100"}
    code, shown = at_a_terminal(["users", "export", "--login", "a"], environment)
    assert code == 0
    assert "200/200" in shown


def at_a_terminal(
    arguments: list[str], environment: dict[str, str], asked: str = "", answer: str = ""
) -> tuple[int, str]:
    """Run the program at a terminal of its own, and answer what it asks."""
    terminal, its_end = pty.openpty()
    # A session of its own: then it has no other terminal that it could ask at.
    process = subprocess.Popen(
        [*COMMAND, *arguments], stdin=its_end, stdout=its_end, stderr=its_end, env=environment,
        start_new_session=True,
    )  # fmt: skip
    os.close(its_end)
    shown = read_until(terminal, asked.encode()) if asked else b""
    if asked:
        os.write(terminal, f"{answer}\n".encode())
    shown += read_until(terminal, b"never said")
    os.close(terminal)
    return process.wait(60), shown.decode()
