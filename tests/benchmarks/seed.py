"""A seeded marketplace: 1,000 consultants with 100 slots each, and clients who all have a token."""

from __future__ import annotations

from hashlib import sha256

import asyncpg

from infrastructure.secrets.random_secrets import RandomSecrets

CONSULTANTS = 1_000
SLOTS_EACH = 100
CLIENTS = 60_000
HASH = "$argon2id$nobody logs in with this"

ACCOUNTS = """
INSERT INTO accounts (id, username, email, role, first_name, last_name, password_hash, security_question,
  security_answer_hash, created_at)
SELECT bench_id($2, n), $1 || n, $1 || n || '@example.com', $1, 'Ada', 'Number ' || n, $4, 'phrase', $4, now()
FROM generate_series(1, $3) n
"""

PROFILES = """
INSERT INTO consultant_profiles (account_id, slug, headline, specializations, languages, bio, time_zone,
  default_price_amount, default_price_currency, cancellation_policy, is_published)
SELECT bench_id(1, n), 'consultant-' || n, 'Headline ' || n, ARRAY['Law', 'Tax'], ARRAY['English'],
  repeat('A few words about the work. ', 20), 'Africa/Lagos', 500000, 'NGN', 'flexible', true
FROM generate_series(1, $1) n
"""

SLOTS = """
INSERT INTO slots (id, consultant_id, starts_at, ends_at, capacity, price_amount, price_currency)
SELECT bench_id(3, (n - 1) * $2 + k), bench_id(1, n), day + k * interval '6 hours',
  day + k * interval '6 hours' + interval '1 hour', 1000, 500000, 'NGN'
FROM generate_series(1, $1) n, generate_series(1, $2) k, date_trunc('hour', now()) AS day
"""

TOKENS = """
INSERT INTO api_tokens (id, account_id, token_hash, name, last_four, scopes, created_at, expires_at)
SELECT gen_random_uuid(), bench_id(2, n::int), hash, 'bench', 'xxxx', ARRAY['read', 'write'], now(),
  now() + interval '1 day'
FROM unnest($1::bytea[]) WITH ORDINALITY AS token (hash, n)
"""

BENCH_ID = """
CREATE FUNCTION bench_id(kind int, n int) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN ('0000000' || kind || '-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid
"""


def bench_id(kind: int, number: int) -> str:
    """The id that the database's function of that name makes."""
    return f"0000000{kind}-0000-7000-8000-{number:012x}"


async def seed(url: str) -> list[str]:
    """Fill an empty migrated database; returns the clients' tokens, in order."""
    secrets = RandomSecrets()
    tokens = [secrets.new_api_token().plain for _ in range(CLIENTS)]
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(BENCH_ID)
        await connection.execute(ACCOUNTS, "consultant", 1, CONSULTANTS, HASH)
        await connection.execute(ACCOUNTS, "client", 2, CLIENTS, HASH)
        await connection.execute(PROFILES, CONSULTANTS)
        await connection.execute(SLOTS, CONSULTANTS, SLOTS_EACH)
        await connection.execute(TOKENS, [sha256(token.encode()).digest() for token in tokens])
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()
    return tokens
