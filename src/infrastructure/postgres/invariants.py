"""What must always hold, as statements that find what breaks it.

Most look at what changed or takes place since `$1`, by an index or by one pass over the slots or bookings. Without
it they always read a small table, or one from end to end: the slots, the reviews, the receipts.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import asyncpg

from application.operations.check_invariants import LastChecks, Verdict
from infrastructure.postgres.database import Database, Driver
from infrastructure.postgres.faults import translated_faults

EXAMPLES = 5
PATIENCE_S = 120
"""For one statement; only the daily look at everything comes near it."""
EVER = datetime(1970, 1, 1, tzinfo=UTC)
TOO_SLOW = "not looked at, for it took too long"


@dataclass(frozen=True, slots=True)
class Invariant:
    """`breaches` gives one column: the id of what breaks it. `$1` in it is since when things are looked at.

    `sentence` says what is so when it is broken. `is_timed`: the clock breaks it, when nobody does the work.
    """

    name: str
    sentence: str
    breaches: str
    is_timed: bool = False


_CHANGED_BOOKINGS = "SELECT DISTINCT booking_id FROM booking_transitions WHERE at >= $1"

_CHARGED = """
SELECT p.* FROM payments p WHERE p.charged_amount IS NOT NULL AND p.id IN (
  SELECT id FROM payments WHERE paid_at >= $1
  UNION SELECT payment_id FROM ledger_postings WHERE at >= $1 AND payment_id IS NOT NULL)
