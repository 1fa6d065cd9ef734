"""What can be paid out, to which accounts, and how statements add up to it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from application.earnings.set_payout_account import LOOKS_A_DAY, PayoutAccountCommand
from application.operations.prove_operator import Proof
from application.operations.refund_payment import RefundPaymentCommand
from application.paging import FIRST_PAGE, PageRequest
from domain.accounts import Role
from domain.money import LARGEST_AMOUNT
from domain.payouts import NothingToPayOut, PayoutSumChanged
from domain.refusals import NotFound, Throttled
from tests.integration.earnings.conftest import ACCOUNT, SHARE, Till
from tests.marketplace import PASSWORD, PRICE


async def refund(till: Till, reference: str, amount: int) -> None:
    """An operator sends some of it back."""
    operator = await till.marketplace.account(Role.OPERATOR)
    command = RefundPaymentCommand(reference=reference, amount=amount)
    await till.product.refund_payment(operator, command, Proof(note="A half of it.", password=PASSWORD))


async def available(till: Till) -> int:
    [balance] = await till.product.earning_queries.balances(till.consultant.account_id)
    return balance.available.amount


async def test_what_waits_for_an_operator_is_not_paid_out_until_it_is_decided(till: Till) -> None:
    booking = await till.session()
    await till.account()
    pool = till.marketplace.database.pool
    await pool.execute(
        "INSERT INTO operator_items (id, kind, subject, reason, created_at, last_seen_at) "
        "VALUES (gen_random_uuid(), 'charge_differs', $1, 'x', now(), now())",
        booking.payments[0].reference,
    )
    with pytest.raises(NothingToPayOut):
        await till.request()
    [earning] = (await till.product.earning_queries.earnings(till.consultant.account_id, FIRST_PAGE)).items
    assert (earning.is_held, await available(till)) == (True, 0)
    await pool.execute("UPDATE operator_items SET resolved_at = now()")
    assert await available(till) == SHARE
    assert (await till.request()).amount.amount == SHARE


async def test_a_payout_of_another_sum_than_was_shown_is_not_made(till: Till) -> None:
    await till.session()
    await till.account()
    with pytest.raises(PayoutSumChanged):
        await till.product.request_payout(till.consultant, agreed=SHARE + 1)
    assert await till.owed() == SHARE
    payout = await till.product.request_payout(till.consultant, agreed=SHARE)
    again = await till.product.request_payout(till.consultant, payout_id=payout.id, agreed=SHARE)
    assert again.id == payout.id


async def test_more_than_a_transfer_can_carry_goes_in_several(till: Till) -> None:
    for _ in range(2):
        await till.session()
    await till.account()
    pool = till.marketplace.database.pool
    # Each of them earned the whole of what one transfer carries.
    await pool.execute(
        "WITH posted AS (INSERT INTO ledger_postings (id, kind, source_id, at) "
        "  SELECT gen_random_uuid(), 'earning', gen_random_uuid(), now() FROM earnings RETURNING id), "
        "pairs AS (SELECT e.*, p.id AS posting_id FROM (SELECT *, row_number() OVER () AS n FROM earnings) e "
        "  JOIN (SELECT *, row_number() OVER () AS n FROM posted) p USING (n)) "
        "INSERT INTO ledger_entries (posting_id, account, consultant_id, booking_id, amount, currency) "
        "SELECT posting_id, 'consultants', consultant_id, booking_id, owed - $1, currency FROM pairs "
        "UNION ALL SELECT posting_id, 'clients', NULL, NULL, $1 - owed, currency FROM pairs",
        LARGEST_AMOUNT,
    )
    assert await till.owed() == 2 * LARGEST_AMOUNT
    payable = await till.product.earning_queries.payable(till.consultant.account_id)
    assert payable is not None
    assert payable.amount == LARGEST_AMOUNT
    assert (await till.request()).amount.amount == LARGEST_AMOUNT
    assert await till.owed() == LARGEST_AMOUNT


async def test_whose_an_account_is_can_be_looked_up_only_so_often_and_by_consultants(till: Till) -> None:
    for _ in range(LOOKS_A_DAY.attempts):
        await till.product.find_payout_account(till.consultant, ACCOUNT)
    with pytest.raises(Throttled):
        await till.product.find_payout_account(till.consultant, ACCOUNT)
    with pytest.raises(Throttled):
        await till.product.set_payout_account(till.consultant, ACCOUNT, password=PASSWORD)
    with pytest.raises(NotFound):
        await till.product.find_payout_account(till.client, ACCOUNT)


async def test_an_account_of_another_currency_is_paid_what_was_earned_in_it(till: Till) -> None:
    await till.session()
    mobile = PayoutAccountCommand(currency="GHS", bank_code="MTN", account_number="0551234987")
    await till.product.set_payout_account(till.consultant, mobile, password=PASSWORD)
    await till.marketplace.database.pool.execute("UPDATE payout_accounts SET usable_from = created_at")
    with pytest.raises(NothingToPayOut):
        await till.request()
    payable = await till.product.earning_queries.payable(till.consultant.account_id)
    assert payable is not None
    assert (payable.amount, payable.currency) == (0, "GHS")


async def test_statements_add_up_to_what_is_owed(till: Till) -> None:
    queries, consultant_id = till.product.earning_queries, till.consultant.account_id
    first = await till.session()
    await till.session()
    await till.account()
    await refund(till, first.payments[0].reference, PRICE.amount // 2)
    await till.request()
    [month] = await queries.months(consultant_id, limit=9)
    assert month.net.amount == month.gross.amount - month.refunds.amount - month.commission.amount
    assert (month.gross.amount, month.refunds.amount) == (2 * PRICE.amount, PRICE.amount // 2)
    assert month.paid_out.amount == month.net.amount
    earnings = (await queries.earnings(consultant_id, FIRST_PAGE)).items
    for earning in earnings:
        assert earning.net.amount == earning.gross.amount - earning.refunded.amount - earning.commission.amount
    assert sum(earning.net.amount for earning in earnings) == month.net.amount
    lines, page = [], await queries.ledger_lines(consultant_id, PageRequest(limit=2))
    lines += page.items
    while page.next_key:
        page = await queries.ledger_lines(consultant_id, PageRequest(limit=2, after=page.next_key))
        lines += page.items
    assert [line.kind for line in lines] == ["earning", "earning", "refund_owed", "payout", "payout"]
    assert sum(line.amount.amount for line in lines) == await till.owed() == 0
    assert {line.payout_reference is None for line in lines[:3]} == {True}
    assert {line.payout_reference is None for line in lines[3:]} == {False}


async def test_fees_that_payers_bear_are_no_part_of_a_statement(till: Till) -> None:
    slot = await till.marketplace.slot(till.consultant)
    booking = await till.marketplace.booking(till.client, slot)
    payment = await till.marketplace.started_payment(till.client, booking)
    added = 10_000
    await till.marketplace.pay(payment.reference, amount=PRICE.amount + added)
    await till.product.settle_payment(payment.reference)
    [month] = await till.product.earning_queries.months(till.consultant.account_id, limit=9)
    assert month.gross.amount == PRICE.amount
    assert month.net.amount == month.gross.amount - month.commission.amount == SHARE
    fees = await till.marketplace.database.pool.fetchval("SELECT fees FROM payments")
    assert month.fees.amount == fees - added


async def test_those_whose_turn_does_not_come_do_not_keep_others_from_theirs(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("application.earnings.request_payout.ROUND", 1)
    tills = [till, *[replace(till, consultant=await till.marketplace.consultant()) for _ in range(2)]]
    for one in tills:
        await one.session()
        await one.account()
        await one.product.choose_weekly_payouts(one.consultant, weekly=True)
    first = min(tills, key=lambda one: one.consultant.account_id)
    await till.marketplace.database.pool.execute(
        "UPDATE earnings SET owed = 1 WHERE consultant_id = $1", first.consultant.account_id
    )
    assert await till.product.request_weekly_payouts() == 2
