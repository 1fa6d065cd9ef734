"""A marketplace at full size: 5,000 consultants, 500,000 slots, 1,000,000 bookings, the same ones every time.

Written with triggers off, so that what they keep (counts of seats, occupied time) is written here; `CHECK`
proves that it agrees.
"""

from __future__ import annotations

import asyncpg

CONSULTANTS = 5_000
SLOTS_EACH = 100
CLIENTS = 50_000
BOOKINGS = 1_000_000
HASH = "$argon2id$nobody logs in with this"

FUNCTIONS = """
CREATE FUNCTION bench_id(kind int, n int) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN ('0000000' || kind || '-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid;
CREATE FUNCTION dice(n bigint, salt bigint, sides int) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN ((hashint8extended(n, salt) & 1048575) % sides)::int;
CREATE FUNCTION pick(words text[], n bigint, salt bigint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN words[1 + dice(n, salt, cardinality(words))];
CREATE TABLE vocabulary AS SELECT
  '{Adébáyọ̀,Ngozi,Chidi,Aisha,Tunde,Folásadé,Ibrahim,Zainab,Emeka,Yetunde,Musa,Halima,Kelechi,Damilola,Ọláwálé,
    Amina,Obinna,Bisi,Sade,Uche,Grace,Daniel,José,Zoë,François,Jürgen,Søren,Łukasz,Mary,Peter}'::text[] AS first,
  '{Okafor,Bello,Adeyemi,Eze,Balogun,Nwosu,Ọ̀ṣúntókun,Danjuma,Okoro,Lawal,Abubakar,Ibe,Ogunleye,Sani,Obi,Martins,
    Akande,Uzor,Fashola,Garba,Nguyen,Müller,García,Smith,Haruna,Onyeka,Coker,Dike,Etim,Johnson}'::text[] AS last,
  '{Contracts,Company law,Tax,Accounting,Payroll,Marketing,Branding,Property,Leases,Immigration,Pensions,Nutrition,
    Fitness,Career coaching,Interviews,Public speaking,Software,Cloud,Data science,Security,Agriculture,Export,
    Logistics,Customs,Grants,Fundraising,Photography,Architecture,Interior design,Family law,Divorce,Inheritance,
    Energy,Solar power,Education,Admissions,Examinations,Mental health,Parenting,Relocation}'::text[] AS subjects,
  '{English,Yoruba,Igbo,Hausa,French,Arabic,Portuguese,Pidgin}'::text[] AS languages,
  '{Africa/Lagos,Africa/Cairo,Europe/London,America/New_York,Asia/Kathmandu,Africa/Casablanca}'::text[] AS zones,
  regexp_split_to_array('advice negotiation draft review strategy growth market people small large company family '
    'court filing budget forecast audit invoice customer supplier plan launch product design research interview '
    'letter policy training leadership remote office factory harvest shipping licence permit visa university '
    'scholarship thesis exam teacher student patient doctor hospital insurance claim loan mortgage bank savings '
    'investment shares dividend partner founder board meeting decision conflict mediation settlement appeal judge '
    'evidence witness agreement clause renewal notice deposit tenant landlord survey title boundary builder '
    'contractor engineer safety quality standard certificate inspection repair energy battery panel roof water '
    'irrigation seed fertiliser cattle poultry fish price quality brand logo campaign audience website search '
    'content video photo studio printing packaging delivery warehouse stock customs duty tariff export import '
    'currency exchange transfer fraud password network server database backup cloud mobile application testing',
    ' ') AS words
"""

ACCOUNTS = """
INSERT INTO accounts (id, username, email, role, first_name, last_name, password_hash, security_question,
  security_answer_hash, status, created_at)
SELECT bench_id($2, n), $1 || n, $1 || n || '@example.com', $1, pick(first, n, 1), pick(last, n, 2), $4, 'phrase',
  $4, CASE WHEN dice(n, 3, 100) = 0 THEN 'suspended' ELSE 'active' END, now()
FROM generate_series(1, $3) n, vocabulary
"""

PROFILES = """
INSERT INTO consultant_profiles (account_id, slug, headline, specializations, languages, bio, time_zone,
  default_price_amount, default_price_currency, cancellation_policy, is_published, rating_count, rating_sum,
  minimum_notice_minutes, booking_window_days, sessions_per_day)
SELECT bench_id(1, n), 'consultant-' || n,
  pick(subjects, n, 10) || ' and ' || pick(words, n, 11) || ' for ' || pick(words, n, 12) || ' people',
  ARRAY(SELECT DISTINCT pick(subjects, n, 20 + k) FROM generate_series(0, dice(n, 13, 4)) k),
  ARRAY(SELECT DISTINCT pick(languages, n, 30 + k) FROM generate_series(0, dice(n, 14, 3)) k),
  (SELECT string_agg(pick(words, n, 100 + k), ' ') FROM generate_series(1, 30 + dice(n, 15, 200)) k),
  pick(zones, n, 16), 100000 * dice(n, 17, 200), 'NGN', 'flexible', dice(n, 18, 50) > 0, rated,
  rated * 3 + dice(n, 20, rated + 1),
  CASE WHEN dice(n, 21, 3) = 0 THEN 1440 ELSE 0 END, CASE WHEN dice(n, 22, 5) = 0 THEN 7 ELSE 732 END,
  CASE WHEN dice(n, 23, 5) = 0 THEN 1 + dice(n, 24, 2) END
FROM generate_series(1, $1) n, vocabulary, dice(n, 19, 40) rated
"""

DESCRIBE = "UPDATE consultant_profiles SET search_words = ''"

