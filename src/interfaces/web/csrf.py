"""Requests that change something come from our own pages, opened by the same browser."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from urllib.parse import urlsplit

from interfaces.http import signatures

FIELD = "csrf_token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_PURPOSE = "csrf"
_LENGTH = 32


class ForeignRequest(Exception):
    """An unsafe request without a token for this session, or from another site."""


class Lapsed(Exception):
    """A form of our own, whose token fits no more: it lay open for too long, or somebody logged in or out since.

    Nothing was changed. What it said is in the request's `submission`.
    """


def issue_token(key: bytes, binding: str) -> str:
    """A token for the session (or pre-session) that `binding` names.

    Masked anew each time: the token travels in compressed pages beside reflected text.
    """
    mask = secrets.token_bytes(_LENGTH)
    return signatures.to_text(mask + _xor(mask, signatures.sign(key, _PURPOSE, binding)))


def token_fits(key: bytes, binding: str, token: str) -> bool:
    """Whether it was issued for that binding; compared in constant time."""
    raw = signatures.from_text(token[:200])
    if raw is None or len(raw) != 2 * _LENGTH:
        return False
    expected = signatures.sign(key, _PURPOSE, binding)
    return hmac.compare_digest(_xor(raw[:_LENGTH], raw[_LENGTH:]), expected)


def comes_from_here(headers: Mapping[str, str], public_url: str) -> bool:
    """By what the browser says of the request's origin; a request that says nothing is foreign."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin") or _origin_of(headers.get("referer", ""))
    return origin == _origin_of(public_url)


def _origin_of(url: str) -> str | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme and parts.netloc else None


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))
