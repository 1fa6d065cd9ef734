"""What must always hold is looked at, and each statement finds what it is there for."""

from __future__ import annotations

from datetime import timedelta

import pytest

from infrastructure.postgres.invariants import ALL, SqlInvariants, look_at
from tests.invariants import broken_invariants, overdue
from tests.marketplace import Marketplace

LONG_AGO = "clock_timestamp() - interval '1 day'"
PAYOUT = """
  INSERT INTO payout_accounts SELECT gen_random_uuid(), account_id, 'nuban', 'NGN', '1', 'A', '1', 'A', 'R', now(),
    now() FROM consultant_profiles;
  INSERT INTO payouts SELECT gen_random_uuid(), consultant_id, id, 'imo-p', 5, 'NGN', 'requested', NULL, 0, NULL,
    NULL, now(), now() FROM payout_accounts
"""

BREAKAGES = {
    "seats_counted": "UPDATE slots SET seats_taken = 0",
    "seats_within_capacity": """
        ALTER TABLE slots DROP CONSTRAINT ck_slots_seats_taken; UPDATE slots SET seats_taken = capacity + 1""",
    "people_waiting_counted": "UPDATE slots SET people_waiting = 1",
    "sessions_apart": """
        ALTER TABLE slots DROP CONSTRAINT ex_slots_consultant_overlap;
        INSERT INTO slots SELECT (jsonb_populate_record(s, jsonb_build_object('id', gen_random_uuid(),
          'seats_taken', 0))).* FROM slots s""",
    "time_occupied": "UPDATE slots SET buffer_after_minutes = 5",
    "clients_at_one_place": """
        ALTER TABLE bookings DROP CONSTRAINT ex_bookings_client_overlap; DROP INDEX uq_bookings_slot_client;
        INSERT INTO bookings SELECT (jsonb_populate_record(b, jsonb_build_object('id', gen_random_uuid()))).*
        FROM bookings b WHERE status = 'confirmed'""",
    "bookings_at_their_slots": "UPDATE bookings SET ends_at = ends_at + interval '1 minute'",
    "history_ends_at_state": "UPDATE bookings SET status = 'completed' WHERE status = 'confirmed'",
    "history_without_gaps": "UPDATE booking_transitions SET previous = 'expired' WHERE previous IS NOT NULL",
    "absence_has_no_show": """
        INSERT INTO absence_reports
        SELECT id, '', now(), now(), 'upheld', NULL, NULL, now() FROM bookings LIMIT 1""",
    "rating_of_reviews": "UPDATE consultant_profiles SET rating_count = 1, rating_sum = 5",
    "confirmed_is_paid": "UPDATE payments SET pays_for_booking = false WHERE status = 'success'",
    "charge_shared_out": "UPDATE payments SET refunded_amount = refunded_amount - 1 WHERE refunded_amount > 0",
    "kept_has_owner": "UPDATE bookings SET status = 'expired' WHERE status = 'confirmed'",
    "owed_is_driven": "DELETE FROM refunds",
    "refund_has_a_next_step": "UPDATE refunds SET status = 'pending', next_check_at = NULL",
    "charge_posted_as_reported": "UPDATE payments SET fees = fees + 1",
    "clients_have_what_is_owed": """
        DELETE FROM ledger_entries
        WHERE posting_id IN (SELECT id FROM ledger_postings WHERE kind = 'earning')""",
    "postings_balance": "UPDATE ledger_entries SET amount = amount + 1 WHERE account = 'commission'",
    "earnings_as_posted": "UPDATE earnings SET owed = owed + 1",
    "disputed_is_marked": "UPDATE earnings SET is_disputed = true",
    "refunds_posted": "UPDATE refunds SET status = 'processed'",
    "payouts_posted": PAYOUT,
    "receipts_without_gaps": "UPDATE last_receipt SET number = number + 1",
    "holds_swept": f"UPDATE bookings SET status = 'pending', hold_expires_at = {LONG_AGO}",
    "errands_carried_out": f"UPDATE outbox SET done_at = NULL, available_at = {LONG_AGO}",
    "webhooks_sent": f"""
        INSERT INTO webhook_endpoints (id, account_id, url, events, sealed_secret, created_at)
        SELECT id, id, 'https://hooks.example.com/', '{{webhook.test}}', '', now() FROM accounts;
        INSERT INTO webhook_deliveries (endpoint_id, event, data, next_try_at)
        SELECT id, 'webhook.test', '{{}}', {LONG_AGO} FROM accounts""",
    "payments_asked_about": f"UPDATE payments SET next_check_at = {LONG_AGO}",
    "announced_is_settled": f"""
        UPDATE payments SET status = 'initialized', next_check_at = now() WHERE NOT pays_for_booking;
        INSERT INTO webhook_events SELECT id, reference, 'charge.success', reference, {LONG_AGO} FROM payments""",
    "refunds_followed": f"UPDATE refunds SET next_check_at = {LONG_AGO}",
    "late_refunds_listed": "UPDATE refunds SET next_check_at = now(), created_at = now() - interval '30 days'",
    "disputes_followed": f"""
        INSERT INTO disputes SELECT gen_random_uuid(), id, 1, 1, 'NGN', 'pending', NULL, NULL, true, false, NULL,
          now(), NULL, 0, {LONG_AGO} FROM payments LIMIT 1""",
    "payouts_followed": f"{PAYOUT}; UPDATE payouts SET next_check_at = {LONG_AGO}",
    "keys_let_go": f"""
        INSERT INTO idempotency_keys SELECT id, 'book', repeat('k', 16), sha256(''), id, {LONG_AGO}, NULL, NULL,
          NULL, now(), now() FROM accounts""",
    "compared_with_paystack": f"UPDATE comparisons SET agreed_until = {LONG_AGO}",
}


