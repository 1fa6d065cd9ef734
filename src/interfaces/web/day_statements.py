"""Days and what became of their money, in words and as tables for spreadsheets."""

from __future__ import annotations

from application.money_view import MoneyView
from application.operations.money_views import DayView, MoneyGauges, Statement
from interfaces.web.money_words import exact_sum
from interfaces.web.words import Badge

NOBODY = "No booking is known"

DAY_HEAD = (
    "Day (UTC)",
    "Currency",
    "Charges at Paystack",
    "Paid at Paystack",
    "Fees at Paystack",
    "Charges here",
    "Paid here",
    "Fees here",
    "Paid in the ledger",
    "Fees in the ledger",
    "Agrees",
)
STATEMENT_HEAD = (
    "Consultant",
    "Currency",
    "Charges",
    "Paid",
    "Fees of Paystack",
    "Sent back",
    "Commission",
    "Consultant's",
    "Held for clients",
    "Fees borne by payers",
    "Written off",
)


def in_words(amount: int, currency: str) -> str:
    """`₦5,000.00`, zero and less included."""
    return exact_sum(MoneyView(amount, currency))


def agreement(day: DayView) -> Badge:
    """Whether the three sums are one."""
    return Badge("Agrees", "success") if day.agrees else Badge("Differs", "danger")


def soundness(is_broken: bool) -> Badge:
    """Of something that must always hold."""
    return Badge("Broken", "danger") if is_broken else Badge("Holds", "success")


def what_is_checked(name: str) -> str:
    """The name of an invariant, as words."""
    return name.replace("_", " ").capitalize()


def lasting(seconds: float) -> str:
    """`40 seconds`, `12 minutes`, `3 hours`."""
    for length, word in ((3600, "hour"), (60, "minute")):
        if seconds >= 2 * length:
            return f"{int(seconds // length)} {word}s"
    return f"{int(seconds)} second{'' if int(seconds) == 1 else 's'}"


def standing(gauges: MoneyGauges) -> list[tuple[str, str]]:
    """What operators look at first: what is on its way, and for how long."""
    return [
        ("Charges outside of every class", _since(gauges.charges_outside, gauges.oldest_charge_outside_s)),
        ("Compared with Paystack", f"{lasting(gauges.compared_ago_s)} ago"),
        ("Attempts that Paystack is asked about", str(gauges.unsettled)),
        ("Of these, announced as paid", str(gauges.announced)),
        ("Work that waits", _since(gauges.outbox_waiting, gauges.outbox_lag_s)),
        ("Refunds under way", _with_sums(gauges.refunds_under_way, gauges.refunds_under_way_amount)),
        ("Payouts under way", _with_sums(gauges.payouts_under_way, gauges.payouts_under_way_amount)),
        ("Open disputes", str(gauges.disputes_open)),
    ]


def day_row(day: DayView) -> tuple[str, ...]:
    """One day under `DAY_HEAD`."""
    return (
        f"{day.day:%Y-%m-%d}",
        day.currency,
        str(day.listed_count),
        _number(day.listed_amount),
        _number(day.listed_fees),
        str(day.known_count),
        _number(day.known_amount),
        _number(day.known_fees),
        _number(day.posted_amount),
        _number(day.posted_fees),
        "yes" if day.agrees else "no",
    )


def statement_row(statement: Statement) -> tuple[str, ...]:
    """One consultant under `STATEMENT_HEAD`."""
    return (
        statement.consultant or NOBODY,
        statement.currency,
        str(statement.count),
        *(
            _number(amount)
            for amount in (
                statement.gross,
                statement.fees,
                statement.sent_back,
                statement.commission,
                statement.net,
                statement.held,
                statement.added_fees,
                statement.written_off,
            )
        ),
    )


def _since(count: int, seconds: float) -> str:
    return f"{count}, the oldest for {lasting(seconds)}" if count else "None"


def _with_sums(count: int, sums: dict[str, int]) -> str:
    if not count:
        return "None"
    return f"{count}: " + ", ".join(in_words(amount, currency) for currency, amount in sorted(sums.items()))


def _number(amount: int) -> str:
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // 100}.{abs(amount) % 100:02}"
