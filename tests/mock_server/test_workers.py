"""Several processes serve as one: whatever one of them knows, all of them know."""

from __future__ import annotations

import os
import signal
import ssl
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import TypeVar, cast

import httpx2
import psutil
import pytest

from mock_server import RunningServer, Settings, running
from mock_server.__main__ import main
from tests.mock_server.caller import PASSWORD, Caller, errors
from tests.mock_server.postgresql import Cluster

T = TypeVar("T")

WORKERS = 4
ROOT = Path(__file__).parents[2]
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Making one anew for each connection would cost more than all that the tests do."""
LINK = {"Content-Type": "application/x-www-form-urlencoded"}


class Crew:
    """The command with several workers, and callers whose connections end at chosen ones."""

    def __init__(self, process: subprocess.Popen[str], base_url: str) -> None:
        self.process = process
        self.base_url = base_url

    @property
    def pids(self) -> set[int]:
        """The workers: the parent's helper has forked them."""
        helpers = psutil.Process(self.process.pid).children()
        return {each.pid for helper in helpers for each in helper.children()}

    @contextmanager
    def caller(self, token: str | None = None) -> Generator[Caller]:
        """A caller over a connection of its own, which one worker has from its start to its end."""
        server = SimpleNamespace(base_url=self.base_url, settings=Settings())
        limits = httpx2.Limits(max_connections=1, keepalive_expiry=None)
        with httpx2.Client(trust_env=False, verify=NO_TLS, timeout=60, limits=limits) as http:
            yield Caller(cast("RunningServer", server), http, token)

    def on_each(self, ask: Callable[[Caller], T], token: str | None = None) -> list[T]:
        """Ask every worker once."""
        answers: dict[int, T] = {}
        left = self.pids
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with self.caller(token) as caller:
                pid = caller.get("/__mock__/health").json()["process"]
                if pid in left:
                    answers[pid] = ask(caller)
                    # The connection was the same: it told the same worker before and after.
                    assert caller.get("/__mock__/health").json()["process"] == pid
                    left.discard(pid)
            if not left:
                return list(answers.values())
        raise AssertionError(f"no connection came to {left}")

    def at_once(self, number: int, ask: Callable[[Caller, int], T]) -> list[T]:
        """Ask so many times at the same time, over a connection each."""

        def one(index: int) -> T:
            with self.caller() as caller:
                return ask(caller, index)

        with ThreadPoolExecutor(16) as threads:
            return list(threads.map(one, range(number)))


