"""Profile pictures, at addresses whose content never changes."""

from __future__ import annotations

import re

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, SkipValidation

from application.accounts.ports import Pictures

NAME = re.compile(r"[0-9a-f]{32}(-\d{1,4})?\.webp\Z")
HEADERS = {
    # A changed picture has another name.
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


@get("/media/{name:str}", include_in_schema=False)
async def picture(name: FromPath[str], pictures: NamedDependency[SkipValidation[Pictures]]) -> Response[bytes]:
    """A stored picture, as the picture that it is and nothing else."""
    content = await pictures.read(name) if NAME.match(name) else None
    if content is None:
        raise NotFoundException
    headers = {**HEADERS, "Content-Disposition": f'inline; filename="{name}"'}
    return Response(content, status_code=200, media_type="image/webp", headers=headers)
