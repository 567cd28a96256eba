from __future__ import annotations

import re
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpx2
import pytest

from mock_server import ManualClock, Settings, running
from tests.mock_server.caller import START, Caller, errors, upload_access

NOT_FOUND = ["Blob not found"]
NOT_OWNER = {"base": ["You are not owner of this object"]}
NEED_USER = {"base": ["Forbidden. Need user."]}
IMAGE = bytes(range(256)) * 700


@pytest.fixture
def amigo(caller: Caller) -> Caller:
    return caller.signed_in("amigo")


def test_a_new_file_comes_with_the_recorded_form(amigo: Caller) -> None:
    blob = amigo.create_blob(content_type="image/svg+xml", name="a b+ü.svg", public=True)
    assert list(blob) == [
        "id", "uid", "content_type", "name", "size", "created_at", "updated_at", "public",
        "blob_object_access",
    ]  # fmt: skip
    assert re.fullmatch("[0-9A-F]{36}", blob["uid"])
    assert (blob["size"], blob["public"]) == (None, True)
    access = blob["blob_object_access"]
    assert access["id"] == access["blob_id"] == blob["id"]
    assert (access["expires"], access["object_access_type"]) == ("2023-11-14T23:13:20Z", "Write")
    _, form = upload_access(blob)
    assert list(form) == [
        "Content-Type", "Expires", "acl", "key", "policy", "success_action_status",
        "x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-signature",
    ]  # fmt: skip
    assert (form["Content-Type"], form["acl"]) == ("image/svg+xml", "public-read")
    assert form["key"] == blob["uid"]
    assert parsedate_to_datetime(form["Expires"]).timestamp() == START // 1000 + 3600
    assert "acl=authenticated-read" in amigo.create_blob()["blob_object_access"]["params"]


def test_the_three_steps_and_the_way_back(amigo: Caller) -> None:
    blob = amigo.create_blob()
    info, uid = f"/blobs/{blob['id']}", f"/blobs/{blob['uid']}"
    for path in (info, uid, f"{uid}.json", f"{uid}/download", f"{uid}/object?download_url=1"):
        assert errors(amigo.get(path), 404) == NOT_FOUND  # not complete yet
    stored = amigo.upload(blob, IMAGE)
    assert stored.status_code == 201
    assert stored.headers["content-type"] == "application/xml"
    assert f"<Key>{blob['uid']}</Key>" in stored.text
    assert f"<Location>{stored.headers['location']}</Location>" in stored.text
    amigo.clock.advance(seconds=5)
    done = amigo.put(f"{info}/complete", {"blob": {"size": len(IMAGE)}})
    assert (done.status_code, done.content) == (200, b"")
    described = {name: value for name, value in blob.items() if name != "blob_object_access"}
    described |= {"size": len(IMAGE), "updated_at": "2023-11-14T22:13:25Z"}
    assert amigo.get(info).json() == amigo.get(f"{uid}.json").json() == {"blob": described}
    links = [amigo.get(each).headers["location"] for each in (uid, f"{uid}/download")]
    access = amigo.get(f"{uid}/object?download_url=1").json()["blob"]["blob_object_access"]
    assert (access["object_access_type"], access["expires"]) == ("Read", "2023-11-14T23:13:25Z")
    for link in [*links, access["download_url"]]:
        assert amigo.token is not None
        assert amigo.token not in link
        assert amigo.http.get(link).content == IMAGE


@pytest.mark.parametrize("method", ["PUT", "POST"])
@pytest.mark.parametrize("body", [{"size": 7}, {"size": "7"}, {"blob": {"size": "7"}}])
def test_complete_in_all_its_forms(amigo: Caller, method: str, body: object) -> None:
    blob = amigo.create_blob()
    answer = amigo.call(method, f"/blobs/{blob['id']}/complete.json", json=body)
    assert answer.status_code == 200
    assert amigo.get(f"/blobs/{blob['id']}").json()["blob"]["size"] == 7


@pytest.mark.parametrize("size", [104_857_601, "104857601", "99999999999", -1, "x", None, 1.5])
def test_a_size_must_be_one(amigo: Caller, size: object) -> None:
    blob = amigo.create_blob()
    answer = amigo.put(f"/blobs/{blob['id']}/complete", {"size": size})
    assert list(errors(answer, 422)) == ["size"]


