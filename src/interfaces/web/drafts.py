"""Long texts that somebody wrote and that nothing has come of yet.

The browser keeps them for a while, so that they are there again after logging in, at another free time, and for
whoever goes back to a form that was refused.
"""

from __future__ import annotations

import zlib
from typing import Any

from litestar import Request

from interfaces.http import signatures
from interfaces.web.visitors import Visitor, visitor_of

REASON = "draft_reason"
"""What a session is to be about."""
REVIEW = "draft_review"
"""What somebody says of one session: the booking, a space, the words."""
ALL = (REASON, REVIEW)
LIFE_S = 2 * 60 * 60
LARGEST_TEXT = 16_000
LONGEST_COOKIE = 3_500
"""Browsers drop cookies of more than four kilobytes."""


def keep(request: Request[Any, Any, Any], name: str, text: str) -> None:
    """Until `forget`, or for two hours. A text that is too long for a cookie, even packed, is not kept."""
    packed = signatures.to_text(zlib.compress(text.encode(), level=9))
    if text.strip() and len(packed) <= LONGEST_COOKIE:
        visitor_of(request).keep(name, packed, max_age=LIFE_S)


def kept(request: Request[Any, Any, Any], name: str) -> str:
    """What was kept, as far as it can be read; nothing otherwise."""
    packed = signatures.from_text((visitor_of(request).kept(request, name) or "")[:LONGEST_COOKIE])
    unpacking = zlib.decompressobj()
    try:
        return unpacking.decompress(packed or b"", LARGEST_TEXT).decode()
    except (zlib.error, UnicodeDecodeError):
        return ""


def forget(request: Request[Any, Any, Any], name: str) -> None:
    """It was sent."""
    visitor = visitor_of(request)
    if visitor.kept(request, name):
        visitor.forget(name)


def forget_all(visitor: Visitor) -> None:
    """Whoever comes next to this browser shall not read it."""
    for name in ALL:
        visitor.forget(name)
