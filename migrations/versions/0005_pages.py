"""What accounts prefer; notifications; recovery codes; webhooks of our own.

Revision ID: 0005
"""

from infrastructure.postgres.sql_scripts import run_script

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

PREFERENCES = """
ALTER TABLE accounts
  ADD COLUMN time_zone text CONSTRAINT ck_accounts_time_zone CHECK (char_length(time_zone) BETWEEN 1 AND 64),
  ADD COLUMN has_long_day boolean,
  ADD COLUMN theme text CONSTRAINT ck_accounts_theme CHECK (theme IN ('dark', 'light', 'system')),
  ADD COLUMN language text CONSTRAINT ck_accounts_language CHECK (language ~ '^[a-z]{2}$');
"""

REVIEW_REPLIES = """
ALTER TABLE reviews
  ADD COLUMN reply text CONSTRAINT ck_reviews_reply CHECK (char_length(reply) BETWEEN 1 AND 2000),
  ADD COLUMN replied_at timestamptz,
  ADD CONSTRAINT ck_reviews_replied_at CHECK ((reply IS NULL) = (replied_at IS NULL));

CREATE FUNCTION keep_reply() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.reply IS NOT NULL AND NEW.reply IS DISTINCT FROM OLD.reply AND NEW.reply IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'tg_reviews_replied_once',
      MESSAGE = 'a consultant replies to a review once';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER tg_reviews_replied_once BEFORE UPDATE OF reply ON reviews
  FOR EACH ROW EXECUTE FUNCTION keep_reply();
"""

REVIEWS_BY_STARS = """
CREATE INDEX ix_reviews_consultant_rating ON reviews (consultant_id, rating, created_at DESC, id DESC);
"""

GETTING_IN = """
ALTER TABLE accounts
  ADD COLUMN has_question_recovery boolean NOT NULL DEFAULT true,
  DROP CONSTRAINT ck_accounts_status,
  ADD CONSTRAINT ck_accounts_status CHECK (status IN ('active', 'suspended', 'erased'));

-- By its name its owner ends a session; the id is the hash of its key.
ALTER TABLE sessions
  ADD COLUMN name uuid NOT NULL DEFAULT gen_random_uuid() CONSTRAINT uq_sessions_name UNIQUE,
  ADD COLUMN proven_at timestamptz,
  ADD COLUMN address text NOT NULL DEFAULT '';

ALTER TABLE api_tokens ADD COLUMN last_used_at timestamptz;

-- A reset by a recovery code needs no days of rest.
ALTER TABLE recoveries ADD COLUMN by_code boolean NOT NULL DEFAULT false;

CREATE TABLE recovery_codes (
  account_id uuid NOT NULL CONSTRAINT fk_recovery_codes_account REFERENCES accounts ON DELETE CASCADE,
  code_hash bytea NOT NULL CONSTRAINT ck_recovery_codes_code_hash CHECK (octet_length(code_hash) = 32),
  created_at timestamptz NOT NULL,
  used_at timestamptz,
  PRIMARY KEY (account_id, code_hash)
);

-- Whoever is erased begins nothing any more, not even with a request that was under way.
CREATE FUNCTION require_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM accounts WHERE id = NEW.client_id AND status <> 'erased' FOR KEY SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'tg_bookings_client_is_there',
      MESSAGE = 'the client is erased';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER tg_bookings_client_is_there BEFORE INSERT ON bookings
  FOR EACH ROW EXECUTE FUNCTION require_account();
"""

PICTURES = """
CREATE INDEX ix_accounts_picture ON accounts (picture) WHERE picture IS NOT NULL;
"""

