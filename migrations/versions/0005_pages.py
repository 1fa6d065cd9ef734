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

DOWN = """
DROP INDEX ix_accounts_picture;
DROP TRIGGER tg_bookings_client_is_there ON bookings;
DROP FUNCTION require_account();
DROP TABLE recovery_codes;
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
    for script in (PREFERENCES, GETTING_IN, REVIEW_REPLIES, REVIEWS_BY_STARS, PICTURES,):
        run_script(script)


def downgrade() -> None:
    """Drop everything."""
    run_script(DOWN)
