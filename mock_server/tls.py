"""TLS on this machine: an authority made on the spot, which vouches for one certificate."""

from __future__ import annotations

import ssl
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

NAMES = ("localhost", "127.0.0.1", "::1")
_FIRST_LINE = b"-----BEGIN CERTIFICATE-----"


@dataclass(frozen=True)
class Certificate:
    """A certificate with its key.

    Attributes:
        authority: The certificate of the authority that clients are to trust, as PEM. Nobody can
            sign with it: the authority's key is gone once the certificate is made.
        chain: Key and certificate, as PEM.
    """

    authority: bytes
    chain: bytes = field(repr=False)

    def context(self) -> ssl.SSLContext:
        """Make what a server answers TLS with."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        with tempfile.NamedTemporaryFile(suffix=".pem") as file:  # OpenSSL reads keys from files
            file.write(self.chain)
            file.flush()
            context.load_cert_chain(file.name)
        return context


def certificate(host: str) -> Certificate:
    """Make an authority and a certificate.

    Args:
        host: A name or address that it is valid for, besides those of this machine.

    Returns:
        The certificate.
    """
    import trustme  # noqa: PLC0415 - a tenth of a second that few servers need

    authority = trustme.CA(organization_name="ConnectyCube mock server")
    made = authority.issue_cert(*dict.fromkeys((*NAMES, host)))
    return Certificate(authority.cert_pem.bytes(), made.private_key_and_cert_chain_pem.bytes())


@contextmanager
def authority_file(made: Certificate, path: Path | None) -> Generator[Path]:
    """Have the authority's certificate in a file while a server runs.

    Args:
        made: The certificate.
        path: The file, which stays; None makes one that goes with the server.

    Yields:
        The file.

    Raises:
        OSError: The file cannot be written.
        ValueError: It holds something else than a certificate, which is left alone.
    """
    if path is None:
        with tempfile.TemporaryDirectory(prefix="connectycube-mock-") as folder:
            file = Path(folder) / "ca.pem"
            file.write_bytes(made.authority)
            yield file
        return
    if path.exists() and not path.read_bytes().startswith(_FIRST_LINE):
        raise ValueError(f"{path} is no certificate, and is left as it is")
    path.write_bytes(made.authority)
    yield path.absolute()
