"""What a receipt says, on a page and on paper."""

from __future__ import annotations

from collections.abc import Iterable

from application.payments.receipts import ReceiptView
from interfaces.http.pdf_sheets import Sheet
from interfaces.web import booking_words, time_words
from interfaces.web.language import gettext
from interfaces.web.money_words import exact_sum
from interfaces.web.zones import zone_or_utc


def sheet_of(receipt: ReceiptView) -> Sheet:
    """The whole receipt in words."""
    is_refund = receipt.kind == "refund"
    return Sheet(
        title=title(receipt),
        sum=exact_sum(receipt.amount),
        facts=[*(_refund_facts(receipt) if is_refund else _payment_facts(receipt)), *_session_facts(receipt)],
        remark=_returned() if is_refund else gettext("Imoran received this payment through Paystack."),
    )


def _returned() -> str:
    return gettext(
        "Imoran sent this money back through Paystack. A bank may take up to ten working days to show it."
    )


def title(receipt: ReceiptView) -> str:
    """`Receipt 12`, or `Refund receipt 13`."""
    if receipt.kind == "refund":
        return gettext("Refund receipt {number}").format(number=receipt.number)
    return gettext("Receipt {number}").format(number=receipt.number)


def file_name(receipt: ReceiptView) -> str:
    """What the PDF is called."""
    return f"imoran-{'refund-' if receipt.kind == 'refund' else ''}receipt-{receipt.number}.pdf"


def channel_in_words(channel: str) -> str:
    """How somebody paid; Paystack's own word where it is new to us."""
    known = {
        "apple_pay": "Apple Pay",
        "bank": gettext("Bank"),
        "bank_transfer": gettext("Bank transfer"),
        "card": gettext("Card"),
        "eft": gettext("EFT"),
        "mobile_money": gettext("Mobile money"),
        "payattitude": "PayAttitude",
        "qr": gettext("QR code"),
        "ussd": "USSD",
    }
    return known.get(channel, channel.replace("_", " ").capitalize())


def _payment_facts(receipt: ReceiptView) -> Iterable[tuple[str, str]]:
    yield gettext("Paid on"), _moment(receipt)
    yield gettext("Paid by"), _client(receipt)
    if receipt.channel:
        yield gettext("Paid with"), channel_in_words(receipt.channel)
    if receipt.price != receipt.charged:
        yield gettext("Price"), exact_sum(receipt.price)
    yield gettext("Reference"), receipt.reference


def _refund_facts(receipt: ReceiptView) -> Iterable[tuple[str, str]]:
    yield gettext("Sent back on"), _moment(receipt)
    yield gettext("Sent to"), _client(receipt)
    if receipt.reason:
        yield gettext("Why"), booking_words.told(receipt.reason)
    yield gettext("Of the payment"), _payment_of(receipt)
    yield gettext("Reference"), receipt.reference


def _payment_of(receipt: ReceiptView) -> str:
    charged = exact_sum(receipt.charged)
    if not receipt.payment_number:
        return charged
    return gettext("{sum}, receipt {number}").format(sum=charged, number=receipt.payment_number)


def _session_facts(receipt: ReceiptView) -> Iterable[tuple[str, str]]:
    zone = zone_or_utc(receipt.time_zone)
    yield gettext("For"), booking_words.title(receipt.service, receipt.consultant_name)
    when = time_words.span(receipt.starts_at, receipt.ends_at, zone)
    yield gettext("When"), f"{when}, {time_words.zone_in_words(zone, receipt.starts_at)}"


def _moment(receipt: ReceiptView) -> str:
    zone = zone_or_utc(receipt.time_zone)
    return f"{time_words.instant(receipt.happened_at, zone)} ({zone.key})"


def _client(receipt: ReceiptView) -> str:
    return f"{receipt.client_name}, {receipt.client_email}"
