"""Where secrets go, and where they never do: searched by value."""

from __future__ import annotations

import logging
import pickle
import traceback
from collections.abc import Iterator
from urllib.parse import parse_qsl

import pytest

from tests.wrappers.recorded_mock import Recorder, recorded_mock
from tests.wrappers.stub import LOST, Reply, StubServer
from tests.wrappers.worlds import Options, png, somebody, stub_options
from wrappers import (
    AsyncConnectyCube,
    ConnectyCubeError,
    CustomIdentity,
    Facebook,
    FirebaseEmail,
    FirebasePhone,
    Password,
    Twitter,
)

pytestmark = pytest.mark.anyio

KEY, SECRET = "dev-auth-key", "dev-auth-secret"


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    with recorded_mock() as server:
        yield server


def options(recorder: Recorder) -> Options:
    return {"app_id": 1, "auth_key": KEY, "auth_secret": SECRET, "base_url": recorder.base_url}


async def test_the_token_reaches_the_api_alone(recorder: Recorder) -> None:
    tokens: set[str] = set()
    async with AsyncConnectyCube(**options(recorder)) as cube:
        await cube.create_session(somebody())
        user = await cube.avatars.set(png())
        other = cube.as_user(somebody())
        assert await other.avatars.download(user) == png()
        for client in (cube, other):
            assert client.session is not None
            tokens.add(client.session.token)
    store = [each for each in recorder.arrived if each.for_the_store]
    assert [each.method for each in store] == ["POST", "GET"]
    for each in store:
        assert not {name for name in each.names if name.startswith((b"cb-", b"authorization"))}
        for secret in (*tokens, KEY, SECRET):
            assert secret.encode() not in each.everything()
    with_token = [each for each in recorder.arrived if b"cb-token" in each.names]
    assert {each.path.split("/")[1] for each in with_token} == {"users", "blobs"}


async def test_logs_and_representations_hold_no_secret(
    recorder: Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    credentials = somebody()
    secrets = {KEY, SECRET, credentials.password, "another-password"}
    shown: list[str] = []
    async with AsyncConnectyCube(**options(recorder)) as cube:
        await cube.create_session(credentials)
        user = await cube.avatars.set(png())
        await cube.avatars.download(user)
        await cube.avatars.url(user)
        await cube.users.change_password(old=credentials.password, new="another-password")
        assert cube.session is not None
        secrets.add(cube.session.token)
        state = cube._core.sessions.state
        shown += map(repr, (cube, cube.session, credentials, state.current, state.identity))
        shown += map(repr, (cube._core.application, cube._core.api, user))
        with pytest.raises(ConnectyCubeError) as caught:
            await cube.users.change_password(old=credentials.password, new="x")
        shown += everything_about(caught.value)
    for arrived in recorder.arrived:
        if arrived.for_the_store:
            # What signs uploads and downloads is worth stealing for as long as it holds.
            for name, value in parse_qsl(arrived.query.decode()):
                if name.lower().endswith(("signature", "credential")):
                    secrets.add(value)
        elif arrived.path == "/session" and b"signature" in arrived.body:
            secrets.add(arrived.body.partition(b'"signature":"')[2].partition(b'"')[0].decode())
    assert len(secrets) >= 7
    assert "" not in secrets
    logged = client_logs(caplog)
    assert logged.count("response_closed.complete") >= 5  # the library's own lines
    for text in (logged, *shown):
        for secret in secrets:
            assert secret not in text


def client_logs(caplog: pytest.LogCaptureFixture) -> str:
    """What was logged on the client's side of this process, which is the server's as well."""
    return "\n".join(
        record.getMessage()
        for record in caplog.records
        if record.name.partition(".")[0] in {"wrappers", "httpx2", "httpcore2"}
    )


def everything_about(error: BaseException) -> list[str]:
    """What of an error can end up in a log or a report, whatever it hangs on."""
    texts: list[str] = []
    one: BaseException | None = error
    while one is not None:
        texts += [str(one), repr(one), *traceback.format_exception(one)]
        one = one.__cause__ or one.__context__
    return texts


CREDENTIALS = (
    Password(login="arthur", password="made-up-secret"),
    Password(email="arthur@example.com", password="made-up-secret"),
    FirebasePhone("project", "made-up-secret"),
    FirebaseEmail("project", "made-up-secret"),
    Facebook("made-up-secret"),
    Twitter("made-up-secret", "made-up-secret"),
    CustomIdentity("made-up-secret", "made-up-secret"),
)


@pytest.mark.parametrize("credentials", CREDENTIALS, ids=lambda each: type(each).__name__)
@pytest.mark.parametrize(
    "reply",
    [
        Reply(401, {"errors": ["Invalid password"]}),
        Reply(401, LOST),
        Reply(200, {"errors": ["Bad Authentication data"]}),
        Reply(422, {"errors": {"login": ["is invalid"]}}),
        Reply(500, body=b"<html>oops</html>"),
        Reply(200, body=b"<html>welcome</html>"),
        Reply(201, {"session": {"token": "made-up-secret"}}),
        Reply(201, body=b'{"session": {"token": "made-up-secret'),
        Reply(0),
    ],
)
async def test_failed_sign_ins_quote_nothing(
    stub: StubServer, credentials: Password, reply: Reply, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    stub.always("POST", "/session", reply)
    async with AsyncConnectyCube(**stub_options(stub.base_url)) as cube:
        with pytest.raises(ConnectyCubeError) as caught:
            await cube.as_user(credentials).get_session()
    copied: ConnectyCubeError = pickle.loads(pickle.dumps(caught.value))
    assert str(copied) == str(caught.value)
    for text in (client_logs(caplog), repr(credentials), *everything_about(caught.value)):
        # Lines of this file stand in tracebacks, and hold the made-up secret.
        assert "made-up-secret" not in text.replace(__file__, "")
