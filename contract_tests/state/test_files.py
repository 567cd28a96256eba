"""Files, played at random against a model: created, uploaded, declared complete, read, deleted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from contract_tests.actors import Person, app_token, newcomer
from contract_tests.catalogue import (
    BYTES,
    FILE_ACCESS,
    OWNERSHIP,
    PAGING,
    READ_YOUR_WRITES,
    REFUSED_WRITE,
)
from contract_tests.exchange import Exchange
from contract_tests.forms import upload_address, upload_fields, upload_form
from contract_tests.server import ServerUnderTest
from contract_tests.state.playing import BRIEF_HISTORIES, BRIEF_STEPS, Machine, play

HISTORIES = 40
STEPS = 20
OWNERS = 2
TOO_LONG = "x" * 101

UNKNOWN_TOKEN = "0123456789ABCDEF0123456789ABCDEF0123"
NEED_USER = {"base": ["Forbidden. Need user."]}
NAMES = (
    "museum.jpeg",
    "a b.txt",
    'quo"te.png',
    "élan ünïcode.pdf",
    "x" * 100,
    "50%.txt",
    "a+b&c=d",
)
TYPES = ("image/jpeg", "text/plain", "application/octet-stream", "text/plain; charset=utf-8")
UPLOAD_FIELDS = [
    "Content-Type", "Expires", "acl", "key", "policy", "success_action_status",
    "x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-signature",
]  # fmt: skip


@dataclass
class File:
    """A file as the model knows it."""

    owner: Person
    blob: dict[str, Any]
    params: str = field(repr=False)
    content: bytes | None = None
    is_complete: bool = False
    is_gone: bool = False

    @property
    def id(self) -> int:
        return int(self.blob["id"])

    @property
    def uid(self) -> str:
        return str(self.blob["uid"])


def still(blob: dict[str, Any]) -> dict[str, Any]:
    """A file's information without what moves, and without its accesses."""
    return {
        key: value for key, value in blob.items() if key not in {"updated_at", "blob_object_access"}
    }


def files_of(machine: Files) -> st.SearchStrategy[File]:
    """All files so far, those that are gone too."""
    return st.sampled_from(machine.all_files)


# Drawn from what the history has made so far: it begins with one of each owner's.
files = st.runner().flatmap(files_of)