@pytest.fixture
async def trade(marketplace: Marketplace) -> Marketplace:
    """A slot with a booking that is paid for, and one whose payment came too late and goes back."""
    consultant = await marketplace.consultant()
    slot = await marketplace.slot(consultant)
    loser = await marketplace.client()
    late = await marketplace.booking(loser, slot)
    payment = await marketplace.started_payment(loser, late)
    await marketplace.lapse_hold(late.id)
    await marketplace.confirmed_booking(await marketplace.client(), slot)
    await marketplace.pay(payment.reference)
    await marketplace.product.settle_payment(payment.reference)
    await marketplace.product.relay_outbox()
    await marketplace.product.compare_with_paystack()
    assert await broken_invariants(marketplace.database) == []
    assert await overdue(marketplace.database) == []
    return marketplace


async def unguarded(marketplace: Marketplace, script: str) -> None:
    """What no trigger would let through."""
    async with marketplace.database.pool.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica")
        await connection.execute(script)


async def open_items(marketplace: Marketplace) -> dict[str, str]:
    rows = await marketplace.database.pool.fetch(
        "SELECT subject, reason FROM operator_items WHERE kind = 'invariant_broken' AND resolved_at IS NULL"
    )
    return {row["subject"]: row["reason"] for row in rows}


def test_each_of_them_is_broken_below() -> None:
    assert [invariant.name for invariant in ALL] == list(BREAKAGES)


async def test_each_is_found_when_it_is_broken(trade: Marketplace) -> None:
    not_found = []
    for invariant in ALL:
        async with trade.database.pool.acquire() as connection:
            transaction = connection.transaction()
            await transaction.start()
            await connection.execute("SET LOCAL session_replication_role = replica")
            await connection.execute(BREAKAGES[invariant.name])
            if not (await look_at(invariant, connection)).is_broken:
                not_found.append(invariant.name)
            await transaction.rollback()
    assert not_found == []


async def test_all_is_well(trade: Marketplace) -> None:
    assert await trade.product.check_invariants() == []
    assert await open_items(trade) == {}
    [row] = await trade.database.pool.fetch(
        "SELECT count(*) AS all, count(checked_fully_at) AS fully FROM invariant_checks WHERE NOT is_broken"
    )
    assert tuple(row) == (len(ALL), len(ALL))


async def test_what_is_mended_leaves_the_list_by_itself(trade: Marketplace) -> None:
    await unguarded(trade, "UPDATE payments SET fees = fees + 1")
    await trade.product.check_invariants()
    await trade.product.check_invariants()
    assert list(await open_items(trade)) == ["charge_posted_as_reported"]
    await unguarded(trade, "UPDATE payments SET fees = fees - 1")
    assert await trade.product.check_invariants() == []
    assert await open_items(trade) == {}


async def test_what_was_broken_long_ago_is_found_once_a_day_and_stays_listed_in_between(
    trade: Marketplace,
) -> None:
    pool = trade.database.pool
    await trade.product.check_invariants()
    await unguarded(
        trade,
        "UPDATE payments SET fees = fees + 1, paid_at = paid_at - interval '9 days';"
        "UPDATE ledger_postings SET at = at - interval '9 days'",
    )
    assert await trade.product.check_invariants() == []
    await pool.execute("UPDATE invariant_checks SET checked_fully_at = checked_fully_at - interval '1 day'")
    assert [verdict.name for verdict in await trade.product.check_invariants()] == ["charge_posted_as_reported"]
    assert [verdict.name for verdict in await trade.product.check_invariants()] == ["charge_posted_as_reported"]
    assert list(await open_items(trade)) == ["charge_posted_as_reported"]


async def test_examples_say_where_to_look(trade: Marketplace) -> None:
    await unguarded(trade, "UPDATE payments SET fees = fees + 1")
    [verdict] = await trade.product.check_invariants()
    references = await trade.database.pool.fetch("SELECT reference FROM payments")
    assert set(verdict.examples) == {row["reference"] for row in references}
    assert verdict.took < timedelta(seconds=5)


async def test_it_writes_nothing(trade: Marketplace) -> None:
    before = await trade.database.pool.fetchval("SELECT pg_current_wal_insert_lsn()")
    await SqlInvariants(trade.database).check()
    written = await trade.database.pool.fetchval("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), $1)", before)
    assert written < 10_000