WEBHOOKS = """
CREATE TABLE webhook_endpoints (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL CONSTRAINT fk_webhook_endpoints_account REFERENCES accounts ON DELETE CASCADE,
  url text NOT NULL
    CONSTRAINT ck_webhook_endpoints_url CHECK (url ~ '^https?://' AND char_length(url) <= 2048),
  events text[] NOT NULL CONSTRAINT ck_webhook_endpoints_events CHECK (cardinality(events) > 0),
  sealed_secret bytea NOT NULL,
  previous_secret bytea,
  previous_until timestamptz,
  disabled_at timestamptz,
  disabled_because text CONSTRAINT ck_webhook_endpoints_because
    CHECK (disabled_because IN ('owner', 'failures', 'gone')),
  failing_since timestamptz,
  leased_until timestamptz,
  created_at timestamptz NOT NULL,
  CONSTRAINT uq_webhook_endpoints_url UNIQUE (account_id, url),
  CONSTRAINT ck_webhook_endpoints_previous CHECK ((previous_secret IS NULL) = (previous_until IS NULL)),
  CONSTRAINT ck_webhook_endpoints_disabled CHECK ((disabled_at IS NULL) = (disabled_because IS NULL))
);

CREATE TABLE webhook_deliveries (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  endpoint_id uuid NOT NULL CONSTRAINT fk_webhook_deliveries_endpoint
    REFERENCES webhook_endpoints ON DELETE CASCADE,
  event text NOT NULL,
  data jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  status text NOT NULL DEFAULT 'waiting' CONSTRAINT ck_webhook_deliveries_status
    CHECK (status IN ('waiting', 'delivered', 'failed', 'dropped')),
  tries integer NOT NULL DEFAULT 0,
  next_try_at timestamptz DEFAULT clock_timestamp(),
  tried_at timestamptz,
  answer_status integer,
  answer text,
  failure text,
  CONSTRAINT ck_webhook_deliveries_next_try CHECK ((status = 'waiting') = (next_try_at IS NOT NULL))
);
CREATE INDEX ix_webhook_deliveries_waiting ON webhook_deliveries (next_try_at, endpoint_id)
  WHERE next_try_at IS NOT NULL;
CREATE INDEX ix_webhook_deliveries_endpoint ON webhook_deliveries (endpoint_id, created_at DESC, id DESC);
CREATE INDEX ix_webhook_deliveries_created_at ON webhook_deliveries (created_at);

-- What happens is noted for those who want to be told, in the transaction in which it happens. Who has no endpoint
-- costs a look into an index. An endpoint that is being deleted is waited for, and told nothing.
CREATE FUNCTION rfc3339(moment timestamptz) RETURNS text LANGUAGE sql STABLE
  RETURN to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"');

CREATE FUNCTION money_facts(amount bigint, currency text) RETURNS jsonb LANGUAGE sql STABLE
  RETURN jsonb_build_object('amount', amount, 'currency', currency);

CREATE FUNCTION booking_facts(b bookings) RETURNS jsonb LANGUAGE sql STABLE
  RETURN jsonb_build_object('id', b.id, 'slot_id', b.slot_id, 'status', b.status, 'actor', b.last_actor,
    'starts_at', rfc3339(b.starts_at), 'ends_at', rfc3339(b.ends_at), 'absent', b.absent,
    'price', money_facts(b.price_amount, b.price_currency));

CREATE FUNCTION tell_of_booking() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  is_moved boolean := TG_OP = 'UPDATE' AND OLD.status = NEW.status;
BEGIN
  INSERT INTO webhook_deliveries (endpoint_id, event, data)
  SELECT e.id, told.event, jsonb_build_object('booking', booking_facts(NEW)) || CASE WHEN is_moved THEN
      jsonb_build_object('previous', jsonb_build_object('slot_id', OLD.slot_id,
        'starts_at', rfc3339(OLD.starts_at), 'ends_at', rfc3339(OLD.ends_at))) ELSE '{}' END
  FROM webhook_endpoints e,
    (SELECT 'booking.' || CASE WHEN is_moved THEN 'rescheduled' ELSE NEW.status END AS event) told
  WHERE e.account_id IN (NEW.client_id, NEW.consultant_id) AND e.disabled_at IS NULL
    AND told.event = ANY (e.events)
  ORDER BY e.id FOR KEY SHARE OF e;
  RETURN NULL;
END $$;
CREATE TRIGGER tg_bookings_told_new AFTER INSERT ON bookings FOR EACH ROW
  WHEN (NEW.status = 'confirmed') EXECUTE FUNCTION tell_of_booking();
CREATE TRIGGER tg_bookings_told AFTER UPDATE OF status, slot_id ON bookings FOR EACH ROW
  WHEN (NEW.status <> 'pending' AND (OLD.status <> NEW.status OR OLD.slot_id <> NEW.slot_id))
  EXECUTE FUNCTION tell_of_booking();

CREATE FUNCTION tell_of_payment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO webhook_deliveries (endpoint_id, event, data)
  SELECT e.id, 'payment.succeeded', jsonb_build_object('payment', jsonb_build_object('booking_id', b.id,
    'reference', NEW.reference, 'status', NEW.status, 'amount', money_facts(NEW.amount, NEW.currency),
    'channel', NEW.channel, 'paid_at', rfc3339(NEW.paid_at)))
  FROM bookings b JOIN webhook_endpoints e ON e.account_id IN (b.client_id, b.consultant_id)
  WHERE b.id = NEW.booking_id AND e.disabled_at IS NULL AND 'payment.succeeded' = ANY (e.events)
  ORDER BY e.id FOR KEY SHARE OF e;
  RETURN NULL;
END $$;
CREATE TRIGGER tg_payments_told AFTER UPDATE OF status ON payments FOR EACH ROW
  WHEN (NEW.status = 'success' AND OLD.status <> 'success') EXECUTE FUNCTION tell_of_payment();

CREATE FUNCTION tell_of_refund() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO webhook_deliveries (endpoint_id, event, data)
  SELECT e.id, 'refund.' || NEW.status, jsonb_build_object('refund', jsonb_build_object('id', NEW.id,
    'booking_id', b.id, 'reference', p.reference, 'status', NEW.status,
    'amount', money_facts(NEW.amount, NEW.currency), 'created_at', rfc3339(NEW.created_at)))
  FROM payments p JOIN bookings b ON b.id = p.booking_id
    JOIN webhook_endpoints e ON e.account_id IN (b.client_id, b.consultant_id)
  WHERE p.id = NEW.payment_id AND e.disabled_at IS NULL AND 'refund.' || NEW.status = ANY (e.events)
  ORDER BY e.id FOR KEY SHARE OF e;
  RETURN NULL;
END $$;
CREATE TRIGGER tg_refunds_told AFTER UPDATE OF status ON refunds FOR EACH ROW
  WHEN (NEW.status <> OLD.status AND NEW.status IN ('processed', 'failed')) EXECUTE FUNCTION tell_of_refund();

CREATE FUNCTION tell_of_review() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO webhook_deliveries (endpoint_id, event, data)
  SELECT e.id, 'review.written', jsonb_build_object('review', jsonb_build_object('booking_id', NEW.booking_id,
    'rating', NEW.rating, 'created_at', rfc3339(NEW.created_at)))
  FROM webhook_endpoints e
  WHERE e.account_id IN (NEW.client_id, NEW.consultant_id) AND e.disabled_at IS NULL
    AND 'review.written' = ANY (e.events)
  ORDER BY e.id FOR KEY SHARE OF e;
  RETURN NULL;
END $$;
CREATE TRIGGER tg_reviews_told AFTER INSERT ON reviews FOR EACH ROW EXECUTE FUNCTION tell_of_review();

CREATE FUNCTION tell_of_payout() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO webhook_deliveries (endpoint_id, event, data)
  SELECT e.id, 'payout.' || NEW.status, jsonb_build_object('payout', jsonb_build_object('id', NEW.id,
    'reference', NEW.reference, 'status', NEW.status, 'amount', money_facts(NEW.amount, NEW.currency),
    'requested_at', rfc3339(NEW.requested_at), 'settled_at', rfc3339(NEW.settled_at)))
  FROM webhook_endpoints e
  WHERE e.account_id = NEW.consultant_id AND e.disabled_at IS NULL AND 'payout.' || NEW.status = ANY (e.events)
  ORDER BY e.id FOR KEY SHARE OF e;
  RETURN NULL;
END $$;
CREATE TRIGGER tg_payouts_told AFTER UPDATE OF status ON payouts FOR EACH ROW
  WHEN (NEW.status <> OLD.status AND NEW.status IN ('paid', 'failed', 'reversed'))
  EXECUTE FUNCTION tell_of_payout();
"""

