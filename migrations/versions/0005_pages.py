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

NOTIFICATIONS = """
CREATE TABLE notifications (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  -- No reference: whoever makes something happen never waits for a lock on the account that is told of it.
  recipient_id uuid NOT NULL,
  kind text NOT NULL,
  -- What raised it: of one kind, an account is told of it once.
  source text NOT NULL,
  subject_id uuid,
  facts jsonb NOT NULL DEFAULT '{}' CONSTRAINT ck_notifications_facts CHECK (jsonb_typeof(facts) = 'object'),
  created_at timestamptz NOT NULL,
  read_at timestamptz,
  CONSTRAINT uq_notifications_source UNIQUE (recipient_id, kind, source)
);
CREATE INDEX ix_notifications_recipient ON notifications (recipient_id, created_at DESC, id DESC);
CREATE INDEX ix_notifications_unread ON notifications (recipient_id, created_at DESC, id DESC)
  WHERE read_at IS NULL;
CREATE INDEX ix_notifications_created_at ON notifications USING brin (created_at);
CREATE INDEX ix_accounts_operators ON accounts (id) WHERE role = 'operator';

-- What is told again is news again.
CREATE FUNCTION tell_account(recipient uuid, kind text, source text, subject uuid, facts jsonb,
    at timestamptz DEFAULT clock_timestamp()) RETURNS void LANGUAGE sql AS $$
  INSERT INTO notifications (recipient_id, kind, source, subject_id, facts, created_at)
  SELECT recipient, kind, source, subject, jsonb_strip_nulls(facts), at
  WHERE EXISTS (SELECT FROM accounts WHERE id = recipient AND status <> 'erased')
  ON CONFLICT (recipient_id, kind, source) DO UPDATE SET facts = EXCLUDED.facts, created_at = EXCLUDED.created_at,
    read_at = NULL
$$;

-- What would go back if all of it did.
CREATE FUNCTION kept_of_booking(booking uuid) RETURNS jsonb LANGUAGE sql STABLE
  RETURN (SELECT money_facts(charged_amount - owed_back - written_off, charged_currency) FROM payments
    WHERE booking_id = booking AND pays_for_booking AND charged_amount > owed_back + written_off);

-- Nobody is told what they did themselves.
CREATE FUNCTION tell_of_transition() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  b bookings;
  is_step boolean := NEW.previous IS DISTINCT FROM NEW.status;
  for_client text := CASE WHEN is_step THEN CASE NEW.status
    WHEN 'confirmed' THEN CASE WHEN NEW.previous = 'pending' THEN 'booking.confirmed'
      WHEN NEW.previous IS NOT NULL THEN 'booking.confirmed_late' END
    WHEN 'expired' THEN 'booking.expired'
    WHEN 'cancelled' THEN 'booking.cancelled'
    WHEN 'completed' THEN 'review.possible' END END;
  for_consultant text := CASE
    WHEN NEW.status = 'confirmed' THEN CASE WHEN is_step THEN 'booking.new' ELSE 'booking.moved' END
    WHEN is_step AND NEW.status = 'cancelled' AND NEW.previous = 'confirmed' THEN 'booking.called_off' END;
  told jsonb;
BEGIN
  SELECT * INTO b FROM bookings WHERE id = NEW.booking_id;
  told := jsonb_build_object('starts_at', rfc3339(b.starts_at));
  IF is_step AND b.absent = 'client' THEN
    for_client := 'booking.missed';
  END IF;
  IF for_client IS NOT NULL AND NEW.actor <> 'client' THEN
    PERFORM tell_account(b.client_id, for_client, NEW.id::text, b.id, told || CASE NEW.status WHEN 'cancelled' THEN
      jsonb_build_object('actor', NEW.actor, 'amount', kept_of_booking(b.id)) ELSE '{}' END, NEW.at);
  END IF;
  IF for_consultant IS NOT NULL AND NEW.actor <> 'consultant' THEN
    PERFORM tell_account(b.consultant_id, for_consultant, NEW.id::text, b.id, told || CASE for_consultant
      WHEN 'booking.called_off' THEN jsonb_build_object('actor', NEW.actor)
      WHEN 'booking.moved' THEN jsonb_build_object('moved_from',
        rfc3339(substring(NEW.reason FROM 'moved from (\\S+)')::timestamptz))
      ELSE '{}' END, NEW.at);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER tg_booking_transitions_tell AFTER INSERT ON booking_transitions FOR EACH ROW
  WHEN (NEW.status <> 'pending') EXECUTE FUNCTION tell_of_transition();

-- The link of a session that is over is no news.
CREATE FUNCTION tell_of_link() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM tell_account(NEW.client_id, CASE WHEN OLD.meeting_link IS NULL THEN 'link.set' ELSE 'link.changed' END,
      NEW.id::text, NEW.id, jsonb_build_object('starts_at', rfc3339(NEW.starts_at)))
    WHERE NEW.ends_at > clock_timestamp();
  RETURN NULL;
END $$;
CREATE TRIGGER tg_bookings_link_told AFTER UPDATE OF meeting_link ON bookings FOR EACH ROW
  WHEN (NEW.meeting_link IS NOT NULL AND NEW.meeting_link IS DISTINCT FROM OLD.meeting_link)
  EXECUTE FUNCTION tell_of_link();

CREATE FUNCTION tell_of_failed_payment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM tell_account(b.client_id, 'payment.failed', NEW.id::text, b.id, jsonb_build_object(
      'starts_at', rfc3339(b.starts_at), 'amount', money_facts(NEW.amount, NEW.currency)))
    FROM bookings b WHERE b.id = NEW.booking_id AND b.status = 'pending';
  RETURN NULL;
END $$;
CREATE TRIGGER tg_payments_failure_told AFTER UPDATE OF status ON payments FOR EACH ROW
  WHEN (NEW.status = 'failed' AND OLD.status <> 'failed') EXECUTE FUNCTION tell_of_failed_payment();

-- Money that came too late, or twice, and what operators send back or leave to time; what a cancellation brings is
-- told with it.
CREATE FUNCTION tell_of_new_refund() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  b bookings;
  told jsonb;
BEGIN
  SELECT * INTO b FROM bookings WHERE id = (SELECT booking_id FROM payments WHERE id = NEW.payment_id);
  told := jsonb_build_object('starts_at', rfc3339(b.starts_at), 'amount', money_facts(NEW.amount, NEW.currency));
  IF b.id IS NULL THEN
    RETURN NULL;
  ELSIF starts_with(NEW.reason, 'paid after the hold had run out') OR NEW.reason = 'the session was cancelled' THEN
    PERFORM tell_account(b.client_id, 'payment.late', NEW.payment_id::text, b.id, told);
  ELSIF NEW.reason = 'the booking is already paid for' THEN
    PERFORM tell_account(b.client_id, 'payment.twice', NEW.payment_id::text, b.id, told);
  ELSIF NEW.reason = 'refunded by an operator' OR starts_with(NEW.reason, 'nobody decided in time') THEN
    PERFORM tell_account(b.client_id, 'refund.begun', NEW.id::text, b.id, told);
    PERFORM tell_account(b.consultant_id, 'earning.refunded', NEW.id::text, b.id, told)
      FROM payments WHERE id = NEW.payment_id AND pays_for_booking;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER tg_refunds_beginning_told AFTER INSERT ON refunds FOR EACH ROW
  EXECUTE FUNCTION tell_of_new_refund();

CREATE FUNCTION tell_of_refund_status() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM tell_account(b.client_id, CASE NEW.status WHEN 'processed' THEN 'refund.processed'
      WHEN 'failed' THEN 'refund.delayed' ELSE 'refund.needs_account' END, NEW.id::text, b.id,
      jsonb_build_object('starts_at', rfc3339(b.starts_at), 'amount', money_facts(NEW.amount, NEW.currency)))
    FROM payments p JOIN bookings b ON b.id = p.booking_id WHERE p.id = NEW.payment_id;
  RETURN NULL;
END $$;
CREATE TRIGGER tg_refunds_status_told AFTER UPDATE OF status ON refunds FOR EACH ROW
  WHEN (NEW.status <> OLD.status AND NEW.status IN ('processed', 'failed', 'needs-attention'))
  EXECUTE FUNCTION tell_of_refund_status();

CREATE FUNCTION tell_of_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM tell_account(NEW.client_id, 'waiting.' || NEW.status, NEW.id::text, NEW.slot_id, jsonb_build_object(
      'starts_at', rfc3339(s.starts_at),
      'until', CASE NEW.status WHEN 'offered' THEN rfc3339(NEW.offer_expires_at) END))
    FROM slots s WHERE s.id = NEW.slot_id AND (NEW.status <> 'closed' OR s.status = 'cancelled');
  RETURN NULL;
END $$;
CREATE TRIGGER tg_waiting_entries_told AFTER UPDATE OF status ON waiting_entries FOR EACH ROW
  WHEN (NEW.status <> OLD.status AND NEW.status IN ('offered', 'lapsed', 'closed'))
  EXECUTE FUNCTION tell_of_place();

CREATE FUNCTION tell_of_new_review() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM tell_account(NEW.consultant_id, 'review.new', NEW.id::text, NEW.booking_id,
    jsonb_build_object('rating', NEW.rating), NEW.created_at);
  RETURN NULL;
END $$;
CREATE TRIGGER tg_reviews_news AFTER INSERT ON reviews FOR EACH ROW EXECUTE FUNCTION tell_of_new_review();

CREATE FUNCTION tell_of_reply() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM tell_account(NEW.client_id, 'review.answered', NEW.id::text, NEW.booking_id, '{}');
  RETURN NULL;
END $$;
CREATE TRIGGER tg_reviews_reply_told AFTER UPDATE OF reply ON reviews FOR EACH ROW
  WHEN (NEW.reply IS NOT NULL AND OLD.reply IS NULL) EXECUTE FUNCTION tell_of_reply();

CREATE FUNCTION tell_of_absence() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  b bookings;
  told jsonb;
BEGIN
  SELECT * INTO b FROM bookings WHERE id = NEW.booking_id;
  told := jsonb_build_object('starts_at', rfc3339(b.starts_at));
  IF TG_OP = 'INSERT' THEN
    PERFORM tell_account(b.consultant_id, 'absence.reported', b.id::text, b.id,
      told || jsonb_build_object('until', rfc3339(NEW.answer_due_at)));
    RETURN NULL;
  END IF;
  PERFORM tell_account(b.client_id, 'absence.' || NEW.status, b.id::text, b.id, told || CASE NEW.status
    WHEN 'upheld' THEN jsonb_build_object('amount', kept_of_booking(b.id)) ELSE '{}' END);
  -- Who contests it, or admits it, knows.
  IF NEW.status = 'dismissed' OR NEW.status = 'upheld' AND NOT (OLD.status = 'open'
      AND NEW.answered_at IS NOT NULL) THEN
    PERFORM tell_account(b.consultant_id, 'absence.decided_' || CASE NEW.status WHEN 'upheld' THEN 'against'
      ELSE 'for' END, b.id::text, b.id, told);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER tg_absence_reports_new AFTER INSERT ON absence_reports FOR EACH ROW
  EXECUTE FUNCTION tell_of_absence();
CREATE TRIGGER tg_absence_reports_told AFTER UPDATE OF status ON absence_reports FOR EACH ROW
  WHEN (NEW.status <> OLD.status) EXECUTE FUNCTION tell_of_absence();

CREATE FUNCTION tell_of_payout_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM tell_account(NEW.consultant_id, 'payout.' || NEW.status, NEW.id::text, NEW.id,
    jsonb_build_object('amount', money_facts(NEW.amount, NEW.currency)));
  RETURN NULL;
END $$;
CREATE TRIGGER tg_payouts_end_told AFTER UPDATE OF status ON payouts FOR EACH ROW
  WHEN (NEW.status <> OLD.status AND NEW.status IN ('paid', 'failed', 'reversed'))
  EXECUTE FUNCTION tell_of_payout_end();

CREATE FUNCTION tell_of_payout_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM tell_account(NEW.consultant_id, 'payout_account.changed', NEW.id::text, NULL, jsonb_build_object(
    'bank', NEW.bank_name, 'last_four', NEW.last_four, 'until', rfc3339(NEW.usable_from)));
  RETURN NULL;
END $$;
CREATE TRIGGER tg_payout_accounts_told AFTER INSERT ON payout_accounts FOR EACH ROW
  EXECUTE FUNCTION tell_of_payout_account();

CREATE FUNCTION tell_of_dispute() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM tell_account(b.consultant_id, 'dispute.' || CASE WHEN NEW.is_open THEN 'opened' WHEN NEW.is_lost
      THEN 'lost' ELSE 'won' END, NEW.id::text, b.id, jsonb_build_object('starts_at', rfc3339(b.starts_at),
      'amount', money_facts(coalesce(nullif(NEW.amount, 0), p.charged_amount), NEW.currency)))
    FROM payments p JOIN bookings b ON b.id = p.booking_id WHERE p.id = NEW.payment_id AND p.pays_for_booking;
  RETURN NULL;
END $$;
CREATE TRIGGER tg_disputes_new AFTER INSERT ON disputes FOR EACH ROW
  WHEN (NEW.is_open OR NEW.is_lost) EXECUTE FUNCTION tell_of_dispute();
CREATE TRIGGER tg_disputes_told AFTER UPDATE OF is_open ON disputes FOR EACH ROW
  WHEN (NEW.is_open <> OLD.is_open) EXECUTE FUNCTION tell_of_dispute();

-- What opens an account is told to its owner, who may be somebody else than whoever did it. Codes that are made
-- with the account are part of opening it.
CREATE FUNCTION tell_of_security() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM tell_account(a.id, CASE NEW.kind WHEN 'token.issued' THEN 'token.created'
      WHEN 'recovery.reset' THEN 'password.reset' ELSE NEW.kind END, NEW.id::text, NULL, CASE NEW.kind
      WHEN 'recovery.reset' THEN jsonb_build_object('by_code', (SELECT by_code FROM recoveries
        WHERE account_id = a.id AND reset_used_at IS NOT NULL ORDER BY reset_used_at DESC LIMIT 1))
      ELSE '{}' END, NEW.at)
    FROM accounts a WHERE a.id = NEW.account_id
      AND (NEW.kind <> 'recovery.codes_made' OR a.created_at < NEW.at - interval '10 minutes');
  RETURN NULL;
END $$;
CREATE TRIGGER tg_audit_entries_told AFTER INSERT ON audit_entries FOR EACH ROW
  WHEN (NEW.account_id IS NOT NULL AND NEW.kind IN ('password.changed', 'recovery.reset', 'recovery.code_used',
    'recovery.codes_made', 'recovery.question_changed', 'recovery.question_on', 'recovery.question_off',
    'token.issued', 'webhook.disabled'))
  EXECUTE FUNCTION tell_of_security();

CREATE FUNCTION tell_of_reinstating() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM tell_account(NEW.id, 'account.reinstated', NEW.version::text, NULL, '{}');
  RETURN NULL;
END $$;
CREATE TRIGGER tg_accounts_reinstated AFTER UPDATE OF status ON accounts FOR EACH ROW
  WHEN (OLD.status = 'suspended' AND NEW.status = 'active') EXECUTE FUNCTION tell_of_reinstating();

-- The browsers that an account was opened with, by the hash of what their cookie holds.
ALTER TABLE sessions ADD COLUMN browser_hash bytea
  CONSTRAINT ck_sessions_browser_hash CHECK (octet_length(browser_hash) = 32);
CREATE TABLE known_browsers (
  account_id uuid NOT NULL CONSTRAINT fk_known_browsers_account REFERENCES accounts ON DELETE CASCADE,
  browser_hash bytea NOT NULL,
  last_seen_at timestamptz NOT NULL,
  PRIMARY KEY (account_id, browser_hash)
);
CREATE INDEX ix_known_browsers_last_seen_at ON known_browsers (last_seen_at);

-- The first one is the one that the account was made with.
CREATE FUNCTION tell_of_browser() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE known_browsers SET last_seen_at = NEW.created_at
    WHERE account_id = NEW.account_id AND browser_hash = NEW.browser_hash;
  IF FOUND THEN
    RETURN NULL;
  END IF;
  PERFORM tell_account(NEW.account_id, 'login.new_browser', NEW.name::text, NULL,
      jsonb_build_object('user_agent', NEW.user_agent, 'network', NEW.address), NEW.created_at)
    WHERE EXISTS (SELECT FROM known_browsers WHERE account_id = NEW.account_id);
  INSERT INTO known_browsers (account_id, browser_hash, last_seen_at)
    VALUES (NEW.account_id, NEW.browser_hash, NEW.created_at) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER tg_sessions_told AFTER INSERT ON sessions FOR EACH ROW
  WHEN (NEW.browser_hash IS NOT NULL) EXECUTE FUNCTION tell_of_browser();

CREATE FUNCTION tell_operators() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM tell_account(id, 'item.new', NEW.id::text, NEW.id,
      jsonb_build_object('item', NEW.kind, 'about', NEW.subject))
    FROM accounts WHERE role = 'operator' AND status = 'active' ORDER BY id;
  RETURN NULL;
END $$;
CREATE TRIGGER tg_operator_items_told AFTER INSERT ON operator_items FOR EACH ROW
  EXECUTE FUNCTION tell_operators();
"""

