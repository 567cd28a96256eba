"""The uploaded bytes, one file for each object in a local folder."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An uploaded object.

    Attributes:
        path: The file that holds its bytes.
        content_type: What the upload said it is.
    """

    path: Path
    content_type: str


class ObjectFolder:
    """A folder of objects by key.

    Args:
        folder: The folder; None makes one that goes with the server.
    """

    def __init__(self, folder: Path | None) -> None:
        self._remove: weakref.finalize[[Path], ObjectFolder] | None = None
        if folder is None:
            folder = Path(tempfile.mkdtemp(prefix="connectycube-mock-"))
            self._remove = weakref.finalize(self, _remove, folder)
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder

    def upload(self) -> tempfile._TemporaryFileWrapper[bytes]:
        """Open a file for bytes on their way in; `keep` makes it an object."""
        return tempfile.NamedTemporaryFile(dir=self._folder, prefix="upload-", delete=False)

    def keep(self, uploaded: Path, key: str, content_type: str) -> None:
        """Make an uploaded file the object of a key, in place of any other.

        Args:
            uploaded: The file.
            key: The object's key.
            content_type: What the upload says it is.
        """
        path = self._path(key)
        path.with_suffix(".json").write_text(json.dumps({"key": key, "content_type": content_type}))
        uploaded.replace(path)

    def find(self, key: str) -> StoredObject | None:
        """Find the object of a key.

        Args:
            key: The key.

        Returns:
            The object, None if there is none.
        """
        path = self._path(key)
        if not path.exists():
            return None
        described = json.loads(path.with_suffix(".json").read_text())
        return StoredObject(path, described["content_type"])

    def delete(self, key: str) -> None:
        """Delete the object of a key, if there is one.

        Args:
            key: The key.
        """
        path = self._path(key)
        path.unlink(missing_ok=True)
        path.with_suffix(".json").unlink(missing_ok=True)

    def everything(self) -> Iterator[tuple[str, StoredObject]]:
        """Give all objects with their keys, in the order of the keys."""
        described = [json.loads(each.read_text()) for each in self._folder.glob("*.json")]
        for each in sorted(described, key=lambda each: str(each["key"])):
            found = self.find(each["key"])
            if found is not None:
                yield each["key"], found

    def clear(self) -> None:
        """Delete all objects."""
        for key, _ in list(self.everything()):
            self.delete(key)

    def close(self) -> None:
        """Remove the folder if it was made for this server."""
        if self._remove is not None:
            self._remove()

    def _path(self, key: str) -> Path:
        # A key is any text a client may choose; its hash is a safe file name.
        return self._folder / hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
