"""Settlement: what a verified charge does to its booking, however often and from wherever it is asked for."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

import pytest

from application.accounts.callers import Caller
from application.availability.save_availability import SlotRow
from application.bookings.views import BookingDetails, BookingView
from domain.availability import Slot, SlotStatus
from domain.payments import PaymentGatewayUnavailable, PaymentInProgress, PaymentStatus
from domain.refusals import NotFound, Throttled
from tests.marketplace import Marketplace


@dataclass(frozen=True)
class Case:
    """A held seat whose payment has been started."""

    marketplace: Marketplace
    consultant: Caller
    client: Caller
    slot: Slot
    booking: BookingView
    reference: str

    async def settle(self) -> PaymentStatus:
        """Ask Paystack and act."""
        return await self.marketplace.product.settle_payment(self.reference)

    async def pay(self, **outcome: object) -> None:
        """The payer pays; nobody is told."""
        await self.marketplace.pay(self.reference, **outcome)

    async def details(self) -> BookingDetails:
        """The booking as it stands."""
        return await self.marketplace.details(self.client, self.booking.id)

    async def expire(self) -> None:
        """The hold runs out and is swept, before anything was paid."""
        await self.marketplace.lapse_hold(self.booking.id)
        assert await self.marketplace.product.expire_holds() == 1

    async def operator_items(self) -> list[str]:
        """Kinds on the operators' list."""
        rows = await self.marketplace.database.pool.fetch("SELECT kind FROM operator_items")
        return [row["kind"] for row in rows]


@pytest.fixture
async def case(marketplace: Marketplace) -> Case:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    slot = await marketplace.slot(consultant)
    booking = await marketplace.booking(client, slot)
    payment = await marketplace.started_payment(client, booking)
    return Case(marketplace, consultant, client, slot, booking, payment.reference)


async def test_a_verified_payment_confirms_its_booking_once(case: Case) -> None:
    await case.pay()
    assert await case.settle() == PaymentStatus.SUCCESS
    assert await case.settle() == PaymentStatus.SUCCESS
    details = await case.details()
    assert details.status == "confirmed"
    assert [step.status for step in details.history] == ["pending", "confirmed"]
    [attempt] = details.payments
    assert (attempt.status, attempt.channel, attempt.amount.amount) == ("success", "card", 500_000)


async def test_twenty_callers_at_once_confirm_once(case: Case) -> None:
    await case.pay()
    outcomes = await asyncio.gather(*(case.settle() for _ in range(20)))
    assert set(outcomes) == {PaymentStatus.SUCCESS}
    details = await case.details()
    assert [step.status for step in details.history] == ["pending", "confirmed"]
    assert details.refunds == []


async def test_nothing_is_confirmed_before_somebody_paid(case: Case) -> None:
    assert await case.settle() == PaymentStatus.INITIALIZED
    assert (await case.details()).status == "pending"


async def test_abandoned_first_and_paid_later_is_paid(case: Case) -> None:
    await case.settle()
    await case.pay()
    assert await case.settle() == PaymentStatus.SUCCESS


async def test_a_failed_attempt_offers_a_new_one_and_still_counts_when_it_succeeds_after_all(case: Case) -> None:
    await case.pay(status="failed")
    assert await case.settle() == PaymentStatus.FAILED
    second = await case.marketplace.started_payment(case.client, case.booking)
    assert second.reference != case.reference
    await case.pay()
    assert await case.settle() == PaymentStatus.SUCCESS
    assert (await case.details()).status == "confirmed"


@pytest.mark.parametrize(
    "outcome",
    [
        {"amount": 499_999},
        {"requested_amount": 499_999},
        {"currency": "GHS"},
        {"domain": "live"},
        {"email": "somebody.else@example.com"},
    ],
    ids=lambda outcome: next(iter(outcome)),
)
async def test_a_charge_that_we_did_not_ask_for_confirms_nothing_and_is_listed(
    case: Case, outcome: dict[str, object]
) -> None:
    await case.pay(**outcome)
    assert await case.settle() == PaymentStatus.MISMATCHED
    assert await case.settle() == PaymentStatus.MISMATCHED
    assert (await case.details()).status == "pending"
    assert await case.operator_items() == ["payment_mismatched"]


async def test_fees_passed_on_to_the_payer_are_no_mismatch(case: Case) -> None:
    await case.pay(amount=517_259, requested_amount=500_000)
    assert await case.settle() == PaymentStatus.SUCCESS


async def test_money_after_the_hold_takes_the_seat_again_when_it_is_still_free(case: Case) -> None:
    await case.expire()
    await case.pay()
    assert await case.settle() == PaymentStatus.SUCCESS
    details = await case.details()
    assert details.status == "confirmed"
    assert [step.status for step in details.history] == ["pending", "expired", "confirmed"]


