"""A client's payments as rows of a table for spreadsheets."""

from __future__ import annotations

from application.money_view import MoneyView
from application.payments.views import PaymentView
from interfaces.web.time_words import as_datetime_attribute
from interfaces.web.words import payment_badge

PAYMENT_HEAD = (
    "Date (UTC)",
    "Consultant",
    "Session (UTC)",
    "State",
    "Reference",
    "Currency",
    "Sum",
    "Back",
    "Receipts",
)


def payment_row(payment: PaymentView) -> tuple[str, ...]:
    """One payment under `PAYMENT_HEAD`."""
    return (
        as_datetime_attribute(payment.paid_at or payment.created_at),
        payment.consultant.name,
        as_datetime_attribute(payment.starts_at),
        payment_badge(payment).text,
        payment.reference,
        payment.amount.currency,
        _as_number(payment.amount),
        _as_number(payment.refunded),
        " ".join(str(receipt.number) for receipt in payment.receipts),
    )


def _as_number(money: MoneyView) -> str:
    return f"{money.amount // 100}.{money.amount % 100:02}"
