"""``connectycube upload``, ``download`` and ``avatar``: files there and back."""

from __future__ import annotations

import sys
from pathlib import Path, PurePath
from typing import Annotated, Final

from cyclopts import App, Parameter

from wrappers._models import Blob
from wrappers._sync.client import ConnectyCube

from .access import DEFAULTS, Access, calling
from .exit_codes import CommandError
from .output import record_of, say
from .progress import bytes_bar

avatar = App(name="avatar", help="Set one's own avatar, save anybody's.")

_OUTPUT: Final = Parameter(
    name=("--output", "-o"),
    help="Where it goes; - is the standard output.",
    allow_leading_hyphen=True,
)
_STDOUT = Path("-")


def upload(
    file: Path,
    /,
    *,
    name: str | None = None,
    content_type: str | None = None,
    public: bool = False,
    access: Access = DEFAULTS,
) -> None:
    """Upload a file for who signs in.

    Args:
        file: The file.
        name: Its name in the storage; left out, its own.
        content_type: Its media type; left out, by its name, else by its content.
        public: Let anybody who knows its uid download it.
        access: Who calls, and where.
    """
    with calling(access, as_user=True) as cube, bytes_bar(file.name) as told:
        blob = cube.storage.upload(
            file, name=name, content_type=content_type, public=public, progress=told
        )
    access.output.one(record_of(blob))


def download(
    uid: str,
    /,
    *,
    output: Annotated[Path | None, _OUTPUT] = None,
    force: bool = False,
    access: Access = DEFAULTS,
) -> None:
    """Download a file; it appears complete or not at all.

    Args:
        uid: The file's uid.
        output: Left out, it goes here under the name it has in the storage.
        force: Replace a file that is there already.
        access: Who calls, and where.
    """
    with calling(access) as cube:
        if output == _STDOUT:
            _pour(cube, uid)
            return
        target = output or _own_name(cube.storage.get(uid))
        if target.exists() and not force:
            raise CommandError(f"{target} is there already; --force replaces it")
        with bytes_bar(target.name) as told:
            cube.storage.download(uid, target, progress=told)
    access.output.one({"uid": uid, "path": str(target), "size": target.stat().st_size})


@avatar.command(name="set")
def set_avatar(image: Path, /, *, access: Access = DEFAULTS) -> None:
    """Make an image the avatar of who signs in.

    Args:
        image: PNG, JPEG, GIF or WebP.
        access: Who calls, and where.
    """
    with calling(access, as_user=True) as cube, bytes_bar(image.name) as told:
        user = cube.avatars.set(image, progress=told)
    access.output.one(record_of(user))


@avatar.command(name="get")
def get_avatar(
    user_id: int | None = None,
    /,
    *,
    output: Annotated[Path, _OUTPUT],
    force: bool = False,
    access: Access = DEFAULTS,
) -> None:
    """Save a user's avatar.

    Args:
        user_id: Whose; left out, of who signs in.
        output: Where it goes; - is the standard output.
        force: Replace a file that is there already.
        access: Who calls, and where.
    """
    with calling(access, as_user=user_id is None) as cube:
        whose = cube.get_session().user_id if user_id is None else user_id
        if whose is None:
            raise CommandError("the session of CONNECTYCUBE_TOKEN is the application's: whose?")
        user = cube.users.get(whose)
        if output == _STDOUT:
            _to_stdout(cube.avatars.download(user))
            return
        if output.exists() and not force:
            raise CommandError(f"{output} is there already; --force replaces it")
        with bytes_bar(output.name) as told:
            cube.avatars.download(user, output, progress=told)
    size = output.stat().st_size
    access.output.one({"user_id": whose, "path": str(output), "size": size})


def _own_name(blob: Blob) -> Path:
    """Choose a name in this directory: the storage's can hold directories, or be a dot file's."""
    name = PurePath(blob.name.replace("\\", "/")).name.lstrip(".")
    clean = "".join(letter if letter.isprintable() else "_" for letter in name)
    if not clean:
        say("the file's own name cannot be used here")
    return Path(clean or blob.uid)


def _pour(cube: ConnectyCube, uid: str) -> None:
    with cube.storage.stream(uid) as pieces:
        for piece in pieces:
            _to_stdout(piece)


def _to_stdout(piece: bytes) -> None:
    sys.stdout.buffer.write(piece)