CONSOLE = """
-- A status that changes ends every way in, whoever changes it, and so does one that changes back: what was begun
-- meanwhile opens nothing afterwards.
CREATE FUNCTION end_ways_in() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM sessions WHERE account_id = NEW.id;
  UPDATE api_tokens SET revoked_at = clock_timestamp() WHERE account_id = NEW.id AND revoked_at IS NULL;
  UPDATE recoveries SET reset_expires_at = clock_timestamp()
    WHERE account_id = NEW.id AND reset_used_at IS NULL AND reset_expires_at > clock_timestamp();
  RETURN NULL;
END $$;
CREATE TRIGGER tg_accounts_ways_in AFTER UPDATE OF status ON accounts FOR EACH ROW
  WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION end_ways_in();

-- Rule 9, of the reviews that everybody can read.
ALTER TABLE reviews ADD COLUMN hidden_at timestamptz;
CREATE OR REPLACE FUNCTION sum_ratings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' AND OLD.hidden_at IS NULL THEN
    UPDATE consultant_profiles SET rating_count = rating_count - 1, rating_sum = rating_sum - OLD.rating
      WHERE account_id = OLD.consultant_id;
  END IF;
  IF TG_OP <> 'DELETE' AND NEW.hidden_at IS NULL THEN
    UPDATE consultant_profiles SET rating_count = rating_count + 1, rating_sum = rating_sum + NEW.rating
      WHERE account_id = NEW.consultant_id;
  END IF;
  RETURN NULL;
END $$;
DROP TRIGGER tg_reviews_sum ON reviews;
CREATE TRIGGER tg_reviews_sum AFTER INSERT OR DELETE OR UPDATE OF rating, consultant_id, hidden_at ON reviews
  FOR EACH ROW EXECUTE FUNCTION sum_ratings();

-- What operators find accounts by: bare words, as consultants are found.
ALTER TABLE accounts ADD COLUMN search_words text NOT NULL DEFAULT '';
CREATE FUNCTION describe_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.search_words := bare_words(concat_ws(' ', NEW.username, NEW.email, NEW.first_name, NEW.last_name));
  RETURN NEW;
END $$;
CREATE TRIGGER tg_accounts_described
  BEFORE INSERT OR UPDATE OF username, email, first_name, last_name, search_words ON accounts
  FOR EACH ROW EXECUTE FUNCTION describe_account();
UPDATE accounts SET search_words = '';
CREATE INDEX ix_accounts_search_words ON accounts USING gin (search_words gin_trgm_ops);
CREATE INDEX ix_reviews_client ON reviews (client_id, created_at DESC);

CREATE INDEX ix_audit_entries_kind ON audit_entries (kind, id);
CREATE INDEX ix_audit_entries_at ON audit_entries (at);
-- Any id or reference that an entry names, under whatever name.
CREATE INDEX ix_audit_entries_named ON audit_entries USING gin (jsonb_path_query_array(details, '$.*'));

CREATE TABLE job_runs (
  name text PRIMARY KEY,
  every interval NOT NULL,
  ended_at timestamptz NOT NULL,
  took interval NOT NULL,
  problem text
);
"""

