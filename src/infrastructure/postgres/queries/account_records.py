"""Everything that is stored about one account: whoever adds a table about people adds it here."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

from infrastructure.postgres.database import Database
from infrastructure.postgres.faults import translated_faults

AT_ONCE = 500

SECTIONS = {
    "account": """
        SELECT id, username, email, role, status, first_name, last_name, phone_number, security_question,
          has_question_recovery, time_zone, has_long_day, theme, language, created_at
        FROM accounts WHERE id = $1
        """,
    "sessions": """
        SELECT name AS id, user_agent, address, created_at, last_seen_at, expires_at FROM sessions
        WHERE account_id = $1 ORDER BY created_at
        """,
    "tokens": """
        SELECT id, name, last_four, scopes, created_at, last_used_at, expires_at, revoked_at FROM api_tokens
        WHERE account_id = $1 ORDER BY created_at
        """,
    "recovery_codes": """
        SELECT created_at, used_at FROM recovery_codes WHERE account_id = $1 ORDER BY used_at
        """,
    "calendar_feed": "SELECT created_at FROM calendar_feeds WHERE account_id = $1",
    "webhooks": """
        SELECT e.url, e.events, e.created_at, e.disabled_at, e.disabled_because,
          (SELECT count(*) FROM webhook_deliveries d WHERE d.endpoint_id = e.id) AS deliveries
        FROM webhook_endpoints e WHERE e.account_id = $1 ORDER BY e.created_at
        """,
    "bookings": """
        SELECT b.id, b.status, b.starts_at, b.ends_at, b.reason, b.price_amount, b.price_currency,
          b.cancellation_policy, b.meeting_platform, b.meeting_link, b.absent, b.created_at,
          a.first_name || ' ' || a.last_name AS consultant,
          (SELECT coalesce(json_agg(json_build_object('at', t.at, 'status', t.status, 'by', t.actor, 'reason',
             CASE WHEN t.actor = 'client' THEN t.reason END) ORDER BY t.id), '[]')
           FROM booking_transitions t WHERE t.booking_id = b.id) AS history
        FROM bookings b JOIN accounts a ON a.id = b.consultant_id WHERE b.client_id = $1 ORDER BY b.created_at
        """,
    "waiting_lists": """
        SELECT w.id, w.status, w.joined_at, w.offer_expires_at, s.starts_at, s.ends_at
        FROM waiting_entries w JOIN slots s ON s.id = w.slot_id WHERE w.client_id = $1 ORDER BY w.joined_at
        """,
    "payments": """
        SELECT p.reference, p.booking_id, p.status, p.amount, p.currency, p.customer_email, p.charged_amount,
          p.refunded_amount, p.channel, p.paid_at, p.created_at
        FROM payments p JOIN bookings b ON b.id = p.booking_id WHERE b.client_id = $1 ORDER BY p.created_at
        """,
    "refunds": """
        SELECT r.id, p.reference AS payment, r.status, r.amount, r.currency, r.reason, r.created_at
        FROM refunds r JOIN payments p ON p.id = r.payment_id JOIN bookings b ON b.id = p.booking_id
        WHERE b.client_id = $1 ORDER BY r.created_at
        """,
    "receipts": """
        SELECT number, amount, currency, happened_at, reason, client_name, client_email, consultant_name, service,
          starts_at, ends_at, time_zone, reference, channel
        FROM receipts WHERE client_id = $1 ORDER BY number
        """,
    "reviews_written": """
        SELECT id, booking_id, rating, comment, created_at FROM reviews WHERE client_id = $1 ORDER BY created_at
        """,
    "absence_reports": """
        SELECT r.booking_id, r.words, r.status, r.reported_at, r.resolved_at
        FROM absence_reports r JOIN bookings b ON b.id = r.booking_id WHERE b.client_id = $1 ORDER BY r.reported_at
        """,
    "consultant_profile": "SELECT * FROM consultant_profiles WHERE account_id = $1",
    "services": "SELECT * FROM services WHERE consultant_id = $1 ORDER BY created_at",
    "weekly_patterns": "SELECT * FROM weekly_patterns WHERE consultant_id = $1 ORDER BY created_at",
    "slots": """
        SELECT id, service_id, pattern_id, starts_at, ends_at, capacity, seats_taken, price_amount, price_currency,
          status
        FROM slots WHERE consultant_id = $1 ORDER BY starts_at, id
        """,
    "sessions_given": """
        SELECT id, slot_id, status, starts_at, ends_at, price_amount, price_currency, meeting_platform,
          meeting_link, created_at
        FROM bookings WHERE consultant_id = $1 ORDER BY starts_at, id
        """,
    "reviews_received": """
        SELECT id, booking_id, rating, created_at, reply, replied_at FROM reviews
        WHERE consultant_id = $1 ORDER BY created_at
        """,
    "answers_to_absence_reports": """
        SELECT r.booking_id, r.answer, r.answered_at, r.status
        FROM absence_reports r JOIN bookings b ON b.id = r.booking_id
        WHERE b.consultant_id = $1 ORDER BY r.reported_at
        """,
    "earnings": """
        SELECT p.at, p.kind, e.booking_id, -e.amount AS amount, e.currency
        FROM ledger_entries e JOIN ledger_postings p ON p.id = e.posting_id
        WHERE e.consultant_id = $1 ORDER BY e.id
        """,
    "payout_accounts": """
        SELECT kind, currency, bank_name, last_four, account_name, created_at, replaced_at FROM payout_accounts
        WHERE consultant_id = $1 ORDER BY created_at
        """,
    "payouts": """
        SELECT reference, status, amount, currency, fee, problem, requested_at, settled_at FROM payouts
        WHERE consultant_id = $1 ORDER BY requested_at
        """,
    "notifications": """
        SELECT kind, subject_id, facts, created_at, read_at FROM notifications
        WHERE recipient_id = $1 ORDER BY created_at
        """,
    "audit_trail": """
        SELECT at, kind, address, details FROM audit_entries WHERE account_id = $1 ORDER BY id
        """,
}


class SqlAccountRecords:
    """`AccountRecords`: one snapshot, read by cursors, so that no account is too large for the memory."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def sections(self, account_id: UUID) -> AsyncIterator[tuple[str, list[str]]]:
        """In the order of `SECTIONS`."""
        with translated_faults():
            async with (
                self._database.pool.acquire() as connection,
                connection.transaction(isolation="repeatable_read", readonly=True),
            ):
                for name, query in SECTIONS.items():
                    yield name, []
                    cursor = await connection.cursor(f"SELECT row_to_json(r)::text FROM ({query}) r", account_id)
                    while rows := await cursor.fetch(AT_ONCE):
                        yield name, [row[0] for row in rows]