"""
"""Charges that came in lately, or of which something was posted lately."""

_REFUND_SUMS = """
SELECT r.payment_id, sum(r.amount) FILTER (WHERE r.status <> 'failed') AS alive
FROM refunds r WHERE r.payment_id IN (SELECT id FROM charged) GROUP BY 1
"""

_ENTRIES = """
ledger_postings l JOIN ledger_entries e ON e.posting_id = l.id WHERE l.payment_id IN (SELECT id FROM charged)
"""

_IS_OPEN = "i.resolved_at IS NULL"

SEATS = [
    Invariant(
        "seats_counted",
        "A slot counts another number of seats than its bookings take",
        """
        SELECT s.id FROM slots s LEFT JOIN (SELECT slot_id, count(*) AS taken FROM bookings
          WHERE holds_seat(status) AND ends_at >= $1 GROUP BY slot_id) b ON b.slot_id = s.id
        WHERE s.ends_at >= $1 AND s.seats_taken <> coalesce(b.taken, 0)""",
    ),
    Invariant(
        "seats_within_capacity",
        "More seats are taken than there are",
        "SELECT id FROM slots WHERE seats_taken > capacity",
    ),
    Invariant(
        "people_waiting_counted",
        "A slot counts another number of people in line than there are",
        """
        SELECT s.id FROM slots s LEFT JOIN (SELECT slot_id, count(*) AS waiting FROM waiting_entries
          WHERE status IN ('waiting', 'offered') GROUP BY slot_id) w ON w.slot_id = s.id
        WHERE s.people_waiting <> coalesce(w.waiting, 0)""",
    ),
    Invariant(
        "sessions_apart",
        "Two sessions of a consultant overlap",
        """
        SELECT id FROM (SELECT id, lower(occupied) AS begins,
            lag(upper(occupied)) OVER (PARTITION BY consultant_id ORDER BY lower(occupied)) AS other_ends
          FROM slots WHERE status <> 'cancelled' AND ends_at >= $1) slot WHERE other_ends > begins""",
    ),
    Invariant(
        "time_occupied",
        "A slot occupies another time than its session with its buffers",
        """
        SELECT id FROM slots WHERE ends_at >= $1 AND occupied <> tstzrange(
          starts_at - make_interval(mins => buffer_before_minutes),
          ends_at + make_interval(mins => buffer_after_minutes), '[)')""",
    ),
    Invariant(
        "clients_at_one_place",
        "Two seats of a client overlap",
        """
        SELECT id FROM (SELECT id, starts_at,
            lag(ends_at) OVER (PARTITION BY client_id ORDER BY starts_at) AS other_ends
          FROM bookings WHERE holds_seat(status) AND ends_at >= $1) seat WHERE other_ends > starts_at""",
    ),
    Invariant(
        "bookings_at_their_slots",
        "A booking is at another time than its slot",
        """
        SELECT b.id FROM bookings b JOIN slots s ON s.id = b.slot_id WHERE holds_seat(b.status) AND b.ends_at >= $1
          AND (b.starts_at, b.ends_at, b.consultant_id) <> (s.starts_at, s.ends_at, s.consultant_id)""",
    ),
]

HISTORIES = [
    Invariant(
        "history_ends_at_state",
        "A history ends in another state than its booking",
        f"""
        SELECT b.id FROM ({_CHANGED_BOOKINGS}) changed JOIN bookings b ON b.id = changed.booking_id
        WHERE b.status IS DISTINCT FROM (SELECT t.status FROM booking_transitions t WHERE t.booking_id = b.id
          ORDER BY t.id DESC LIMIT 1)""",
    ),
    Invariant(
        "history_without_gaps",
        "A history has a gap",
        f"""
        SELECT booking_id FROM (SELECT t.booking_id, t.previous,
            lag(t.status) OVER (PARTITION BY t.booking_id ORDER BY t.id) AS before
          FROM booking_transitions t WHERE t.booking_id IN ({_CHANGED_BOOKINGS})) step
        WHERE previous IS DISTINCT FROM before""",
    ),
    Invariant(
        "absence_has_no_show",
        "An absence that is upheld has no no-show",
        """
        SELECT b.id FROM absence_reports r JOIN bookings b ON b.id = r.booking_id
        WHERE r.status = 'upheld' AND (b.status, b.absent) IS DISTINCT FROM ('no_show', 'consultant')""",
    ),
    Invariant(
        "rating_of_reviews",
        "A rating is not that of its reviews",
        """
        SELECT c.account_id FROM consultant_profiles c LEFT JOIN (
          SELECT consultant_id, count(*) AS count, sum(rating) AS sum FROM reviews
          WHERE hidden_at IS NULL GROUP BY 1) r
          ON r.consultant_id = c.account_id
        WHERE (c.rating_count, c.rating_sum) IS DISTINCT FROM (coalesce(r.count, 0), coalesce(r.sum, 0))""",
    ),
]

CHARGES = [
    Invariant(
        "confirmed_is_paid",
        "A booking with a price is confirmed without being paid",
        f"""
        SELECT b.id FROM ({_CHANGED_BOOKINGS}) changed JOIN bookings b ON b.id = changed.booking_id
        WHERE b.status IN ('confirmed', 'completed', 'no_show') AND b.price_amount > 0
          AND NOT EXISTS (SELECT FROM payments p WHERE p.booking_id = b.id AND p.pays_for_booking)""",
    ),
    Invariant(
        "charge_shared_out",
        "More of a charge was promised back, written off or sent back than there is",
        f"""
        WITH charged AS MATERIALIZED ({_CHARGED}), sums AS ({_REFUND_SUMS})
        SELECT p.reference FROM charged p LEFT JOIN sums r ON r.payment_id = p.id
        WHERE p.owed_back + p.written_off > p.charged_amount OR p.charged_back > p.owed_back
          OR coalesce(r.alive, 0) > p.charged_amount OR p.refunded_amount <> coalesce(r.alive, 0)""",
    ),
    Invariant(
        "kept_has_owner",
        "What is kept of a charge neither pays for a booking nor waits for an operator",
        f"""
        WITH charged AS MATERIALIZED ({_CHARGED})
        SELECT p.reference FROM charged p LEFT JOIN bookings b ON b.id = p.booking_id
        WHERE p.charged_amount > p.owed_back + p.written_off
          AND (p.pays_for_booking AND b.status IN ('confirmed', 'completed', 'no_show', 'cancelled'))::integer
            + (p.status = 'mismatched' AND EXISTS (SELECT FROM operator_items i
                WHERE i.kind = 'payment_mismatched' AND i.subject = p.reference AND {_IS_OPEN}))::integer <> 1""",
    ),
    Invariant(
        "owed_is_driven",
        "What was promised back is neither on its way, nor taken by the bank, nor on the operators' list",
        f"""
        WITH charged AS MATERIALIZED ({_CHARGED}), sums AS ({_REFUND_SUMS}), missing AS MATERIALIZED (
          SELECT p.id, p.reference FROM charged p LEFT JOIN sums r ON r.payment_id = p.id
          WHERE p.owed_back - p.charged_back <> coalesce(r.alive, 0))
        SELECT p.reference FROM missing p
        WHERE NOT EXISTS (SELECT FROM operator_items i WHERE {_IS_OPEN} AND i.subject = p.reference
          UNION ALL SELECT FROM refunds f JOIN operator_items i ON i.subject = f.id::text
            WHERE f.payment_id = p.id AND f.status = 'failed' AND {_IS_OPEN})""",
    ),
    Invariant(
        "refund_has_a_next_step",
        "A refund that is not over is neither looked at again nor on the operators' list",
        f"""
        SELECT r.id FROM refunds r WHERE r.status NOT IN ('processed', 'failed') AND r.next_check_at IS NULL
          AND NOT EXISTS (SELECT FROM operator_items i WHERE i.subject = r.id::text AND {_IS_OPEN})""",
    ),
    Invariant(
        "charge_posted_as_reported",
        "The ledger has another sum for a charge at Paystack than Paystack reported, less what went back",
        f"""
        WITH charged AS MATERIALIZED ({_CHARGED}), parts AS (
          SELECT id, charged_amount - coalesce(fees, 0) AS at_paystack, coalesce(fees, 0) AS fees FROM charged
          UNION ALL SELECT payment_id, -amount, 0 FROM refunds
            WHERE status = 'processed' AND payment_id IN (SELECT id FROM charged)
          UNION ALL SELECT payment_id, -charged_back, 0 FROM disputes WHERE payment_id IN (SELECT id FROM charged)
          UNION ALL SELECT l.payment_id, -e.amount, 0 FROM {_ENTRIES} AND e.account = 'paystack'
          UNION ALL SELECT l.payment_id, 0, -e.amount FROM {_ENTRIES} AND e.account = 'paystack_fees'
            AND l.kind = 'charge')
        SELECT reference FROM payments WHERE id IN (
          SELECT id FROM parts GROUP BY id HAVING sum(at_paystack) <> 0 OR sum(fees) <> 0)""",
    ),
    Invariant(
        "clients_have_what_is_owed",
        "The ledger holds another sum for a client than is owed to them",
        f"""
        WITH charged AS MATERIALIZED ({_CHARGED}), parts AS (
          SELECT id, CASE WHEN pays_for_booking THEN owed_back ELSE charged_amount - written_off END AS owed
            FROM charged
          UNION ALL SELECT payment_id, -amount FROM refunds
            WHERE status = 'processed' AND payment_id IN (SELECT id FROM charged)
          UNION ALL SELECT payment_id, -charged_back FROM disputes WHERE payment_id IN (SELECT id FROM charged)
          UNION ALL SELECT l.payment_id, e.amount FROM {_ENTRIES} AND e.account = 'written_off' AND e.amount > 0
          UNION ALL SELECT l.payment_id, e.amount FROM {_ENTRIES} AND e.account = 'clients')
        SELECT reference FROM payments WHERE id IN (SELECT id FROM parts GROUP BY id HAVING sum(owed) <> 0)""",
    ),
]

LEDGER = [
    Invariant(
        "postings_balance",
        "A posting does not sum to zero",
        """
        SELECT l.id FROM ledger_postings l JOIN ledger_entries e ON e.posting_id = l.id WHERE l.at >= $1
        GROUP BY l.id, e.currency HAVING sum(e.amount) <> 0""",
    ),
    Invariant(
        "earnings_as_posted",
        "A consultant is owed another sum for a booking than the ledger says",
        """
        WITH touched AS (SELECT DISTINCT e.booking_id FROM ledger_entries e JOIN ledger_postings l
            ON l.id = e.posting_id WHERE l.at >= $1 AND e.booking_id IS NOT NULL),
          posted AS (SELECT e.booking_id, -sum(e.amount) AS owed FROM ledger_entries e
            WHERE e.account = 'consultants' AND e.booking_id IN (SELECT booking_id FROM touched) GROUP BY 1)
        SELECT posted.booking_id FROM posted LEFT JOIN earnings e ON e.booking_id = posted.booking_id
        WHERE e.owed IS DISTINCT FROM posted.owed""",
    ),
    Invariant(
        "disputed_is_marked",
        "A booking is paid out although somebody disputes it, or the other way round",
        """
        SELECT booking_id FROM earnings WHERE owed <> 0 AND is_disputed <> (booking_id IN (
          SELECT p.booking_id FROM disputes d JOIN payments p ON p.id = d.payment_id
            WHERE d.is_open AND p.booking_id IS NOT NULL
          UNION SELECT r.booking_id FROM absence_reports r WHERE r.status IN ('open', 'contested')))""",
    ),
    Invariant(
        "refunds_posted",
        "A refund that has gone is not in the ledger, or one that has not gone is",
        """
        WITH touched AS (SELECT r.id, r.amount, r.status FROM refunds r WHERE r.created_at >= $1
          UNION SELECT r.id, r.amount, r.status FROM ledger_postings l JOIN refunds r ON r.id = l.source_id
            WHERE l.kind = 'refund_paid' AND l.at >= $1)
        SELECT r.id FROM touched r LEFT JOIN ledger_postings l ON l.kind = 'refund_paid' AND l.source_id = r.id
          LEFT JOIN ledger_entries e ON e.posting_id = l.id AND e.account = 'clients'
        WHERE coalesce(e.amount, 0) <> CASE r.status WHEN 'processed' THEN r.amount ELSE 0 END""",
    ),
    Invariant(
        "payouts_posted",
        "The ledger says something else of a payout than the payout",
        """
        SELECT p.id FROM payouts p WHERE (p.requested_at >= $1 OR p.settled_at >= $1 OR p.settled_at IS NULL)
          AND (SELECT coalesce(sum(e.amount), 0)
            FROM ledger_postings l JOIN ledger_entries e ON e.posting_id = l.id
            WHERE l.source_id = p.id AND l.kind IN ('payout', 'payout_paid', 'payout_returned')
              AND e.account = 'payouts')
            <> CASE WHEN p.status IN ('requested', 'pending', 'needs_otp') THEN -p.amount ELSE 0 END""",
    ),
    Invariant(
        "receipts_without_gaps",
        "The numbers of the receipts have a gap",
        "SELECT number FROM last_receipt WHERE number <> (SELECT count(*) FROM receipts)",
    ),
]

TIMED = [
    Invariant(
        "holds_swept",
        "A hold that ran out was not swept",
        """
        SELECT id FROM bookings
        WHERE status = 'pending' AND hold_expires_at < clock_timestamp() - interval '3 minutes'
        """,
        is_timed=True,
    ),
    Invariant(
        "errands_carried_out",
        "Work in the outbox waits for too long",
        """
        SELECT id FROM outbox WHERE done_at IS NULL AND available_at < clock_timestamp() - interval '5 minutes'
          AND (leased_until IS NULL OR leased_until < clock_timestamp() - interval '5 minutes')""",
        is_timed=True,
    ),
    Invariant(
        "webhooks_sent",
        "Nobody sends what a webhook waits for",
        """
        SELECT e.id FROM webhook_endpoints e JOIN accounts a ON a.id = e.account_id AND a.status = 'active'
        WHERE e.disabled_at IS NULL
          AND coalesce(e.leased_until, '-infinity') < clock_timestamp() - interval '15 minutes'
          AND EXISTS (SELECT FROM webhook_deliveries d WHERE d.endpoint_id = e.id
            AND d.next_try_at < clock_timestamp() - interval '15 minutes')""",
        is_timed=True,
    ),
    Invariant(
        "payments_asked_about",
        "Paystack was not asked about a payment in time",
        "SELECT reference FROM payments WHERE next_check_at < clock_timestamp() - interval '30 minutes'",
        is_timed=True,
    ),
    Invariant(
        "announced_is_settled",
        "Paystack announced a charge that is still not settled",
        """
        SELECT p.reference FROM payments p JOIN webhook_events w ON w.reference = p.reference
        WHERE p.next_check_at IS NOT NULL AND p.status IN ('initialized', 'failed', 'abandoned')
          AND w.event = 'charge.success' AND w.received_at < clock_timestamp() - interval '15 minutes'""",
        is_timed=True,
    ),
    Invariant(
        "refunds_followed",
        "A refund was not looked at in time",
        "SELECT id FROM refunds WHERE next_check_at < clock_timestamp() - interval '30 minutes'",
        is_timed=True,
    ),
    Invariant(
        "late_refunds_listed",
        "A refund takes longer than Paystack ever needs, and is not on the operators' list",
        f"""
        SELECT r.id FROM refunds r WHERE r.next_check_at IS NOT NULL AND r.status NOT IN ('processed', 'failed')
          AND r.created_at < clock_timestamp() - interval '23 days'
          AND NOT EXISTS (SELECT FROM operator_items i WHERE i.subject = r.id::text AND {_IS_OPEN})""",
        is_timed=True,
    ),
    Invariant(
        "disputes_followed",
        "A dispute was not looked at in time",
        "SELECT paystack_id FROM disputes WHERE next_check_at < clock_timestamp() - interval '2 hours'",
        is_timed=True,
    ),
    Invariant(
        "payouts_followed",
        "A payout was not looked at in time",
        "SELECT id FROM payouts WHERE next_check_at < clock_timestamp() - interval '30 minutes'",
        is_timed=True,
    ),
    Invariant(
        "keys_let_go",
        "A repeated call is kept waiting by one that ended long ago",
        "SELECT resource_id FROM idempotency_keys WHERE locked_until < clock_timestamp() - interval '5 minutes'",
        is_timed=True,
    ),
    Invariant(
        "compared_with_paystack",
        "What Paystack lists was not compared for an hour",
        """
        SELECT agreed_until FROM comparisons
        WHERE age = interval '0' AND agreed_until < clock_timestamp() - interval '1 hour 15 minutes'""",
        is_timed=True,
    ),
]

ALL = [*SEATS, *HISTORIES, *CHARGES, *LEDGER, *TIMED]

LAST_CHECKS = """
SELECT coalesce(array_agg(name) FILTER (WHERE is_broken), '{}') AS broken, min(checked_fully_at) AS fully_at
FROM invariant_checks
"""

KEEP = """
INSERT INTO invariant_checks (name, is_broken, examples, checked_at, took, checked_fully_at)
SELECT name, is_broken, string_to_array(examples, chr(31)), clock_timestamp(), took,
  CASE WHEN $5 THEN clock_timestamp() END
