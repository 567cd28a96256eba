"""The contract as data: which operations there are, and what each one needs."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

CONTRACT_PATH = Path(__file__).parent.parent / "openapi" / "connectycube.yaml"
METHODS = ("get", "put", "post", "delete", "patch", "head", "options", "trace")

Document = dict[str, Any]

# libyaml's reads ten times as fast; a PyYAML built without it has none.
_SAFE_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Operation:
    """One operation of the contract.

    Attributes:
        id: Its operationId.
        method: Its method, in upper case.
        path: Its path template.
        security: The alternatives of security schemes; an empty one means that none is needed.
        statuses: The documented statuses.
    """

    id: str
    method: str
    path: str
    security: tuple[frozenset[str], ...]
    statuses: frozenset[str]

    @property
    def label(self) -> str:
        """Method and path template, as reports show it."""
        return f"{self.method} {self.path}"

    @property
    def needs_token(self) -> bool:
        """Whether there is no way around a session token."""
        return bool(self.security) and all(
            "sessionToken" in alternative for alternative in self.security
        )

    def example_path(self) -> str:
        """The path with a well-formed value in the place of every parameter."""
        return re.sub(r"\{([^}]+)\}", lambda match: _EXAMPLES[match.group(1)], self.path)


_EXAMPLES = {
    "user_id": "9007199254740993",
    "external_id": "nobody-has-this-id",
    "blob_id": "9007199254740993",
    "blob_ref": "9007199254740993",
    "uid": "0123456789ABCDEF0123456789ABCDEF0123",
}


@functools.cache
def document() -> Document:
    """The contract, parsed."""
    parsed: Document = yaml.load(CONTRACT_PATH.read_text(encoding="utf-8"), _SAFE_LOADER)
    return parsed


@functools.cache
def operations() -> tuple[Operation, ...]:
    """All operations, in the contract's order."""
    return tuple(
        Operation(
            id=definition["operationId"],
            method=method.upper(),
            path=path,
            security=tuple(frozenset(alternative) for alternative in definition["security"]),
            statuses=frozenset(str(status) for status in definition["responses"]),
        )
        for path, item in document()["paths"].items()
        for method, definition in item.items()
        if method in METHODS
    )
