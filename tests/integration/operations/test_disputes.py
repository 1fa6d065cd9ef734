"""A client's bank wants a charge back: nothing is paid out meanwhile, and what the bank takes is in the books."""

from __future__ import annotations

import asyncio
import hmac
import json
from hashlib import sha512
from typing import Any
from uuid import UUID

import pytest

from application.operations.refund_payment import RefundPaymentCommand
from domain.operations import DisputeUndecided
from domain.refusals import NotFound
from tests.conftest import SECRET_KEY
from tests.integration.operations.books import balances
from tests.integration.operations.desk import LOSS, LOST, WIN, Desk
from tests.marketplace import PROOF


async def earning(desk: Desk, booking_id: UUID) -> tuple[int, bool]:
    """What the consultant is owed for it, and whether somebody disputes it."""
    row = await desk.marketplace.database.pool.fetchrow(
        "SELECT owed, is_disputed FROM earnings WHERE booking_id = $1", booking_id
    )
    assert row is not None
    return row["owed"], row["is_disputed"]


async def status_of(desk: Desk, reference: str) -> str:
    status: str = await desk.marketplace.database.pool.fetchval(
        "SELECT status FROM payments WHERE reference = $1", reference
    )
    return status


async def test_an_open_dispute_is_listed_and_marks_what_was_earned(desk: Desk) -> None:
    booking_id, reference = await desk.disputed()
    owed, is_disputed = await earning(desk, booking_id)
    assert (owed > 0, is_disputed) == (True, True)
    assert await desk.listed() == [("dispute_open", "77")]
    assert await status_of(desk, reference) == "success"
    await desk.require_right_books()


async def test_the_same_answer_twice_is_no_news(desk: Desk) -> None:
    _, reference = await desk.disputed()
    before = await desk.marketplace.database.pool.fetchrow("SELECT times FROM operator_items")
    stored = await desk.marketplace.database.pool.fetchrow("SELECT opened_at, due_at FROM disputes")
    assert stored is not None
    await desk.dispute(reference, opened_at=stored["opened_at"], due_at=stored["due_at"])
    assert await desk.marketplace.database.pool.fetchrow("SELECT times FROM operator_items") == before


async def test_a_won_dispute_releases_what_was_earned(desk: Desk) -> None:
    booking_id, reference = await desk.disputed()
    before = await balances(desk.marketplace.database)
    await desk.dispute(reference, **WIN)
    owed, is_disputed = await earning(desk, booking_id)
    assert (owed > 0, is_disputed) == (True, False)
    assert await desk.listed() == []
    assert await status_of(desk, reference) == "success"
    assert await balances(desk.marketplace.database) == before


async def test_a_lost_dispute_takes_back_what_was_earned(desk: Desk) -> None:
    booking_id, reference = await desk.disputed()
    before = await balances(desk.marketplace.database)
    await desk.dispute(reference, **LOSS)
    assert await earning(desk, booking_id) == (0, False)
    assert await status_of(desk, reference) == "refunded"
    after = await balances(desk.marketplace.database)
    assert after["paystack"] == before["paystack"] - 500_000
    assert "consultants" not in after
    assert "clients" not in after
    # The session is still to come, and somebody should know that it is not paid for any more.
    assert await desk.listed() == [("dispute_lost", "77")]
    await desk.require_right_books()


async def test_half_of_a_charge_that_the_bank_takes_leaves_the_other_half_earned(desk: Desk) -> None:
    booking_id, reference = await desk.disputed()
    owed_before, _ = await earning(desk, booking_id)
    await desk.dispute(reference, amount=250_000, **LOSS)
    owed, is_disputed = await earning(desk, booking_id)
    assert (owed * 2, is_disputed) == (owed_before, False)
    assert await status_of(desk, reference) == "partially_refunded"
    await desk.require_right_books()


async def test_a_dispute_without_a_sum_is_of_the_whole_charge(desk: Desk) -> None:
    booking_id, reference = await desk.disputed()
    await desk.dispute(reference, amount=0, **LOSS)
    assert (await earning(desk, booking_id))[0] == 0
    await desk.require_right_books()


async def test_twenty_answers_at_once_take_the_money_once(desk: Desk) -> None:
    _, reference = await desk.disputed()
    await asyncio.gather(*(desk.dispute(reference, **LOSS) for _ in range(20)))
    postings = await desk.marketplace.database.pool.fetchval(
        "SELECT count(*) FROM ledger_postings WHERE kind = 'chargeback'"
    )
    assert postings == 1
    await desk.require_right_books()


async def test_a_lost_dispute_stays_lost(desk: Desk) -> None:
    booking_id, reference = await desk.disputed()
    await desk.dispute(reference, **LOSS)
    await desk.dispute(reference, **WIN)
    await desk.dispute(reference)
    assert await earning(desk, booking_id) == (0, False)
    assert await status_of(desk, reference) == "refunded"
    await desk.require_right_books()


async def test_two_disputes_of_one_charge_take_no_more_than_there_was(desk: Desk) -> None:
    _, reference = await desk.disputed(number=77)
    await desk.dispute(reference, number=78)
    await asyncio.gather(desk.dispute(reference, number=77, **LOSS), desk.dispute(reference, number=78, **LOSS))
    assert ("charged_back_twice", reference) in await desk.listed()
    owed_back = await desk.marketplace.database.pool.fetchval("SELECT owed_back FROM payments")
    assert owed_back == 500_000


