"""Earnings and payouts in words, as bars, and as rows of a table for spreadsheets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from babel.dates import format_date

from application.earnings.views import EarningView, LedgerLine, MonthView, PayoutView
from application.money_view import MoneyView
from interfaces.web.language import locale
from interfaces.web.time_words import as_datetime_attribute
from interfaces.web.words import Badge

EARNING_HEAD = (
    "Session (UTC)",
    "Client",
    "State",
    "Currency",
    "Paid by the client",
    "Went back",
    "Commission",
    "Earned",
    "Owed to you",
    "Available from (UTC)",
)

LINE_HEAD = ("Date (UTC)", "What happened", "Booking", "Session (UTC)", "Currency", "Sum", "Payout")
LINE_WORDS = {
    "earning": "A client paid",
    "refund_owed": "It goes back to the client",
    "chargeback": "The bank of the client took it back",
    "payout": "Paid out",
    "payout_returned": "The payout came back",
}

PAYOUT_STATUS = {
    "requested": Badge("Being sent", "info"),
    "pending": Badge("On its way", "info"),
    "needs_otp": Badge("Waiting for our approval", "info"),
    "paid": Badge("Paid", "success"),
    "failed": Badge("Did not arrive", "danger"),
    "reversed": Badge("Came back", "warning"),
}
RETURNED = frozenset({"failed", "reversed"})

LONGEST_BAR = 100
BARS = 12


@dataclass(frozen=True, slots=True)
class Bar:
    """What was earned in a month, and how long that is beside the longest bar of its currency: up to 100."""

    month: str
    net: MoneyView
    length: int

    @property
    def is_loss(self) -> bool:
        """Whether the month cost more than it brought."""
        return self.net.amount < 0


def bars_of(months: Sequence[MonthView]) -> dict[str, list[Bar]]:
    """By currency, the latest months first."""
    bars: dict[str, list[Bar]] = {}
    for currency in sorted({month.net.currency for month in months}):
        shown = [month for month in months if month.net.currency == currency][:BARS]
        best = max(abs(month.net.amount) for month in shown)
        bars[currency] = [
            Bar(month.month, month.net, abs(month.net.amount) * LONGEST_BAR // best if best else 0)
            for month in shown
        ]
    return bars


def month_name(month: str) -> str:
    """`November 2026` of `2026-11`."""
    return format_date(date.fromisoformat(f"{month}-01"), "MMMM y", locale=locale())


def earning_badge(earning: EarningView, now: datetime) -> Badge:
    """Where the money of a booking is."""
    if earning.owed.amount < 0:
        return Badge("Taken from your next payout", "warning")
    if earning.owed.amount == 0:
        return Badge("Paid out", "success") if earning.net.amount > 0 else Badge("Went back", "secondary")
    if earning.is_disputed:
        return Badge("Disputed", "warning")
    if earning.is_held:
        return Badge("Being looked into", "warning")
    if earning.status == "confirmed" or now < earning.available_from:
        return Badge("Pending", "info")
    return Badge("Available", "success")


def what_to_do(payout: PayoutView) -> str | None:
    """What a payout that did not arrive means for its consultant."""
    if payout.status not in RETURNED:
        return None
    return "The money is in your balance again. Check the account, and ask for a payout once more."


def earning_row(earning: EarningView) -> tuple[str, ...]:
    """One booking under `EARNING_HEAD`."""
    return (
        as_datetime_attribute(earning.starts_at),
        earning.client.name,
        earning.status.replace("_", " "),
        earning.gross.currency,
        as_number(earning.gross),
        as_number(earning.refunded),
        as_number(earning.commission),
        as_number(earning.net),
        as_number(earning.owed),
        as_datetime_attribute(earning.available_from),
    )


def line_row(line: LedgerLine) -> tuple[str, ...]:
    """One change of what is owed, under `LINE_HEAD`."""
    return (
        as_datetime_attribute(line.at),
        LINE_WORDS.get(line.kind, line.kind.replace("_", " ")),
        str(line.booking_id),
        as_datetime_attribute(line.starts_at),
        line.amount.currency,
        as_number(line.amount),
        line.payout_reference or "",
    )


def as_number(money: MoneyView) -> str:
    """`-1234.50`, which spreadsheets can add up."""
    major, minor = divmod(abs(money.amount), 100)
    return f"{'-' if money.amount < 0 else ''}{major}.{minor:02}"
