"""Our own scripts, styles and pictures, under addresses that change whenever their content does.

What pages ask for together is one file: `BUNDLES`. Everything is packed once, at the start of a process.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
import logging
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import brotli
from litestar import Request, Response, Router, get, route
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from interfaces.http.compression import encoding_for

log = logging.getLogger(__name__)

FOLDER = Path(__file__).parent / "static"
BASE = "/static"
FOR_EVER = "public, max-age=31536000, immutable"
FOR_A_DAY = "public, max-age=86400"
CONTENT_TYPES = {
    ".css": "text/css",
    ".ico": "image/x-icon",
    ".js": "text/javascript",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
}
BUNDLES = {
    "site.css": ("vendor/bootstrap/bootstrap.min.css", "app.css"),
    "dialogs.css": ("vendor/sweetalert2/sweetalert2.min.css", "vendor/sweetalert2/bootstrap-5.css"),
    "dialogs.js": ("vendor/sweetalert2/sweetalert2.min.js",),
}
AT_THE_ROOT = ("favicon.ico", "robots.txt")
"""Files that are asked for by name, without a page that says where they are."""
KEPT = FOLDER / "__packed__"
HUGE = 500_000
"""Bytes from which on the last percent is not worth the seconds."""
_MAP_ADDRESS = re.compile(rb"/\*# sourceMappingURL=[^*]*\*/\s*|//# sourceMappingURL=\S+\s*")


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file as it is served: plain, and packed by the encodings that make it smaller."""

    content: bytes
    packed: dict[str, bytes]
    content_type: str
    digest: str


@functools.cache
def all_files() -> dict[str, StaticFile]:
    """Every file that is served, by its path under `static/`, and the bundles; read and packed once."""
    return {name: _load(name, content) for name, content in _contents()}


def _contents() -> Iterator[tuple[str, bytes]]:
    bundled = {part for parts in BUNDLES.values() for part in parts if part.startswith("vendor/")}
    for path in sorted(FOLDER.rglob("*")):
        name = path.relative_to(FOLDER).as_posix()
        if path.suffix in CONTENT_TYPES and name not in bundled:
            yield name, path.read_bytes()
    for name, parts in BUNDLES.items():
        # Without the addresses of maps: browsers' tools would ask for them, and they are not here.
        yield name, b"\n".join(_MAP_ADDRESS.sub(b"", (FOLDER / part).read_bytes()) for part in parts)


def _load(name: str, content: bytes) -> StaticFile:
    digest = hashlib.sha256(content).hexdigest()[:16]
    packed = {"br": _brotli(content, digest), "gzip": gzip.compress(content, compresslevel=9, mtime=0)}
    return StaticFile(
        content=content,
        packed={encoding: body for encoding, body in packed.items() if len(body) < len(content)},
        content_type=CONTENT_TYPES[Path(name).suffix],
        digest=digest,
    )


def _brotli(content: bytes, digest: str) -> bytes:
    """As small as it gets. That takes a second, so the result is kept beside the files where one may write."""
    kept = KEPT / f"{digest}.br"
    if kept.exists():
        return kept.read_bytes()
    packed: bytes = brotli.compress(content, quality=9 if len(content) > HUGE else 11)
    try:
        KEPT.mkdir(exist_ok=True)
        unfinished = KEPT / f"{digest}.{os.getpid()}"
        unfinished.write_bytes(packed)
        unfinished.rename(kept)
    except OSError as fault:
        log.info("static_files.not_kept name=%s fault=%s", kept, fault)
    return packed


def address_of(name: str) -> str:
    """`app.js` → `/static/<digest>/app.js`. Raises `KeyError` for a file that is not there."""
    return f"{BASE}/{all_files()[name].digest}/{name}"


@route("/{digest:str}/{name:path}", http_method=["GET", "HEAD"], include_in_schema=False, sync_to_thread=False)
def serve_file(request: Request[Any, Any, Any], digest: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    """The file; under the digest of an older version it is not to be kept."""
    found = all_files().get(name.lstrip("/"))
    if found is None:
        raise NotFoundException
    return _answer(request, found, FOR_EVER if digest == found.digest else "no-cache")


@get([f"/{name}" for name in AT_THE_ROOT], include_in_schema=False, sync_to_thread=False)
def serve_root_file(request: Request[Any, Any, Any]) -> Response[bytes]:
    """A file that is asked for without a page that says where it is."""
    return _answer(request, all_files()[request.url.path.strip("/")], FOR_A_DAY)


def _answer(request: Request[Any, Any, Any], file: StaticFile, kept_for: str) -> Response[bytes]:
    etag = f'W/"{file.digest}"'
    headers = {"Cache-Control": kept_for, "ETag": etag, "Vary": "Accept-Encoding"}
    if etag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, media_type=file.content_type, headers=headers)
    body = file.content
    encoding = encoding_for(request.headers.get("accept-encoding", ""))
    if encoding in file.packed:
        headers["Content-Encoding"] = encoding
        body = file.packed[encoding]
    return Response(body, status_code=200, media_type=file.content_type, headers=headers)


def build_static_files() -> Router:
    """The router for them; reads all files, so that the first visitor does not wait."""
    all_files()
    files = Router(path=BASE, route_handlers=[serve_file], include_in_schema=False)
    return Router(path="/", route_handlers=[files, serve_root_file], include_in_schema=False)