FROM unnest($1::text[], $2::boolean[], $3::text[], $4::interval[]) AS verdict (name, is_broken, examples, took)
ON CONFLICT (name) DO UPDATE SET is_broken = excluded.is_broken, examples = excluded.examples,
  checked_at = excluded.checked_at, took = excluded.took,
  checked_fully_at = coalesce(excluded.checked_fully_at, invariant_checks.checked_fully_at)
"""

FORGET_OTHERS = "DELETE FROM invariant_checks WHERE name <> ALL ($1)"


class SqlInvariants:
    """`Invariants`: the statements of this module."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def last_checks(self) -> LastChecks:
        """By what was kept of them."""
        with translated_faults():
            row = await self._database.pool.fetchrow(LAST_CHECKS)
        if row is None:
            return LastChecks(broken=frozenset(), fully_at=None)
        return LastChecks(broken=frozenset(row["broken"]), fully_at=row["fully_at"])

    async def check(self, *, since: datetime | None = None, entirely: Collection[str] = ()) -> list[Verdict]:
        """One statement after the other in one read-only snapshot."""
        return await check_all(ALL, self._database, since=since, entirely=entirely)

    async def keep(self, verdicts: Sequence[Verdict], *, is_full: bool) -> None:
        """One row for each, and none for those that there are no more."""
        names = [verdict.name for verdict in verdicts]
        with translated_faults():
            async with self._database.pool.acquire() as connection, connection.transaction():
                await connection.execute(FORGET_OTHERS, names)
                await connection.execute(
                    KEEP,
                    names,
                    [verdict.is_broken for verdict in verdicts],
                    ["\x1f".join(verdict.examples) for verdict in verdicts],
                    [verdict.took for verdict in verdicts],
                    is_full,
                )


