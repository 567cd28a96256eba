"""The object store: an ASGI app that takes signed upload forms and signed links, as S3 does."""

from __future__ import annotations

import hmac
import logging
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from urllib.parse import quote
from xml.sax.saxutils import escape

from python_multipart.multipart import parse_options_header
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mock_server import clock, cors, sigv4
from mock_server.contract import decoded, parse_query
from mock_server.faults import Faults
from mock_server.form import LARGEST_FIELDS, UploadForm
from mock_server.journal import ENTRY, Entry, Journal
from mock_server.objects import ObjectFolder
from mock_server.policy import StoreRefusal, check_upload, too_large
from mock_server.requests import origin, path_of, read_body
from mock_server.sigv4 import StoreKeys

logger = logging.getLogger("mock_server")

LARGEST_OBJECT = 100 * 1024 * 1024
_SHOWN = re.compile(r"(?:image/(?!svg)|audio/|video/)[a-z0-9.+-]+")
_CONTENT_TYPE = re.compile(r"[\x21-\x7e][\x20-\x7e]{0,254}")


class ObjectStore:
    """The store of one bucket.

    Args:
        objects: The bytes.
        keys: What forms and links are signed with.
        time: The clock.
        prefix: What comes before the bucket in the path.
        faults: What tests ordered to go wrong.
        journal: Where each request is written down.
    """

    def __init__(
        self,
        objects: ObjectFolder,
        keys: StoreKeys,
        time: clock.Clock,
        prefix: str = "",
        *,
        faults: Faults,
        journal: Journal,
    ) -> None:
        self._objects = objects
        self._keys = keys
        self._time = time
        self._root = f"{prefix}/{keys.bucket}"
        self._faults = faults
        self._journal = journal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if cors.is_preflight(scope):
            await cors.allow(scope, receive, send)
            return
        request = Request(scope, receive)
        entry = scope[ENTRY] = Entry(request.method, path_of(request.scope))
        try:
            response = await self._respond(request, entry)
        except ClientDisconnect:
            return
        except StoreRefusal as refusal:
            response = self._refused(refusal, entry)
        except Exception:
            logger.exception("the object store failed")
            bug = StoreRefusal(500, "InternalError", "The mock server has a bug; see its log")
            response = self._refused(bug, entry)
        if isinstance(response, Response):
            send = self._noted(entry, send)
        else:
            self._journal.add(entry)
        await response(scope, receive, cors.readable(send))

    async def _respond(self, request: Request, entry: Entry) -> ASGIApp:
        path = entry.path
        if path.removesuffix("/") == self._root and request.method == "POST":
            entry.operation = "uploadObject"
            return await self._take(request, entry)
        if path.startswith(f"{self._root}/") and request.method in {"GET", "HEAD"}:
            entry.operation = "downloadObject"
            await read_body(request.receive)  # what comes after it is that the peer is gone
            return await self._struck(lambda: self._give(request, path), request, entry)
        if path == self._root or path.startswith(f"{self._root}/"):
            message = "The specified method is not allowed against this resource."
            raise StoreRefusal(405, "MethodNotAllowed", message)
        raise StoreRefusal(404, "NoSuchBucket", "The specified bucket does not exist")

    async def _struck(
        self, work: Callable[[], Response], request: Request, entry: Entry
    ) -> ASGIApp:
        """Do an operation's work, unless a fault strikes it."""

        async def act() -> Response:
            try:
                response = work()
            except StoreRefusal as refusal:
                return self._refused(refusal, entry)
            response.headers["Date"] = clock.to_http_date(self._time.now())
            entry.status = response.status_code
            return response

        fault = self._faults.firing(entry.operation or "")
        if fault is None:
            return await act()
        entry.fault = fault.kinds
        return await fault.strike(act, request.receive, self._time.now)

    def _refused(self, refusal: StoreRefusal, entry: Entry) -> Response:
        entry.status = refusal.status
        entry.why = refusal.why
        headers = {"Date": clock.to_http_date(self._time.now())}
        return Response(refusal.xml(), refusal.status, headers, media_type="application/xml")

    def _noted(self, entry: Entry, send: Send) -> Send:
        """Write a request down as its answer starts: only a file knows what a range asks of it."""

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                entry.status = message["status"]
                self._journal.add(entry)
            await send(message)

        return noting

    async def _take(self, request: Request, entry: Entry) -> ASGIApp:
        """Take an upload form; its file goes to the disk piece by piece."""
        length = request.headers.get("content-length", "")
        if not re.fullmatch(r"[0-9]{1,18}", length):
            message = "You must provide the Content-Length HTTP header."
            raise StoreRefusal(411, "MissingContentLength", message)
        if int(length) > LARGEST_OBJECT + 2 * LARGEST_FIELDS:
            raise too_large()
        kind, options = parse_options_header(request.headers.get("content-type"))
        if kind != b"multipart/form-data" or not options.get(b"boundary"):
            message = "Bucket POST must be of the enclosure-type multipart/form-data"
            raise StoreRefusal(412, "PreconditionFailed", message)
        with UploadForm(options[b"boundary"], self._objects, LARGEST_OBJECT) as form:
            async for piece in request.stream():
                form.feed(piece)
            entry.hide(map(form.fields.get, ("policy", "x-amz-signature")))
            return await self._struck(lambda: self._keep(request, form), request, entry)

    def _keep(self, request: Request, form: UploadForm) -> Response:
        """Make the uploaded file an object, if its form allows it."""
        uploaded = form.finish()
        check_upload(form.fields, form.size, self._keys, self._time.now())
        content_type = form.fields.get("content-type", "binary/octet-stream")
        self._objects.keep(uploaded, form.fields["key"], content_type)
        return self._stored(request, form.fields, form.etag)

    def _stored(self, request: Request, form: Mapping[str, str], etag: str) -> Response:
        key = form["key"]
        location = f"{origin(request.scope)}{self._root}/{quote(key, safe='')}"
        headers = {"Location": location, "ETag": f'"{etag}"'}
        status = form.get("success_action_status")
        if status != "201":
            return Response(status_code=200 if status == "200" else 204, headers=headers)
        body = (
            '<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse>'
            f"<Location>{escape(location)}</Location><Bucket>{self._keys.bucket}</Bucket>"
            f"<Key>{escape(key)}</Key><ETag>&quot;{etag}&quot;</ETag></PostResponse>"
        )
        return Response(body, 201, headers, media_type="application/xml")

    def _give(self, request: Request, path: str) -> Response:
        """Give an object to whoever holds a signed link to it."""
        query = {
            name: values[0] for name, values in parse_query(request.scope["query_string"]).items()
        }
        signature = query.pop("X-Amz-Signature", None)
        if signature is None:
            raise StoreRefusal(403, "AccessDenied", "Access Denied")
        date = query.get("X-Amz-Date", "")
        host = request.headers.get("host", "")
        expected = sigv4.link_signature(self._keys, date, host=host, path=path, query=query.items())
        if not hmac.compare_digest(signature.encode("utf-8", "replace"), expected.encode()):
            message = "The request signature we calculated does not match the one you provided."
            raise StoreRefusal(403, "SignatureDoesNotMatch", message)
        start = datetime.strptime(date, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
        expiration = (round(start) + int(query["X-Amz-Expires"])) * clock.SECOND
        if self._time.now() >= expiration:
            why = f"the link expired at {clock.to_seconds(expiration)}"
            raise StoreRefusal(403, "AccessDenied", "Request has expired", why)
        found = self._objects.find(decoded(path.removeprefix(f"{self._root}/")))
        if found is None:
            raise StoreRefusal(404, "NoSuchKey", "The specified key does not exist.")
        return FileResponse(found.path, headers=_download_headers(found.content_type))


def _download_headers(content_type: str) -> dict[str, str]:
    """Say what an object is, such that no browser runs it on our origin."""
    kind = content_type if _CONTENT_TYPE.fullmatch(content_type) else "application/octet-stream"
    shown = _SHOWN.fullmatch(kind.partition(";")[0].strip().lower())
    return {
        "Content-Type": kind,
        "Content-Disposition": "inline" if shown else "attachment",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
    }