def test_a_file_declared_complete_without_bytes(amigo: Caller) -> None:
    blob = amigo.create_blob()
    assert amigo.put(f"/blobs/{blob['id']}/complete", {"size": 1}).status_code == 200
    answer = amigo.get(f"/blobs/{blob['uid']}")
    assert answer.status_code == 301
    missing = amigo.http.get(answer.headers["location"])
    assert (missing.status_code, "<Code>NoSuchKey</Code>" in missing.text) == (404, True)


def test_who_may_download(caller: Caller, amigo: Caller) -> None:
    private, public = amigo.stored_blob(IMAGE), amigo.stored_blob(IMAGE, public=True)
    app = caller.app()
    for suffix in ("", "/download"):
        path = f"/blobs/{private['uid']}{suffix}"
        by_header, by_query = app.get(path), caller.get(f"{path}?token={app.token}")
        for answer in (by_header, by_query):
            assert answer.status_code == 301
            assert answer.headers["cb-token-expirationdate"] == "2023-11-15 00:13:20 UTC"
        assert errors(caller.get(path), 403) == ["Token is required"]
        gone = {"base": ["Required session does not exist"]}
        assert errors(caller.get(f"{path}?token=undefined"), 401) == gone
        for anybody in (caller, caller.with_token("undefined")):
            answer = anybody.get(f"/blobs/{public['uid']}{suffix}")
            assert answer.status_code == 301
            assert "cb-token-expirationdate" not in answer.headers
            assert caller.http.get(answer.headers["location"]).content == IMAGE
    assert errors(caller.get("/blobs/" + "A" * 36), 404) == NOT_FOUND


def test_information_needs_a_user(caller: Caller, amigo: Caller) -> None:
    blob = amigo.stored_blob(IMAGE, public=True)
    paths = [f"/blobs/{blob['id']}", f"/blobs/{blob['uid']}.json", f"/blobs/{blob['uid']}/object"]
    for path in [*paths, "/blobs"]:
        assert errors(caller.get(path), 403) == ["Token is required"]
        assert errors(caller.app().get(path), 403) == NEED_USER
        assert caller.signed_in("marvin").get(path).status_code == 200
    create = {"blob": {"content_type": "a/b", "name": "a"}}
    assert errors(caller.app().post("/blobs", create), 403) == NEED_USER


def test_only_the_owner_edits_and_deletes(caller: Caller, amigo: Caller) -> None:
    marvin, blob = caller.signed_in("marvin"), amigo.stored_blob(IMAGE)
    path, change = f"/blobs/{blob['id']}", {"blob": {"name": "new.png"}}
    assert errors(marvin.put(path, change), 403) == NOT_OWNER
    assert errors(marvin.put(f"{path}/complete", {"size": 1}), 403) == NOT_OWNER
    assert errors(marvin.delete(path), 403) == NOT_OWNER
    assert errors(caller.app().delete(path), 403) == NEED_USER
    assert errors(amigo.delete("/blobs/999"), 404) == NOT_FOUND
    assert amigo.put(path, change).json()["blob"]["name"] == "new.png"
    link = amigo.get(f"/blobs/{blob['uid']}").headers["location"]
    answer = amigo.delete(f"/blobs/{blob['uid']}")
    assert (answer.status_code, answer.content) == (200, b"")
    assert errors(amigo.get(path), 404) == NOT_FOUND
    assert amigo.http.get(link).status_code == 404


def test_new_gives_a_fresh_upload_access(amigo: Caller) -> None:
    blob = amigo.stored_blob(b"old")
    changes = {"blob": {"content_type": "text/html", "new": "1"}}
    changed = amigo.put(f"/blobs/{blob['id']}", changes).json()["blob"]
    assert amigo.upload(changed, b"new and longer").status_code == 201
    link = amigo.get(f"/blobs/{blob['uid']}").headers["location"]
    assert amigo.http.get(link).content == b"new and longer"


def test_files_outlive_their_user(caller: Caller, amigo: Caller) -> None:
    blob = amigo.stored_blob(IMAGE)
    amigo.delete(f"/users/{amigo.user()['id']}")
    again = caller.signed_in("amigo")
    assert again.get(f"/blobs/{blob['id']}").status_code == 200
    assert errors(again.delete(f"/blobs/{blob['id']}"), 403) == NOT_OWNER


