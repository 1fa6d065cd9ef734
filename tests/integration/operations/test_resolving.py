"""What operators can do about what is on their list: each way, each refusal, twice, and at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from application.operations.item_kinds import KINDS, Action, kind_of
from application.operations.refund_payment import RefundPaymentCommand
from domain.accounts import Role, WrongCurrentPassword
from domain.operations import (
    ActionNotOffered,
    CannotAttach,
    ItemResolved,
    MoreThanIsKept,
    NothingToRefund,
    PartOfUnownedCharge,
)
from domain.payments import PaymentGatewayUnavailable
from domain.refusals import Invalid, NotFound, Refusal
from tests.integration.operations.books import balances
from tests.integration.operations.desk import LOSS, LOST, Desk
from tests.marketplace import PROOF


@dataclass
class Matter:
    """Something on the list, and what an action needs to know to resolve it."""

    desk: Desk
    item_id: UUID
    details: dict[str, Any]

    async def do(self, action: Action, **others: Any) -> object:
        """At this desk, or by somebody else."""
        return await self.desk.do(action, self.item_id, **{**self.details, **others})


async def a_mismatch(desk: Desk) -> Matter:
    booking, reference = await desk.mismatched()
    return Matter(desk, await desk.item(), {"reference": reference, "booking_id": booking.id})


async def an_orphan(desk: Desk) -> Matter:
    _, booking = await desk.held()
    reference = await desk.orphan()
    return Matter(desk, await desk.item(), {"reference": reference, "booking_id": booking.id})


async def a_stuck_refund(desk: Desk) -> Matter:
    await desk.stuck_refund()
    return Matter(desk, await desk.item(), {})


async def a_failed_errand(desk: Desk) -> Matter:
    await desk.failed_errand()
    return Matter(desk, await desk.item(), {})


async def an_open_dispute(desk: Desk) -> Matter:
    await desk.disputed()
    return Matter(desk, await desk.item(), {})


async def a_lost_dispute(desk: Desk) -> Matter:
    _, reference = await desk.disputed()
    await desk.dispute(reference, amount=200_000, **LOSS)
    return Matter(desk, await desk.item(), {"reference": reference, "amount": 300_000})


async def something_unforeseen(desk: Desk) -> Matter:
    await desk.marketplace.database.pool.execute(
        "INSERT INTO operator_items (id, kind, subject, reason, created_at, last_seen_at) "
        "VALUES ($1, 'moon_fell_down', 'the moon', 'it fell', clock_timestamp(), clock_timestamp())",
        uuid4(),
    )
    return Matter(desk, await desk.item(), {})


Make = Callable[[Desk], Awaitable[Matter]]

WAYS: list[tuple[Make, Action, str]] = [
    (a_mismatch, Action.REFUND, "refunded"),
    (a_mismatch, Action.ATTACH, "attached"),
    (a_mismatch, Action.WRITE_OFF, "written_off"),
    (an_orphan, Action.REFUND, "refunded"),
    (an_orphan, Action.ATTACH, "attached"),
    (an_orphan, Action.WRITE_OFF, "written_off"),
    (a_stuck_refund, Action.ASK_AGAIN, "asked_again"),
    (a_stuck_refund, Action.WRITE_OFF, "written_off"),
    (a_failed_errand, Action.RUN_AGAIN, "run_again"),
    (a_failed_errand, Action.WRITE_OFF, "closed"),
    (an_open_dispute, Action.WRITE_OFF, "closed"),
    (a_lost_dispute, Action.REFUND, "refunded"),
    (a_lost_dispute, Action.WRITE_OFF, "closed"),
    (something_unforeseen, Action.WRITE_OFF, "closed"),
]
every_way = pytest.mark.parametrize(
    ("make", "action", "resolution"), WAYS, ids=[f"{make.__name__}: {action.value}" for make, action, _ in WAYS]
)


@every_way
async def test_every_way_resolves_it_once_with_who_and_why(
    desk: Desk, make: Make, action: Action, resolution: str
) -> None:
    matter = await make(desk)
    earlier = await desk.actions_audited()
    await matter.do(action)
    row = await desk.marketplace.database.pool.fetchrow(
        "SELECT resolution, resolved_by, note FROM operator_items WHERE id = $1", matter.item_id
    )
    assert row is not None
    assert tuple(row) == (resolution, desk.operator.account_id, PROOF.note)
    assert await desk.actions_audited() == [*earlier, action.value]
    with pytest.raises(ItemResolved):
        await matter.do(action)
    assert await desk.actions_audited() == [*earlier, action.value]
    await desk.require_right_books()


@every_way
async def test_two_operators_at_once_are_one_too_many(
    desk: Desk, make: Make, action: Action, resolution: str
) -> None:
    matter, colleague = await make(desk), await desk.colleague()
    earlier = await desk.actions_audited()
    outcomes = await asyncio.gather(
        matter.do(action), matter.do(action, by=colleague.operator), return_exceptions=True
    )
    refused = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    if action is Action.ASK_AGAIN:
        # Asking changes nothing by itself: whoever asks second hears the same, or that it is resolved.
        assert all(isinstance(refusal, Refusal) for refusal in refused)
    else:
        [refusal] = refused
        assert isinstance(refusal, ItemResolved | ActionNotOffered | NothingToRefund | CannotAttach)
        assert await desk.actions_audited() == [*earlier, action.value]
    refunds = await desk.marketplace.database.pool.fetchval(
        "SELECT count(*) FROM refunds WHERE status <> 'failed'"
    )
    assert refunds <= 1
    await desk.require_right_books()


@every_way
async def test_nobody_gets_by_without_being_an_operator_a_password_and_a_reason(
    desk: Desk, make: Make, action: Action, resolution: str
) -> None:
    matter = await make(desk)
    earlier, books = await desk.actions_audited(), await balances(desk.marketplace.database)
    client = await desk.marketplace.client()
    posing = replace(client, role=Role.OPERATOR)
    for caller in (client, await desk.marketplace.consultant(), posing):
        with pytest.raises(NotFound):
            await matter.do(action, by=caller)
    with pytest.raises(WrongCurrentPassword):
        await matter.do(action, proof=replace(PROOF, password="not the password"))
    for note in ("", "  \n ", "x" * 1001, "a\x00b"):
        with pytest.raises(Invalid) as refusal:
            await matter.do(action, proof=replace(PROOF, note=note))
        assert [error.field for error in refusal.value.errors] == ["note"]
    assert await desk.actions_audited() == earlier
    assert await balances(desk.marketplace.database) == books
    assert not await desk.marketplace.database.pool.fetchval(
        "SELECT resolved_at IS NOT NULL FROM operator_items WHERE id = $1", matter.item_id
    )


async def test_a_suspended_operator_does_nothing(desk: Desk) -> None:
    matter = await a_mismatch(desk)
    await desk.marketplace.database.pool.execute(
        "UPDATE accounts SET status = 'suspended' WHERE id = $1", desk.operator.account_id
    )
    with pytest.raises(NotFound):
        await matter.do(Action.REFUND)


@pytest.mark.parametrize(
    "make", [a_mismatch, a_stuck_refund, a_failed_errand, an_open_dispute, something_unforeseen]
)
async def test_what_is_not_offered_is_not_done(desk: Desk, make: Make) -> None:
    matter = await make(desk)
    [(kind, subject)] = await desk.listed()
    offered = kind_of(kind, subject).actions
    elsewhere = {"reference": LOST, "booking_id": uuid4(), **matter.details}
    for action in (Action.REFUND, Action.ATTACH, Action.ASK_AGAIN, Action.RUN_AGAIN):
        if action not in offered:
            with pytest.raises(ActionNotOffered):
                await matter.do(action, **elsewhere)
    assert len(await desk.listed()) == 1


async def test_an_item_that_nobody_raised_is_not_there(desk: Desk) -> None:
    with pytest.raises(NotFound):
        await desk.do(Action.WRITE_OFF, uuid4())


async def test_a_charge_goes_back_as_a_whole_when_nobody_owns_it(desk: Desk) -> None:
    matter = await an_orphan(desk)
    with pytest.raises(PartOfUnownedCharge):
        await matter.do(Action.REFUND, amount=499_999)
    with pytest.raises(MoreThanIsKept):
        await matter.do(Action.REFUND, amount=500_001)
    await matter.do(Action.REFUND)
    await desk.marketplace.product.relay_outbox()
    [refund] = (await desk.marketplace.sandbox.get("/_sandbox/refunds")).json()
    assert refund["amount"] == 500_000


async def test_nothing_is_resolved_with_another_payments_money(desk: Desk) -> None:
    _, _, other = await desk.paid()
    matter = await an_orphan(desk)
    with pytest.raises(ActionNotOffered):
        await matter.do(Action.REFUND, reference=other)
    assert await desk.listed() == [("payment_mismatched", LOST)]


async def test_a_payment_of_a_booking_goes_back_in_parts_up_to_all_of_it(desk: Desk) -> None:
    client, booking_id, reference = await desk.paid()
    refund = desk.marketplace.product.refund_payment
    for amount in (200_000, 300_000):
        await refund(desk.operator, RefundPaymentCommand(reference=reference, amount=amount), PROOF)
        await desk.require_right_books()
    for amount, refusal in ((1, NothingToRefund), (0, NothingToRefund)):
        with pytest.raises(refusal):
            await refund(desk.operator, RefundPaymentCommand(reference=reference, amount=amount), PROOF)
    assert (await desk.marketplace.details(client, booking_id)).status == "confirmed"
    assert await desk.actions_audited() == ["refund", "refund"]
    assert "consultants" not in await balances(desk.marketplace.database)


async def test_ten_operators_refund_at_once_no_more_than_there_was(desk: Desk) -> None:
    _, _, reference = await desk.paid()
    command = RefundPaymentCommand(reference=reference, amount=200_000)
    outcomes = await asyncio.gather(
        *(desk.marketplace.product.refund_payment(desk.operator, command, PROOF) for _ in range(10)),
        return_exceptions=True,
    )
    assert sum(not isinstance(outcome, BaseException) for outcome in outcomes) == 2
    assert all(isinstance(o, MoreThanIsKept) for o in outcomes if isinstance(o, BaseException))
    await desk.require_right_books()


async def test_an_operators_refund_and_the_automatic_one_are_one(desk: Desk) -> None:
    matter = await a_mismatch(desk)
    reference = matter.details["reference"]
    await desk.marketplace.database.pool.execute(
        "UPDATE payments SET next_check_at = clock_timestamp() WHERE status = 'mismatched'"
    )
    outcomes = await asyncio.gather(
        matter.do(Action.REFUND),
        *(desk.marketplace.product.settle_payment(reference) for _ in range(5)),
        return_exceptions=True,
    )
    faults = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    assert all(isinstance(fault, ItemResolved | NothingToRefund) for fault in faults)
    assert await desk.marketplace.database.pool.fetchval("SELECT sum(amount)::bigint FROM refunds") == 500_000
    await desk.require_right_books()


async def test_an_upheld_report_finds_that_an_operator_sent_everything_back(desk: Desk) -> None:
    booking_id = await desk.contested_absence()
    reference = await desk.marketplace.database.pool.fetchval("SELECT reference FROM payments")
    command = RefundPaymentCommand(reference=reference, amount=500_000)
    await desk.marketplace.product.refund_payment(desk.operator, command, PROOF)
    await desk.marketplace.product.decide_absence_report(desk.operator, booking_id, PROOF, upheld=True)
    assert await desk.marketplace.database.pool.fetchval("SELECT sum(amount)::bigint FROM refunds") == 500_000
    assert await desk.actions_audited() == ["refund", "absence_upheld"]
    row = await desk.marketplace.database.pool.fetchrow("SELECT resolution, note FROM operator_items")
    assert row is not None
    assert tuple(row) == ("upheld", PROOF.note)
    await desk.require_right_books()


async def test_an_attached_charge_pays_for_the_booking_at_its_price(desk: Desk) -> None:
    client, booking = await desk.held()
    await desk.orphan(510_000)
    await desk.do(Action.ATTACH, await desk.item(), booking_id=booking.id)
    details = await desk.marketplace.details(client, booking.id)
    assert details.status == "confirmed"
    assert (details.history[-1].actor, details.history[-1].reason) == ("operator", "an operator found its payment")
    paying = await desk.marketplace.database.pool.fetchrow(
        "SELECT amount, charged_amount, status, pays_for_booking, next_check_at FROM payments "
        "WHERE reference = $1",
        LOST,
    )
    assert paying is not None
    assert tuple(paying) == (500_000, 510_000, "success", True, None)
    owed = await desk.marketplace.database.pool.fetchval("SELECT owed FROM earnings")
    commission = -(await balances(desk.marketplace.database)).get("commission", 0)
    assert owed + commission == 500_000
    await desk.require_right_books()


async def test_a_seat_whose_hold_ran_out_is_taken_again_while_it_is_free(desk: Desk) -> None:
    booking, _ = await desk.mismatched()
    await desk.marketplace.lapse_hold(booking.id)
    await desk.marketplace.product.expire_holds()
    await desk.do(Action.ATTACH, await desk.item(), booking_id=booking.id)
    status = await desk.marketplace.database.pool.fetchval("SELECT status FROM bookings")
    assert status == "confirmed"
    await desk.require_right_books()


@pytest.mark.parametrize(
    ("outcome", "why"),
    [({"amount": 499_999}, "less than the price"), ({"currency": "USD"}, "in USD, and the price is in NGN")],
)
async def test_a_charge_that_does_not_cover_the_price_pays_for_nothing(
    desk: Desk, outcome: dict[str, object], why: str
) -> None:
    booking, _ = await desk.mismatched(**outcome)
    with pytest.raises(CannotAttach, match=why):
        await desk.do(Action.ATTACH, await desk.item(), booking_id=booking.id)
    assert await desk.actions_audited() == []
    await desk.require_right_books()


async def test_a_seat_that_went_to_somebody_else_is_not_taken_from_them(desk: Desk) -> None:
    booking, _ = await desk.mismatched()
    await desk.marketplace.lapse_hold(booking.id)
    await desk.marketplace.product.expire_holds()
    slot_id = await desk.marketplace.database.pool.fetchval("SELECT slot_id FROM bookings")
    other = await desk.marketplace.client()
    await desk.marketplace.booking(other, replace(await slot_of(desk), id=slot_id))
    with pytest.raises(CannotAttach, match="slot full"):
        await desk.do(Action.ATTACH, await desk.item(), booking_id=booking.id)
    await desk.require_right_books()


async def slot_of(desk: Desk) -> Any:
    """Any slot, for its shape."""
    return await desk.marketplace.slot(await desk.marketplace.consultant(), starts_in=timedelta(days=9))


async def test_a_session_that_has_begun_and_a_booking_that_is_paid_take_no_charge(desk: Desk) -> None:
    _, paid, _ = await desk.paid()
    booking, _ = await desk.mismatched()
    with pytest.raises(CannotAttach, match="already paid for"):
        await desk.do(Action.ATTACH, await desk.item(), booking_id=paid)
    await desk.marketplace.lapse_hold(booking.id)
    await desk.marketplace.product.expire_holds()
    await desk.marketplace.move_into_past(booking.slot_id)
    with pytest.raises(CannotAttach, match="slot in past"):
        await desk.do(Action.ATTACH, await desk.item(), booking_id=booking.id)


async def test_a_booking_that_nobody_made_takes_no_charge(desk: Desk) -> None:
    await desk.orphan()
    with pytest.raises(Invalid) as refusal:
        await desk.do(Action.ATTACH, await desk.item(), booking_id=uuid4())
    assert [error.field for error in refusal.value.errors] == ["booking"]


async def test_while_paystack_is_away_nothing_is_attached(desk: Desk) -> None:
    matter = await an_orphan(desk)
    await desk.marketplace.sandbox.post("/_sandbox/faults", json={"endpoint": "verify", "count": 9, "status": 502})
    with pytest.raises(PaymentGatewayUnavailable):
        await matter.do(Action.ATTACH)
    assert await desk.actions_audited() == []


async def test_a_late_payment_and_an_attached_charge_confirm_a_booking_once(desk: Desk) -> None:
    client, booking = await desk.held()
    payment = await desk.marketplace.started_payment(client, booking)
    await desk.orphan()
    await desk.marketplace.pay(payment.reference)
    outcomes = await asyncio.gather(
        desk.do(Action.ATTACH, await desk.item(), booking_id=booking.id),
        *(desk.marketplace.product.settle_payment(payment.reference) for _ in range(4)),
        return_exceptions=True,
    )
    assert all(isinstance(fault, CannotAttach) for fault in outcomes if isinstance(fault, BaseException))
    details = await desk.marketplace.details(client, booking.id)
    assert [step.status for step in details.history] == ["pending", "confirmed"]
    paying = await desk.marketplace.database.pool.fetchval("SELECT count(*) FROM payments WHERE pays_for_booking")
    assert paying == 1
    await desk.require_right_books()


async def test_a_written_off_charge_neither_goes_back_nor_pays_for_anything(desk: Desk) -> None:
    matter = await an_orphan(desk)
    await matter.do(Action.WRITE_OFF)
    command = RefundPaymentCommand(reference=LOST, amount=500_000)
    with pytest.raises(NothingToRefund):
        await desk.marketplace.product.refund_payment(desk.operator, command, PROOF)
    await desk.marketplace.database.pool.execute("UPDATE payments SET next_check_at = clock_timestamp()")
    await desk.marketplace.product.reconcile_payments()
    assert await desk.marketplace.database.pool.fetchval("SELECT count(*) FROM refunds") == 0
    assert (await balances(desk.marketplace.database))["written_off"] == -500_000
    await desk.require_right_books()


async def test_a_failed_refund_is_sent_once_more_and_arrives(desk: Desk) -> None:
    matter = await a_stuck_refund(desk)
    assert await matter.do(Action.ASK_AGAIN) is True
    await desk.marketplace.product.relay_outbox()
    refunds = (await desk.marketplace.sandbox.get("/_sandbox/refunds")).json()
    assert sorted(refund["status"] for refund in refunds) == ["failed", "pending"]
    await desk.require_right_books()


async def test_a_failed_refund_that_is_written_off_is_not_sent_again(desk: Desk) -> None:
    matter = await a_stuck_refund(desk)
    await matter.do(Action.WRITE_OFF)
    await desk.follow_refunds()
    await desk.marketplace.product.relay_outbox()
    assert await desk.marketplace.database.pool.fetchval("SELECT count(*) FROM refunds") == 1
    assert (await balances(desk.marketplace.database))["written_off"] == -500_000
    assert "clients" not in await balances(desk.marketplace.database)
    await desk.require_right_books()


async def test_work_that_is_tried_again_gets_done(desk: Desk) -> None:
    matter = await a_failed_errand(desk)
    await matter.do(Action.RUN_AGAIN)
    assert await desk.marketplace.database.pool.fetchval("SELECT status FROM bookings") == "pending"
    await desk.marketplace.product.relay_outbox()
    assert await desk.marketplace.database.pool.fetchval("SELECT status FROM bookings") == "confirmed"
    assert await desk.listed() == []


async def test_asking_while_paystack_is_away_is_written_down_and_resolves_nothing(desk: Desk) -> None:
    matter = await a_stuck_refund(desk)
    earlier = await desk.actions_audited()
    await desk.marketplace.sandbox.post("/_sandbox/faults", json={"endpoint": "*", "count": 99, "status": 502})
    with pytest.raises(PaymentGatewayUnavailable):
        await matter.do(Action.ASK_AGAIN)
    assert await desk.actions_audited() == [*earlier, "ask-again"]
    assert len(await desk.listed()) == 1


async def test_the_audit_trail_says_who_did_what_from_where_to_what(desk: Desk) -> None:
    matter = await a_mismatch(desk)
    await matter.do(Action.REFUND, proof=replace(PROOF, address="192.0.2.7"))
    row = await desk.marketplace.database.pool.fetchrow(
        "SELECT account_id, address, details::text AS details FROM audit_entries WHERE kind = 'operator.refund'"
    )
    assert row is not None
    assert (row["account_id"], str(row["address"])) == (desk.operator.account_id, "192.0.2.7")
    for said in (
        matter.details["reference"],
        "payment_mismatched",
        str(matter.item_id),
        '"kept_before": "500000"',
    ):
        assert said in row["details"]
    assert PROOF.password not in row["details"]


def test_every_kind_can_be_resolved_somehow() -> None:
    for name, kind in KINDS.items():
        assert kind.actions, name
        assert kind.title
        assert kind.meaning
