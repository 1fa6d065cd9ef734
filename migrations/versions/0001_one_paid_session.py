"""Accounts, consultants, slots, bookings, payments, reviews: everything that one paid session needs.

Written as SQL, because most of what matters here (exclusion constraints, partial unique indexes, triggers)
has no other spelling. Rule numbers are those of the product's rules that always hold (docs/rules.md).

Revision ID: 0001
"""

from alembic import op

from infrastructure.postgres.sql_scripts import run_script

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ACCOUNTS = """
CREATE TABLE accounts (
  id uuid PRIMARY KEY,
  username text NOT NULL CONSTRAINT ck_accounts_username CHECK (username ~ '^[A-Za-z0-9][A-Za-z0-9_.-]{2,39}$'),
  email text NOT NULL CONSTRAINT ck_accounts_email CHECK (char_length(email) BETWEEN 3 AND 254),
  role text NOT NULL CONSTRAINT ck_accounts_role CHECK (role IN ('client', 'consultant', 'operator')),
  first_name text NOT NULL CONSTRAINT ck_accounts_first_name CHECK (char_length(first_name) BETWEEN 1 AND 80),
  last_name text NOT NULL CONSTRAINT ck_accounts_last_name CHECK (char_length(last_name) BETWEEN 1 AND 80),
  phone_number text CONSTRAINT ck_accounts_phone_number CHECK (char_length(phone_number) <= 30),
  password_hash text NOT NULL CONSTRAINT ck_accounts_password_hash CHECK (password_hash LIKE '$argon2id$%'),
  security_question text NOT NULL,
  security_answer_hash text NOT NULL
    CONSTRAINT ck_accounts_security_answer_hash CHECK (security_answer_hash LIKE '$argon2id$%'),
  status text NOT NULL DEFAULT 'active' CONSTRAINT ck_accounts_status CHECK (status IN ('active', 'suspended')),
  picture text,
  created_at timestamptz NOT NULL,
  version integer NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX uq_accounts_username ON accounts (lower(username));
CREATE UNIQUE INDEX uq_accounts_email ON accounts (lower(email));

CREATE TABLE sessions (
  id bytea PRIMARY KEY CONSTRAINT ck_sessions_id CHECK (octet_length(id) = 32),
  account_id uuid NOT NULL CONSTRAINT fk_sessions_account REFERENCES accounts ON DELETE CASCADE,
  created_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  user_agent text NOT NULL
);
CREATE INDEX ix_sessions_account ON sessions (account_id, created_at);

CREATE TABLE api_tokens (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL CONSTRAINT fk_api_tokens_account REFERENCES accounts ON DELETE CASCADE,
  token_hash bytea NOT NULL CONSTRAINT ck_api_tokens_token_hash CHECK (octet_length(token_hash) = 32),
  name text NOT NULL CONSTRAINT ck_api_tokens_name CHECK (char_length(name) BETWEEN 1 AND 80),
  last_four text NOT NULL,
  scopes text[] NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz
);
CREATE UNIQUE INDEX uq_api_tokens_token_hash ON api_tokens (token_hash);
CREATE INDEX ix_api_tokens_account ON api_tokens (account_id, created_at);

CREATE TABLE recoveries (
  id uuid PRIMARY KEY,
  identifier text NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  account_id uuid CONSTRAINT fk_recoveries_account REFERENCES accounts ON DELETE CASCADE,
  reset_token_hash bytea,
  reset_expires_at timestamptz,
  reset_used_at timestamptz
);
CREATE UNIQUE INDEX uq_recoveries_reset_token_hash ON recoveries (reset_token_hash);
CREATE INDEX ix_recoveries_account ON recoveries (account_id);

CREATE TABLE throttles (
  key text PRIMARY KEY,
  window_started_at timestamptz NOT NULL,
  attempts integer NOT NULL
);

CREATE TABLE audit_entries (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  kind text NOT NULL,
  account_id uuid CONSTRAINT fk_audit_entries_account REFERENCES accounts,
  address text,
  details jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX ix_audit_entries_account ON audit_entries (account_id, at);
"""

