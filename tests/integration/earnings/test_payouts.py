"""Payouts: what is available, once, to the right account, followed to the end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from application.bookings.report_absence import ReportAbsenceCommand
from domain.accounts import Role
from domain.payments import PaymentGatewayUnavailable
from domain.payouts import (
    NoPayoutAccount,
    NothingToPayOut,
    PayoutAccountTooNew,
    PayoutsFrozen,
    PayoutUnderWay,
)
from domain.refusals import NotFound
from tests.integration.earnings.conftest import ACCOUNT, SHARE, Till
from tests.invariants import broken_invariants
from tests.marketplace import PASSWORD, PRICE


async def test_an_earning_is_paid_out_to_the_account_and_leaves_the_balance(till: Till) -> None:
    await till.session()
    await till.account()
    payout = await till.request()
    assert (payout.amount.amount, await till.owed(), await till.balance("payouts")) == (SHARE, 0, -SHARE)
    await till.send()
    await till.follow()
    assert await till.status(payout.id) == "paid"
    [transfer] = await till.transfers()
    assert (transfer["amount"], transfer["reference"]) == (SHARE, payout.reference)
    assert await till.balance("payouts") == 0
    assert await broken_invariants(till.marketplace.database) == []


async def test_what_is_not_over_long_enough_waits(till: Till) -> None:
    await till.account()
    await till.session(ended=timedelta(days=7))
    with pytest.raises(NothingToPayOut):
        await till.request()
    await till.session(ended=timedelta(days=9))
    assert (await till.request()).amount.amount == SHARE


async def test_what_is_only_booked_waits(till: Till) -> None:
    await till.account()
    await till.marketplace.confirmed_booking(till.client, await till.marketplace.slot(till.consultant))
    with pytest.raises(NothingToPayOut):
        await till.request()


async def test_a_session_that_its_client_may_report_as_missed_waits_for_the_end_of_it(till: Till) -> None:
    booking = await till.session(ended=timedelta(days=2))
    await till.product.report_absence(
        till.client, ReportAbsenceCommand(booking_id=booking.id, reason="Nobody came")
    )
    await till.account()
    request_payout = replace(till.product.request_payout, wait=timedelta(0))
    with pytest.raises(NothingToPayOut):
        await request_payout(till.consultant)
    await till.decide(booking.id, upheld=False)
    assert (await request_payout(till.consultant)).amount.amount == SHARE


async def test_many_sessions_go_together_and_one_payout_at_a_time(till: Till) -> None:
    for _ in range(3):
        await till.session()
    await till.account()
    payout = await till.request()
    assert payout.amount.amount == 3 * SHARE
    await till.session()
    with pytest.raises(PayoutUnderWay):
        await till.request()
    await till.send()
    await till.follow()
    assert (await till.request()).amount.amount == SHARE


async def test_of_twenty_requests_at_once_one_is_made(till: Till) -> None:
    await till.session()
    await till.account()
    outcomes = await asyncio.gather(*(till.request() for _ in range(20)), return_exceptions=True)
    assert sum(not isinstance(outcome, Exception) for outcome in outcomes) == 1
    assert await till.balance("payouts") == -SHARE


async def test_a_request_made_again_under_its_id_is_the_same_payout(till: Till) -> None:
    await till.session()
    await till.account()
    first = await till.request()
    again = await till.product.request_payout(till.consultant, payout_id=first.id)
    assert (again.id, again.reference) == (first.id, first.reference)


async def test_without_an_account_nothing_is_paid(till: Till) -> None:
    await till.session()
    with pytest.raises(NoPayoutAccount):
        await till.request()


async def test_a_new_account_waits_for_a_day(till: Till) -> None:
    await till.session()
    await till.account(is_old=False)
    with pytest.raises(PayoutAccountTooNew):
        await till.request()


async def test_after_a_recovery_nothing_is_paid_and_no_account_is_changed_for_three_days(till: Till) -> None:
    await till.session()
    await till.account()
    pool = till.marketplace.database.pool
    await pool.execute(
        "INSERT INTO recoveries (id, identifier, created_at, expires_at, account_id, reset_used_at) "
        "VALUES (gen_random_uuid(), '', now(), now(), $1, now() - interval '71 hours')",
        till.consultant.account_id,
    )
    with pytest.raises(PayoutsFrozen):
        await till.request()
    with pytest.raises(PayoutsFrozen):
        await till.product.set_payout_account(till.consultant, ACCOUNT, password=PASSWORD)
    await pool.execute("UPDATE recoveries SET reset_used_at = reset_used_at - interval '1 hour'")
    assert (await till.request()).amount.amount == SHARE


@pytest.mark.parametrize("ending", ["failed", "reversed"])
async def test_what_does_not_arrive_is_owed_again(till: Till, ending: str) -> None:
    await till.session()
    await till.account()
    await till.behaves(transfer_ending=ending)
    payout = await till.request()
    await till.send()
    for _ in range(3):
        await till.marketplace.sandbox.post("/_sandbox/run-due")
        await till.follow()
    assert await till.status(payout.id) in ("failed", "reversed")
    assert (await till.owed(), await till.balance("payouts")) == (SHARE, 0)
    assert await till.items() == ["payout_returned"]
    assert await broken_invariants(till.marketplace.database) == []
    await till.behaves(transfer_ending="success")
    again = await till.request()
    assert (again.amount.amount, again.reference != payout.reference) == (SHARE, True)


@pytest.mark.parametrize("acts", [True, False])
async def test_a_payout_whose_answer_was_lost_is_sent_once(till: Till, acts: bool) -> None:
    await till.session()
    await till.account()
    fault = {"endpoint": "transfer", "count": 1, "acts": acts, "status": 502}
    assert (await till.marketplace.sandbox.post("/_sandbox/faults", json=fault)).is_success
    payout = await till.request()
    await till.send()
    for _ in range(3):
        await till.follow()
    assert await till.status(payout.id) == "paid"
    assert [transfer["amount"] for transfer in await till.transfers()] == [SHARE]
    assert await till.balance("payouts") == 0


async def test_twenty_workers_at_once_send_it_once(till: Till) -> None:
    await till.session()
    await till.account()
    payout = await till.request()
    follow_payout = till.product.follow_payouts.follow_payout
    await asyncio.gather(*(follow_payout(payout.id) for _ in range(20)), return_exceptions=True)
    assert [transfer["amount"] for transfer in await till.transfers()] == [SHARE]


async def test_while_paystack_is_away_a_payout_waits(till: Till) -> None:
    await till.session()
    await till.account()
    payout = await till.request()
    fault = {"endpoint": "transfer", "count": 9, "acts": False, "status": 503}
    assert (await till.marketplace.sandbox.post("/_sandbox/faults", json=fault)).is_success
    with pytest.raises(PaymentGatewayUnavailable):
        await till.product.follow_payouts.follow_payout(payout.id)
    assert await till.status(payout.id) == "requested"
    await till.marketplace.sandbox.delete("/_sandbox/faults")
    await till.follow()
    await till.follow()
    assert await till.status(payout.id) == "paid"


async def test_money_that_goes_back_after_its_payout_is_taken_from_the_next_one(till: Till) -> None:
    booking = await till.session(ended=timedelta(days=2))
    await till.account()
    request_payout = replace(till.product.request_payout, wait=timedelta(0))
    await request_payout(till.consultant)
    await till.product.report_absence(
        till.client, ReportAbsenceCommand(booking_id=booking.id, reason="Nobody came")
    )
    await till.decide(booking.id, upheld=True)
    assert await till.owed() == -SHARE
    await till.send()
    await till.follow()
    for _ in range(2):
        await till.session()
    assert (await till.request()).amount.amount == SHARE
    assert await till.owed() == 0
    assert await broken_invariants(till.marketplace.database) == []


async def test_weekly_payouts_are_made_for_those_who_chose_them(
    till: Till, another: Callable[[], Awaitable[Till]]
) -> None:
    other = await another()
    for one in (till, other):
        await one.session()
        await one.account()
    await till.product.choose_weekly_payouts(till.consultant, weekly=True)
    assert await till.product.request_weekly_payouts() == 1
    await till.send()
    await till.follow()
    await till.session()
    assert await till.product.request_weekly_payouts() == 0
    await till.marketplace.database.pool.execute(
        "UPDATE payouts SET requested_at = requested_at - interval '7 days'"
    )
    assert await till.product.request_weekly_payouts() == 1
    assert await other.owed() == SHARE


async def test_only_consultants_are_paid(till: Till) -> None:
    for role in (Role.CLIENT, Role.OPERATOR):
        caller = await till.marketplace.account(role)
        with pytest.raises(NotFound):
            await till.product.request_payout(caller)
        with pytest.raises(NotFound):
            await till.product.set_payout_account(caller, ACCOUNT, password=PASSWORD)


async def test_only_the_last_four_digits_are_known_here(till: Till) -> None:
    await till.account()
    rows = await till.marketplace.database.pool.fetch("SELECT * FROM payout_accounts")
    assert ACCOUNT.account_number not in str([dict(row) for row in rows])
    assert rows[0]["last_four"] == ACCOUNT.account_number[-4:]


async def test_the_ledger_of_a_paid_session_adds_up(till: Till) -> None:
    await till.session()
    await till.account()
    await till.request()
    await till.send()
    await till.follow()
    fees: int = await till.marketplace.database.pool.fetchval("SELECT sum(fees)::bigint FROM payments")
    transfer_fee: int = await till.marketplace.database.pool.fetchval("SELECT sum(fee)::bigint FROM payouts")
    assert await till.balance("commission") == SHARE - PRICE.amount
    assert await till.balance("paystack") == PRICE.amount - fees - SHARE - transfer_fee
    assert await till.balance("paystack_fees") == fees + transfer_fee
    assert await till.balance("clients") == await till.balance("consultants") == 0
