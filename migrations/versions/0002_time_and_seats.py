"""Services, weekly patterns, booking limits, moves and absences, waiting lists, calendar feeds.

Everything is added beside what was there: code that knows only the first revision goes on working, for the
new columns have defaults and the overlap of sessions is kept by a trigger.

Revision ID: 0002
"""

from infrastructure.postgres.sql_scripts import run_script

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SERVICES = """
CREATE TABLE services (
  id uuid PRIMARY KEY,
  consultant_id uuid NOT NULL CONSTRAINT fk_services_consultant REFERENCES consultant_profiles,
  name text NOT NULL CONSTRAINT ck_services_name CHECK (char_length(name) BETWEEN 1 AND 80),
  description text NOT NULL CONSTRAINT ck_services_description CHECK (char_length(description) <= 2000),
  length_minutes integer NOT NULL CONSTRAINT ck_services_length CHECK (length_minutes BETWEEN 5 AND 1440),
  price_amount bigint NOT NULL CONSTRAINT ck_services_price CHECK (price_amount BETWEEN 0 AND 1000000000),
  price_currency text NOT NULL CONSTRAINT ck_services_currency CHECK (price_currency ~ '^[A-Z]{3}$'),
  capacity integer NOT NULL CONSTRAINT ck_services_capacity CHECK (capacity BETWEEN 1 AND 1000),
  buffer_before_minutes integer NOT NULL CONSTRAINT ck_services_buffer_before
    CHECK (buffer_before_minutes BETWEEN 0 AND 240),
  buffer_after_minutes integer NOT NULL CONSTRAINT ck_services_buffer_after
    CHECK (buffer_after_minutes BETWEEN 0 AND 240),
  is_offered boolean NOT NULL DEFAULT true,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  CONSTRAINT uq_services_consultant UNIQUE (id, consultant_id)
);
CREATE UNIQUE INDEX uq_services_name ON services (consultant_id, lower(name)) WHERE is_offered;
"""

LIMITS = """
ALTER TABLE consultant_profiles
  ADD COLUMN minimum_notice_minutes integer NOT NULL DEFAULT 0 CONSTRAINT ck_consultant_profiles_notice
    CHECK (minimum_notice_minutes BETWEEN 0 AND 43200),
  ADD COLUMN booking_window_days integer NOT NULL DEFAULT 732 CONSTRAINT ck_consultant_profiles_window
    CHECK (booking_window_days BETWEEN 1 AND 732),
  ADD COLUMN sessions_per_day integer CONSTRAINT ck_consultant_profiles_sessions_per_day
    CHECK (sessions_per_day BETWEEN 1 AND 96);
"""

PATTERNS = """
CREATE TABLE weekly_patterns (
  id uuid PRIMARY KEY,
  consultant_id uuid NOT NULL CONSTRAINT fk_weekly_patterns_consultant REFERENCES consultant_profiles,
  weekdays smallint[] NOT NULL CONSTRAINT ck_weekly_patterns_weekdays
    CHECK (cardinality(weekdays) BETWEEN 1 AND 7 AND weekdays <@ '{1,2,3,4,5,6,7}'),
  start_time time NOT NULL,
  end_time time NOT NULL,
  session_minutes integer NOT NULL CONSTRAINT ck_weekly_patterns_session
    CHECK (session_minutes BETWEEN 5 AND 1440),
  break_minutes integer NOT NULL CONSTRAINT ck_weekly_patterns_break CHECK (break_minutes BETWEEN 0 AND 1440),
  first_date date NOT NULL,
  last_date date CONSTRAINT ck_weekly_patterns_last_date CHECK (last_date >= first_date),
  time_zone text NOT NULL,
  capacity integer NOT NULL CONSTRAINT ck_weekly_patterns_capacity CHECK (capacity BETWEEN 1 AND 1000),
  price_amount bigint NOT NULL CONSTRAINT ck_weekly_patterns_price CHECK (price_amount BETWEEN 0 AND 1000000000),
  price_currency text NOT NULL CONSTRAINT ck_weekly_patterns_currency CHECK (price_currency ~ '^[A-Z]{3}$'),
  service_id uuid,
  buffer_before_minutes integer NOT NULL DEFAULT 0,
  buffer_after_minutes integer NOT NULL DEFAULT 0,
  published_until date NOT NULL,
  ended_at timestamptz,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  CONSTRAINT uq_weekly_patterns_consultant UNIQUE (id, consultant_id),
  CONSTRAINT fk_weekly_patterns_service FOREIGN KEY (service_id, consultant_id)
    REFERENCES services (id, consultant_id)
);
CREATE INDEX ix_weekly_patterns_consultant ON weekly_patterns (consultant_id) WHERE ended_at IS NULL;
CREATE INDEX ix_weekly_patterns_rolling ON weekly_patterns (published_until)
  WHERE ended_at IS NULL AND last_date IS NULL;

-- A date on which a pattern does not apply, or has other hours.
CREATE TABLE pattern_exceptions (
  pattern_id uuid NOT NULL CONSTRAINT fk_pattern_exceptions_pattern REFERENCES weekly_patterns ON DELETE CASCADE,
  date date NOT NULL,
  start_time time,
  end_time time,
  PRIMARY KEY (pattern_id, date),
  CONSTRAINT ck_pattern_exceptions_hours CHECK ((start_time IS NULL) = (end_time IS NULL))
);
"""