CONSULTANTS = """
CREATE TABLE consultant_profiles (
  account_id uuid PRIMARY KEY CONSTRAINT fk_consultant_profiles_account REFERENCES accounts,
  slug text NOT NULL CONSTRAINT uq_consultant_profiles_slug UNIQUE,
  headline text NOT NULL CONSTRAINT ck_consultant_profiles_headline CHECK (char_length(headline) <= 120),
  specializations text[] NOT NULL,
  languages text[] NOT NULL,
  bio text NOT NULL CONSTRAINT ck_consultant_profiles_bio CHECK (char_length(bio) <= 5000),
  time_zone text NOT NULL,
  default_price_amount bigint NOT NULL
    CONSTRAINT ck_consultant_profiles_default_price CHECK (default_price_amount BETWEEN 0 AND 1000000000),
  default_price_currency text NOT NULL
    CONSTRAINT ck_consultant_profiles_currency CHECK (default_price_currency ~ '^[A-Z]{3}$'),
  cancellation_policy text NOT NULL
    CONSTRAINT ck_consultant_profiles_policy CHECK (cancellation_policy IN ('flexible', 'moderate', 'strict')),
  is_published boolean NOT NULL DEFAULT false,
  rating_count integer NOT NULL DEFAULT 0,
  rating_sum integer NOT NULL DEFAULT 0,
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT ck_consultant_profiles_published
    CHECK (NOT is_published OR (headline <> '' AND bio <> '' AND cardinality(specializations) > 0)),
  CONSTRAINT ck_consultant_profiles_rating
    CHECK (rating_count >= 0 AND rating_sum BETWEEN rating_count AND 5 * rating_count)
);
CREATE INDEX ix_consultant_profiles_published ON consultant_profiles (account_id) WHERE is_published;
"""

SLOTS = """
CREATE TABLE slots (
  id uuid PRIMARY KEY,
  consultant_id uuid NOT NULL CONSTRAINT fk_slots_consultant REFERENCES consultant_profiles,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  capacity integer NOT NULL CONSTRAINT ck_slots_capacity CHECK (capacity BETWEEN 1 AND 1000),
  seats_taken integer NOT NULL DEFAULT 0,
  price_amount bigint NOT NULL CONSTRAINT ck_slots_price CHECK (price_amount BETWEEN 0 AND 1000000000),
  price_currency text NOT NULL CONSTRAINT ck_slots_currency CHECK (price_currency ~ '^[A-Z]{3}$'),
  status text NOT NULL DEFAULT 'open' CONSTRAINT ck_slots_status CHECK (status IN ('open', 'closed', 'cancelled')),
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT ck_slots_length
    CHECK (ends_at > starts_at AND ends_at - starts_at <= interval '24 hours'),
  -- Rules 1 and 5: seats_taken is kept by a trigger on bookings, so no path whatever can oversell a slot.
  CONSTRAINT ck_slots_seats_taken CHECK (seats_taken BETWEEN 0 AND capacity),
  -- Rule 2. Deferrable, so that neighbours can change places within one save.
  CONSTRAINT ex_slots_consultant_overlap EXCLUDE USING gist
    (consultant_id WITH =, tstzrange(starts_at, ends_at, '[)') WITH &&) WHERE (status <> 'cancelled')
    DEFERRABLE INITIALLY IMMEDIATE
);
CREATE INDEX ix_slots_consultant_starts_at ON slots (consultant_id, starts_at, id);

-- Rule 5: a slot with taken seats can be neither deleted nor moved.
CREATE FUNCTION keep_taken_slot() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.seats_taken > 0 AND (TG_OP = 'DELETE' OR (NEW.consultant_id, NEW.starts_at, NEW.ends_at)
      IS DISTINCT FROM (OLD.consultant_id, OLD.starts_at, OLD.ends_at)) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'tg_slots_taken_stays',
      MESSAGE = 'a slot with taken seats can be neither deleted nor moved';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER tg_slots_taken_stays BEFORE DELETE OR UPDATE OF consultant_id, starts_at, ends_at ON slots
  FOR EACH ROW EXECUTE FUNCTION keep_taken_slot();
"""

