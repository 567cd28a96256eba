"""What tests of the clients need of a server: addresses, keys, names that are free."""

from __future__ import annotations

import itertools
import secrets
import struct
import zlib
from typing import TypedDict

import pytest
from attrs import frozen
from hypothesis import HealthCheck, settings

from mock_server import RunningServer
from wrappers import Password

_numbers = itertools.count(1)

# httpx2 2.16 leaves an inner generator to the garbage collector when an answer is broken off, and
# trio says so; the connection itself is closed.
LEFT_OVER = pytest.mark.filterwarnings("ignore:Async generator 'httpcore2:ResourceWarning")


# A busy machine is no reason to fail a property.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Options(TypedDict, total=False):
    """Arguments of a client."""

    app_id: int
    auth_key: str
    auth_secret: str
    base_url: str
    timeout: float
    retries: int


@frozen
class MockWorld:
    """A running mock server as a test sees it."""

    server: RunningServer

    @property
    def options(self) -> Options:
        """How a client reaches it."""
        return {
            "app_id": 1,
            "auth_key": "dev-auth-key",
            "auth_secret": "dev-auth-secret",
            "base_url": self.server.base_url,
        }


def stub_options(base_url: str) -> Options:
    """How a client reaches a stub server, and sends everything once."""
    return {
        "app_id": 1,
        "auth_key": "made-up-key",
        "base_url": base_url,
        "timeout": 10,
        "retries": 0,
    }


def somebody() -> Password:
    """Credentials that nobody has."""
    name = f"user-{next(_numbers)}-{secrets.token_hex(6)}"
    return Password(login=name, password=f"pass-{secrets.token_hex(8)}")


def png(width: int = 3, height: int = 2, *, padding: bytes = b"") -> bytes:
    """A real image, with any bytes in a private chunk."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = b"".join(b"\0" + b"\x80\x40\x20" * width for _ in range(height))
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", header),
            chunk(b"prVt", padding),
            chunk(b"IDAT", zlib.compress(rows)),
            chunk(b"IEND", b""),
        )
    )