SLOTS = """
ALTER TABLE slots
  ADD COLUMN service_id uuid,
  ADD COLUMN pattern_id uuid,
  ADD COLUMN buffer_before_minutes integer NOT NULL DEFAULT 0 CONSTRAINT ck_slots_buffer_before
    CHECK (buffer_before_minutes BETWEEN 0 AND 240),
  ADD COLUMN buffer_after_minutes integer NOT NULL DEFAULT 0 CONSTRAINT ck_slots_buffer_after
    CHECK (buffer_after_minutes BETWEEN 0 AND 240),
  ADD COLUMN occupied tstzrange,
  ADD COLUMN people_waiting integer NOT NULL DEFAULT 0 CONSTRAINT ck_slots_people_waiting
    CHECK (people_waiting >= 0),
  ADD CONSTRAINT fk_slots_service FOREIGN KEY (service_id, consultant_id) REFERENCES services (id, consultant_id),
  ADD CONSTRAINT fk_slots_pattern FOREIGN KEY (pattern_id, consultant_id)
    REFERENCES weekly_patterns (id, consultant_id),
  -- Rule 5: cancelling a slot cancels its bookings first.
  ADD CONSTRAINT ck_slots_cancelled_is_empty CHECK (status <> 'cancelled' OR seats_taken = 0);

UPDATE slots SET occupied = tstzrange(starts_at, ends_at, '[)');
ALTER TABLE slots ALTER COLUMN occupied SET NOT NULL;

-- The session with its buffers. Subtracting an interval is not immutable, so that it cannot be generated.
CREATE FUNCTION occupy_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.occupied := tstzrange(NEW.starts_at - make_interval(mins => NEW.buffer_before_minutes),
    NEW.ends_at + make_interval(mins => NEW.buffer_after_minutes), '[)');
  RETURN NEW;
END $$;
CREATE TRIGGER tg_slots_occupied
  BEFORE INSERT OR UPDATE OF starts_at, ends_at, buffer_before_minutes, buffer_after_minutes, occupied ON slots
  FOR EACH ROW EXECUTE FUNCTION occupy_time();

-- Rule 2, buffers included.
ALTER TABLE slots DROP CONSTRAINT ex_slots_consultant_overlap;
ALTER TABLE slots ADD CONSTRAINT ex_slots_consultant_overlap EXCLUDE USING gist
  (consultant_id WITH =, occupied WITH &&) WHERE (status <> 'cancelled') DEFERRABLE INITIALLY IMMEDIATE;
CREATE INDEX ix_slots_pattern ON slots (pattern_id, starts_at) WHERE pattern_id IS NOT NULL;
CREATE INDEX ix_slots_service ON slots (service_id, starts_at) WHERE service_id IS NOT NULL;
"""