SERVICES = """
INSERT INTO services (id, consultant_id, name, description, length_minutes, price_amount, price_currency, capacity,
  buffer_before_minutes, buffer_after_minutes, created_at)
SELECT bench_id(5, n), bench_id(1, n), 'First talk', '', 60, 500000, 'NGN', 1, 0, 0, now()
FROM generate_series(1, $1) n
"""

PLANNED_BOOKINGS = """
CREATE TABLE planned AS
SELECT n, k, seat, slot, base + (k - $2 / 2) * interval '8 hours' + n % 4 * interval '15 minutes' AS at,
  CASE
    WHEN k < $2 / 2 THEN
      (ARRAY['completed', 'completed', 'completed', 'completed', 'no_show', 'cancelled', 'expired'])[1
        + dice(slot, seat, 7)]
    WHEN n % 10 > 0 AND dice(slot, 40, 5) > 1 AND seat > 1 THEN 'cancelled'
    WHEN n % 10 > 0 AND dice(slot, 40, 5) > 1 THEN 'expired'
    WHEN dice(slot, seat + 50, 400) = 0 THEN 'pending'
    ELSE 'confirmed'
  END AS status
FROM (SELECT date_trunc('hour', now()) AS base) clock, generate_series(1, $1) n, generate_series(1, $2) k,
  LATERAL (SELECT (n - 1) * $2 + k AS slot) numbered,
  generate_series(1, CASE WHEN k % 10 < 7 THEN 1 WHEN k % 10 < 9 THEN 4 ELSE 6 END) seat
ORDER BY n, k, seat LIMIT $3
"""

SLOTS = """
INSERT INTO slots (id, consultant_id, starts_at, ends_at, capacity, seats_taken, price_amount, price_currency,
  service_id, occupied)
SELECT bench_id(3, (n - 1) * $2 + k), bench_id(1, n), at, at + interval '1 hour',
  CASE WHEN k % 10 < 7 THEN 1 WHEN k % 10 < 9 THEN 4 ELSE 6 END, coalesce(taken.seats, 0), 500000, 'NGN',
  CASE WHEN k % 3 = 0 THEN bench_id(5, n) END, tstzrange(at, at + interval '1 hour')
FROM generate_series(1, $1) n CROSS JOIN generate_series(1, $2) k
  CROSS JOIN LATERAL (SELECT date_trunc('hour', now()) + (k - $2 / 2) * interval '8 hours'
    + n % 4 * interval '15 minutes' AS at) time
  LEFT JOIN (SELECT slot, count(*) AS seats FROM planned WHERE holds_seat(status) GROUP BY slot) taken
    ON taken.slot = (n - 1) * $2 + k
"""

BOOKED = """
INSERT INTO bookings (id, slot_id, client_id, consultant_id, starts_at, ends_at, reason, price_amount,
  price_currency, cancellation_policy, status, hold_expires_at, last_actor, created_at, commission_bps)
SELECT bench_id(4, row_number() OVER ()::int), bench_id(3, slot), bench_id(2, 1 + (n * 6 + seat + k * 7919) % $1),
  bench_id(1, n), at, at + interval '1 hour', 'A benchmark', 500000, 'NGN', 'flexible', status,
  CASE WHEN status = 'pending' THEN now() + CASE slot % 4 WHEN 0 THEN -1 ELSE 600 END * interval '1 minute' END,
  'client', at - interval '10 days', 1500
FROM planned
"""

QUEUES = """
WITH waiting AS (
  INSERT INTO waiting_entries (id, slot_id, client_id, status, joined_at)
  SELECT gen_random_uuid(), id, bench_id(2, 1), 'waiting', now() FROM slots
  WHERE seats_taken = capacity AND starts_at > now() AND hashtext(id::text) % 100 = 0
  RETURNING slot_id
)
UPDATE slots SET people_waiting = 1 FROM waiting WHERE id = slot_id
"""

CHECK = """
SELECT (SELECT count(*) FROM consultant_profiles) AS consultants, (SELECT count(*) FROM slots) AS slots,
  (SELECT count(*) FROM bookings) AS bookings,
  (SELECT count(*) FROM slots s LEFT JOIN (
      SELECT slot_id, count(*) AS seats FROM bookings WHERE holds_seat(status) GROUP BY slot_id
    ) taken ON taken.slot_id = s.id
    WHERE s.seats_taken <> coalesce(taken.seats, 0)) AS wrong_counts
"""


async def seed(url: str) -> None:
    """Fill an empty migrated database. Raises `RuntimeError` when what was written is not what was meant."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(FUNCTIONS)
        await connection.execute("SET session_replication_role = replica")
        await connection.execute(ACCOUNTS, "consultant", 1, CONSULTANTS, HASH)
        await connection.execute(ACCOUNTS, "client", 2, CLIENTS, HASH)
        await connection.execute(PROFILES, CONSULTANTS)
        await connection.execute(SERVICES, CONSULTANTS)
        await connection.execute(PLANNED_BOOKINGS, CONSULTANTS, SLOTS_EACH, BOOKINGS)
        await connection.execute(SLOTS, CONSULTANTS, SLOTS_EACH)
        await connection.execute(BOOKED, CLIENTS)
        await connection.execute(QUEUES)
        await connection.execute("SET session_replication_role = origin")
        await connection.execute(DESCRIBE)
        await connection.execute("DROP TABLE planned, vocabulary")
        await connection.execute("VACUUM FULL ANALYZE consultant_profiles")
        await connection.execute("VACUUM ANALYZE")
        found = await connection.fetchrow(CHECK)
    finally:
        await connection.close()
    if tuple(found) != (CONSULTANTS, CONSULTANTS * SLOTS_EACH, BOOKINGS, 0):
        raise RuntimeError(f"the marketplace is not what it should be: {dict(found)}")
