"""Keyed hashes for what goes through the browser and comes back."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac


def sign(key: bytes, purpose: str, content: str) -> bytes:
    """HMAC-SHA256; what was signed for one purpose fits no other."""
    return hmac.digest(key, f"{purpose}\0{content}".encode(), hashlib.sha256)


def to_text(raw: bytes) -> str:
    """For cookies and fields: base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def from_text(text: str) -> bytes | None:
    """What `to_text` was given, or nothing."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