BOOKINGS = """
ALTER TABLE bookings
  ADD COLUMN sequence integer NOT NULL DEFAULT 0,
  ADD COLUMN refund_ceiling smallint NOT NULL DEFAULT 100 CONSTRAINT ck_bookings_refund_ceiling
    CHECK (refund_ceiling BETWEEN 0 AND 100),
  ADD COLUMN absent text CONSTRAINT ck_bookings_absent
    CHECK (absent IS NULL OR absent IN ('client', 'consultant') AND status = 'no_show');
CREATE INDEX ix_bookings_confirmed_ends_at ON bookings (ends_at) WHERE status = 'confirmed';

CREATE OR REPLACE FUNCTION keep_booking_lawful() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.status NOT IN ('pending', 'confirmed') THEN
      RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'tg_bookings_lawful',
        MESSAGE = 'a booking begins pending or confirmed';
    END IF;
  ELSIF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (
      ('pending', 'confirmed'), ('pending', 'expired'), ('pending', 'cancelled'), ('confirmed', 'completed'),
      ('confirmed', 'no_show'), ('confirmed', 'cancelled'), ('completed', 'no_show'), ('expired', 'confirmed'),
      ('cancelled', 'confirmed')) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'tg_bookings_lawful',
      MESSAGE = format('a booking does not go from %s to %s', OLD.status, NEW.status);
  ELSIF (NEW.price_amount, NEW.price_currency, NEW.client_id, NEW.consultant_id) IS DISTINCT FROM
      (OLD.price_amount, OLD.price_currency, OLD.client_id, OLD.consultant_id) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'tg_bookings_lawful',
      MESSAGE = 'the price, the client and the consultant of a booking are fixed';
  ELSIF NEW.slot_id <> OLD.slot_id AND (OLD.status, NEW.status) <> ('confirmed', 'confirmed') THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'tg_bookings_lawful',
      MESSAGE = 'only a confirmed booking moves to another slot';
  ELSIF (OLD.status, NEW.status) = ('completed', 'no_show')
      AND EXISTS (SELECT FROM reviews WHERE booking_id = NEW.id) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'tg_bookings_reviewed',
      MESSAGE = 'a session that was reviewed took place';
  ELSIF NEW.status IN ('completed', 'no_show') AND NEW.status <> OLD.status AND clock_timestamp() <
      (CASE NEW.status WHEN 'completed' THEN NEW.ends_at ELSE NEW.starts_at END) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'tg_bookings_not_over',
      MESSAGE = 'completed only after the end, no-show only after the start';
  END IF;
  RETURN NEW;
END $$;

-- A client says that the consultant did not come.
CREATE TABLE absence_reports (
  booking_id uuid PRIMARY KEY CONSTRAINT fk_absence_reports_booking REFERENCES bookings,
  words text NOT NULL CONSTRAINT ck_absence_reports_words CHECK (char_length(words) <= 2000),
  reported_at timestamptz NOT NULL,
  answer_due_at timestamptz NOT NULL,
  status text NOT NULL CONSTRAINT ck_absence_reports_status
    CHECK (status IN ('open', 'contested', 'upheld', 'dismissed')),
  answer text CONSTRAINT ck_absence_reports_answer CHECK (char_length(answer) <= 2000),
  answered_at timestamptz,
  resolved_at timestamptz,
  CONSTRAINT ck_absence_reports_resolved CHECK ((status IN ('upheld', 'dismissed')) = (resolved_at IS NOT NULL))
);
CREATE INDEX ix_absence_reports_due ON absence_reports (answer_due_at) WHERE status = 'open';
"""

WAITING = """
CREATE TABLE waiting_entries (
  id uuid PRIMARY KEY,
  slot_id uuid NOT NULL CONSTRAINT fk_waiting_entries_slot REFERENCES slots,
  client_id uuid NOT NULL CONSTRAINT fk_waiting_entries_client REFERENCES accounts,
  status text NOT NULL CONSTRAINT ck_waiting_entries_status
    CHECK (status IN ('waiting', 'offered', 'taken', 'lapsed', 'left', 'closed')),
  joined_at timestamptz NOT NULL,
  offer_expires_at timestamptz,
  CONSTRAINT ck_waiting_entries_offer CHECK (status NOT IN ('waiting', 'offered')
    OR (status = 'offered') = (offer_expires_at IS NOT NULL))
);
CREATE UNIQUE INDEX uq_waiting_entries_slot_client ON waiting_entries (slot_id, client_id)
  WHERE status IN ('waiting', 'offered');
CREATE INDEX ix_waiting_entries_line ON waiting_entries (slot_id, joined_at, id)
  WHERE status IN ('waiting', 'offered');
CREATE INDEX ix_waiting_entries_client ON waiting_entries (client_id, joined_at DESC, id DESC);

-- Keeps slots.people_waiting: seats that come free belong to the people in line before anybody else.
CREATE FUNCTION count_people_waiting() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  change integer := (TG_OP <> 'DELETE' AND NEW.status IN ('waiting', 'offered'))::integer
    - (TG_OP <> 'INSERT' AND OLD.status IN ('waiting', 'offered'))::integer;
BEGIN
  IF change <> 0 THEN
    UPDATE slots SET people_waiting = people_waiting + change
      WHERE id = CASE TG_OP WHEN 'DELETE' THEN OLD.slot_id ELSE NEW.slot_id END;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER tg_waiting_entries_count AFTER INSERT OR DELETE OR UPDATE OF status ON waiting_entries
  FOR EACH ROW EXECUTE FUNCTION count_people_waiting();
"""