def test_own_files_are_listed(caller: Caller, amigo: Caller) -> None:
    caller.signed_in("marvin").create_blob()
    made = [amigo.create_blob(), amigo.stored_blob(b"1"), amigo.create_blob()]
    page = amigo.get("/blobs", {"per_page": 2}).json()
    assert [each["blob"]["id"] for each in page["items"]] == [made[0]["id"], made[1]["id"]]
    states = [(each["blob"]["blob_status"], each["blob"]["size"]) for each in page["items"]]
    assert states == [(None, None), ("complete", 1)]
    assert (page["total_entries"], page["per_page"], page["current_page"]) == (3, 2, 1)
    last = amigo.get("/blobs", {"per_page": 2, "page": 2}).json()
    assert [each["blob"]["id"] for each in last["items"]] == [made[2]["id"]]


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"name": None}, "name"),
        ({"content_type": "png"}, "content_type"),
        ({"content_type": "a/b\r\nX: y"}, "content_type"),
        ({"public": "yes"}, "public"),
    ],
)
def test_broken_rules_are_named(amigo: Caller, fields: dict[str, object], wrong: str) -> None:
    body = {"blob": {"name": "a", "content_type": "a/b"} | fields}
    assert list(errors(amigo.post("/blobs", body), 422)) == [wrong]
    assert amigo.get("/blobs").json()["total_entries"] == 0


@pytest.mark.parametrize("reference", ["0", "-1", "abc", "a" * 36, "0" * 33 + "00", str(2**63)])
def test_what_names_no_file_is_not_found(amigo: Caller, reference: str) -> None:
    for path in (f"/blobs/{reference}", f"/blobs/{reference}/object"):
        assert errors(amigo.get(path), 404) == NOT_FOUND
    assert errors(amigo.put(f"/blobs/{reference}/complete", {"size": 1}), 404) == NOT_FOUND


def test_a_link_lives_an_hour(amigo: Caller) -> None:
    blob = amigo.stored_blob(IMAGE)
    link = amigo.get(f"/blobs/{blob['uid']}").headers["location"]
    amigo.clock.advance(seconds=3599)
    assert amigo.http.get(link).status_code == 200
    amigo.clock.advance(seconds=2)
    expired = amigo.http.get(link)
    assert (expired.status_code, "Request has expired" in expired.text) == (403, True)


@pytest.mark.parametrize("old", ["X-Amz-Expires=3600", "X-Amz-Date=2023", "Signature="])
def test_a_link_cannot_be_changed(amigo: Caller, old: str) -> None:
    blob, other = amigo.stored_blob(IMAGE), amigo.stored_blob(b"other")
    link = amigo.get(f"/blobs/{blob['uid']}").headers["location"]
    for changed in (link.replace(old, old + "9"), link.replace(blob["uid"], other["uid"])):
        answer = amigo.http.get(changed)
        assert answer.status_code == 403
        assert "<Code>SignatureDoesNotMatch</Code>" in answer.text
    bare = amigo.http.get(link.partition("?")[0])
    assert (bare.status_code, "<Code>AccessDenied</Code>" in bare.text) == (403, True)


@pytest.mark.parametrize(
    ("content_type", "disposition"),
    [
        ("image/png", "inline"),
        ("video/mp4; codecs=x", "inline"),
        ("text/html", "attachment"),
        ("image/svg+xml", "attachment"),
        ("application/xhtml+xml", "attachment"),
    ],
)
def test_no_uploaded_script_runs(amigo: Caller, content_type: str, disposition: str) -> None:
    blob = amigo.stored_blob(b"<script>alert(1)</script>", content_type=content_type)
    answer = amigo.http.get(amigo.get(f"/blobs/{blob['uid']}").headers["location"])
    assert answer.headers["content-type"] == content_type
    assert answer.headers["content-disposition"] == disposition
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"


def test_ranges(amigo: Caller) -> None:
    blob = amigo.stored_blob(IMAGE)
    link = amigo.get(f"/blobs/{blob['uid']}").headers["location"]
    part = amigo.http.get(link, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, IMAGE[10:20])
    head = amigo.http.head(link)
    assert (head.status_code, head.headers["content-length"]) == (200, str(len(IMAGE)))


def test_the_store_on_a_port_of_its_own(http: httpx2.Client) -> None:
    both = Settings(port=0, store_port=0)
    with running(both, clock=ManualClock(START, frozen=True)) as server:
        assert server.store_url != server.base_url
        amigo = Caller(server, http).signed_in("amigo")
        blob = amigo.stored_blob(IMAGE)
        url, _ = upload_access(blob)
        assert url.startswith(f"{server.store_url}/")
        link = amigo.get(f"/blobs/{blob['uid']}").headers["location"]
        assert urlsplit(link).netloc == urlsplit(server.store_url).netloc
        assert http.get(link).content == IMAGE
        assert http.get(f"{server.base_url}/__store__/x").status_code == 404
