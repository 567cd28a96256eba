"""Sessions shared by the processes of one machine, and kept over restarts."""

from __future__ import annotations

import fcntl
import os
import stat
import tempfile
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Final

from attrs import evolve

from ._errors import SessionStoreError
from ._forks import after_fork
from ._models import Session
from ._stored import Stored, stored_from_json, stored_to_json

_LARGEST: Final = 65_536
"""Bytes of a file that are read; a session has less than a thousand."""

_PATIENCE: Final = 5.0
"""Seconds to wait for another process that reads or writes the same file."""


class FileSessionStore:
    """Keeps sessions in files, for the processes of one user on one machine.

    The folder has two files beside each session's own, which are locked and stay empty. Files
    are readable by their owner alone (0600) and replaced as a whole; one that others may read is
    refused. A damaged file, or one of another version of this package, counts as none. The
    leader's lock is the kernel's (``flock``), which frees it when the leader dies. It works where
    ``flock`` does: not on Windows, and hardly on network file systems.

    Args:
        folder: Where; made when missing, for its owner alone.

    Raises:
        SessionStoreError: From every method, if the folder or a file cannot be used.

    Example:
        cube = ConnectyCube(store=FileSessionStore("~/.cache/my-app/sessions"))
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self._folder: Final = Path(folder).expanduser()
        self._leading: dict[int, int] = {}
        self._fences: Final = count(1)
        self._lock = threading.Lock()
        after_fork(self._start_anew)

    def load(self, key: str) -> Stored | None:
        """Read what is kept."""
        with self._failing("read"):
            return self._read(key)

    def acquire(self, key: str) -> int | None:
        """Take the lead, if nobody has it."""
        with self._failing("lock"):
            descriptor = self._locked(key, "lead")
            if descriptor is None:
                return None
            with self._lock:
                fence = next(self._fences)
                self._leading[fence] = descriptor
            return fence

    def save(self, key: str, stored: Stored, fence: int) -> bool:
        """Keep what the leader brought."""
        with self._failing("written"), self._alone(key):
            if fence not in self._leading:
                return False
            self._write(key, stored)
            return True

    def release(self, key: str, fence: int) -> None:
        """Give the lead up."""
        del key
        with self._lock:
            descriptor = self._leading.pop(fence, None)
        if descriptor is not None:
            _unlock(descriptor)

    def prolong(self, key: str, token: str, expires_at: datetime) -> None:
        """Move a session's end."""
        with self._failing("written"), self._alone(key):
            kept = self._read(key)
            if isinstance(kept, Session) and kept.token == token:
                self._write(key, evolve(kept, expires_at=expires_at))

    def discard(self, key: str, token: str) -> None:
        """Drop a session."""
        with self._failing("deleted"), self._alone(key):
            kept = self._read(key)
            if isinstance(kept, Session) and kept.token == token:
                self._path(key).unlink()

    def _path(self, key: str, kind: str = "json") -> Path:
        return self._folder / f"{key}.{kind}"

    def _read(self, key: str) -> Stored | None:
        path = self._path(key)
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        except FileNotFoundError:
            return None
        with os.fdopen(descriptor, "rb") as file:
            about = os.fstat(descriptor)
            if about.st_uid != os.geteuid() or stat.S_IMODE(about.st_mode) & 0o077:
                raise SessionStoreError(
                    f"{path} is open to others: it must be this user's, with mode 0600"
                )
            return stored_from_json(file.read(_LARGEST))

    def _write(self, key: str, stored: Stored) -> None:
        # A temporary file is made with mode 0600.
        descriptor, name = tempfile.mkstemp(dir=self._folder, prefix=f"{key}.")
        temporary = Path(name)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(stored_to_json(stored))
                file.flush()
                os.fsync(descriptor)
            temporary.replace(self._path(key))
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _locked(self, key: str, kind: str) -> int | None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW
        descriptor = os.open(self._path(key, kind), flags, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        except BaseException:
            os.close(descriptor)
            raise
        return descriptor

    @contextmanager
    def _alone(self, key: str) -> Generator[None]:
        """Read and write with nobody in between."""
        deadline = time.monotonic() + _PATIENCE
        while (descriptor := self._locked(key, "lock")) is None:
            if time.monotonic() > deadline:
                raise SessionStoreError(f"{self._path(key)} is locked by another process")
            time.sleep(0.005)
        try:
            yield
        finally:
            _unlock(descriptor)

    @contextmanager
    def _failing(self, what: str) -> Generator[None]:
        try:
            yield
        except OSError as error:
            problem = f"a session in {self._folder} could not be {what}: {error.strerror}"
        else:
            return
        raise SessionStoreError(problem)

    def _start_anew(self) -> None:
        # The lead is the parent's; its lock would last as long as a copy of its descriptor does.
        self._lock = threading.Lock()
        for descriptor in self._leading.values():
            with suppress(OSError):
                os.close(descriptor)
        self._leading = {}


def _unlock(descriptor: int) -> None:
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    os.close(descriptor)