async def check_all(
    invariants: Sequence[Invariant],
    database: Database,
    *,
    since: datetime | None = None,
    entirely: Collection[str] = (),
) -> list[Verdict]:
    """Look at each; `since` nothing is since ever."""
    with translated_faults():
        async with (
            database.pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            await connection.execute(f"SET LOCAL statement_timeout = '{PATIENCE_S}s'")
            return [
                await look_at(invariant, connection, None if invariant.name in entirely else since)
                for invariant in invariants
            ]


async def look_at(invariant: Invariant, connection: Driver, since: datetime | None = None) -> Verdict:
    """Look at one in the transaction of a connection; `since` nothing is since ever."""
    statement = f"SELECT breach.*, clock_timestamp() FROM ({invariant.breaches}) breach LIMIT {EXAMPLES}"
    began = await connection.fetchval("SELECT clock_timestamp()")
    bounds = (since or EVER,) if "$1" in statement else ()
    try:
        async with connection.transaction():
            rows = await connection.fetch(statement, *bounds, timeout=PATIENCE_S + 1)
        examples = [str(row[0]) for row in rows]
    except asyncpg.QueryCanceledError:
        examples = [TOO_SLOW]
    ended = await connection.fetchval("SELECT clock_timestamp()")
    return Verdict(name=invariant.name, sentence=invariant.sentence, examples=examples, took=ended - began)
