"""What a receipt says, on a page and on paper."""

from __future__ import annotations

from collections.abc import Iterable

from application.payments.receipts import ReceiptView
from interfaces.http.pdf_sheets import Sheet
from interfaces.web import time_words
from interfaces.web.booking_words import sentence
from interfaces.web.money_words import exact_sum
from interfaces.web.zones import zone_or_utc

CHANNELS = {
    "apple_pay": "Apple Pay",
    "bank": "Bank",
    "bank_transfer": "Bank transfer",
    "card": "Card",
    "eft": "EFT",
    "mobile_money": "Mobile money",
    "payattitude": "PayAttitude",
    "qr": "QR code",
    "ussd": "USSD",
}
PAID = "Imoran received this payment through Paystack."
RETURNED = "Imoran sent this money back through Paystack. A bank may take up to ten working days to show it."


def sheet_of(receipt: ReceiptView) -> Sheet:
    """The whole receipt in words."""
    is_refund = receipt.kind == "refund"
    return Sheet(
        title=title(receipt),
        sum=exact_sum(receipt.amount),
        facts=[*(_refund_facts(receipt) if is_refund else _payment_facts(receipt)), *_session_facts(receipt)],
        remark=RETURNED if is_refund else PAID,
    )


def title(receipt: ReceiptView) -> str:
    """`Receipt 12`, or `Refund receipt 13`."""
    return f"{'Refund receipt' if receipt.kind == 'refund' else 'Receipt'} {receipt.number}"


def file_name(receipt: ReceiptView) -> str:
    """What the PDF is called."""
    return f"imoran-{'refund-' if receipt.kind == 'refund' else ''}receipt-{receipt.number}.pdf"


def channel_in_words(channel: str) -> str:
    """How somebody paid; Paystack's own word where it is new to us."""
    return CHANNELS.get(channel, channel.replace("_", " ").capitalize())


def _payment_facts(receipt: ReceiptView) -> Iterable[tuple[str, str]]:
    yield "Paid on", _moment(receipt)
    yield "Paid by", _client(receipt)
    if receipt.channel:
        yield "Paid with", channel_in_words(receipt.channel)
    if receipt.price != receipt.charged:
        yield "Price", exact_sum(receipt.price)
    yield "Reference", receipt.reference


def _refund_facts(receipt: ReceiptView) -> Iterable[tuple[str, str]]:
    yield "Sent back on", _moment(receipt)
    yield "Sent to", _client(receipt)
    if receipt.reason:
        yield "Why", sentence(receipt.reason)
    number = f", receipt {receipt.payment_number}" if receipt.payment_number else ""
    yield "Of the payment", f"{exact_sum(receipt.charged)}{number}"
    yield "Reference", receipt.reference


def _session_facts(receipt: ReceiptView) -> Iterable[tuple[str, str]]:
    zone = zone_or_utc(receipt.time_zone)
    yield "For", f"{receipt.service or 'Session'} with {receipt.consultant_name}"
    when = time_words.span(receipt.starts_at, receipt.ends_at, zone)
    yield "When", f"{when}, {time_words.zone_in_words(zone, receipt.starts_at)}"


def _moment(receipt: ReceiptView) -> str:
    zone = zone_or_utc(receipt.time_zone)
    return f"{time_words.instant(receipt.happened_at, zone)} ({zone.key})"


def _client(receipt: ReceiptView) -> str:
    return f"{receipt.client_name}, {receipt.client_email}"
