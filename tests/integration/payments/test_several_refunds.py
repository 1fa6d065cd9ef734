"""Several refunds of one payment, and everything that can come between a refund and its end."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import asyncpg
import pytest

from application.fault_points import FaultPoint, set_trap
from domain.payments import PaymentGatewayUnavailable, RefundNotFailed, RefundStatus
from tests.integration.payments.tills import Till
from tests.marketplace import Marketplace


@pytest.fixture
async def till(marketplace: Marketplace) -> Till:
    return await Till.of_new_booking(marketplace)


@pytest.fixture
def no_trap_left() -> Iterator[None]:
    yield
    set_trap(None)


async def test_the_second_refund_of_a_payment_waits_for_the_end_of_the_first(till: Till) -> None:
    first, second = await till.owe(300_000), await till.owe(200_000)
    assert await till.send(first) == "pending"
    assert await till.send(second) == "requested"
    assert await till.send(second) == "requested"
    assert [refund["amount"] for refund in await till.at_paystack()] == [300_000]
    assert await till.fetchval("SELECT next_check_at > now() FROM refunds WHERE id = $1", second)
    await till.say("processed")
    assert await till.send(first) == "processed"
    assert await till.payment_status() == "refund_pending"
    assert await till.fetchval("SELECT next_check_at <= clock_timestamp() FROM refunds WHERE id = $1", second)
    assert await till.send(second) == "pending"
    await till.say("processed")
    assert await till.send(second) == "processed"
    assert await till.payment_status() == "refunded"
    assert [refund["amount"] for refund in await till.at_paystack()] == [200_000, 300_000]
    assert await till.postings("refund_paid") == [300_000, 200_000]
    assert await till.listed() == {}


async def test_of_several_refunds_sent_at_once_one_is_at_paystack(till: Till) -> None:
    ids = [await till.owe(50_000) for _ in range(5)]
    words = await asyncio.gather(*(till.send(refund_id) for refund_id in ids * 2))
    assert len(await till.at_paystack()) == 1
    assert RefundStatus.PENDING in words
    assert set(words) <= {"pending", "requested"}


async def test_the_database_knows_that_one_refund_of_a_payment_is_at_paystack(till: Till) -> None:
    await till.owe(50_000)
    await till.owe(50_000)
    with pytest.raises(asyncpg.UniqueViolationError, match="uq_refunds_open"):
        await till.marketplace.database.pool.execute("UPDATE refunds SET sent_at = now()")


async def test_a_refund_without_its_note_is_known_by_its_sum_and_its_time(till: Till) -> None:
    refund_id = await till.owe(100_000)
    await till.fault(endpoint="refund", acts=True, status=502)
    with pytest.raises(PaymentGatewayUnavailable):
        await till.send(refund_id)
    await till.fault(endpoint="list_refunds", data={"merchant_note": None}, acts=True)
    assert await till.send(refund_id) == "pending"
    assert await till.fetchval("SELECT paystack_id FROM refunds") == (await till.at_paystack())[0]["id"]


@pytest.mark.parametrize(
    "difference",
    [
        {"createdAt": "2026-01-01T00:00:00.000Z"},
        {"amount": 99_999},
        {"merchant_note": "imoran refund of another one"},
    ],
)
async def test_a_refund_of_somebody_else_is_not_taken_for_ours(till: Till, difference: dict[str, Any]) -> None:
    refund_id = await till.owe(100_000)
    await till.by_hand(100_000)
    await till.marketplace.database.pool.execute("UPDATE refunds SET sent_at = clock_timestamp()")
    await till.fault(endpoint="list_refunds", data={"merchant_note": None} | difference, acts=True)
    assert await till.send(refund_id) == "requested"
    assert await till.fetchval("SELECT paystack_id FROM refunds") is None


async def test_a_refund_is_not_taken_for_an_equal_one_that_is_known_already(till: Till) -> None:
    first, second = await till.owe(100_000), await till.owe(100_000)
    await till.send(first)
    await till.say("processed")
    await till.send(first)
    await till.fault(endpoint="refund", acts=False, status=502)
    with pytest.raises(PaymentGatewayUnavailable):
        await till.send(second)
    await till.fault(endpoint="list_refunds", data={"merchant_note": None}, acts=True)
    assert await till.send(second) == "requested"
    await till.let_time_pass(minutes=2)
    assert await till.send(second) == "pending"
    assert len(await till.at_paystack()) == 2


async def test_what_was_sent_back_by_hand_is_taken_over(till: Till) -> None:
    await till.by_hand(500_000)
    refund_id = await till.owe(500_000)
    assert await till.send(refund_id) == "pending"
    assert len(await till.at_paystack()) == 1
    await till.say("processed")
    assert await till.send(refund_id) == "processed"
    assert await till.payment_status() == "refunded"


async def test_what_was_sent_back_by_hand_in_other_sums_is_for_an_operator(till: Till) -> None:
    await till.by_hand(200_000)
    await till.by_hand(300_000)
    refund_id = await till.owe(500_000)
    assert await till.send(refund_id) == "requested"
    assert "refund_refused" in await till.listed()
    assert await till.fetchval("SELECT next_check_at > now() + interval '59 minutes' FROM refunds")


async def test_a_refund_waits_for_money_in_the_balance(till: Till) -> None:
    refund_id = await till.owe(100_000)
    await till.fault(endpoint="refund", error="insufficient_balance", acts=False)
    assert await till.send(refund_id) == "requested"
    assert list(await till.listed()) == ["refund_waits_for_balance"]
    assert await till.fetchval("SELECT next_check_at > now() + interval '59 minutes' FROM refunds")
    await till.let_time_pass(hours=1)
    assert await till.send(refund_id) == "pending"
    assert await till.listed() == {}
    assert len(await till.at_paystack()) == 1


async def test_a_failed_refund_is_sent_once_more_by_an_operator(till: Till) -> None:
    refund_id = await till.owe(100_000)
    await till.send(refund_id)
    await till.say("failed")
    assert await till.send(refund_id) == "failed"
    assert await till.payment_status() == "refund_failed"
    assert list(await till.listed()) == ["refund_stuck"]
    assert await till.retry(refund_id) == "pending"
    assert await till.listed() == {}
    assert await till.payment_status() == "refund_pending"
    with pytest.raises(RefundNotFailed):
        await till.retry(refund_id)
    await till.say("processed")
    again = await till.fetchval("SELECT id FROM refunds WHERE id <> $1", refund_id)
    assert await till.send(again) == "processed"
    assert await till.payment_status() == "partially_refunded"
    assert await till.fetchval("SELECT status FROM refunds WHERE id = $1", refund_id) == "failed"
    assert await till.postings("refund_owed") == [-100_000]
    assert await till.postings("refund_paid") == [100_000]


async def test_two_operators_send_a_failed_refund_once_more_once(till: Till) -> None:
    refund_id = await till.owe(100_000)
    await till.send(refund_id)
    await till.say("failed")
    outcomes = await asyncio.gather(*(till.retry(refund_id) for _ in range(4)), return_exceptions=True)
    assert sum(isinstance(outcome, RefundNotFailed) for outcome in outcomes) == 3
    assert [refund["amount"] for refund in await till.at_paystack()] == [100_000, 100_000]


async def test_a_failed_refund_that_went_after_all_is_not_sent_once_more(till: Till) -> None:
    refund_id = await till.owe(100_000)
    await till.send(refund_id)
    await till.say("failed")
    await till.send(refund_id)
    await till.say("processed")
    assert await till.retry(refund_id) == "processed"
    assert len(await till.at_paystack()) == 1
    assert await till.postings("refund_paid") == [100_000]
    assert (await till.payment_status(), await till.listed()) == ("partially_refunded", {})


async def test_a_refund_that_went_beside_the_one_in_its_place_is_for_an_operator(till: Till) -> None:
    refund_id = await till.owe(100_000)
    await till.send(refund_id)
    [first] = await till.at_paystack()
    await till.say("failed")
    await till.retry(refund_id)
    await till.marketplace.sandbox.put(f"/_sandbox/refunds/{first['id']}", json={"status": "processed"})
    assert await till.send(refund_id) == "failed"
    assert list(await till.listed()) == ["refund_contradicted"]
    assert await till.postings("refund_paid") == []


@pytest.mark.parametrize("word", ["failed", "pending", "needs-attention"])
async def test_what_has_gone_stays_in_the_ledger_whatever_paystack_says_later(till: Till, word: str) -> None:
    refund_id = await till.owe(100_000)
    await till.send(refund_id)
    await till.say("processed")
    await till.send(refund_id)
    await till.say(word)
    async with till.open_uow() as uow:
        await uow.refunds.wake(till.reference)
        await uow.commit()
    assert await till.fetchval("SELECT next_check_at <= clock_timestamp() FROM refunds")
    assert await till.send(refund_id) == "processed"
    assert await till.fetchval("SELECT next_check_at FROM refunds") is None
    assert list(await till.listed()) == ["refund_contradicted"]
    assert await till.postings("refund_paid") == [100_000]
    assert await till.payment_status() == "partially_refunded"


async def test_a_refund_of_another_sum_at_paystack_is_for_an_operator(till: Till) -> None:
    refund_id = await till.owe(100_000)
    await till.fault(endpoint="refund", data={"amount": 90_000}, acts=True)
    assert await till.send(refund_id) == "requested"
    assert list(await till.listed()) == ["refund_contradicted"]


async def test_a_refund_that_paystack_has_lost_is_not_sent_again(till: Till) -> None:
    refund_id = await till.owe(100_000)
    await till.send(refund_id)
    await till.fault(
        endpoint="list_refunds", content='{"status": true, "message": "Refunds retrieved", "data": []}'
    )
    await till.let_time_pass(days=1)
    assert await till.send(refund_id) == "pending"
    assert list(await till.listed()) == ["refund_lost"]
    assert len(await till.at_paystack()) == 1
    assert await till.send(refund_id) == "pending"
    assert await till.listed() == {}


async def test_a_refund_that_takes_too_long_is_listed_until_it_has_gone(till: Till) -> None:
    refund_id = await till.owe(100_000)
    await till.send(refund_id)
    await till.let_time_pass(days=30)
    assert await till.send(refund_id) == "pending"
    assert list(await till.listed()) == ["refund_late"]
    assert await till.send(refund_id) == "pending"
    assert await till.fetchval("SELECT count(*) FROM operator_items WHERE kind = 'refund_late'") == 1
    await till.say("processed")
    assert await till.send(refund_id) == "processed"
    assert await till.listed() == {}


async def test_a_late_refund_is_listed_while_paystack_is_away(till: Till) -> None:
    refund_id = await till.owe(100_000)
    await till.let_time_pass(days=30)
    await till.fault(endpoint="refund", acts=False, status=503)
    with pytest.raises(PaymentGatewayUnavailable):
        await till.send(refund_id)
    assert list(await till.listed()) == ["refund_late"]


class Died(Exception):
    """The process went away."""


@pytest.mark.usefixtures("no_trap_left")
@pytest.mark.parametrize(
    "point",
    [FaultPoint.BEFORE_REFUND_SENT_AT, FaultPoint.AFTER_REFUND_SENT_AT, FaultPoint.AFTER_REFUND_ANSWER],
)
async def test_a_refund_survives_the_end_of_its_process_anywhere(till: Till, point: FaultPoint) -> None:
    refund_id = await till.owe(100_000)
    reached: list[FaultPoint] = []

    async def die(here: FaultPoint) -> None:
        reached.append(here)
        if here is point:
            raise Died

    set_trap(die)
    with pytest.raises(Died):
        await till.send(refund_id)
    set_trap(None)
    assert reached[-1] is point
    await till.send(refund_id)
    await till.let_time_pass(minutes=2)
    assert await till.send(refund_id) == "pending"
    assert [refund["amount"] for refund in await till.at_paystack()] == [100_000]


async def test_more_than_was_charged_is_never_owed(till: Till) -> None:
    await till.owe(400_000)
    with pytest.raises(Exception, match="ck_payments_owed_back"):
        await till.owe(100_001)
    assert await till.fetchval("SELECT sum(amount) FROM refunds") == 400_000


async def test_the_reconciler_brings_all_refunds_of_a_payment_to_their_end(till: Till) -> None:
    ids = [await till.owe(100_000) for _ in range(3)]
    for _ in ids:
        await till.let_time_pass(hours=1)
        await till.marketplace.product.reconcile_payments()
        await till.say("processed")
        await till.let_time_pass(hours=1)
        await till.marketplace.product.reconcile_payments()
    assert await till.fetchval("SELECT count(*) FROM refunds WHERE status = 'processed'") == 3
    assert sum(refund["amount"] for refund in await till.at_paystack()) == 300_000
    assert await till.payment_status() == "partially_refunded"