class Files(Machine):
    """Random histories of files with two owners, an app and strangers."""

    def __init__(self) -> None:
        super().__init__()
        self.all_files: list[File] = []
        self.owners: list[Person] = []
        self.app = ""

    @initialize()
    def begin(self) -> None:
        self.owners = [newcomer(self.wire) for _ in range(OWNERS)]
        self.app = app_token(self.wire)
        for who, public in enumerate((None, True)):
            self.publish(who, NAMES[0], TYPES[0], public, b"the first file")

    def do(self, method: str, path: str, token: str | None, body: object = None) -> Exchange:
        return self.wire.call(method, path, body=body, token=token)

    def token_of(self, who: int) -> str:
        """The token of one of the owners, or the app's."""
        return self.owners[who].token if who < OWNERS else self.app

    def is_refused(self, file: File, who: int, answer: Exchange) -> bool:
        """Whether a write is not this one's to make; then demand its refusal."""
        if who == OWNERS:
            OWNERSHIP.require(
                (answer.status, answer.errors) == (403, NEED_USER),
                f"an app wrote on a file: {answer.status}",
                self.wire.story,
            )
            return True
        if file.is_gone:
            OWNERSHIP.require(answer.status == 404, f"{answer.status}", self.wire.story)
            return True
        if self.owners[who] is not file.owner:
            OWNERSHIP.require(
                answer.status == 403,
                f"somebody else wrote on a file: {answer.status}",
                self.wire.story,
            )
            return True
        return False

    @rule(
        who=st.integers(0, OWNERS - 1),
        name=st.sampled_from(NAMES),
        content_type=st.sampled_from(TYPES),
        public=st.none() | st.booleans(),
    )
    def create(self, who: int, name: str, content_type: str, public: bool | None) -> None:
        wanted: dict[str, object] = {"name": name, "content_type": content_type}
        if public is not None:
            wanted["public"] = public
        answer = self.do("POST", "/blobs", self.token_of(who), {"blob": wanted})
        READ_YOUR_WRITES.require(answer.status == 201, f"{answer.errors}", self.wire.story)
        blob = answer.json["blob"]
        access = blob["blob_object_access"]
        READ_YOUR_WRITES.require(
            {**wanted, "public": bool(public), "size": None}.items() <= blob.items()
            and access["blob_id"] == blob["id"]
            and [name for name, _ in upload_fields(access["params"])] == UPLOAD_FIELDS
            and dict(upload_fields(access["params"]))["key"] == blob["uid"],
            "another file than the one asked for",
            self.wire.story,
        )
        READ_YOUR_WRITES.require(
            all(other.id != blob["id"] and other.uid != blob["uid"] for other in self.all_files),
            "two files have one name",
            self.wire.story,
        )
        file = File(self.owners[who], still(blob), access["params"])
        self.all_files.append(file)

    @rule(
        who=st.integers(0, OWNERS - 1),
        name=st.sampled_from(NAMES),
        content_type=st.sampled_from(TYPES),
        public=st.none() | st.booleans(),
        content=st.binary(max_size=300),
    )
    def publish(
        self, who: int, name: str, content_type: str, public: bool | None, content: bytes
    ) -> None:
        """Take all three steps: by chance alone, few files would ever become complete."""
        self.create(who, name, content_type, public)
        self.upload(self.all_files[-1], content)
        self.complete(self.all_files[-1], who, "PUT", flat=True, as_text=False)

    @rule(
        who=st.integers(0, OWNERS), changes=st.sampled_from([{"name": ""}, {"name": "x" * 101}, {}])
    )
    def create_wrongly(self, who: int, changes: dict[str, str]) -> None:
        wanted = {"content_type": "text/plain", **changes}
        answer = self.do("POST", "/blobs", self.token_of(who), {"blob": wanted})
        REFUSED_WRITE.require(
            answer.status == (422 if who < OWNERS else 403), f"{answer.status}", self.wire.story
        )

    @rule(file=files, content=st.binary(max_size=300))
    def upload(self, file: File, content: bytes) -> None:
        if file.is_gone:
            return
        body, content_type = upload_form(upload_fields(file.params), content)
        answer = self.wire.post_form(upload_address(file.params), body, content_type)
        BYTES.require(
            answer.status_code == 201 and "PostResponse" in answer.text,
            f"the form was refused: {answer.status_code} {answer.text[:200]}",
            self.wire.story,
        )
        file.content = content

    @rule(file=files, content=st.binary(max_size=50), name=st.sampled_from(UPLOAD_FIELDS[:-1]))
    def upload_with_a_forged_field(self, file: File, content: bytes, name: str) -> None:
        forged = [
            (key, value + "x" if key == name else value)
            for key, value in upload_fields(file.params)
        ]
        body, content_type = upload_form(forged, content)
        answer = self.wire.post_form(upload_address(file.params), body, content_type)
        REFUSED_WRITE.require(
            400 <= answer.status_code < 500, f"a forged {name} was taken", self.wire.story
        )

    @rule(
        file=files,
        who=st.integers(0, OWNERS),
        method=st.sampled_from(["PUT", "POST"]),
        flat=st.booleans(),
        as_text=st.booleans(),
    )
    def complete(self, file: File, who: int, method: str, flat: bool, as_text: bool) -> None:
        size = len(file.content or b"")
        told: object = {"size": str(size) if as_text else size}
        body = told if flat else {"blob": told}
        answer = self.do(method, f"/blobs/{file.id}/complete", self.token_of(who), body)
        if self.is_refused(file, who, answer):
            return
        READ_YOUR_WRITES.require(
            answer.status == 200 and not answer.content, f"{answer.status}", self.wire.story
        )
        file.is_complete = True
        file.blob["size"] = size

    @rule(file=files, who=st.integers(0, OWNERS), size=st.sampled_from([-1, "x", None, 1.5, 2**40]))
    def complete_wrongly(self, file: File, who: int, size: object) -> None:
        answer = self.do("PUT", f"/blobs/{file.id}/complete", self.token_of(who), {"size": size})
        REFUSED_WRITE.require(400 <= answer.status < 500, f"{answer.status}", self.wire.story)

    @rule(file=files, who=st.integers(0, OWNERS), name=st.sampled_from(NAMES))
    def rename(self, file: File, who: int, name: str) -> None:
        answer = self.do("PUT", f"/blobs/{file.id}", self.token_of(who), {"blob": {"name": name}})
        if self.is_refused(file, who, answer):
            return
        file.blob["name"] = name
        READ_YOUR_WRITES.require(
            answer.status == 200 and still(answer.json["blob"]) == file.blob,
            f"{answer.status}",
            self.wire.story,
        )

    @rule(file=files, who=st.integers(0, OWNERS))
    def rename_wrongly(self, file: File, who: int) -> None:
        answer = self.do("PUT", f"/blobs/{file.id}", self.token_of(who), {"blob": {"name": ""}})
        REFUSED_WRITE.require(400 <= answer.status < 500, f"{answer.status}", self.wire.story)

    @rule(file=files, who=st.integers(0, OWNERS))
    def renew_access(self, file: File, who: int) -> None:
        answer = self.do("PUT", f"/blobs/{file.id}", self.token_of(who), {"blob": {"new": "1"}})
        if self.is_refused(file, who, answer):
            return
        READ_YOUR_WRITES.require(
            answer.status == 200 and "blob_object_access" in answer.json["blob"],
            "no fresh access",
            self.wire.story,
        )
        file.params = answer.json["blob"]["blob_object_access"]["params"]

    @rule(file=files, who=st.integers(0, OWNERS))
    def delete(self, file: File, who: int) -> None:
        answer = self.do("DELETE", f"/blobs/{file.id}", self.token_of(who))
        if self.is_refused(file, who, answer):
            return
        READ_YOUR_WRITES.require(
            answer.status == 200 and not answer.content, f"{answer.status}", self.wire.story
        )
        file.is_gone = True

    @rule(
        file=files,
        who=st.sampled_from(["nobody", "stranger", "owner", "other", "app"]),
        in_query=st.booleans(),
        longer=st.booleans(),
    )
    def download(self, file: File, who: str, in_query: bool, longer: bool) -> None:
        other = next(owner for owner in self.owners if owner is not file.owner)
        token = {
            "nobody": None,
            "stranger": UNKNOWN_TOKEN,
            "owner": file.owner.token,
            "other": other.token,
            "app": self.app,
        }[who]
        path = f"/blobs/{file.uid}" + ("/download" if longer else "")
        if in_query and token is not None:
            answer = self.wire.call("GET", path, query=[("token", token)])
        else:
            answer = self.do("GET", path, token)
        self.expect_download(file, who, answer)

    def expect_download(self, file: File, who: str, answer: Exchange) -> None:
        is_there = file.is_complete and not file.is_gone
        if who in {"nobody", "stranger"} and not (is_there and file.blob["public"]):
            FILE_ACCESS.require(
                answer.status in {401, 403, 404}, f"{answer.status} for {who}", self.wire.story
            )
            if is_there:
                FILE_ACCESS.require(
                    answer.status == (403 if who == "nobody" else 401),
                    f"{answer.status} for {who}",
                    self.wire.story,
                )
            return
        if not is_there:
            FILE_ACCESS.require(answer.status == 404, f"{answer.status}", self.wire.story)
            return
        FILE_ACCESS.require(answer.status == 301, f"{answer.status} for {who}", self.wire.story)
        stored = self.wire.fetch(answer.headers["location"])
        if file.content is None:
            BYTES.require(stored.status_code == 404, "bytes out of nowhere", self.wire.story)
        else:
            BYTES.require(
                stored.status_code == 200 and stored.content == file.content,
                f"{stored.status_code}, {len(stored.content)} bytes of {len(file.content)}",
                self.wire.story,
            )

    @rule(file=files)
    def signed_address(self, file: File) -> None:
        if not file.is_complete or file.is_gone or file.content is None:
            return
        answer = self.do("GET", f"/blobs/{file.uid}/object?download_url=1", file.owner.token)
        FILE_ACCESS.require(
            answer.status == 200 and still(answer.json["blob"]) == file.blob,
            f"{answer.status}",
            self.wire.story,
        )
        url = answer.json["blob"]["blob_object_access"]["download_url"]
        BYTES.require(self.wire.fetch(url).content == file.content, "other bytes", self.wire.story)
        forged = self.wire.fetch(url[:-1] + ("0" if url[-1] != "0" else "1"))
        FILE_ACCESS.require(forged.status_code == 403, "a forged URL was taken", self.wire.story)

    @invariant()
    def information_is_as_written(self) -> None:
        for file in self.all_files:
            answer = self.do("GET", f"/blobs/{file.id}", file.owner.token)
            if file.is_gone or not file.is_complete:
                READ_YOUR_WRITES.require(
                    answer.status == 404, "a file that is not there", self.wire.story
                )
            else:
                READ_YOUR_WRITES.require(
                    answer.status == 200 and still(answer.json["blob"]) == file.blob,
                    f"not as written: {file.blob}",
                    self.wire.story,
                )

    @invariant()
    def lists_are_complete(self) -> None:
        for owner in self.owners:
            answer = self.do("GET", "/blobs?per_page=100", owner.token)
            mine = [file.id for file in self.all_files if file.owner is owner and not file.is_gone]
            PAGING.require(
                [item["blob"]["id"] for item in answer.json["items"]] == mine
                and answer.json["total_entries"] == len(mine),
                f"not {mine}",
                self.wire.story,
            )


def test_files_briefly(server: ServerUnderTest, seed: int) -> None:
    play(Files, server, seed, histories=BRIEF_HISTORIES, steps=BRIEF_STEPS)


@pytest.mark.late
def test_files(server: ServerUnderTest, seed: int) -> None:
    play(Files, server, seed, histories=HISTORIES, steps=STEPS)
