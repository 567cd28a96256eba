"""Configuration, expiry, models, logs: small pure things."""

from __future__ import annotations

import copy
import logging
import pickle
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generated_client import models as generated
from tests.wrappers.stub import session_json, user_json
from tests.wrappers.worlds import PATIENT
from wrappers import NOT_GIVEN, ConfigurationError, ConnectyCube, NotGiven
from wrappers._configuration import application, checked_timeout
from wrappers._expiry import http_date, retry_after, seconds_left
from wrappers._logs import mask_library_logs, masked
from wrappers._models import session_from, user_from
from wrappers._sentinel import given as only_given

ENVIRONMENT = {
    "CONNECTYCUBE_APP_ID": "7",
    "CONNECTYCUBE_AUTH_KEY": "made-up-key",
    "CONNECTYCUBE_AUTH_SECRET": "made-up-secret",
    "CONNECTYCUBE_BASE_URL": "http://127.0.0.1:8080/",
}


def test_the_environment_is_enough() -> None:
    found = application(environment=ENVIRONMENT)
    assert (found.app_id, found.auth_key, found.auth_secret, found.base_url) == (
        7,
        "made-up-key",
        "made-up-secret",
        "http://127.0.0.1:8080",
    )
    assert "made-up" not in repr(found)


def test_arguments_win_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    with ConnectyCube(app_id="8", base_url="https://example.com/prefix") as cube:
        assert repr(cube) == "ConnectyCube(app_id=8, base_url='https://example.com/prefix')"


def test_the_public_service_is_the_default() -> None:
    found = application(app_id=1, auth_key="key", environment={"CONNECTYCUBE_BASE_URL": ""})
    assert found.base_url == "https://api.connectycube.com"
    assert found.auth_secret is None


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("CONNECTYCUBE_APP_ID", "", "CONNECTYCUBE_APP_ID"),
        ("CONNECTYCUBE_APP_ID", "seven", "not a number"),
        ("CONNECTYCUBE_APP_ID", "-7", "not a number"),
        ("CONNECTYCUBE_APP_ID", "\N{ARABIC-INDIC DIGIT SEVEN}", "not a number"),
        ("CONNECTYCUBE_APP_ID", "9" * 20, "not a number"),
        ("CONNECTYCUBE_AUTH_KEY", "", "CONNECTYCUBE_AUTH_KEY"),
        *(
            ("CONNECTYCUBE_BASE_URL", url, "base URL")
            for url in (
                "api.connectycube.com",
                "ftp://example.com",
                "https://",
                "https://user:made-up-secret@example.com",
                "https://example.com/?token=made-up-secret",
                "https://example.com/#x",
                "https://example.com:port",
                "https://example.com:99999",
                "https://example.com:0",
                "https://[made-up-secret",
                "https://exa mple.com",
                "https://example.com/\n",
                "https://exämple.com",
            )
        ),
    ],
)
def test_configurations_that_are_refused(variable: str, value: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message) as caught:
        application(environment=ENVIRONMENT | {variable: value})
    assert "made-up" not in str(caught.value)


@pytest.mark.parametrize("seconds", [0, -1, float("inf"), float("nan")])
def test_timeouts_are_finite(seconds: float) -> None:
    assert checked_timeout(0.1) == 0.1
    with pytest.raises(ConfigurationError):
        ConnectyCube(app_id=1, auth_key="key", timeout=seconds)


@pytest.mark.parametrize(
    ("expiration", "date", "left"),
    [
        ("2023-09-15 15:43:31 UTC", "Fri, 15 Sep 2023 13:43:31 GMT", 7200),
        (" 2023-09-15 13:43:32 UTC ", "Fri, 15 Sep 2023 13:43:31 GMT", 1),
        ("2023-09-15 15:43:31 UTC", "Fri, 15 Sep 2023 15:43:31 +0200", 7200),
        ("2023-09-15 15:43:31 UTC", "Fri, 15 Sep 2023 13:43:31 -0000", 7200),
        ("2023-09-15 13:43:31 UTC", "Fri, 15 Sep 2023 13:43:31 GMT", None),
        ("2023-09-15 15:43:31", "Fri, 15 Sep 2023 13:43:31 GMT", None),
        ("2023-09-15 15:43:31 UTC", "yesterday", None),
        ("2023-09-15 15:43:31 UTC", None, None),
        (None, "Fri, 15 Sep 2023 13:43:31 GMT", None),
    ],
)
def test_how_long_a_session_lives_on(
    expiration: str | None, date: str | None, left: float | None
) -> None:
    assert seconds_left(expiration, date) == left


@PATIENT
@given(st.text(), st.text())
def test_no_header_breaks_the_reading(one: str, two: str) -> None:
    seconds_left(one, two)
    retry_after(one, two)
    http_date(one)


def test_a_session_of_today_and_of_yesterday() -> None:
    today = session_from(generated.Session.from_dict(session_json("T", user_json(7, login="x"))))
    assert today.user is not None
    assert (today.user_id, today.user.login, today.application_id) == (7, "x", 1)
    assert today.created_at == datetime(2023, 9, 15, 13, 43, 31, 535_000, tzinfo=UTC)
    assert repr(today).startswith("Session(token=***, ")
    older = session_from(generated.Session.from_dict(session_json("T") | {"user_id": 0}))
    assert (older.user_id, older.user) == (None, None)


@pytest.mark.parametrize(
    ("sent", "tags"),
    [
        (None, ()),
        ("", ()),
        ("a,b", ("a", "b")),
        (" a , ,b c", ("a", "b c")),
        (["a", "b,c"], ("a", "b,c")),
        ([], ()),
    ],
)
def test_tags_in_either_form(sent: object, tags: tuple[str, ...]) -> None:
    assert user_from(generated.User.from_dict(user_json(7, user_tags=sent))).tags == tags


def test_models_are_compared_by_what_they_say() -> None:
    one, two = (user_from(generated.User.from_dict(user_json(7, odd=n))) for n in range(2))
    assert one == two
    assert one.raw is not None
    assert one.raw.additional_properties == {"odd": 0}
    assert pickle.loads(pickle.dumps(one)) == one


def test_what_was_not_given_is_one_false_thing() -> None:
    assert not NOT_GIVEN
    assert repr(NOT_GIVEN) == "NOT_GIVEN"
    for other in (
        copy.copy(NOT_GIVEN),
        copy.deepcopy(NOT_GIVEN),
        pickle.loads(pickle.dumps(NOT_GIVEN)),
    ):
        assert other is NOT_GIVEN
    assert isinstance(NOT_GIVEN, NotGiven)
    assert only_given(a=1, b=None, c=NOT_GIVEN) == {"a": 1, "b": None}


def test_secret_parameters_are_masked_and_nothing_else() -> None:
    assert masked("GET http://x/y?a=1&token=T0K&X-Amz-Signature=ab%20c&b=2 200") == (
        "GET http://x/y?a=1&token=***&X-Amz-Signature=***&b=2 200"
    )
    assert masked("[(b'location', b'http://x?policy=e30&Credential=k')]") == (
        "[(b'location', b'http://x?policy=***&Credential=***')]"
    )
    assert masked("a token of thanks") == "a token of thanks"


def test_the_librarys_records_are_masked_on_their_way(caplog: pytest.LogCaptureFixture) -> None:
    mask_library_logs()
    mask_library_logs()
    caplog.set_level(logging.DEBUG)
    library = logging.getLogger("httpx2")
    library.info("HTTP Request: %s %s", "GET", "http://x/?token=made-up")
    library.info("plain %s", "text")
    assert caplog.messages == ["HTTP Request: GET http://x/?token=***", "plain text"]
