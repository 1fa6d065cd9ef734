"""Many consultants with many sessions, by SQL: what no list of a few examples would hit upon."""

from __future__ import annotations

from tests.integration.consultants.finding import consultant
from tests.marketplace import Marketplace

CROWD = """
WITH model AS (
  SELECT a.*, p.headline, p.bio FROM accounts a JOIN consultant_profiles p ON p.account_id = a.id LIMIT 1
), people AS (
  INSERT INTO accounts (id, username, email, role, first_name, last_name, password_hash, security_question,
    security_answer_hash, created_at)
  SELECT gen_random_uuid(), 'crowd' || n, n || 'crowd@example.com', 'consultant', first_name, last_name,
    password_hash, security_question, security_answer_hash, created_at
  FROM model, generate_series(1, 40) n RETURNING id, username
)
INSERT INTO consultant_profiles (account_id, slug, headline, specializations, languages, bio, time_zone,
  default_price_amount, default_price_currency, cancellation_policy, is_published, minimum_notice_minutes,
  booking_window_days, sessions_per_day)
SELECT people.id, people.username, headline, '{Law}', '{}', bio, 'Africa/Lagos', 0, 'NGN', 'strict', true,
  (random() < 0.3)::int * 1500, CASE WHEN random() < 0.3 THEN 2 ELSE 732 END,
  CASE WHEN random() < 0.3 THEN 1 END
FROM model, people
"""
SESSIONS = """
INSERT INTO slots (id, consultant_id, starts_at, ends_at, capacity, price_amount, price_currency, status)
SELECT gen_random_uuid(), account_id, start, start + interval '1 hour', 1, 0, 'NGN',
  CASE WHEN random() < 0.2 THEN 'closed' ELSE 'open' END
FROM consultant_profiles, generate_series(1, 8) k,
  LATERAL (SELECT date_trunc('hour', now()) + k * interval '9 hours' AS start) hour
WHERE slug LIKE 'crowd%' AND random() < 0.8
"""
HOLDS = """
INSERT INTO bookings (id, slot_id, client_id, consultant_id, starts_at, ends_at, reason, price_amount,
  price_currency, cancellation_policy, status, hold_expires_at, last_actor, created_at, commission_bps)
SELECT gen_random_uuid(), s.id, $1, s.consultant_id, s.starts_at, s.ends_at, 'A lease', 0, 'NGN', 'strict',
  'pending', now() + CASE WHEN random() < 0.3 THEN -1 ELSE 60 END * interval '1 minute', 'client', now(), 0
FROM slots s WHERE s.id = $2
"""


async def crowd(marketplace: Marketplace, seed: float) -> None:
    """Forty consultants with all kinds of limits, whose sessions begin at the same hours; half of these are held,
    and some of the holds have lapsed.
    """
    await consultant(marketplace, slug="model")
    async with marketplace.database.pool.acquire() as connection:
        await connection.execute("SELECT setseed($1)", seed)
        await connection.execute(CROWD)
        await connection.execute(SESSIONS)
        slots = await connection.fetch("SELECT id FROM slots WHERE status = 'open' AND random() < 0.5")
        for client, slot in zip(await marketplace.clients(len(slots)), slots, strict=True):
            await connection.execute(HOLDS, client.account_id, slot["id"])
