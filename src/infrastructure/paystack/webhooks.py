"""Paystack's webhooks: signature first, meaning second."""

from __future__ import annotations

import hmac
from hashlib import sha256, sha512
from typing import Any

import msgspec

from application.payments.ports import WebhookNotice
from domain.payments import BadSignature
from domain.refusals import Invalid

LONGEST_REFERENCE = 100
DISPUTED = "charge.dispute."
"""What the names of events about disputes begin with."""


class WebhookEnvelope(msgspec.Struct, frozen=True):
    """An event as delivered."""

    event: str
    data: dict[str, Any] = {}


class PaystackWebhooks:
    """`WebhookReader` for deliveries that are signed with our secret key."""

    def __init__(self, secret_key: str) -> None:
        self._key = secret_key.encode()

    def __call__(self, body: bytes, signatures: list[str]) -> WebhookNotice:
        """HMAC-SHA512 of the raw bytes, in hexadecimal, in exactly one header; then what it is about."""
        expected = hmac.new(self._key, body, sha512).hexdigest()
        if len(signatures) != 1 or not hmac.compare_digest(expected.encode(), signatures[0].encode()):
            raise BadSignature
        try:
            envelope = msgspec.json.decode(body, type=WebhookEnvelope)
        except msgspec.MsgspecError as fault:
            raise Invalid.field("body", "This is not an event.") from fault
        return WebhookNotice(
            event=envelope.event[:100],
            dedupe_key=_dedupe_key(envelope, body),
            reference=_reference(envelope),
            dispute_id=_dispute_id(envelope),
        )


def _reference(envelope: WebhookEnvelope) -> str | None:
    """A charge names its `reference`, a refund the `transaction_reference`; a dispute holds the transaction."""
    name = "transaction_reference" if envelope.event.startswith("refund.") else "reference"
    transaction = envelope.data.get("transaction") if envelope.event.startswith(DISPUTED) else None
    reference = (transaction if isinstance(transaction, dict) else envelope.data).get(name)
    return reference if isinstance(reference, str) and len(reference) <= LONGEST_REFERENCE else None


def _dispute_id(envelope: WebhookEnvelope) -> str | None:
    number = envelope.data.get("id") if envelope.event.startswith(DISPUTED) else None
    return str(number) if isinstance(number, int) and 0 < number < 2**63 else None


def _dedupe_key(envelope: WebhookEnvelope, body: bytes) -> str:
    """A charge succeeds once; of anything else only the very same bytes are the same news."""
    if envelope.event == "charge.success" and "id" in envelope.data:
        return f"charge.success:{envelope.data['id']}"
    return sha256(body).hexdigest()