BOOKINGS = """
CREATE FUNCTION holds_seat(status text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN status IN ('pending', 'confirmed', 'completed', 'no_show');

CREATE TABLE bookings (
  id uuid PRIMARY KEY,
  slot_id uuid NOT NULL CONSTRAINT fk_bookings_slot REFERENCES slots,
  client_id uuid NOT NULL CONSTRAINT fk_bookings_client REFERENCES accounts,
  consultant_id uuid NOT NULL CONSTRAINT fk_bookings_consultant REFERENCES consultant_profiles,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  reason text NOT NULL CONSTRAINT ck_bookings_reason CHECK (char_length(reason) BETWEEN 1 AND 2000),
  price_amount bigint NOT NULL CONSTRAINT ck_bookings_price CHECK (price_amount >= 0),
  price_currency text NOT NULL,
  cancellation_policy text NOT NULL,
  status text NOT NULL CONSTRAINT ck_bookings_status
    CHECK (status IN ('pending', 'confirmed', 'completed', 'no_show', 'expired', 'cancelled')),
  hold_expires_at timestamptz,
  last_actor text NOT NULL CONSTRAINT ck_bookings_last_actor
    CHECK (last_actor IN ('client', 'consultant', 'operator', 'system')),
  meeting_platform text,
  meeting_link text CONSTRAINT ck_bookings_meeting_link
    CHECK (meeting_link ~ '^https://' AND char_length(meeting_link) <= 2048),
  created_at timestamptz NOT NULL,
  CONSTRAINT ck_bookings_own_slot CHECK (client_id <> consultant_id),
  CONSTRAINT ck_bookings_hold CHECK ((status = 'pending') = (hold_expires_at IS NOT NULL)),
  -- Rule 2.
  CONSTRAINT ex_bookings_client_overlap EXCLUDE USING gist
    (client_id WITH =, tstzrange(starts_at, ends_at, '[)') WITH &&)
    WHERE (status IN ('pending', 'confirmed', 'completed', 'no_show'))
);
-- Rule 3.
CREATE UNIQUE INDEX uq_bookings_slot_client ON bookings (slot_id, client_id)
  WHERE status IN ('pending', 'confirmed', 'completed', 'no_show');
CREATE INDEX ix_bookings_client ON bookings (client_id, starts_at DESC, id DESC);
CREATE INDEX ix_bookings_consultant ON bookings (consultant_id, starts_at DESC, id DESC);
CREATE INDEX ix_bookings_slot ON bookings (slot_id);
CREATE INDEX ix_bookings_hold_expires_at ON bookings (hold_expires_at) WHERE status = 'pending';
CREATE INDEX ix_bookings_pending_client ON bookings (client_id) WHERE status = 'pending';

-- Keeps slots.seats_taken. Taking a seat also proves that the slot is open (rule 4) and that the booking's
-- copy of the session's time and consultant is that of its slot.
CREATE FUNCTION count_seat() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  held boolean := TG_OP <> 'INSERT' AND holds_seat(OLD.status);
  holds boolean := TG_OP <> 'DELETE' AND holds_seat(NEW.status);
BEGIN
  IF held AND (NOT holds OR OLD.slot_id <> NEW.slot_id) THEN
    UPDATE slots SET seats_taken = seats_taken - 1 WHERE id = OLD.slot_id;
  END IF;
  IF holds AND (NOT held OR OLD.slot_id <> NEW.slot_id) THEN
    UPDATE slots SET seats_taken = seats_taken + 1
      WHERE id = NEW.slot_id AND status = 'open' AND consultant_id = NEW.consultant_id
        AND starts_at = NEW.starts_at AND ends_at = NEW.ends_at;
    IF NOT FOUND THEN
      RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'tg_bookings_slot_open',
        MESSAGE = 'the slot is not open, or is not at the time of the booking';
    END IF;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER tg_bookings_count_seat AFTER INSERT OR DELETE OR UPDATE OF status, slot_id ON bookings
  FOR EACH ROW EXECUTE FUNCTION count_seat();

CREATE FUNCTION keep_booking_lawful() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER tg_bookings_lawful BEFORE INSERT OR UPDATE ON bookings
  FOR EACH ROW EXECUTE FUNCTION keep_booking_lawful();

CREATE TABLE booking_transitions (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  booking_id uuid NOT NULL CONSTRAINT fk_booking_transitions_booking REFERENCES bookings,
  previous text,
  status text NOT NULL,
  actor text NOT NULL CONSTRAINT ck_booking_transitions_actor
    CHECK (actor IN ('client', 'consultant', 'operator', 'system')),
  actor_id uuid,
  at timestamptz NOT NULL,
  reason text
);
CREATE INDEX ix_booking_transitions_booking ON booking_transitions (booking_id, id);
"""

