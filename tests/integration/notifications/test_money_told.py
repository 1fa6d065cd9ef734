"""Who is told what becomes of their money, and of what is on the operators' list."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from application.accounts.callers import Caller
from application.operations.refund_payment import RefundPaymentCommand
from domain.accounts import Role
from domain.availability import Slot
from domain.notifications import Kind
from tests.integration.earnings.conftest import SHARE, Till
from tests.integration.notifications.ear import forget, heard, kinds, latest, sentence
from tests.integration.operations.desk import LOSS, WIN, Desk
from tests.marketplace import PRICE, PROOF, Marketplace


async def held(marketplace: Marketplace) -> tuple[Caller, Slot, UUID, str]:
    """Somebody before the checkout, and the reference."""
    client, slot = await marketplace.client(), await marketplace.slot(await marketplace.consultant())
    booking = await marketplace.booking(client, slot)
    payment = await marketplace.started_payment(client, booking)
    return client, slot, booking.id, payment.reference


async def test_a_payment_that_fails_is_told_once(marketplace: Marketplace) -> None:
    client, _, booking_id, reference = await held(marketplace)
    await marketplace.pay(reference, status="failed")
    for _ in range(2):
        await marketplace.product.settle_payment(reference)
    told = await latest(marketplace, client, Kind.PAYMENT_FAILED)
    assert told.facts.amount is not None
    assert (told.subject_id, told.facts.amount.amount) == (booking_id, PRICE.amount)
    assert len(await heard(marketplace, client)) == 1


async def test_a_payment_that_comes_late_for_a_free_seat(marketplace: Marketplace) -> None:
    client, _, booking_id, reference = await held(marketplace)
    await marketplace.lapse_hold(booking_id)
    await marketplace.product.expire_holds()
    await marketplace.pay(reference)
    await marketplace.product.settle_payment(reference)
    assert await kinds(marketplace, client) == [Kind.BOOKING_EXPIRED, Kind.BOOKING_CONFIRMED_LATE]


async def test_a_payment_that_comes_too_late_and_its_refund(marketplace: Marketplace) -> None:
    client, slot, booking_id, reference = await held(marketplace)
    await marketplace.lapse_hold(booking_id)
    await marketplace.product.expire_holds()
    await marketplace.booking(await marketplace.client(), slot)
    await forget(marketplace)
    await marketplace.pay(reference)
    await marketplace.product.settle_payment(reference)
    assert await kinds(marketplace, client) == [Kind.PAYMENT_LATE]
    await marketplace.product.relay_outbox()
    [refund] = (await marketplace.sandbox.get("/_sandbox/refunds")).json()
    await marketplace.sandbox.put(f"/_sandbox/refunds/{refund['id']}", json={"status": "processed"})
    await marketplace.database.pool.execute("UPDATE refunds SET next_check_at = clock_timestamp()")
    await marketplace.product.reconcile_payments()
    assert await kinds(marketplace, client) == [Kind.PAYMENT_LATE, Kind.REFUND_PROCESSED]


async def test_a_session_that_is_paid_for_twice(marketplace: Marketplace) -> None:
    client, _, booking_id, reference = await held(marketplace)
    await marketplace.pay(reference, status="failed")
    await marketplace.product.settle_payment(reference)
    second = await marketplace.product.start_payment(client, booking_id)
    await marketplace.pay(second.reference)
    await marketplace.product.settle_payment(second.reference)
    await forget(marketplace)
    await marketplace.pay(reference)
    await marketplace.product.settle_payment(reference)
    assert await kinds(marketplace, client) == [Kind.PAYMENT_TWICE]


async def test_an_operator_sends_some_of_it_back(desk: Desk) -> None:
    client, booking_id, reference = await desk.paid()
    await forget(desk.marketplace)
    command = RefundPaymentCommand(reference=reference, amount=150_000)
    await desk.marketplace.product.refund_payment(desk.operator, command, PROOF)
    told = await latest(desk.marketplace, client, Kind.REFUND_BEGUN)
    assert told.facts.amount is not None
    assert (told.subject_id, told.facts.amount.amount) == (booking_id, 150_000)
    [earned] = await everybody(desk.marketplace, Role.CONSULTANT)
    assert earned == Kind.EARNING_REFUNDED


async def everybody(marketplace: Marketplace, role: Role) -> list[str]:
    """What anybody of that role was told."""
    rows = await marketplace.database.pool.fetch(
        "SELECT n.kind FROM notifications n JOIN accounts a ON a.id = n.recipient_id WHERE a.role = $1 ORDER BY 1",
        role,
    )
    return [row["kind"] for row in rows]


async def test_a_charge_that_nobody_decides_about_goes_back(desk: Desk) -> None:
    _, reference = await desk.mismatched()
    await forget(desk.marketplace)
    await desk.marketplace.database.pool.execute(
        "UPDATE payments SET next_check_at = next_check_at - interval '7 days' WHERE status = 'mismatched'"
    )
    await desk.marketplace.product.settle_payment(reference)
    assert await everybody(desk.marketplace, Role.CLIENT) == [Kind.REFUND_BEGUN]
    assert await everybody(desk.marketplace, Role.CONSULTANT) == []


@pytest.mark.parametrize(
    ("status", "kind"),
    [("failed", Kind.REFUND_DELAYED), ("needs-attention", Kind.REFUND_NEEDS_ACCOUNT)],
)
async def test_a_refund_that_does_not_go_through(desk: Desk, status: str, kind: Kind) -> None:
    client, _, reference = await desk.paid()
    command = RefundPaymentCommand(reference=reference, amount=PRICE.amount)
    await desk.marketplace.product.refund_payment(desk.operator, command, PROOF)
    await desk.marketplace.product.relay_outbox()
    await forget(desk.marketplace)
    [refund] = (await desk.marketplace.sandbox.get("/_sandbox/refunds")).json()
    await desk.marketplace.sandbox.put(f"/_sandbox/refunds/{refund['id']}", json={"status": status})
    for _ in range(2):
        await desk.follow_refunds()
    assert await kinds(desk.marketplace, client) == [kind]
    assert await kinds(desk.marketplace, desk.operator) == [Kind.NEW_ITEM]


async def test_what_is_to_be_resolved_is_told_to_every_operator_who_is_there(desk: Desk) -> None:
    colleague, away = await desk.colleague(), await desk.colleague()
    await desk.marketplace.product.suspend_account(desk.operator, away.operator.account_id, PROOF)
    await desk.mismatched()
    item_id = await desk.item()
    for operator in (desk.operator, colleague.operator):
        assert (await latest(desk.marketplace, operator, Kind.NEW_ITEM)).subject_id == item_id
    assert await sentence(desk.marketplace, desk.operator) == (
        "New on the operators' list: A payment that is not what was asked for."
    )
    assert await kinds(desk.marketplace, away.operator) == []


async def test_a_payout_that_arrives(till: Till) -> None:
    await till.session()
    await till.account()
    [told] = [told for told in await heard(till.marketplace, till.consultant) if told.kind.startswith("payout")]
    assert (told.kind, told.facts.last_four) == (Kind.PAYOUT_ACCOUNT_CHANGED, "6789")
    assert told.facts.bank
    await forget(till.marketplace)
    payout = await till.request()
    await till.send()
    for _ in range(2):
        await till.follow()
    told = await latest(till.marketplace, till.consultant, Kind.PAYOUT_PAID)
    assert told.facts.amount is not None
    assert (told.subject_id, told.facts.amount.amount) == (payout.id, SHARE)
    assert len(await heard(till.marketplace, till.consultant)) == 1


@pytest.mark.parametrize("ending", ["failed", "reversed"])
async def test_a_payout_that_does_not_arrive(till: Till, ending: str) -> None:
    await till.session()
    await till.account()
    await till.behaves(transfer_ending=ending)
    await forget(till.marketplace)
    payout = await till.request()
    await till.send()
    for _ in range(3):
        await till.follow()
    said = (await kinds(till.marketplace, till.consultant))[-1]
    assert said == f"payout.{await till.status(payout.id)}"


@pytest.mark.parametrize(("outcome", "kind"), [(WIN, Kind.DISPUTE_WON), (LOSS, Kind.DISPUTE_LOST)])
async def test_a_dispute_from_its_beginning_to_its_end(desk: Desk, outcome: dict[str, Any], kind: Kind) -> None:
    _, _, reference = await desk.paid()
    await forget(desk.marketplace)
    for _ in range(2):
        await desk.dispute(reference)
    assert await everybody(desk.marketplace, Role.CONSULTANT) == [Kind.DISPUTE_OPENED]
    for _ in range(2):
        await desk.dispute(reference, **outcome)
    assert await everybody(desk.marketplace, Role.CONSULTANT) == sorted([Kind.DISPUTE_OPENED, kind])
    assert await everybody(desk.marketplace, Role.CLIENT) == []
