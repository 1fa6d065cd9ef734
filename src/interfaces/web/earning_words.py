"""Earnings and payouts in words, as columns of a chart, and as rows of a table for spreadsheets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from babel.dates import format_date

from application.earnings.views import EarningView, LedgerLine, MonthView, PayoutView
from application.money_view import MoneyView
from interfaces.web import words
from interfaces.web.language import gettext, locale
from interfaces.web.time_words import as_datetime_attribute
from interfaces.web.words import Badge

RETURNED = frozenset({"failed", "reversed"})

MONTHS_SHOWN = 12
HEIGHT = 120
"""Of a chart, in its own units."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """What was earned in a month (`2026-11`), and from where to where its column goes, counted from the top."""

    month: str
    net: MoneyView
    top: int
    height: int

    @property
    def is_loss(self) -> bool:
        """Whether the month cost more than it brought."""
        return self.net.amount < 0


def earning_head() -> tuple[str, ...]:
    """What stands above the rows of `earning_row`."""
    return (
        gettext("Session (UTC)"),
        gettext("Client"),
        gettext("State"),
        gettext("Currency"),
        gettext("Paid by the client"),
        gettext("Went back"),
        gettext("Commission"),
        gettext("Earned"),
        gettext("Owed to you"),
        gettext("Available from (UTC)"),
    )


def line_head() -> tuple[str, ...]:
    """What stands above the rows of `line_row`."""
    return (
        gettext("Date (UTC)"),
        gettext("What happened"),
        gettext("Booking"),
        gettext("Session (UTC)"),
        gettext("Currency"),
        gettext("Sum"),
        gettext("Payout"),
    )


def line_words(kind: str) -> str:
    """What a change of the balance is."""
    return {
        "earning": gettext("A client paid"),
        "refund_owed": gettext("It goes back to the client"),
        "chargeback": gettext("The bank of the client took it back"),
        "payout": gettext("Paid out"),
        "payout_returned": gettext("The payout came back"),
    }.get(kind, kind.replace("_", " "))


def payout_badge(status: str) -> Badge:
    """Where a payout is."""
    return {
        "requested": Badge(gettext("Being sent"), "info"),
        "pending": Badge(gettext("On its way"), "info"),
        "needs_otp": Badge(gettext("Waiting for our approval"), "info"),
        "paid": Badge(gettext("Paid"), "success"),
        "failed": Badge(gettext("Did not arrive"), "danger"),
        "reversed": Badge(gettext("Came back"), "warning"),
    }[status]


def charts_of(months: Sequence[MonthView], today: date) -> dict[str, list[Column]]:
    """By currency the last twelve months, the present one last; months without anything are there too."""
    return {
        currency: _columns(currency, {one.month: one.net for one in months if one.net.currency == currency}, today)
        for currency in sorted({one.net.currency for one in months})
    }


def _columns(currency: str, nets: dict[str, MoneyView], today: date) -> list[Column]:
    shown = [(month, nets.get(month, MoneyView(0, currency))) for month in _latest_months(today)]
    best = max(0, *(net.amount for _, net in shown))
    worst = min(0, *(net.amount for _, net in shown))
    scale = (best - worst) or 1
    ground = best * HEIGHT // scale
    columns = []
    for month, net in shown:
        height = max(abs(net.amount) * HEIGHT // scale, 1 if net.amount else 0)
        columns.append(
            Column(month=month, net=net, top=ground - height if net.amount > 0 else ground, height=height)
        )
    return columns


def _latest_months(today: date) -> list[str]:
    number = today.year * 12 + today.month - 1
    return [f"{one // 12}-{one % 12 + 1:02}" for one in range(number - MONTHS_SHOWN + 1, number + 1)]


def month_name(month: str) -> str:
    """`November 2026` of `2026-11`."""
    return format_date(date.fromisoformat(f"{month}-01"), "MMMM y", locale=locale())


def month_letters(month: str) -> str:
    """`Nov` of `2026-11`."""
    return format_date(date.fromisoformat(f"{month}-01"), "MMM", locale=locale())


def month_letter(month: str) -> str:
    """`N` of `2026-11`, where there is no room for more."""
    return format_date(date.fromisoformat(f"{month}-01"), "MMMMM", locale=locale())


def is_pending(earning: EarningView, now: datetime) -> bool:
    """Whether the money is owed, and waits for its session or for the time to complain."""
    is_waiting = earning.status == "confirmed" or now < earning.available_from
    return earning.owed.amount > 0 and not earning.is_disputed and not earning.is_held and is_waiting


def earning_badge(earning: EarningView, now: datetime) -> Badge:
    """Where the money of a booking is."""
    if earning.owed.amount < 0:
        return Badge(gettext("Taken from your next payout"), "warning")
    if earning.owed.amount == 0:
        return (
            Badge(gettext("Paid out"), "success")
            if earning.net.amount > 0
            else Badge(gettext("Went back"), "secondary")
        )
    if earning.is_disputed:
        return Badge(gettext("Disputed"), "warning")
    if earning.is_held:
        return Badge(gettext("Being looked into"), "warning")
    if is_pending(earning, now):
        return Badge(gettext("Pending"), "info")
    return Badge(gettext("Available"), "success")


def what_to_do(payout: PayoutView) -> str | None:
    """What a payout that did not arrive means for its consultant."""
    if payout.status not in RETURNED:
        return None
    return gettext("The money is in your balance again. Check the account, and ask for a payout once more.")


def why_returned(payout: PayoutView) -> str | None:
    """The bank's or Paystack's own words, as a sentence."""
    if payout.status not in RETURNED or not payout.problem:
        return None
    end = "" if payout.problem.endswith((".", "!", "?", "…")) else "."
    return payout.problem[:1].upper() + payout.problem[1:] + end


def earning_row(earning: EarningView) -> tuple[str, ...]:
    """One booking under `earning_head`."""
    return (
        as_datetime_attribute(earning.starts_at),
        earning.client.name,
        words.booking_badge(earning.status).text,
        earning.gross.currency,
        as_number(earning.gross),
        as_number(earning.refunded),
        as_number(earning.commission),
        as_number(earning.net),
        as_number(earning.owed),
        as_datetime_attribute(earning.available_from),
    )


def line_row(line: LedgerLine) -> tuple[str, ...]:
    """One change of what is owed, under `line_head`."""
    return (
        as_datetime_attribute(line.at),
        line_words(line.kind),
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
