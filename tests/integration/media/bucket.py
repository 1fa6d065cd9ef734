"""A bucket as S3-compatible services keep it, at an address of this machine; it looks at signatures."""

from __future__ import annotations

import hmac
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

ACCESS_KEY_ID = "AKIAEXAMPLE"
SECRET_ACCESS_KEY = "wJalrXUtnFEMI-example"
NAME = "imoran-media"
REGION = "af-south-1"
_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/s3/aws4_request, ?"
    r"SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})\Z"
)


@dataclass
class Bucket:
    """What is in it, what was asked, and how it behaves: `faults` are answered first, one to a call."""

    address: str = ""
    objects: dict[str, bytes] = field(default_factory=dict)
    changed_at: dict[str, datetime] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    faults: list[int] = field(default_factory=list)
    answers_after_s: float = 0

    @property
    def url(self) -> str:
        """For MEDIA_URL."""
        return f"s3://{NAME}/pictures?endpoint={self.address}&region={REGION}"


@contextmanager
def running_bucket() -> Iterator[Bucket]:
    """Served by threads of its own until the end."""
    bucket = Bucket()

    class Handler(_Handler):
        """Of this bucket."""

        kept = bucket

    server = _Server(("127.0.0.1", 0), Handler)
    bucket.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield bucket
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    """Clients that lose their patience hang up: no fault of anybody's."""

    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Nothing."""


class _Handler(BaseHTTPRequestHandler):
    """PUT, GET, DELETE and the list, path-style."""

    kept: Bucket
    protocol_version = "HTTP/1.1"

    def do_PUT(self) -> None:
        def put(key: str) -> tuple[int, bytes]:
            self.kept.objects[key] = self._body
            self.kept.changed_at[key] = datetime.now(UTC)
            return 200, b""

        self._answer(put)

    def do_GET(self) -> None:
        def get(key: str) -> tuple[int, bytes]:
            if not key:
                return 200, self._listed()
            return (200, self.kept.objects[key]) if key in self.kept.objects else (404, _error("NoSuchKey"))

        self._answer(get)

    def do_DELETE(self) -> None:
        def delete(key: str) -> tuple[int, bytes]:
            self.kept.objects.pop(key, None)
            return 204, b""

        self._answer(delete)

    def log_message(self, *_: object) -> None:
        """Nothing: tests read `calls`."""

    def _answer(self, act: Any) -> None:
        self._body = self.rfile.read(int(self.headers.get("content-length", 0)))
        path = unquote(urlsplit(self.path).path)
        self.kept.calls.append(f"{self.command} {path}")
        time.sleep(self.kept.answers_after_s)
        if self.kept.faults:
            status, body = self.kept.faults.pop(0), _error("InternalError")
        elif not self._is_signed():
            status, body = 403, _error("SignatureDoesNotMatch")
        elif path.split("/")[1] != NAME:
            status, body = 404, _error("NoSuchBucket")
        else:
            status, body = act(path.removeprefix(f"/{NAME}").lstrip("/"))
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", '"1"')
        self.send_header("Last-Modified", "Mon, 23 Nov 2026 09:00:00 GMT")
        self.end_headers()
        self.wfile.write(body)

    def _is_signed(self) -> bool:
        """By AWS's Signature Version 4."""
        known = _AUTHORIZATION.match(self.headers.get("authorization", ""))
        if known is None:
            return False
        key_id, day, region, names, signature = known.groups()
        parts = urlsplit(self.path)
        pairs = sorted(
            (quote(name, safe="-_.~"), quote(value, safe="-_.~")) for name, value in _query(parts.query)
        )
        canonical = "\n".join(
            [
                self.command,
                quote(unquote(parts.path), safe="/-_.~"),
                "&".join(f"{name}={value}" for name, value in pairs),
                *(f"{name}:{(self.headers.get(name) or '').strip()}" for name in names.split(";")),
                "",
                names,
                self.headers.get("x-amz-content-sha256", ""),
            ]
        )
        scope = f"{day}/{region}/s3/aws4_request"
        digest = sha256(canonical.encode()).hexdigest()
        text = f"AWS4-HMAC-SHA256\n{self.headers.get('x-amz-date')}\n{scope}\n{digest}"
        made = f"AWS4{SECRET_ACCESS_KEY}".encode()
        for step in (day, region, "s3", "aws4_request", text):
            made = hmac.new(made, step.encode(), sha256).digest()
        body_hash = self.headers.get("x-amz-content-sha256")
        return (
            key_id == ACCESS_KEY_ID
            and region == REGION
            and hmac.compare_digest(made.hex(), signature)
            and body_hash in (sha256(self._body).hexdigest(), "UNSIGNED-PAYLOAD")
        )

    def _listed(self) -> bytes:
        prefix = dict(_query(urlsplit(self.path).query)).get("prefix", "")
        entries = "".join(
            f"<Contents><Key>{key}</Key><LastModified>{self.kept.changed_at[key]:%Y-%m-%dT%H:%M:%S.000Z}"
            f"</LastModified><ETag>1</ETag><Size>{len(content)}</Size></Contents>"
            for key, content in sorted(self.kept.objects.items())
            if key.startswith(prefix)
        )
        return f"<ListBucketResult><IsTruncated>false</IsTruncated>{entries}</ListBucketResult>".encode()


def _query(query: str) -> list[tuple[str, str]]:
    return parse_qsl(query, keep_blank_values=True)


def _error(code: str) -> bytes:
    return f"<Error><Code>{code}</Code><Message>{code}</Message></Error>".encode()
