"""Profile pictures as files."""

from __future__ import annotations

import re

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, SkipValidation

from application.accounts.ports import Pictures

NAME = re.compile(r"[A-Za-z0-9_-]{1,100}(?:\.webp)?\Z")
HEADERS = {
    # A changed picture has another name.
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Disposition": "inline",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
}


@get("/media/{name:str}", include_in_schema=False)
async def picture(name: FromPath[str], pictures: NamedDependency[SkipValidation[Pictures]]) -> Response[bytes]:
    """A stored picture, as the picture that it is and nothing else."""
    content = await pictures.read(name) if NAME.match(name) else None
    if content is None:
        raise NotFoundException
    return Response(content, status_code=200, media_type="image/webp", headers=HEADERS)