PAYMENTS = """
CREATE TABLE payments (
  id uuid PRIMARY KEY,
  booking_id uuid NOT NULL CONSTRAINT fk_payments_booking REFERENCES bookings,
  reference text NOT NULL CONSTRAINT uq_payments_reference UNIQUE,
  amount bigint NOT NULL CONSTRAINT ck_payments_amount CHECK (amount > 0),
  currency text NOT NULL,
  customer_email text NOT NULL,
  mode text NOT NULL CONSTRAINT ck_payments_mode CHECK (mode IN ('test', 'live')),
  status text NOT NULL CONSTRAINT ck_payments_status CHECK (status IN ('initialized', 'success', 'failed',
    'abandoned', 'mismatched', 'refund_pending', 'refunded', 'partially_refunded', 'refund_failed')),
  authorization_url text,
  access_code text,
  pays_for_booking boolean NOT NULL DEFAULT false,
  charged_amount bigint,
  refunded_amount bigint NOT NULL DEFAULT 0,
  paystack_id bigint CONSTRAINT uq_payments_paystack_id UNIQUE,
  fees bigint,
  channel text,
  paid_at timestamptz,
  gateway_response text,
  problem text,
  checks integer NOT NULL DEFAULT 0,
  next_check_at timestamptz,
  created_at timestamptz NOT NULL,
  CONSTRAINT ck_payments_paying CHECK (NOT pays_for_booking
    OR (status NOT IN ('initialized', 'failed', 'abandoned', 'mismatched') AND charged_amount >= amount)),
  CONSTRAINT ck_payments_refunded CHECK (refunded_amount BETWEEN 0 AND coalesce(charged_amount, 0))
);
-- At most one attempt pays for a booking.
CREATE UNIQUE INDEX uq_payments_paying ON payments (booking_id) WHERE pays_for_booking;
CREATE INDEX ix_payments_booking ON payments (booking_id, created_at);
CREATE INDEX ix_payments_next_check_at ON payments (next_check_at) WHERE next_check_at IS NOT NULL;

CREATE FUNCTION require_paying_payment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM payments WHERE booking_id = NEW.id AND pays_for_booking) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'tg_bookings_paid',
      MESSAGE = 'a booking with a price is confirmed by its payment only';
  END IF;
  RETURN NULL;
END $$;
-- Deferred: the booking and its payment change in one transaction, in either order.
CREATE CONSTRAINT TRIGGER tg_bookings_paid AFTER INSERT OR UPDATE OF status ON bookings
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.status = 'confirmed' AND NEW.price_amount > 0) EXECUTE FUNCTION require_paying_payment();

CREATE TABLE refunds (
  id uuid PRIMARY KEY,
  payment_id uuid NOT NULL CONSTRAINT fk_refunds_payment REFERENCES payments,
  amount bigint NOT NULL CONSTRAINT ck_refunds_amount CHECK (amount > 0),
  currency text NOT NULL,
  reason text NOT NULL,
  status text NOT NULL CONSTRAINT ck_refunds_status
    CHECK (status IN ('requested', 'pending', 'processing', 'processed', 'failed', 'needs-attention')),
  paystack_id bigint CONSTRAINT uq_refunds_paystack_id UNIQUE,
  sent_at timestamptz,
  next_check_at timestamptz,
  created_at timestamptz NOT NULL
);
-- Paystack has no idempotency key for refunds: one in flight for a payment.
CREATE UNIQUE INDEX uq_refunds_open ON refunds (payment_id) WHERE status NOT IN ('processed', 'failed');
CREATE INDEX ix_refunds_next_check_at ON refunds (next_check_at) WHERE next_check_at IS NOT NULL;

CREATE FUNCTION sum_refunds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE payments SET refunded_amount =
      (SELECT coalesce(sum(amount), 0) FROM refunds WHERE payment_id = NEW.payment_id AND status <> 'failed')
    WHERE id = NEW.payment_id;
  RETURN NULL;
END $$;
CREATE TRIGGER tg_refunds_sum AFTER INSERT OR UPDATE OF status, amount ON refunds
  FOR EACH ROW EXECUTE FUNCTION sum_refunds();

CREATE TABLE webhook_events (
  id uuid PRIMARY KEY,
  dedupe_key text NOT NULL CONSTRAINT uq_webhook_events_dedupe_key UNIQUE,
  event text NOT NULL,
  reference text,
  received_at timestamptz NOT NULL
);

CREATE TABLE outbox (
  id uuid PRIMARY KEY,
  topic text NOT NULL,
  subject text NOT NULL,
  dedupe_key text NOT NULL CONSTRAINT uq_outbox_dedupe_key UNIQUE,
  available_at timestamptz NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  leased_until timestamptz,
  done_at timestamptz,
  last_error text,
  created_at timestamptz NOT NULL
);
CREATE INDEX ix_outbox_waiting ON outbox (available_at) WHERE done_at IS NULL;

CREATE TABLE operator_items (
  id uuid PRIMARY KEY,
  kind text NOT NULL,
  subject text NOT NULL,
  reason text NOT NULL,
  created_at timestamptz NOT NULL,
  resolved_at timestamptz
);
-- Raised again and again by retries, listed once.
CREATE UNIQUE INDEX uq_operator_items_open ON operator_items (kind, subject) WHERE resolved_at IS NULL;
"""