async def test_money_after_the_seat_went_goes_back_by_itself(case: Case) -> None:
    await case.expire()
    await case.marketplace.booking(await case.marketplace.client(), case.slot)
    await case.pay()
    assert await case.settle() == PaymentStatus.REFUND_PENDING
    await case.marketplace.product.relay_outbox()
    details = await case.details()
    assert details.status == "expired"
    [refund] = details.refunds
    assert (refund.status, refund.amount.amount) == ("pending", 500_000)
    listed = (await case.marketplace.sandbox.get("/_sandbox/refunds")).json()
    assert len(listed) == 1


async def test_money_for_a_session_that_has_begun_goes_back(case: Case) -> None:
    await case.expire()
    await case.marketplace.move_into_past(case.slot.id)
    await case.pay()
    assert await case.settle() == PaymentStatus.REFUND_PENDING


async def test_money_for_a_slot_that_was_closed_meanwhile_goes_back(case: Case) -> None:
    await case.expire()
    row = SlotRow(slot_id=case.slot.id, status=SlotStatus.CLOSED)
    await case.marketplace.product.save_availability(case.consultant, [row])
    await case.pay()
    assert await case.settle() == PaymentStatus.REFUND_PENDING


async def test_a_second_successful_charge_goes_back(case: Case) -> None:
    await case.pay(status="failed")
    await case.settle()
    second = await case.marketplace.started_payment(case.client, case.booking)
    await case.marketplace.pay(second.reference)
    assert await case.marketplace.product.settle_payment(second.reference) == PaymentStatus.SUCCESS
    await case.pay()
    assert await case.settle() == PaymentStatus.REFUND_PENDING
    details = await case.details()
    assert details.status == "confirmed"
    assert [refund.reference for refund in details.refunds] == [case.reference]


async def test_two_successful_charges_at_once_pay_once_and_refund_once(case: Case) -> None:
    await case.pay(status="failed")
    await case.settle()
    second = await case.marketplace.started_payment(case.client, case.booking)
    await asyncio.gather(case.pay(), case.marketplace.pay(second.reference))
    outcomes = await asyncio.gather(case.settle(), case.marketplace.product.settle_payment(second.reference))
    assert sorted(outcomes) == [PaymentStatus.REFUND_PENDING, PaymentStatus.SUCCESS]


async def test_late_money_and_another_client_at_once_never_share_the_seat(case: Case) -> None:
    other = await case.marketplace.client()
    await case.expire()
    await case.pay()

    async def book() -> str:
        try:
            return (await case.marketplace.booking(other, case.slot)).status
        except Exception as refusal:
            return type(refusal).__name__

    status, booked = await asyncio.gather(case.settle(), book())
    assert (status, booked) in {
        (PaymentStatus.SUCCESS, "SlotFull"),
        (PaymentStatus.REFUND_PENDING, "pending"),
    }


async def test_a_live_attempt_is_handed_out_again(case: Case) -> None:
    again = await case.marketplace.started_payment(case.client, case.booking)
    assert again.reference == case.reference


async def test_nobody_begins_a_seventh_attempt_within_an_hour(case: Case) -> None:
    reference = case.reference
    for _ in range(5):
        await case.marketplace.pay(reference, status="failed")
        await case.marketplace.product.settle_payment(reference)
        reference = (await case.marketplace.started_payment(case.client, case.booking)).reference
    await case.marketplace.pay(reference, status="failed")
    await case.marketplace.product.settle_payment(reference)
    with pytest.raises(Throttled) as refusal:
        await case.marketplace.started_payment(case.client, case.booking)
    assert 3_500 < refusal.value.retry_after_s <= 3_600


async def test_attempts_that_paystack_did_not_answer_do_not_count(case: Case) -> None:
    await case.marketplace.pay(case.reference, status="failed")
    await case.settle()
    fault = {"endpoint": "initialize", "count": 99, "acts": False, "status": 503}
    await case.marketplace.sandbox.post("/_sandbox/faults", json=fault)
    for _ in range(7):
        with pytest.raises(PaymentGatewayUnavailable):
            await case.marketplace.started_payment(case.client, case.booking)
    await case.marketplace.sandbox.delete("/_sandbox/faults")
    assert await case.marketplace.started_payment(case.client, case.booking)


