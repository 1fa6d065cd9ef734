"""Our own scripts, styles and pictures, under addresses that change whenever their content does."""

from __future__ import annotations

import functools
import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from litestar import Request, Response, Router, route
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

FOLDER = Path(__file__).parent / "static"
BASE = "/static"
FOR_EVER = "public, max-age=31536000, immutable"
CONTENT_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file as it is served. `packed` is empty when packing does not make it smaller."""

    content: bytes
    packed: bytes
    content_type: str
    digest: str


@functools.cache
def all_files() -> dict[str, StaticFile]:
    """Every file that is served, by its path under `static/`; read and packed once."""
    paths = sorted(path for path in FOLDER.rglob("*") if path.suffix in CONTENT_TYPES)
    return {path.relative_to(FOLDER).as_posix(): _load(path) for path in paths}


def _load(path: Path) -> StaticFile:
    content = path.read_bytes()
    packed = gzip.compress(content, compresslevel=6, mtime=0)
    return StaticFile(
        content=content,
        packed=packed if len(packed) < len(content) else b"",
        content_type=CONTENT_TYPES[path.suffix],
        digest=hashlib.sha256(content).hexdigest()[:16],
    )


def address_of(name: str) -> str:
    """`app.css` → `/static/<digest>/app.css`. Raises `KeyError` for a file that is not there."""
    return f"{BASE}/{all_files()[name].digest}/{name}"


@route("/{digest:str}/{name:path}", http_method=["GET", "HEAD"], include_in_schema=False, sync_to_thread=False)
def serve_file(request: Request[Any, Any, Any], digest: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    """The file; under the digest of an older version it is not to be kept."""
    found = all_files().get(name.lstrip("/"))
    if found is None:
        raise NotFoundException
    etag = f'W/"{found.digest}"'
    headers = {
        "Cache-Control": FOR_EVER if digest == found.digest else "no-cache",
        "ETag": etag,
        "Vary": "Accept-Encoding",
    }
    if etag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, media_type=found.content_type, headers=headers)
    if found.packed and "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(found.packed, status_code=200, media_type=found.content_type, headers=headers)
    return Response(found.content, status_code=200, media_type=found.content_type, headers=headers)


def build_static_files() -> Router:
    """The router for them; reads all files, so that the first visitor does not wait."""
    all_files()
    return Router(path=BASE, route_handlers=[serve_file], include_in_schema=False)
