"""Ids and references."""

from __future__ import annotations

import secrets
from uuid import UUID

from uuid_utils.compat import uuid7

ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"
REFERENCE_LENGTH = 26


def new_id() -> UUID:
    """A UUID version 7 (RFC 9562): ids made later sort after ids made earlier."""
    return uuid7()


def new_payment_reference() -> str:
    """`imo-` and 26 random letters and digits (134 bits): within Paystack's characters, and telling nothing."""
    return "imo-" + "".join(secrets.choice(ALPHABET) for _ in range(REFERENCE_LENGTH))