@contextmanager
def started(*arguments: str) -> Generator[Crew]:
    process = subprocess.Popen(
        [sys.executable, "-m", "mock_server", "--port", "0", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield Crew(process, process.stdout.readline().strip())
    finally:
        process.kill()
        process.communicate()


@pytest.fixture(scope="module", params=["file", "postgresql"])
def whole_crew(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Crew]:
    cluster: Cluster = request.getfixturevalue("postgresql")
    with cluster.database(prepared=False) as url:
        file = tmp_path_factory.mktemp("crew") / "state.db"
        database = url if request.param == "postgresql" else str(file)
        with started("--workers", str(WORKERS), "--database", database) as crew:
            yield crew


@pytest.fixture
def crew(whole_crew: Crew) -> Crew:
    """The same processes for all tests of a database, put back to their start for each."""
    with whole_crew.caller() as caller:
        assert caller.post("/__mock__/reset", {}).status_code == 200
    return whole_crew


@pytest.fixture
def caller(crew: Crew) -> Iterator[Caller]:
    with crew.caller() as caller:
        yield caller


def settings(caller: Caller, **changes: object) -> None:
    assert caller.call("PATCH", "/__mock__/settings", json=changes).status_code == 200


def test_a_token_is_honoured_and_revoked_on_all(crew: Crew, caller: Caller) -> None:
    assert len(crew.pids) == WORKERS
    amigo = caller.signed_in("amigo")
    made = crew.on_each(lambda each: each.signed_in("amigo").token)
    asked = crew.on_each(lambda each: each.user()["login"], amigo.token)
    assert asked == ["amigo"] * WORKERS
    for token in (amigo.token, *made):
        assert caller.with_token(token).delete("/session").status_code == 200
        refused = crew.on_each(lambda each: errors(each.get("/session"), 401), token)
        assert refused == [{"base": ["Required session does not exist"]}] * WORKERS


def test_of_64_racing_sign_ups_one_is_taken(crew: Crew, caller: Caller) -> None:
    app = caller.app()

    def sign_up(each: Caller, _: int) -> int:
        fields = {"login": "amigo", "password": PASSWORD, "tag_list": "a,b"}
        return each.with_token(app.token).post("/users", {"user": fields}).status_code

    assert Counter(crew.at_once(64, sign_up)) == {201: 1, 422: 63}
    assert app.get("/users").json()["total_entries"] == 1
    assert app.get("/users/by_tags", {"tags": "b"}).json()["total_entries"] == 1


def test_racing_sign_ins_make_one_user(crew: Crew, caller: Caller) -> None:
    settings(caller, facebook_accounts=[{"id": "f-1", "token": "believed"}])

    def sign_in(each: Caller, number: int) -> tuple[str, int]:
        if number % 2:
            answer = each.create_session(user={"login": "amigo", "password": PASSWORD})
        else:
            answer = each.create_session(provider="facebook", keys={"token": "believed"})
        assert answer.status_code == 201, answer.text
        return "login" if number % 2 else "facebook", answer.json()["session"]["user_id"]

    # Nothing but the order of things keeps Facebook's ids apart: they need not be unique.
    assert len(set(crew.at_once(32, sign_in))) == 2
    assert caller.app().get("/users").json()["total_entries"] == 2


def test_a_nonce_and_a_reset_link_are_used_once(crew: Crew, caller: Caller) -> None:
    app = caller.app()
    moment = app.session()["ts"]
    once = crew.at_once(
        16, lambda each, _: each.create_session(timestamp=moment, nonce=5).status_code
    )
    assert Counter(once) == {201: 1, 422: 15}
    app.sign_up(login="amigo", email="a@x.org")
    assert app.post("/users/password/reset", {"email": "a@x.org"}).status_code == 200
    [mail] = caller.get("/__mock__/mailbox").json()["messages"]
    link = next(word for word in mail["text"].split() if word.startswith("http"))
    page = link.removeprefix(crew.base_url)

    def use(each: Caller, number: int) -> int:
        new = f"another {number} password"
        body = httpx2.QueryParams({"password": new, "repeated": new})
        return each.call("POST", page, content=str(body), headers=LINK).status_code

    assert Counter(crew.at_once(16, use)) == {200: 1, 404: 15}


def test_the_clock_is_one(crew: Crew, caller: Caller) -> None:
    app = caller.app()
    caller.post("/__mock__/clock", {"freeze": True})
    caller.post("/__mock__/clock", {"set": "2030-01-01T00:00:00Z"})
    told = crew.on_each(lambda each: each.get("/__mock__/clock").json())
    assert told == [{"now": "2030-01-01T00:00:00.000Z", "frozen": True}] * WORKERS
    refused = crew.on_each(lambda each: each.get("/session").status_code, app.token)
    assert refused == [401] * WORKERS
    caller.post("/__mock__/reset", {})
    assert not any(crew.on_each(lambda each: each.get("/__mock__/clock").json()["frozen"]))


def test_settings_and_apps_are_known_to_all(crew: Crew, caller: Caller) -> None:
    crew.on_each(lambda each: each.app())  # so that all have seen the settings before
    settings(caller, create_users_on_session=False)
    user = {"login": "newcomer", "password": PASSWORD}
    refused = crew.on_each(lambda each: each.create_session(user=user).status_code)
    assert refused == [404] * WORKERS
    added = caller.post("/__mock__/apps", {}).json()
    keys = {"application_id": added["id"], "auth_key": added["auth_key"]}
    assert crew.on_each(lambda each: each.post("/session", keys).status_code) == [201] * WORKERS
    assert caller.delete(f"/__mock__/apps/{added['id']}").status_code == 200
    assert crew.on_each(lambda each: each.post("/session", keys).status_code) == [422] * WORKERS


def test_a_fault_fires_as_often_as_ordered(crew: Crew, caller: Caller) -> None:
    caller.post("/__mock__/faults", {"operation": "createSession", "status": 503, "count": 7})
    asked = crew.at_once(40, lambda each, _: each.create_session().status_code)
    assert Counter(asked) == {201: 33, 503: 7}
    told = crew.on_each(lambda each: each.get("/__mock__/faults").json()["faults"][0]["fired"])
    assert told == [7] * WORKERS
    journals = crew.on_each(
        lambda each: each.get("/__mock__/journal", {"limit": 1000}).json()["requests"]
    )
    assert all(each == journals[0] for each in journals)
    assert [each["number"] for each in journals[0]] == list(range(1, 41))


def test_a_rate_limit_is_one(crew: Crew, caller: Caller) -> None:
    caller.post("/__mock__/clock", {"freeze": True})
    settings(caller, rate_limit={"requests": 9, "seconds": 60})
    asked = crew.at_once(32, lambda each, _: each.create_session().status_code)
    assert Counter(asked) == {201: 9, 429: 23}


def test_files_are_shared(crew: Crew, caller: Caller) -> None:
    owner = caller.signed_in("amigo")
    blob = owner.stored_blob(b"bytes")

    def download(each: Caller) -> bytes:
        link = each.get(f"/blobs/{blob['uid']}").headers["location"]
        return each.http.get(link).content

    assert crew.on_each(download, owner.token) == [b"bytes"] * WORKERS


def test_requests_of_many_users_at_once(crew: Crew) -> None:
    """Whatever serializing costs inside, none of it is seen outside."""

    def live(each: Caller, number: int) -> list[int]:
        user = each.signed_in(f"user{number}")
        own = f"/users/{user.user()['id']}"
        return [
            user.put(own, {"user": {"full_name": f"User {number}", "tag_list": "all"}}).status_code,
            user.get("/users/by_tags?tags=all").status_code,
            user.post("/blobs", {"blob": {"content_type": "a/b", "name": "c"}}).status_code,
            user.delete(own).status_code,
        ]

    assert crew.at_once(48, live) == [[200, 200, 201, 200]] * 48


def test_a_worker_that_dies_is_replaced(crew: Crew, caller: Caller) -> None:
    app = caller.app()
    killed = min(crew.pids)
    os.kill(killed, signal.SIGKILL)
    deadline = time.monotonic() + 60
    while len(crew.pids - {killed}) < WORKERS and time.monotonic() < deadline:
        with crew.caller(app.token) as each:  # the others go on meanwhile
            assert each.get("/session").status_code == 200
    assert crew.on_each(lambda each: each.get("/session").status_code, app.token) == [200] * WORKERS


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_all_of_them_stop(number: int, tmp_path: Path) -> None:
    with started("--workers", "2", "--database", str(tmp_path / "state.db")) as crew:
        with crew.caller() as caller:
            assert caller.create_session().status_code == 201
        workers = [psutil.Process(pid) for pid in crew.pids]
        assert len(workers) == 2
        crew.process.send_signal(number)
        output, log = crew.process.communicate(timeout=30)
        gone, alive = psutil.wait_procs(workers, timeout=30)
        assert (len(gone), alive) == (2, [])
        if number != signal.SIGKILL:
            assert (crew.process.returncode, output, log) == (0, "", "")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--database", ":memory:"],
        ["--database", "sqlite://"],
        ["--database", "a.db", "--seed", "1"],
        ["--database", "/nowhere/at/all.db"],
        ["--database", "mysql://h/d"],
    ],
)
def test_what_workers_cannot_do(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--port", "0", "--workers", "2", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("connectycube-mock: ")
    assert "Traceback" not in captured.err


def test_what_is_no_number_of_workers(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="worker"):
        Settings(workers=0)
    alone = running(Settings(port=0, workers=2, database=tmp_path / "state.db"))
    with pytest.raises(ValueError, match="the command"), alone:
        raise AssertionError("it must not start")
