"""The ready progress bar, as a terminal would show it."""

from __future__ import annotations

import io
import sys

import pytest

from tests.wrappers.worlds import MockWorld, png, somebody
from wrappers import AsyncConnectyCube, ConfigurationError, ConnectyCube, progress_bar


class Terminal(io.StringIO):
    """A file that says it is one."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    return Terminal()


def test_threads_show_how_far_they_are(mock: MockWorld, terminal: Terminal) -> None:
    with ConnectyCube(**mock.options) as cube:
        cube.create_session(somebody())
        with progress_bar("[red]me", file=terminal) as progress:
            blob = cube.storage.upload(bytes(2_000_000), progress=progress)
        with progress_bar("down", file=terminal) as progress:
            assert len(cube.storage.download(blob, progress=progress)) == 2_000_000
    shown = terminal.getvalue()
    assert "[red]me" in shown
    assert "2.0/2.0 MB" in shown
    assert "down" in shown


@pytest.mark.anyio
async def test_tasks_show_how_far_they_are(mock: MockWorld, terminal: Terminal) -> None:
    image = png(padding=bytes(300_000))
    async with AsyncConnectyCube(**mock.options) as cube:
        await cube.create_session(somebody())
        with progress_bar("me.png", file=terminal) as progress:
            await cube.avatars.set(image, progress=progress)
    assert "300.1/300.1 kB" in terminal.getvalue()


def test_standard_error_is_where_it_is_drawn(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", terminal)
    with progress_bar("me.png") as progress:
        progress(10, 10)
    assert "10/10 bytes" in terminal.getvalue()


def test_without_rich_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rich.console", None)
    with pytest.raises(ConfigurationError, match=r"\[cli\]"), progress_bar("me.png"):
        pytest.fail("there is no bar")
