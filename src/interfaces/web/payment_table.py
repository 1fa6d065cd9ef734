"""A client's payments as rows of a table for spreadsheets."""

from __future__ import annotations

from application.money_view import MoneyView
from application.payments.views import PaymentView
from interfaces.web.language import gettext
from interfaces.web.time_words import as_datetime_attribute
from interfaces.web.words import payment_badge


def payment_head() -> tuple[str, ...]:
    """What the columns are called."""
    return (
        gettext("Date (UTC)"),
        gettext("Consultant"),
        gettext("Session (UTC)"),
        gettext("State"),
        gettext("Reference"),
        gettext("Currency"),
        gettext("Sum"),
        gettext("Back"),
        gettext("Receipts"),
    )


def payment_row(payment: PaymentView) -> tuple[str, ...]:
    """One payment under `payment_head`."""
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
