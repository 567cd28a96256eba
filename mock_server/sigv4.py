"""AWS Signature Version 4, as S3 uses it: signed upload forms and signed download links.

The API signs, the object store verifies; both hold the same keys.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from mock_server import clock

ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True)
class StoreKeys:
    """What S3 would call an access key, and where it is good.

    Attributes:
        secret: The secret access key.
        access_key: The access key's id.
        region: The region.
        bucket: The bucket that holds all objects.
    """

    secret: str = field(repr=False)
    access_key: str = "MOCKSTOREACCESSKEY00"
    region: str = "us-east-1"
    bucket: str = "cb-shared-s3"

    def scope(self, date: str) -> str:
        """Say where and on which day (yyyymmdd) a signature is good."""
        return f"{date}/{self.region}/s3/aws4_request"

    def sign(self, date: str, text: str) -> str:
        """Sign a text with the key of one day (yyyymmdd)."""
        key = f"AWS4{self.secret}".encode()
        for part in (date, self.region, "s3", "aws4_request"):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def encoded(pairs: Iterable[tuple[str, str]]) -> str:
    """Write a query string with `%20` and `%2B`, never `+`.

    Args:
        pairs: Names and values.

    Returns:
        The query string.
    """
    return "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs)


def upload_form(
    keys: StoreKeys,
    *,
    key: str,
    content_type: str,
    public: bool,
    now: int,
    expires: int,
    largest: int | None = None,
) -> list[tuple[str, str]]:
    """Sign the right to upload one object.

    Args:
        keys: The keys to sign with.
        key: The object's key.
        content_type: The object's content type.
        public: Whether anybody may read the object.
        now: Now, in milliseconds since 1970.
        expires: When the right ends, likewise.
        largest: The most bytes that the object may have, if the policy is to say so.

    Returns:
        The form's fields, in the order in which they are to be sent.
    """
    date = f"{clock.calendar(now):%Y%m%dT%H%M%SZ}"
    until = clock.calendar(expires)
    described = {
        "Content-Type": content_type,
        "Expires": clock.to_http_date(expires),
        "acl": "public-read" if public else "authenticated-read",
        "key": key,
    }
    constant = {
        "success_action_status": "201",
        "x-amz-algorithm": ALGORITHM,
        "x-amz-credential": f"{keys.access_key}/{keys.scope(date[:8])}",
        "x-amz-date": date,
    }
    exact = {"bucket": keys.bucket} | described | constant
    conditions: list[object] = [{name: value} for name, value in exact.items()]
    if largest is not None:
        conditions.append(["content-length-range", 0, largest])
    document = {
        "expiration": f"{until:%Y-%m-%dT%H:%M:%S}.{expires % clock.SECOND:03}Z",
        "conditions": conditions,
    }
    policy = base64.b64encode(json.dumps(document).encode()).decode()
    fields = described | {"policy": policy} | constant
    fields["x-amz-signature"] = keys.sign(date[:8], policy)
    return list(fields.items())


def download_link(keys: StoreKeys, bucket_url: str, *, key: str, now: int, seconds: int) -> str:
    """Sign the right to read one object.

    Args:
        keys: The keys to sign with.
        bucket_url: The bucket's URL.
        key: The object's key.
        now: Now, in milliseconds since 1970.
        seconds: How long the right lasts.

    Returns:
        The object's URL with the signature in its query.
    """
    date = f"{clock.calendar(now):%Y%m%dT%H%M%SZ}"
    query = [
        ("X-Amz-Algorithm", ALGORITHM),
        ("X-Amz-Credential", f"{keys.access_key}/{keys.scope(date[:8])}"),
        ("X-Amz-Date", date),
        ("X-Amz-Expires", str(seconds)),
        ("X-Amz-SignedHeaders", "host"),
    ]
    url = f"{bucket_url}/{quote(key, safe='/')}"
    parts = urlsplit(url)
    signature = link_signature(keys, date, host=parts.netloc, path=parts.path, query=query)
    return f"{url}?{encoded([*query, ('X-Amz-Signature', signature)])}"


def link_signature(
    keys: StoreKeys, date: str, *, host: str, path: str, query: Iterable[tuple[str, str]]
) -> str:
    """Compute the signature of a download link.

    Args:
        keys: The keys to sign with.
        date: The link's `X-Amz-Date`.
        host: The `Host` header the link is called with.
        path: The link's percent-encoded path.
        query: The link's query without the signature.

    Returns:
        The signature in hexadecimal.
    """
    canonical = f"GET\n{path}\n{encoded(sorted(query))}\nhost:{host}\n\nhost\nUNSIGNED-PAYLOAD"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    return keys.sign(date[:8], f"{ALGORITHM}\n{date}\n{keys.scope(date[:8])}\n{digest}")
