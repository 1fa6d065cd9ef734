"""What a consultant sees of their money, and how they say where it goes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.accounts import Role
from tests.integration.earnings.conftest import ACCOUNT, Till
from tests.integration.web.browser import Browser
from tests.integration.web.conftest import NewBrowser
from tests.integration.web.html import mistakes_in
from tests.marketplace import PASSWORD, Marketplace

EARNINGS = "/consultant/earnings"
PAYOUTS = "/consultant/payouts"
WAY = "/consultant/payout-account"


@pytest.fixture
async def till(marketplace: Marketplace) -> Till:
    till = Till(marketplace, await marketplace.consultant(), await marketplace.client())
    await till.behaves(transfer_s=0)
    return till


async def see(browser: Browser, path: str) -> None:
    """Open a page and read its markup."""
    assert mistakes_in(await browser.open(path)) == [], path


async def test_the_pages_say_what_to_do_before_anything_was_earned(browser: Browser, till: Till) -> None:
    await browser.log_in(till.consultant)
    await see(browser, EARNINGS)
    assert "Nothing earned yet" in browser.main
    await see(browser, PAYOUTS)
    assert "Say first where your money should go." in browser.main
    assert "No payouts yet" in browser.main
    await see(browser, WAY)
    assert "Look whose it is" in browser.main


async def test_earnings_stand_in_sums_a_chart_and_tables_of_the_same_numbers(browser: Browser, till: Till) -> None:
    await till.session()
    await till.session(ended=timedelta(days=1))
    await browser.log_in(till.consultant)
    await see(browser, EARNINGS)
    assert "Available ₦4,250.00" in browser.main
    assert "Pending ₦4,250.00" in browser.main
    [figure] = browser.page.all("figure")
    columns = figure.all("rect")
    assert "₦8,500.00" in figure.text
    assert [column["height"] for column in columns] == ["0"] * 11 + ["120"]
    for sum_in_words in ("₦10,000.00", "₦1,500.00", "₦8,500.00"):
        assert sum_in_words in browser.main
    assert "Available" in [element.text for element in browser.page.all("span")]
    assert " style=" not in browser.answer.text
    answer = await browser.client.get(f"{EARNINGS}/bookings.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = answer.content.decode("utf-8-sig").splitlines()
    assert len(rows) == 3
    assert "Completed,NGN,5000.00,0.00,750.00,4250.00,4250.00" in rows[1]


async def test_every_line_of_the_ledger_is_a_row_that_can_be_added_up(browser: Browser, till: Till) -> None:
    await till.session()
    await till.account()
    payout = await till.request()
    await browser.log_in(till.consultant)
    answer = await browser.client.get(f"{EARNINGS}/ledger.csv")
    rows = [row.split(",") for row in answer.content.decode("utf-8-sig").splitlines()]
    assert [row[1] for row in rows] == ["What happened", "A client paid", "Paid out"]
    assert [row[5] for row in rows[1:]] == ["4250.00", "-4250.00"]
    assert rows[2][6] == payout.reference


async def test_the_balance_is_shown_line_by_line_the_latest_first(browser: Browser, till: Till) -> None:
    await browser.log_in(till.consultant)
    await see(browser, f"{EARNINGS}/ledger")
    assert "No lines yet" in browser.main
    await till.session()
    await till.account()
    payout = await till.request()
    await see(browser, f"{EARNINGS}/ledger")
    rows = [[cell.text for cell in row.all("td")] for row in browser.page.all("tr")[1:]]
    assert [(row[1], row[-1]) for row in rows] == [("Paid out", "-₦4,250.00"), ("A client paid", "₦4,250.00")]
    assert rows[0][3] == payout.reference


async def test_an_account_is_looked_up_shown_and_saved_with_the_password(browser: Browser, till: Till) -> None:
    await browser.log_in(till.consultant)
    await see(browser, WAY)
    await browser.send(WAY, bank_code=ACCOUNT.bank_code, account_number="0123 456-789")
    assert mistakes_in(browser.page) == []
    assert browser.page.all("h1")[0].text == "Is this your account?"
    name = browser.page.all("dd")[0].text
    assert name == name.upper()
    assert "Payouts to it begin 24 hours from now" in browser.main
    await browser.send(WAY, step="save", current_password="something else", status=422)
    assert mistakes_in(browser.page) == []
    assert browser.page.all("h1")[0].text == "Is this your account?"
    assert PASSWORD not in browser.answer.text
    await browser.send(WAY, step="save", current_password=PASSWORD)
    assert browser.path == PAYOUTS
    assert "account ending in 6789" in browser.answer.text
    assert name in browser.main
    assert ACCOUNT.account_number not in browser.answer.text
    assert mistakes_in(browser.page) == []
    assert "Your account is new." in browser.main


async def test_what_is_wrong_with_an_account_is_said_at_its_field(browser: Browser, till: Till) -> None:
    await browser.log_in(till.consultant)
    await browser.open(WAY)
    await browser.send(WAY, bank_code="", account_number="", status=422)
    assert mistakes_in(browser.page) == []
    assert "Choose a bank from the list." in browser.main
    assert "Enter the number of the account." in browser.main
    await browser.send(WAY, bank_code="058", account_number="12ab", status=422)
    assert "from 6 to 20 digits" in browser.main
    await browser.send(WAY, bank_code="058", account_number="0123450404", status=409)
    assert mistakes_in(browser.page) == []
    assert "The bank does not know this account." in browser.main
    await browser.send(WAY, {"bank_code": "nowhere"}, account_number="0123456789", status=422)
    assert "Choose a bank from the list." in browser.main


async def test_other_countries_have_banks_and_mobile_money_of_their_own(browser: Browser, till: Till) -> None:
    await browser.log_in(till.consultant)
    await see(browser, f"{WAY}?currency=GHS")
    offered = [option.text for option in browser.page.all("option")]
    assert "MTN" in offered
    assert "Guaranty Trust Bank" not in offered
    await browser.send(WAY, bank_code="MTN", account_number="0551234987")
    await browser.send(WAY, step="save", current_password=PASSWORD)
    assert "MTN" in browser.main
    await see(browser, f"{WAY}?currency=XXX")


async def test_the_form_is_there_again_when_paystack_is(browser: Browser, till: Till) -> None:
    await browser.log_in(till.consultant)
    fault = {"endpoint": "*", "acts": False, "status": 503, "count": 9}
    assert (await till.marketplace.sandbox.post("/_sandbox/faults", json=fault)).is_success
    await browser.open(WAY, status=503)
    assert mistakes_in(browser.page) == []
    assert "Paystack cannot be reached at the moment." in browser.main


async def test_all_that_is_available_is_paid_out_by_one_press(browser: Browser, till: Till) -> None:
    await till.session()
    await till.account()
    await browser.log_in(till.consultant)
    await see(browser, PAYOUTS)
    assert "Pay out ₦4,250.00" in browser.main
    await browser.send(PAYOUTS)
    assert browser.path == PAYOUTS
    assert "₦4,250.00 is on its way to your account." in browser.answer.text
    assert "Being sent" in browser.main
    await till.send()
    await till.follow()
    await see(browser, PAYOUTS)
    assert "Paid" in [element.text for element in browser.page.all("span")]
    assert "A payout is made from ₦1,000.00 on." in browser.main
    await see(browser, EARNINGS)
    assert "Paid out ₦4,250.00" in browser.main


async def test_a_form_pressed_twice_is_one_payout(browser: Browser, till: Till) -> None:
    await till.session()
    await till.account()
    await browser.log_in(till.consultant)
    await browser.open(PAYOUTS)
    before = browser.answer
    await browser.send(PAYOUTS)
    browser.answer = before
    await browser.send(PAYOUTS)
    assert "₦4,250.00 is on its way to your account." in browser.answer.text
    assert await till.marketplace.database.pool.fetchval("SELECT count(*) FROM payouts") == 1


async def test_who_asks_too_late_is_told_why_nothing_is_paid(browser: Browser, till: Till) -> None:
    await till.session()
    await till.account()
    await browser.log_in(till.consultant)
    await browser.open(PAYOUTS)
    await till.request()
    await browser.send(PAYOUTS, status=409)
    assert mistakes_in(browser.page) == []
    assert "There is a problem" in browser.main


async def test_a_payout_that_did_not_arrive_says_why_and_what_to_do(browser: Browser, till: Till) -> None:
    await till.session()
    await till.account()
    await till.behaves(transfer_ending="failed")
    await till.request()
    await till.send()
    await till.follow()
    await browser.log_in(till.consultant)
    await see(browser, PAYOUTS)
    assert "Did not arrive" in browser.main
    assert "The money is in your balance again." in browser.main
    assert "Declined by the receiving bank" in browser.main
    assert "Pay out ₦4,250.00" in browser.main


async def test_after_a_recovery_the_pages_say_that_payouts_rest(browser: Browser, till: Till) -> None:
    await till.session()
    await till.account()
    await till.marketplace.database.pool.execute(
        "INSERT INTO recoveries (id, identifier, created_at, expires_at, account_id, reset_used_at) "
        "VALUES (gen_random_uuid(), '', now(), now(), $1, now() - interval '1 hour')",
        till.consultant.account_id,
    )
    await browser.log_in(till.consultant)
    for path in (PAYOUTS, WAY):
        await see(browser, path)
        assert "Your password was reset by your security question." in browser.main
        actions = [form["action"] for form in browser.page.all("form")]
        assert path not in actions


async def test_being_paid_every_week_is_chosen_and_taken_back(browser: Browser, till: Till) -> None:
    await browser.log_in(till.consultant)
    await browser.open(PAYOUTS)
    await browser.send(f"{PAYOUTS}/schedule", weekly="yes")
    assert "without your asking" in browser.main
    await browser.send(f"{PAYOUTS}/schedule", weekly="no")
    assert "You are paid when you ask for it." in browser.main


async def test_the_money_of_a_consultant_is_nobody_elses_business(new_browser: NewBrowser, till: Till) -> None:
    await till.session()
    await till.account()
    await till.request()
    other = new_browser()
    await other.log_in(await till.marketplace.consultant())
    for path in (EARNINGS, PAYOUTS, WAY):
        await other.open(path)
        assert "6789" not in other.main
        assert "₦4,250.00" not in other.main
    for role in (Role.CLIENT, Role.OPERATOR):
        stranger = new_browser()
        await stranger.log_in(await till.marketplace.account(role))
        for path in (EARNINGS, PAYOUTS, WAY, f"{EARNINGS}/bookings.csv", f"{EARNINGS}/ledger.csv"):
            answer = await stranger.client.get(path)
            assert answer.status_code in (303, 403, 404), (role, path)
    passer_by = new_browser()
    await passer_by.open(PAYOUTS)
    assert passer_by.path == "/login"
