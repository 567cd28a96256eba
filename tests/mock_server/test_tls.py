"""TLS: a certificate made on the spot, which clients of several kinds verify."""

from __future__ import annotations

import shutil
import signal
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest

from mock_server import ManualClock, RunningServer, Settings, running
from mock_server.__main__ import main
from tests.mock_server.caller import START, Caller
from tests.mock_server.command import command, first_line

CLOCK = "/__mock__/clock"


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    settings = Settings(port=0, store_port=0, tls=True, validate_responses=True)
    with running(settings, clock=ManualClock(START, frozen=True)) as server:
        yield server


@pytest.fixture
def ca_path(server: RunningServer) -> Path:
    assert server.ca_path is not None
    return server.ca_path


@pytest.fixture
def caller(server: RunningServer, ca_path: Path) -> Iterator[Caller]:
    trusting = ssl.create_default_context(cafile=ca_path)
    with httpx2.Client(verify=trusting, trust_env=False, timeout=30) as client:
        yield Caller(server, client)


def test_files_over_tls_on_both_ports(caller: Caller) -> None:
    amigo = caller.signed_in("amigo")
    blob = amigo.stored_blob(b"bytes")
    link = amigo.get(f"/blobs/{blob['uid']}").headers["location"]
    assert link.startswith(f"{caller.server.store_url}/")
    assert urlsplit(link).scheme == urlsplit(caller.server.base_url).scheme == "https"
    assert caller.http.get(link).content == b"bytes"


def test_links_in_mails_are_secure(caller: Caller) -> None:
    caller.app().sign_up(login="marvin", email="m@a.example")
    assert caller.app().get("/users/password/reset", {"email": "m@a.example"}).status_code == 200
    link = caller.server.mailbox.latest("m@a.example").link
    assert link.startswith(caller.server.base_url)
    assert caller.http.get(link).status_code == 200


def test_what_it_is_valid_for(server: RunningServer, ca_path: Path) -> None:
    context = ssl.create_default_context(cafile=ca_path)
    url = urlsplit(server.base_url)
    for name in ("localhost", "127.0.0.1", "::1"):
        with (
            socket.create_connection((url.hostname, url.port), 30) as peer,
            context.wrap_socket(peer, server_hostname=name) as secure,
        ):
            secure.do_handshake()
    with (
        socket.create_connection((url.hostname, url.port), 30) as peer,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        context.wrap_socket(peer, server_hostname="api.connectycube.com")


def test_who_does_not_trust_it_is_not_connected(server: RunningServer) -> None:
    with httpx2.Client(trust_env=False) as client, pytest.raises(httpx2.ConnectError):
        client.get(f"{server.base_url}{CLOCK}")


def test_curl(server: RunningServer, ca_path: Path) -> None:
    curl = shutil.which("curl")
    assert curl is not None
    for host in ("127.0.0.1", "localhost"):
        url = server.base_url.replace("127.0.0.1", host)
        told = subprocess.check_output(
            [curl, "-sS", "--noproxy", "*", "--cacert", ca_path, f"{url}{CLOCK}"], timeout=30
        )
        assert b'"frozen":true' in told


def test_node(server: RunningServer, ca_path: Path) -> None:
    node = shutil.which("node")
    assert node is not None
    program = f"fetch({f'{server.base_url}{CLOCK}'!r}).then(a => a.text()).then(console.log)"
    told = subprocess.check_output(
        [node, "-e", program], env={"NODE_EXTRA_CA_CERTS": str(ca_path)}, timeout=30
    )
    assert b'"frozen":true' in told


def test_faults_break_secure_connections_too(caller: Caller) -> None:
    app = caller.app()
    for fault in ("truncate", "reset"):
        caller.server.faults.add("getSession", count=1, **{fault: True})
        with pytest.raises(httpx2.TransportError):
            app.get("/session")
    caller.server.faults.add("getSession", slow_body=0.01, count=1)
    assert app.session()["token"] == app.token


def test_the_command_tells_what_to_trust(tmp_path: Path) -> None:
    with command("--port", "0", "--tls") as process:
        base_url = first_line(process)
        file = Path(first_line(process))
        trusting = ssl.create_default_context(cafile=file)
        with httpx2.Client(verify=trusting, trust_env=False) as client:
            assert client.get(f"{base_url}{CLOCK}").status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.communicate(timeout=20) == ("", "")
        assert not file.parent.exists()
    kept = tmp_path / "ca.pem"
    with running(Settings(port=0, tls=True, tls_ca=kept)) as server:
        assert server.ca_path == kept
        first = kept.read_bytes()
        assert b"PRIVATE" not in first
    with running(Settings(port=0, tls=True, tls_ca=kept)):
        assert kept.read_bytes() != first


def test_what_cannot_be_trusted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = tmp_path / "other.txt"
    other.write_text("of another program", encoding="utf-8")
    for arguments in (["--tls", "--tls-ca", str(other)], ["--tls-ca", str(tmp_path / "new")]):
        assert main(["--port", "0", *arguments]) == 2
    assert main(["--port", "0", "--tls", "--tls-ca", str(tmp_path / "no" / "ca.pem")]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert [line.partition(": ")[0] for line in lines] == ["connectycube-mock"] * 3
    assert other.read_text(encoding="utf-8") == "of another program"