async def test_a_charge_that_is_disputed_before_it_was_settled_is_settled_first(desk: Desk) -> None:
    client, booking = await desk.held()
    payment = await desk.marketplace.started_payment(client, booking)
    await desk.marketplace.pay(payment.reference)
    await desk.dispute(payment.reference)
    assert (await desk.marketplace.details(client, booking.id)).status == "confirmed"
    assert await earning(desk, booking.id) == (500_000 - await commission(desk), True)
    await desk.require_right_books()


async def commission(desk: Desk) -> int:
    taken: int = await desk.marketplace.database.pool.fetchval(
        "SELECT coalesce(-sum(amount), 0)::bigint FROM ledger_entries WHERE account = 'commission'"
    )
    return taken


async def test_a_charge_whose_row_was_lost_is_found_by_its_dispute(desk: Desk) -> None:
    body = {"email": "lost@example.com", "amount": 500_000, "currency": "NGN", "reference": LOST}
    assert (await desk.marketplace.sandbox.post("/transaction/initialize", json=body)).is_success
    await desk.marketplace.pay(LOST)
    await desk.dispute(LOST)
    assert await desk.listed() == [("payment_mismatched", LOST), ("dispute_open", "77")]
    await desk.dispute(LOST, **LOSS)
    assert await status_of(desk, LOST) == "refunded"
    assert "clients" not in await balances(desk.marketplace.database)


@pytest.mark.parametrize(
    "facts", [{"reference": LOST}, {"currency": "USD"}], ids=["an unknown charge", "another currency"]
)
async def test_a_dispute_that_fits_no_charge_is_listed_and_moves_nothing(
    desk: Desk, facts: dict[str, Any]
) -> None:
    _, _, reference = await desk.paid()
    before = await balances(desk.marketplace.database)
    await desk.dispute(facts.pop("reference", reference), **LOSS, **facts)
    assert await desk.listed() == [("dispute_unknown", "77")]
    assert await balances(desk.marketplace.database) == before


async def test_another_programs_dispute_is_none_of_our_business(desk: Desk) -> None:
    await desk.dispute("shop-1234567890")
    assert await desk.listed() == []


async def test_nothing_goes_back_by_hand_while_the_bank_may_take_it(desk: Desk) -> None:
    _, reference = await desk.disputed()
    command = RefundPaymentCommand(reference=reference, amount=500_000)
    with pytest.raises(DisputeUndecided):
        await desk.marketplace.product.refund_payment(desk.operator, command, PROOF)
    await desk.dispute(reference, **WIN)
    await desk.marketplace.product.refund_payment(desk.operator, command, PROOF)
    await desk.require_right_books()


async def test_what_the_bank_takes_after_a_refund_is_listed_as_gone_twice(desk: Desk) -> None:
    _, _, reference = await desk.paid()
    command = RefundPaymentCommand(reference=reference, amount=300_000)
    await desk.marketplace.product.refund_payment(desk.operator, command, PROOF)
    await desk.marketplace.product.relay_outbox()
    [refund] = (await desk.marketplace.sandbox.get("/_sandbox/refunds")).json()
    await desk.marketplace.sandbox.put(f"/_sandbox/refunds/{refund['id']}", json={"status": "processed"})
    await desk.follow_refunds()
    await desk.dispute(reference, **LOSS)
    assert ("charged_back_twice", reference) in await desk.listed()
    assert (await balances(desk.marketplace.database))["clients"] == 300_000
    lost = await desk.marketplace.product.write_off(desk.operator, await desk.item("charged_back_twice"), PROOF)
    assert lost is not None
    assert lost.amount == 300_000
    after = await balances(desk.marketplace.database)
    assert ("clients" not in after, after["written_off"]) == (True, 300_000)


async def test_nonsense_in_place_of_a_number_is_not_there(desk: Desk) -> None:
    with pytest.raises(NotFound):
        await desk.marketplace.product.follow_dispute("77; --")


async def test_a_webhook_about_a_dispute_is_a_reason_to_ask(desk: Desk) -> None:
    _, _, reference = await desk.paid()
    data = {"id": 77, "status": "resolved", "transaction": {"reference": reference}}
    body = json.dumps({"event": "charge.dispute.create", "data": data}).encode()
    signature = hmac.new(SECRET_KEY.encode(), body, sha512).hexdigest()
    for _ in range(2):
        await desk.marketplace.product.receive_webhook(body, [signature])
    errands = await desk.marketplace.database.pool.fetch("SELECT topic, subject FROM outbox")
    assert [tuple(errand) for errand in errands] == [("disputes.follow", "77")]
    assert await desk.listed() == []


@pytest.mark.parametrize("number", ["77", -1, 0, 2**63, None, 7.5, [1]])
async def test_a_webhook_whose_dispute_has_no_number_is_no_reason(desk: Desk, number: object) -> None:
    body = json.dumps({"event": "charge.dispute.create", "data": {"id": number}}).encode()
    signature = hmac.new(SECRET_KEY.encode(), body, sha512).hexdigest()
    await desk.marketplace.product.receive_webhook(body, [signature])
    assert await desk.marketplace.database.pool.fetchval("SELECT count(*) FROM outbox") == 0


@pytest.mark.parametrize(("facts", "dispute"), [({}, "open"), (LOSS, "lost"), (WIN, None)])
async def test_the_consultant_sees_that_the_bank_disputes_the_payment(
    desk: Desk, facts: dict[str, Any], dispute: str | None
) -> None:
    booking_id, reference = await desk.disputed()
    await desk.dispute(reference, **facts)
    consultant_id = await desk.marketplace.database.pool.fetchval("SELECT consultant_id FROM bookings")
    booking = await desk.marketplace.product.booking_queries.consultant_booking(consultant_id, booking_id)
    assert booking is not None
    assert booking.bank_dispute == dispute
