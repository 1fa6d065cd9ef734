"""A payout beside whatever else wants the same money. The unguarded twins show that the races are real."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest

from application.operations.prove_operator import Proof
from application.operations.refund_payment import RefundPaymentCommand
from domain.accounts import Role
from domain.payouts import NothingToPayOut
from domain.refusals import Refusal
from infrastructure.postgres import payouts as payouts_module
from tests.integration.earnings.conftest import SHARE, Till
from tests.invariants import broken_invariants
from tests.marketplace import PASSWORD, PRICE

WITHOUT_GUARD = """
CREATE OR REPLACE FUNCTION sum_earnings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO earnings AS e (booking_id, consultant_id, currency, owed)
    VALUES (NEW.booking_id, NEW.consultant_id, NEW.currency, -NEW.amount)
    ON CONFLICT (booking_id) DO UPDATE SET owed = e.owed - NEW.amount;
  RETURN NULL;
END $$;
DROP INDEX uq_payouts_open;
"""


def take_locks_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests neither queue up nor hold what they read, and take their time over it."""
    slow = payouts_module.LOCK_AVAILABLE.replace("FOR NO KEY UPDATE OF e", "").replace(
        "e.owed <> 0", "e.owed <> 0 AND (SELECT true FROM pg_sleep(0.2))"
    )
    monkeypatch.setattr(payouts_module, "LOCK_AVAILABLE", slow)

    async def unlocked(self: object, account_id: UUID) -> None:
        return None

    monkeypatch.setattr("infrastructure.postgres.accounts.SqlAccounts.lock", unlocked)


async def ask_at_once(till: Till, times: int) -> list[object]:
    return await asyncio.gather(*(till.request() for _ in range(times)), return_exceptions=True)


async def test_without_locks_the_database_still_pays_a_booking_once(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    await till.session()
    await till.account()
    take_locks_away(monkeypatch)
    outcomes = await ask_at_once(till, 8)
    assert sum(not isinstance(outcome, Exception) for outcome in outcomes) == 1
    assert all(isinstance(outcome, Refusal) for outcome in outcomes if isinstance(outcome, Exception))
    assert (await till.owed(), await till.balance("payouts")) == (0, -SHARE)


async def test_the_trigger_alone_keeps_a_booking_from_being_paid_twice(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    await till.session()
    await till.account()
    take_locks_away(monkeypatch)
    await till.marketplace.database.pool.execute("DROP INDEX uq_payouts_open")
    await ask_at_once(till, 8)
    assert (await till.owed(), await till.balance("payouts")) == (0, -SHARE)


async def test_without_locks_trigger_and_index_it_would_be_paid_twice(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    await till.session()
    await till.account()
    take_locks_away(monkeypatch)
    await till.marketplace.database.pool.execute(WITHOUT_GUARD)
    await ask_at_once(till, 8)
    assert await till.owed() < 0


async def test_a_payout_beside_a_refund_leaves_what_is_owed_right_whoever_is_first(till: Till) -> None:
    operator = await till.marketplace.account(Role.OPERATOR)
    booking = await till.session()
    await till.account()
    command = RefundPaymentCommand(reference=booking.payments[0].reference, amount=PRICE.amount)
    proof = Proof(note="The lights went out.", password=PASSWORD)
    outcomes = await asyncio.gather(
        till.request(),
        till.product.refund_payment(operator, command, proof),
        # The refund proves a password first: let some requests come when it is about to commit.
        *(later(till, wait_s) for wait_s in (0.05, 0.1, 0.15, 0.2, 0.3)),
        return_exceptions=True,
    )
    assert not isinstance(outcomes[1], BaseException)
    assert await till.owed() == await till.balance("payouts")
    assert await broken_invariants(till.marketplace.database) == []


async def later(till: Till, wait_s: float) -> None:
    """Ask a little later."""
    await asyncio.sleep(wait_s)
    await till.request()


async def test_a_payout_beside_a_dispute_takes_the_money_before_it_or_not_at_all(till: Till) -> None:
    await till.account()
    booking = await till.session()
    pool = till.marketplace.database.pool

    async def dispute() -> None:
        await pool.execute(
            "INSERT INTO disputes (id, payment_id, paystack_id, amount, currency, status, is_open, is_lost, "
            "opened_at) SELECT gen_random_uuid(), id, 1, 0, 'NGN', 'pending', true, false, now() FROM payments "
            "WHERE booking_id = $1",
            booking.id,
        )

    outcomes = await asyncio.gather(till.request(), dispute(), return_exceptions=True)
    row = await pool.fetchrow("SELECT owed, is_disputed FROM earnings")
    assert row is not None
    was_paid = not isinstance(outcomes[0], BaseException)
    assert (row["owed"], row["is_disputed"]) == (0 if was_paid else SHARE, True)
    if not was_paid:
        assert isinstance(outcomes[0], NothingToPayOut)
    await till.session()
    if not was_paid:
        assert (await till.request()).amount.amount == SHARE
    assert await broken_invariants(till.marketplace.database) == []