async def test_two_presses_of_the_pay_button_at_once_make_one_attempt(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    booking = await marketplace.booking(client, await marketplace.slot(await marketplace.consultant()))

    async def press() -> str:
        try:
            return (await marketplace.started_payment(client, booking)).reference
        except PaymentInProgress as refusal:
            return refusal.code

    outcomes = await asyncio.gather(*(press() for _ in range(5)))
    details = await marketplace.details(client, booking.id)
    assert len(details.payments) == 1
    assert set(outcomes) <= {details.payments[0].reference, PaymentInProgress.code}


async def test_an_attempt_that_paystack_did_not_answer_is_closed_and_still_asked_about(
    marketplace: Marketplace,
) -> None:
    slot = await marketplace.slot(await marketplace.consultant())
    client = await marketplace.client()
    booking = await marketplace.booking(client, slot)
    await marketplace.sandbox.post("/_sandbox/faults", json={"endpoint": "initialize", "count": 1, "status": 502})
    with pytest.raises(PaymentGatewayUnavailable):
        await marketplace.started_payment(client, booking)
    payment = await marketplace.started_payment(client, booking)
    details = await marketplace.details(client, booking.id)
    assert [attempt.status for attempt in details.payments] == ["failed", "initialized"]
    assert details.payments[1].reference == payment.reference
    asked = await marketplace.database.pool.fetchval(
        "SELECT count(*) FROM payments WHERE next_check_at IS NOT NULL"
    )
    assert asked == 2


async def test_an_unknown_reference_is_not_ours(case: Case) -> None:
    with pytest.raises(NotFound):
        await case.marketplace.product.settle_payment("imo-unknown")


async def test_the_reconciler_confirms_without_anybody_acting(case: Case) -> None:
    await case.pay()
    assert await case.marketplace.product.reconcile_payments() == 0
    await case.marketplace.database.pool.execute("UPDATE payments SET next_check_at = clock_timestamp()")
    assert await case.marketplace.product.reconcile_payments() == 1
    assert (await case.details()).status == "confirmed"


async def test_the_reconciler_stops_asking_when_paystack_is_away_and_goes_on_later(case: Case) -> None:
    await case.pay()
    await case.marketplace.database.pool.execute("UPDATE payments SET next_check_at = clock_timestamp()")
    await case.marketplace.sandbox.post("/_sandbox/faults", json={"endpoint": "verify", "count": 3, "status": 500})
    assert await case.marketplace.product.reconcile_payments() == 0
    assert await case.marketplace.product.reconcile_payments() == 1
    assert (await case.details()).status == "confirmed"


async def test_a_payment_that_cannot_be_dealt_with_does_not_keep_the_others_waiting(
    case: Case, marketplace: Marketplace
) -> None:
    other = await marketplace.client()
    booking = await marketplace.booking(
        other, await marketplace.slot(case.consultant, starts_in=timedelta(days=4))
    )
    payment = await marketplace.started_payment(other, booking)
    await case.pay()
    await marketplace.pay(payment.reference)
    # The first in line breaks: PostgreSQL refuses to let it succeed.
    await marketplace.database.pool.execute(
        "ALTER TABLE payments ADD CONSTRAINT poison "
        f"CHECK (reference <> '{case.reference}' OR NOT pays_for_booking)"
    )
    await marketplace.database.pool.execute("UPDATE payments SET next_check_at = created_at")
    assert await marketplace.product.reconcile_payments() == 1
    assert (await marketplace.details(other, booking.id)).status == "confirmed"


GARBAGE = [
    {"count": 3, "status": 200, "body": "html"},
    {"count": 3, "status": 200, "body": "truncated"},
    {"count": 3, "status": 200, "body": "empty"},
    {"count": 3, "status": 200, "body": "huge"},
    {"count": 3, "status": 500, "body": "html"},
    {"status": 429, "headers": {"retry-after": "1"}},
    {"data": {"status": "excellent"}},
    {"data": {"amount": "500000"}},
    {"without": ["currency"]},
]


@pytest.mark.parametrize("fault", GARBAGE, ids=str)
async def test_nothing_is_confirmed_on_garbage_and_everything_after_it(
    case: Case, fault: dict[str, object]
) -> None:
    await case.pay()
    answer = await case.marketplace.sandbox.post(
        "/_sandbox/faults", json={"endpoint": "verify", "count": 1} | fault
    )
    assert answer.is_success, answer.text
    with suppress(PaymentGatewayUnavailable):
        assert await case.settle() != PaymentStatus.SUCCESS
    assert (await case.details()).status == "pending"
    assert await case.settle() == PaymentStatus.SUCCESS


async def test_statuses_on_the_way_are_no_end(case: Case) -> None:
    for word in ("ongoing", "pending", "abandoned"):
        await case.pay(status=word)
        assert await case.settle() == PaymentStatus.INITIALIZED
    assert (await case.details()).status == "pending"