DOWN = """
DROP TRIGGER tg_operator_items_told ON operator_items;
DROP TRIGGER tg_sessions_told ON sessions;
DROP TABLE known_browsers;
ALTER TABLE sessions DROP COLUMN browser_hash;
DROP TRIGGER tg_accounts_reinstated ON accounts;
DROP TRIGGER tg_audit_entries_told ON audit_entries;
DROP TRIGGER tg_disputes_told ON disputes;
DROP TRIGGER tg_disputes_new ON disputes;
DROP TRIGGER tg_payout_accounts_told ON payout_accounts;
DROP TRIGGER tg_payouts_end_told ON payouts;
DROP TRIGGER tg_absence_reports_told ON absence_reports;
DROP TRIGGER tg_absence_reports_new ON absence_reports;
DROP TRIGGER tg_reviews_reply_told ON reviews;
DROP TRIGGER tg_reviews_news ON reviews;
DROP TRIGGER tg_waiting_entries_told ON waiting_entries;
DROP TRIGGER tg_refunds_status_told ON refunds;
DROP TRIGGER tg_refunds_beginning_told ON refunds;
DROP TRIGGER tg_payments_failure_told ON payments;
DROP TRIGGER tg_bookings_link_told ON bookings;
DROP TRIGGER tg_booking_transitions_tell ON booking_transitions;
DROP FUNCTION tell_operators();
DROP FUNCTION tell_of_browser();
DROP FUNCTION tell_of_reinstating();
DROP FUNCTION tell_of_security();
DROP FUNCTION tell_of_dispute();
DROP FUNCTION tell_of_payout_account();
DROP FUNCTION tell_of_payout_end();
DROP FUNCTION tell_of_absence();
DROP FUNCTION tell_of_reply();
DROP FUNCTION tell_of_new_review();
DROP FUNCTION tell_of_place();
DROP FUNCTION tell_of_refund_status();
DROP FUNCTION tell_of_new_refund();
DROP FUNCTION tell_of_failed_payment();
DROP FUNCTION tell_of_link();
DROP FUNCTION tell_of_transition();
DROP FUNCTION kept_of_booking(uuid);
DROP FUNCTION tell_account(uuid, text, text, uuid, jsonb, timestamptz);
DROP INDEX ix_accounts_operators;
DROP TABLE notifications;
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
    scripts = (
        PREFERENCES,
        GETTING_IN,
        REVIEW_REPLIES,
        REVIEWS_BY_STARS,
        PICTURES,
        WEBHOOKS,
        CONSOLE,
        NOTIFICATIONS,
    )
    for script in scripts:
        run_script(script)


def downgrade() -> None:
    """Drop everything."""
    run_script(DOWN)