DOWN = """
DROP TABLE job_runs;
DROP INDEX ix_audit_entries_named;
DROP INDEX ix_audit_entries_at;
DROP INDEX ix_audit_entries_kind;
DROP INDEX ix_reviews_client;
DROP TRIGGER tg_accounts_described ON accounts;
DROP FUNCTION describe_account();
ALTER TABLE accounts DROP COLUMN search_words;
UPDATE reviews SET hidden_at = NULL WHERE hidden_at IS NOT NULL;
DROP TRIGGER tg_reviews_sum ON reviews;
CREATE OR REPLACE FUNCTION sum_ratings() RETURNS trigger LANGUAGE plpgsql AS $$
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
ALTER TABLE reviews DROP COLUMN hidden_at;
CREATE TRIGGER tg_reviews_sum AFTER INSERT OR DELETE OR UPDATE OF rating, consultant_id ON reviews
  FOR EACH ROW EXECUTE FUNCTION sum_ratings();
DROP TRIGGER tg_accounts_ways_in ON accounts;
DROP FUNCTION end_ways_in();
DROP TRIGGER tg_payouts_told ON payouts;
DROP TRIGGER tg_reviews_told ON reviews;
DROP TRIGGER tg_refunds_told ON refunds;
DROP TRIGGER tg_payments_told ON payments;
DROP TRIGGER tg_bookings_told ON bookings;
DROP TRIGGER tg_bookings_told_new ON bookings;
DROP FUNCTION tell_of_payout();
DROP FUNCTION tell_of_review();
DROP FUNCTION tell_of_refund();
DROP FUNCTION tell_of_payment();
DROP FUNCTION tell_of_booking();
DROP FUNCTION booking_facts(bookings);
DROP FUNCTION money_facts(bigint, text);
DROP FUNCTION rfc3339(timestamptz);
DROP TABLE webhook_deliveries;
DROP TABLE webhook_endpoints;
DROP INDEX ix_accounts_picture;
DROP TRIGGER tg_bookings_client_is_there ON bookings;
DROP FUNCTION require_account();
DROP TABLE recovery_codes;
ALTER TABLE recoveries DROP COLUMN by_code;
ALTER TABLE api_tokens DROP COLUMN last_used_at;
ALTER TABLE sessions DROP COLUMN address, DROP COLUMN proven_at, DROP COLUMN name;
ALTER TABLE accounts DROP COLUMN has_question_recovery, DROP CONSTRAINT ck_accounts_status;
UPDATE accounts SET status = 'suspended' WHERE status = 'erased';
ALTER TABLE accounts ADD CONSTRAINT ck_accounts_status CHECK (status IN ('active', 'suspended'));
DROP INDEX ix_reviews_consultant_rating;
DROP TRIGGER tg_reviews_replied_once ON reviews;
DROP FUNCTION keep_reply();
ALTER TABLE reviews DROP COLUMN reply, DROP COLUMN replied_at;
ALTER TABLE accounts DROP COLUMN time_zone, DROP COLUMN has_long_day, DROP COLUMN theme, DROP COLUMN language;
"""


def upgrade() -> None:
    """Add everything."""
    for script in (PREFERENCES, GETTING_IN, REVIEW_REPLIES, REVIEWS_BY_STARS, PICTURES, WEBHOOKS, CONSOLE):
        run_script(script)


def downgrade() -> None:
    """Drop everything."""
    run_script(DOWN)