REVIEWS = """
CREATE TABLE reviews (
  id uuid PRIMARY KEY,
  booking_id uuid NOT NULL CONSTRAINT fk_reviews_booking REFERENCES bookings
    CONSTRAINT uq_reviews_booking UNIQUE,
  client_id uuid NOT NULL CONSTRAINT fk_reviews_client REFERENCES accounts,
  consultant_id uuid NOT NULL CONSTRAINT fk_reviews_consultant REFERENCES consultant_profiles,
  rating smallint NOT NULL CONSTRAINT ck_reviews_rating CHECK (rating BETWEEN 1 AND 5),
  comment text NOT NULL CONSTRAINT ck_reviews_comment CHECK (char_length(comment) <= 2000),
  created_at timestamptz NOT NULL
);
CREATE INDEX ix_reviews_consultant ON reviews (consultant_id, created_at DESC, id DESC);

-- Rule 9: only a completed booking, by its client, about its consultant; and the summary equals the reviews.
CREATE FUNCTION require_completed_booking() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM bookings WHERE id = NEW.booking_id AND client_id = NEW.client_id
      AND consultant_id = NEW.consultant_id AND status = 'completed') THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'tg_reviews_completed',
      MESSAGE = 'a review exists only for a completed booking, by its client';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER tg_reviews_completed BEFORE INSERT OR UPDATE ON reviews
  FOR EACH ROW EXECUTE FUNCTION require_completed_booking();

CREATE FUNCTION sum_ratings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    UPDATE consultant_profiles SET rating_count = rating_count - 1, rating_sum = rating_sum - OLD.rating
      WHERE account_id = OLD.consultant_id;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    UPDATE consultant_profiles SET rating_count = rating_count + 1, rating_sum = rating_sum + NEW.rating
      WHERE account_id = NEW.consultant_id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER tg_reviews_sum AFTER INSERT OR DELETE OR UPDATE OF rating, consultant_id ON reviews
  FOR EACH ROW EXECUTE FUNCTION sum_ratings();
"""

APPEND_ONLY = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME,
    MESSAGE = TG_TABLE_NAME || ' is append-only';
END $$;
CREATE TRIGGER tg_audit_entries_append_only BEFORE UPDATE OR DELETE ON audit_entries
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER tg_booking_transitions_append_only BEFORE UPDATE OR DELETE ON booking_transitions
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""

TABLES = [
    "operator_items",
    "outbox",
    "webhook_events",
    "refunds",
    "reviews",
    "payments",
    "booking_transitions",
    "bookings",
    "slots",
    "consultant_profiles",
    "audit_entries",
    "throttles",
    "recoveries",
    "api_tokens",
    "sessions",
    "accounts",
]
FUNCTIONS = [
    "refuse_change",
    "sum_ratings",
    "require_completed_booking",
    "sum_refunds",
    "require_paying_payment",
    "keep_booking_lawful",
    "count_seat",
    "keep_taken_slot",
]


def upgrade() -> None:
    """Create everything."""
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    for script in (ACCOUNTS, CONSULTANTS, SLOTS, BOOKINGS, PAYMENTS, REVIEWS, APPEND_ONLY):
        run_script(script)


def downgrade() -> None:
    """Drop everything; the extension stays, for others may use it."""
    for table in TABLES:
        op.execute(f"DROP TABLE {table}")
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}()")
    op.execute("DROP FUNCTION holds_seat(text)")
