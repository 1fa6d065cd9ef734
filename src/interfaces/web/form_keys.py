"""The key that tells one sending of a form from the next."""

from __future__ import annotations

import secrets

FIELD = "idempotency_key"


def new_key() -> str:
    """For one form of one page."""
    return secrets.token_urlsafe(18)
