"""Paystack's webhooks: signature first, meaning second."""

from __future__ import annotations

import hmac
from hashlib import sha256, sha512
from typing import Any

import msgspec

from application.payments.ports import WebhookNotice
from domain.payments import BadSignature
from domain.refusals import Invalid
from infrastructure.paystack.wire import Name

LONGEST_REFERENCE = 100
CHARGED = "charge.success"
DISPUTED = "charge.dispute."
TRANSFERRED = "transfer."
REFUNDED = "refund."
"""What the names of events begin with."""


class WebhookEnvelope(msgspec.Struct, frozen=True):
    """An event as delivered."""

    event: Name
    data: dict[str, Any] = {}


class PaystackWebhooks:
    """`WebhookReader` for deliveries that are signed with our secret key, or with the one that it replaces."""

    def __init__(self, secret_key: str, previous_key: str | None = None) -> None:
        self._keys = [key.encode() for key in (secret_key, previous_key) if key]

    def __call__(self, body: bytes, signatures: list[str]) -> WebhookNotice:
        """HMAC-SHA512 of the raw bytes, in hexadecimal, in exactly one header; then what it is about."""
        if len(signatures) != 1 or not self._is_signed(body, signatures[0].encode()):
            raise BadSignature
        try:
            envelope = msgspec.json.decode(body, type=WebhookEnvelope)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as fault:
            raise Invalid.field("body", "This is not an event.") from fault
        return WebhookNotice(
            event=envelope.event[:100],
            dedupe_key=_dedupe_key(envelope, body),
            reference=_reference(envelope),
            dispute_id=_dispute_id(envelope),
        )

    def _is_signed(self, body: bytes, signature: bytes) -> bool:
        """Every key is tried, whichever fits: how long it takes tells nothing."""
        fits = [
            hmac.compare_digest(hmac.new(key, body, sha512).hexdigest().encode(), signature) for key in self._keys
        ]
        return any(fits)


def _reference(envelope: WebhookEnvelope) -> str | None:
    """A charge and a transfer name their `reference`, a refund the `transaction_reference`; a dispute holds the
    transaction.
    """
    name = "transaction_reference" if envelope.event.startswith(REFUNDED) else "reference"
    transaction = envelope.data.get("transaction") if envelope.event.startswith(DISPUTED) else None
    return _word((transaction if isinstance(transaction, dict) else envelope.data).get(name))


def _dispute_id(envelope: WebhookEnvelope) -> str | None:
    return _number(envelope.data.get("id")) if envelope.event.startswith(DISPUTED) else None


def _dedupe_key(envelope: WebhookEnvelope, body: bytes) -> str:
    """A charge succeeds once, a transfer comes to each of its ends once, a dispute changes at an instant; of
    anything else only the very same bytes are the same news.
    """
    data = envelope.data
    parts: list[str | None] = [None]
    if envelope.event == CHARGED:
        parts = [_number(data.get("id"))]
    elif envelope.event.startswith(TRANSFERRED):
        parts = [_word(data.get("transfer_code"))]
    elif envelope.event.startswith(DISPUTED):
        parts = [_number(data.get("id")), _word(data.get("updated_at") or data.get("updatedAt"))]
    known = [part for part in parts if part]
    return ":".join([envelope.event, *known]) if len(known) == len(parts) else sha256(body).hexdigest()


def _number(value: object) -> str | None:
    """One of Paystack's numbers, as text."""
    is_number = isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63
    return str(value) if is_number else None


def _word(value: object) -> str | None:
    """A code or reference in one line."""
    if isinstance(value, str) and 0 < len(value) <= LONGEST_REFERENCE and value.isprintable():
        return value
    return None
