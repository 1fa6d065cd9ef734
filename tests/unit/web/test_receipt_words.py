"""What a receipt says."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
import pytest

from application.money_view import MoneyView
from application.payments.receipts import ReceiptView
from interfaces.web.receipt_words import channel_in_words, file_name, sheet_of

PAYMENT = ReceiptView(
    number=12,
    kind="payment",
    happened_at=datetime(2026, 11, 23, 13, tzinfo=UTC),
    amount=MoneyView(500_000, "NGN"),
    charged=MoneyView(500_000, "NGN"),
    price=MoneyView(500_000, "NGN"),
    reference="imo-1",
    refund_id=None,
    reason=None,
    payment_number=None,
    channel="bank_transfer",
    client_name="Chidi Obi",
    client_email="chidi@example.com",
    consultant_name="Ada Eze",
    service="Contract review",
    starts_at=datetime(2026, 11, 25, 9, tzinfo=UTC),
    ends_at=datetime(2026, 11, 25, 10, tzinfo=UTC),
    time_zone="Africa/Lagos",
    booking_id=UUID(int=1),
)
REFUND = msgspec.structs.replace(
    PAYMENT,
    number=13,
    kind="refund",
    amount=MoneyView(250_000, "NGN"),
    refund_id=UUID(int=2),
    reason="cancelled by the client",
    payment_number=12,
)


def facts(receipt: ReceiptView) -> dict[str, str]:
    return dict(sheet_of(receipt).facts)


def test_the_receipt_of_a_payment() -> None:
    sheet = sheet_of(PAYMENT)
    assert (sheet.title, sheet.sum) == ("Receipt 12", "₦5,000.00")
    assert facts(PAYMENT) == {
        "Paid on": "Mon 23 Nov 2026, 2:00 pm (Africa/Lagos)",
        "Paid by": "Chidi Obi, chidi@example.com",
        "Paid with": "Bank transfer",
        "Reference": "imo-1",
        "For": "Contract review with Ada Eze",
        "When": "Wed 25 Nov 2026, 10:00 – 11:00 am, Africa/Lagos (West Africa Standard Time, UTC+1)",
    }
    assert file_name(PAYMENT) == "imoran-receipt-12.pdf"


def test_the_receipt_of_a_refund() -> None:
    sheet = sheet_of(REFUND)
    assert (sheet.title, sheet.sum) == ("Refund receipt 13", "₦2,500.00")
    assert facts(REFUND)["Why"] == "You cancelled."
    assert facts(REFUND)["Of the payment"] == "₦5,000.00, receipt 12"
    assert "Paid with" not in facts(REFUND)
    assert file_name(REFUND) == "imoran-refund-receipt-13.pdf"


@pytest.mark.parametrize(
    ("changes", "label", "words"),
    [
        ({"charged": MoneyView(510_000, "NGN")}, "Price", "₦5,000.00"),
        ({"price": MoneyView(500_000, "GHS")}, "Price", "GHS5,000.00"),
        ({"service": None}, "For", "Session with Ada Eze"),
        ({"time_zone": "Mars/Olympus"}, "Paid on", "Mon 23 Nov 2026, 1:00 pm (UTC)"),
    ],
)
def test_what_is_not_always_there(changes: dict[str, Any], label: str, words: str) -> None:
    assert facts(msgspec.structs.replace(PAYMENT, **changes))[label] == words


def test_a_payment_without_a_channel_does_not_say_how() -> None:
    assert "Paid with" not in facts(msgspec.structs.replace(PAYMENT, channel=None))


@pytest.mark.parametrize(("channel", "words"), [("ussd", "USSD"), ("card", "Card"), ("pay_by_owl", "Pay by owl")])
def test_how_somebody_paid(channel: str, words: str) -> None:
    assert channel_in_words(channel) == words
