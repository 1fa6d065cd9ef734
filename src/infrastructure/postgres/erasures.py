"""What makes an account's person go."""

from __future__ import annotations

from uuid import UUID

from domain.erasure import Hindrance
from infrastructure.postgres.database import Driver

LOCK = "SELECT FROM accounts WHERE id = $1 FOR UPDATE"
"""Stronger than for a change: whoever is about to refer to the account waits, and is seen, or comes too late."""

HINDRANCES = """
SELECT array_remove(ARRAY[
  CASE WHEN EXISTS (SELECT FROM bookings WHERE (client_id = $1 OR consultant_id = $1)
    AND status IN ('pending', 'confirmed')) THEN 'sessions' END,
  CASE WHEN EXISTS (SELECT FROM payments p JOIN bookings b ON b.id = p.booking_id
    WHERE (b.client_id = $1 OR b.consultant_id = $1)
      AND (p.status = 'mismatched' OR p.status IN ('initialized', 'abandoned') AND p.next_check_at IS NOT NULL))
    THEN 'payments' END,
  CASE WHEN EXISTS (SELECT FROM payments p JOIN bookings b ON b.id = p.booking_id
    WHERE (b.client_id = $1 OR b.consultant_id = $1) AND p.status IN ('refund_pending', 'refund_failed'))
    THEN 'refunds' END,
  CASE WHEN EXISTS (SELECT FROM disputes d JOIN payments p ON p.id = d.payment_id
      JOIN bookings b ON b.id = p.booking_id
    WHERE (b.client_id = $1 OR b.consultant_id = $1) AND d.is_open)
    OR EXISTS (SELECT FROM absence_reports r JOIN bookings b ON b.id = r.booking_id
    WHERE (b.client_id = $1 OR b.consultant_id = $1) AND r.status IN ('open', 'contested')) THEN 'disputes' END,
  CASE WHEN EXISTS (SELECT FROM earnings WHERE consultant_id = $1 AND owed <> 0) THEN 'earnings' END,
  CASE WHEN EXISTS (SELECT FROM payouts WHERE consultant_id = $1
      AND status IN ('requested', 'pending', 'needs_otp')) THEN 'payouts' END
], NULL)
"""

FORGET = (
    # Slots first: seats and lines are counted there, by triggers.
    """
    SELECT FROM slots WHERE id IN (SELECT slot_id FROM waiting_entries WHERE client_id = $1
      AND status IN ('waiting', 'offered')) OR consultant_id = $1 AND ends_at > clock_timestamp()
    ORDER BY id FOR UPDATE
    """,
    """
    UPDATE waiting_entries w SET status = 'closed', offer_expires_at = NULL FROM slots s
    WHERE s.id = w.slot_id AND s.consultant_id = $1 AND w.status IN ('waiting', 'offered')
    """,
    """
    UPDATE waiting_entries SET status = 'left', offer_expires_at = NULL
    WHERE client_id = $1 AND status IN ('waiting', 'offered')
    """,
    """
    UPDATE slots SET status = 'cancelled'
    WHERE consultant_id = $1 AND ends_at > clock_timestamp() AND status <> 'cancelled'
    """,
    "UPDATE weekly_patterns SET ended_at = clock_timestamp() WHERE consultant_id = $1 AND ended_at IS NULL",
    "UPDATE services SET is_offered = false, description = '' WHERE consultant_id = $1",
    """
    UPDATE consultant_profiles SET is_published = false, slug = 'former-' || replace(account_id::text, '-', ''),
      headline = '', bio = '', specializations = '{}', languages = '{}', time_zone = 'UTC', weekly_payouts = false,
      version = version + 1
    WHERE account_id = $1
    """,
    "UPDATE bookings SET reason = '–' WHERE client_id = $1",
    "UPDATE bookings SET meeting_link = NULL, meeting_platform = NULL WHERE consultant_id = $1",
    """
    UPDATE absence_reports r SET words = '' FROM bookings b WHERE b.id = r.booking_id AND b.client_id = $1
    """,
    """
    UPDATE absence_reports r SET answer = '–' FROM bookings b
    WHERE b.id = r.booking_id AND b.consultant_id = $1 AND r.answer IS NOT NULL
    """,
    """
    UPDATE payments p SET customer_email = replace(b.client_id::text, '-', '') || '@erased.invalid' FROM bookings b
    WHERE b.id = p.booking_id AND b.client_id = $1
    """,
    """
    UPDATE payout_accounts SET account_name = '–', replaced_at = coalesce(replaced_at, clock_timestamp())
    WHERE consultant_id = $1
    """,
    """
    DELETE FROM recoveries r USING accounts a
    WHERE a.id = $1 AND (r.account_id = a.id OR r.identifier IN (lower(a.username), lower(a.email), a.id::text))
    """,
    """
    UPDATE accounts SET time_zone = NULL, has_long_day = NULL, theme = NULL, language = NULL WHERE id = $1
    """,
    "DELETE FROM sessions WHERE account_id = $1",
    "DELETE FROM api_tokens WHERE account_id = $1",
    "DELETE FROM recovery_codes WHERE account_id = $1",
    "DELETE FROM calendar_feeds WHERE account_id = $1",
    "DELETE FROM webhook_endpoints WHERE account_id = $1",
    "DELETE FROM idempotency_keys WHERE account_id = $1",
    "DELETE FROM known_browsers WHERE account_id = $1",
    # Last, for what goes before may raise some.
    "DELETE FROM notifications WHERE recipient_id = $1",
)


class SqlErasures:
    """`Erasures`: one statement for each table."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    async def hindrances(self, account_id: UUID) -> list[Hindrance]:
        """Lock, then look."""
        await self._driver.execute(LOCK, account_id)
        return list(map(Hindrance, await self._driver.fetchval(HINDRANCES, account_id)))

    async def forget(self, account_id: UUID) -> None:
        """Table by table."""
        for statement in FORGET:
            await self._driver.execute(statement, account_id)
