"""Ids and references."""

from __future__ import annotations

import secrets
from uuid import UUID

from uuid_utils.compat import uuid7

from domain.payments import REFERENCE_PREFIX

ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"
REFERENCE_LENGTH = 26


def new_id() -> UUID:
    """A UUID version 7 (RFC 9562): ids made later sort after ids made earlier."""
    return uuid7()


def new_payment_reference() -> str:
    """`imo-` and 26 random letters and digits (134 bits): within Paystack's characters, and telling nothing."""
    return f"{REFERENCE_PREFIX}{_random()}"


def new_payout_reference() -> str:
    """The same for a transfer, whose references are another set of Paystack's."""
    return f"{REFERENCE_PREFIX}payout-{_random()}"


def _random() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(REFERENCE_LENGTH))
