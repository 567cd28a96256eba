"""Seed files: a snapshot, or one written by hand, with plain passwords and files beside it."""

from __future__ import annotations

import ctypes
import json
import mimetypes
import shutil
from collections.abc import Generator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from mock_server import apps, blobs, snapshots, users
from mock_server.apps import App, Apps
from mock_server.call import Call, Surroundings
from mock_server.clock import ManualClock
from mock_server.control import load
from mock_server.objects import ObjectFolder
from mock_server.refusals import Refusal, by_field
from mock_server.repository import Repository, State
from mock_server.snapshots import Snapshots
from mock_server.tables import User

_NOT_OF_THE_CONTRACT = frozenset({"id", "files"})


class _Misfit(Exception):  # noqa: N818 - it is told as a ValueError, with its line
    """What is wrong, and where in the document."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(message)
        self.path = path


def read(file: Path, around: Surroundings, time: ManualClock, app: App) -> Mapping[str, Any]:
    """Read a seed file.

    Args:
        file: The file.
        around: What the server has around its state.
        time: The server's clock.
        app: The app that the server starts with, to which everything written by hand belongs.

    Returns:
        The snapshot that it is, or that it makes.

    Raises:
        OSError: A file cannot be read.
        ValueError: It is no seed; the message names file, line and field.
    """
    content = file.read_bytes()
    try:
        written = json.loads(content)
    except ValueError:
        written = None
    if isinstance(written, dict) and "tables" in written:
        return snapshots.read(file)
    node = None
    try:
        node = yaml.compose(content, Loader=yaml.SafeLoader)
        seed = yaml.safe_load(content)
        with _at(""):
            load().component("Seed").check(seed)
        return _Garden(around, time, app, file.parent).grown(seed)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = "" if mark is None else f":{mark.line + 1}"
        raise ValueError(f"{file}{line}: this is neither YAML nor JSON") from None
    except _Misfit as misfit:
        raise ValueError(f"{file}:{_line(node, misfit.path)}: {misfit}") from None
    except ValueError as error:  # no text, or text that only YAML can write
        raise ValueError(f"{file}: {error}") from None


@dataclass(frozen=True)
class _Garden:
    """A state in memory, in which a seed grows to a snapshot.

    Attributes:
        around: What the server has around its state.
        time: The server's clock.
        app: The app that the server starts with.
        folder: Where the paths of files begin.
    """

    around: Surroundings
    time: ManualClock
    app: App
    folder: Path

    def grown(self, seed: Mapping[str, Any]) -> Mapping[str, Any]:
        """Plant everything, and give the whole state."""
        with closing(State(None)) as state, closing(ObjectFolder(None)) as objects:
            around = replace(self.around, objects=objects)
            state.run(lambda repository: self._plant(repository, around, seed))
            kept = Apps(state, ctypes.c_longlong(0))
            taken = Snapshots(state, objects, self.time, around.random, kept, self.app)
            return taken.take()

    def _plant(self, state: Repository, around: Surroundings, seed: Mapping[str, Any]) -> None:
        with _at("/settings"):
            app = self.app.changed(seed.get("settings", {}))
            apps.start(state, app)
        call = Call(
            around=around, state=state, now=self.time.now(), named_app=app, origin="",
            bucket_url="", session=None, refused_token=False, json_suffix=False, path={},
            query={}, query_names=frozenset(), body={},
        )  # fmt: skip
        for number, given in enumerate(seed.get("users", ())):
            with _at(f"/users/{number}"):
                self._plant_user(call, given)

    def _plant_user(self, call: Call, given: Mapping[str, Any]) -> None:
        fields = {name: value for name, value in given.items() if name not in _NOT_OF_THE_CONTRACT}
        known = call.around.contract.resolved({"$ref": "#/components/schemas/NewUser"})
        for name in fields.keys() - known["properties"].keys():
            raise by_field(name, "is no field of a user")
        if isinstance(fields.get("custom_data"), dict):
            fields["custom_data"] = json.dumps(fields["custom_data"])
        user = users.add_user(call, fields, user_id=given.get("id"))
        for number, each in enumerate(given.get("files", ())):
            with _at(f"/files/{number}"):
                self._plant_file(call, user, each)

    def _plant_file(self, call: Call, user: User, given: Mapping[str, Any]) -> None:
        path = self.folder / given["path"]
        if not path.is_file():
            raise by_field("path", "is no file")
        guessed = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        described = {"name": path.name, "content_type": guessed, **given}
        call.around.contract.operations["createBlob"].check_body({"blob": described})
        blob = blobs.add_blob(call, user.id, described)
        blobs.declare_complete(call, blob, path.stat().st_size)
        objects = call.around.objects
        with objects.upload() as upload, path.open("rb") as content:
            shutil.copyfileobj(content, upload)
        objects.keep(Path(upload.name), blob.uid, blob.content_type)


@contextmanager
def _at(path: str) -> Generator[None]:
    """Tell where in the document something does not fit."""
    try:
        yield
    except _Misfit as misfit:
        raise _Misfit(path + misfit.path, str(misfit)) from None
    except Refusal as refusal:
        errors = refusal.errors
        field, messages = next(iter(errors.items())) if isinstance(errors, dict) else ("", errors)
        within = (refusal.why or f"/{field}").partition(" breaks ")[0]
        raise _Misfit(path + within, f"{field} {messages[0]}".strip()) from None


def _line(node: yaml.Node | None, path: str) -> int:
    """Find the line of a part of the document, or of the last one on the way that is there."""
    line = 1
    for step in path.strip("/").split("/"):
        if isinstance(node, yaml.MappingNode):
            found = [(key, value) for key, value in node.value if key.value == step]
        elif isinstance(node, yaml.SequenceNode) and step.isdecimal():
            found = [(value, value) for value in node.value[int(step) : int(step) + 1]]
        else:
            found = []
        if not found:
            break
        [(key, node), *_] = found
        line = key.start_mark.line + 1
    return line