CALENDARS = """
CREATE TABLE calendar_feeds (
  account_id uuid PRIMARY KEY CONSTRAINT fk_calendar_feeds_account REFERENCES accounts ON DELETE CASCADE,
  token_hash bytea NOT NULL CONSTRAINT uq_calendar_feeds_token_hash UNIQUE
    CONSTRAINT ck_calendar_feeds_token_hash CHECK (octet_length(token_hash) = 32),
  created_at timestamptz NOT NULL
);
"""

BACK = """
DROP TABLE calendar_feeds;
DROP TABLE waiting_entries;
DROP FUNCTION count_people_waiting();
DROP TABLE absence_reports;
DROP INDEX ix_bookings_confirmed_ends_at;
ALTER TABLE bookings DROP COLUMN absent, DROP COLUMN refund_ceiling, DROP COLUMN sequence;
DROP INDEX ix_slots_service;
DROP INDEX ix_slots_pattern;
ALTER TABLE slots DROP CONSTRAINT ex_slots_consultant_overlap;
DROP TRIGGER tg_slots_occupied ON slots;
DROP FUNCTION occupy_time();
ALTER TABLE slots DROP COLUMN service_id, DROP COLUMN pattern_id, DROP COLUMN buffer_before_minutes,
  DROP COLUMN buffer_after_minutes, DROP COLUMN occupied, DROP COLUMN people_waiting,
  DROP CONSTRAINT ck_slots_cancelled_is_empty;
ALTER TABLE slots ADD CONSTRAINT ex_slots_consultant_overlap EXCLUDE USING gist
  (consultant_id WITH =, tstzrange(starts_at, ends_at, '[)') WITH &&) WHERE (status <> 'cancelled')
  DEFERRABLE INITIALLY IMMEDIATE;
DROP TABLE pattern_exceptions;
DROP TABLE weekly_patterns;
DROP TABLE services;
ALTER TABLE consultant_profiles DROP COLUMN minimum_notice_minutes, DROP COLUMN booking_window_days,
  DROP COLUMN sessions_per_day;

CREATE OR REPLACE FUNCTION keep_booking_lawful() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.status NOT IN ('pending', 'confirmed') THEN
      RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'tg_bookings_lawful',
        MESSAGE = 'a booking begins pending or confirmed';
    END IF;
  ELSIF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (
      ('pending', 'confirmed'), ('pending', 'expired'), ('pending', 'cancelled'), ('confirmed', 'completed'),
      ('confirmed', 'no_show'), ('confirmed', 'cancelled'), ('expired', 'confirmed'),
      ('cancelled', 'confirmed')) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'tg_bookings_lawful',
      MESSAGE = format('a booking does not go from %s to %s', OLD.status, NEW.status);
  ELSIF (NEW.price_amount, NEW.price_currency, NEW.client_id) IS DISTINCT FROM
      (OLD.price_amount, OLD.price_currency, OLD.client_id) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'tg_bookings_lawful',
      MESSAGE = 'the price and the client of a booking are fixed';
  ELSIF NEW.status IN ('completed', 'no_show') AND NEW.status <> OLD.status AND clock_timestamp() <
      (CASE NEW.status WHEN 'completed' THEN NEW.ends_at ELSE NEW.starts_at END) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'tg_bookings_not_over',
      MESSAGE = 'completed only after the end, no-show only after the start';
  END IF;
  RETURN NEW;
END $$;
"""


def upgrade() -> None:
    """Add everything."""
    for script in (SERVICES, LIMITS, PATTERNS, SLOTS, BOOKINGS, WAITING, CALENDARS):
        run_script(script)


def downgrade() -> None:
    """Take it all away again; what only the new columns knew is lost."""
    run_script(BACK)
