"""Days and what became of their money, in words and as tables for spreadsheets."""

from __future__ import annotations

from application.money_view import MoneyView
from application.operations.money_views import DayView, MoneyGauges, Statement
from interfaces.web.health_words import ago, lasting
from interfaces.web.language import gettext
from interfaces.web.money_words import exact_sum
from interfaces.web.words import Badge


def nobody() -> str:
    """In a consultant's place, of charges that no booking is known for."""
    return gettext("No booking is known")


def day_head() -> tuple[str, ...]:
    """Over `day_row`."""
    return (
        gettext("Day (UTC)"),
        gettext("Currency"),
        gettext("Charges at Paystack"),
        gettext("Paid at Paystack"),
        gettext("Fees at Paystack"),
        gettext("Charges here"),
        gettext("Paid here"),
        gettext("Fees here"),
        gettext("Paid in the ledger"),
        gettext("Fees in the ledger"),
        gettext("Agrees"),
    )


def statement_head() -> tuple[str, ...]:
    """Over `statement_row`."""
    return (
        gettext("Consultant"),
        gettext("Currency"),
        gettext("Charges"),
        gettext("Paid"),
        gettext("Fees of Paystack"),
        gettext("Sent back"),
        gettext("Commission"),
        gettext("Consultant's"),
        gettext("Held for clients"),
        gettext("Fees borne by payers"),
        gettext("Written off"),
    )


def in_words(amount: int, currency: str) -> str:
    """`₦5,000.00`, zero and less included."""
    return exact_sum(MoneyView(amount, currency))


def agreement(day: DayView) -> Badge:
    """Whether the three sums are one."""
    return Badge(gettext("Agrees"), "success") if day.agrees else Badge(gettext("Differs"), "danger")


def standing(gauges: MoneyGauges) -> list[tuple[str, str]]:
    """What operators look at first: what is on its way, and for how long."""
    return [
        (
            gettext("Charges outside of every class"),
            _since(gauges.charges_outside, gauges.oldest_charge_outside_s),
        ),
        (gettext("Compared with Paystack"), ago(gauges.compared_ago_s)),
        (gettext("Attempts that Paystack is asked about"), str(gauges.unsettled)),
        (gettext("Of these, announced as paid"), str(gauges.announced)),
        (gettext("Work that waits"), _since(gauges.outbox_waiting, gauges.outbox_lag_s)),
        (gettext("Refunds under way"), _with_sums(gauges.refunds_under_way, gauges.refunds_under_way_amount)),
        (gettext("Payouts under way"), _with_sums(gauges.payouts_under_way, gauges.payouts_under_way_amount)),
        (gettext("Open disputes"), str(gauges.disputes_open)),
    ]


def day_row(day: DayView) -> tuple[str, ...]:
    """One day under `day_head`."""
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
        gettext("yes") if day.agrees else gettext("no"),
    )


def statement_row(statement: Statement) -> tuple[str, ...]:
    """One consultant under `statement_head`."""
    return (
        statement.consultant or nobody(),
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
    if not count:
        return gettext("None")
    return gettext("{count}, the oldest for {time}").format(count=count, time=lasting(seconds))


def _with_sums(count: int, sums: dict[str, int]) -> str:
    if not count:
        return gettext("None")
    return f"{count}: " + ", ".join(in_words(amount, currency) for currency, amount in sorted(sums.items()))


def _number(amount: int) -> str:
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // 100}.{abs(amount) % 100:02}"
