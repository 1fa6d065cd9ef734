"""What operators see of the money: days, consultants, what must always hold."""

from __future__ import annotations

import csv
import io

import pytest

from domain.accounts import Role
from tests.integration.web.browser import Browser
from tests.marketplace import Marketplace

DAY = "2026-03-02"


@pytest.fixture
async def trade(marketplace: Marketplace) -> Marketplace:
    """Two paid sessions of two consultants and a charge without a booking, all of one day."""
    for _ in range(2):
        slot = await marketplace.slot(await marketplace.consultant())
        await marketplace.confirmed_booking(await marketplace.client(), slot)
    lost = {
        "email": "lost@example.com",
        "amount": 70_000,
        "currency": "NGN",
        "reference": "imo-abcdefghijklmnopqrstuvwxyz",
    }
    await marketplace.sandbox.post("/transaction/initialize", json=lost)
    await marketplace.pay(str(lost["reference"]))
    await marketplace.product.compare_with_paystack()
    pool = marketplace.database.pool
    for table in ("payments", "listed_charges"):
        await pool.execute(f"UPDATE {table} SET paid_at = '{DAY} 23:59:59+00'")
    await sum_up(marketplace)
    return marketplace


async def sum_up(marketplace: Marketplace) -> None:
    """As a comparison does for days that are within its reach."""
    comparisons = marketplace.product.compare_with_paystack.comparisons
    [since, until] = await marketplace.database.pool.fetchrow(
        f"SELECT '{DAY} 00:00+00'::timestamptz, '{DAY} 00:00+00'::timestamptz + interval '1 day'"
    )
    await comparisons.sum_days(since=since, until=until, mode="test")


@pytest.fixture
async def operator(trade: Marketplace, browser: Browser) -> Browser:
    """An operator's browser."""
    await browser.log_in(await trade.account(Role.OPERATOR))
    return browser


def table(browser: Browser) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(browser.answer.content.decode("utf-8-sig"))))


async def test_a_day_agrees_and_its_consultants_sum_up_to_it(operator: Browser) -> None:
    await operator.open("/operator/money")
    assert "2 Mar 2026" in operator.main
    assert "Agrees" in operator.main
    await operator.open("/operator/money/days.csv")
    [day] = table(operator)
    assert (day["Charges at Paystack"], day["Paid at Paystack"], day["Agrees"]) == ("3", "10700.00", "yes")
    await operator.open(f"/operator/money/{DAY}/statements.csv")
    rows = table(operator)
    assert [row["Consultant"] for row in rows].count("No booking is known") == 1
    for column, listed in (("Paid", "Paid at Paystack"), ("Fees of Paystack", "Fees at Paystack")):
        assert sum(kobo(row[column]) for row in rows) == kobo(day[listed])
    for row in rows:
        shares = ("Commission", "Consultant's", "Held for clients", "Fees borne by payers", "Written off")
        assert kobo(row["Paid"]) - kobo(row["Sent back"]) == sum(kobo(row[share]) for share in shares)


def kobo(words: str) -> int:
    return int(words.replace(".", ""))


async def test_one_day_consultant_by_consultant(operator: Browser) -> None:
    await operator.open(f"/operator/money/{DAY}")
    assert operator.main.count("₦4,250.00") == 2
    assert "No booking is known" in operator.main
    assert "What differs" not in operator.main


async def test_what_differs_is_named(trade: Marketplace, operator: Browser) -> None:
    await trade.database.pool.execute("DELETE FROM listed_charges WHERE amount = 70000")
    await sum_up(trade)
    await operator.open(f"/operator/money/{DAY}")
    assert "What differs" in operator.main
    assert "imo-abcdefghijklmnopqrstuvwxyz" in operator.main
    await operator.open("/operator/money")
    assert "Differs" in operator.main


async def test_what_must_always_hold_is_shown_and_raises_an_alarm(trade: Marketplace, operator: Browser) -> None:
    await trade.product.check_invariants()
    await operator.open("/operator/money")
    assert "Charge posted as reported" in operator.main
    assert "Something that must always hold does not" not in operator.main
    await trade.database.pool.execute("UPDATE payments SET fees = fees + 1")
    await trade.product.check_invariants()
    await operator.open("/operator/money")
    assert "Something that must always hold does not" in operator.main
    await operator.open("/operator")
    assert "Something that must always hold does not" in operator.main


@pytest.mark.parametrize("path", ["/operator/money/2020-01-01", "/operator/money/2020-01-01/statements.csv"])
async def test_a_day_without_charges_is_not_there(operator: Browser, path: str) -> None:
    await operator.open(path, status=404)


@pytest.mark.parametrize("path", ["/operator/money", f"/operator/money/{DAY}", "/operator/money/days.csv"])
async def test_it_is_for_operators_only(trade: Marketplace, browser: Browser, path: str) -> None:
    await browser.log_in(await trade.client())
    await browser.open(path, status=403)
