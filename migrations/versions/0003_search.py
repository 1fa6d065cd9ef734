"""Search: what a consultant is found by, kept by triggers.

Words are stored bare: lower case, without accents, apostrophes and punctuation. `search_document` has them as
they are and as English stems; `search_words` has those few in which typing errors are looked for.

Revision ID: 0003
"""

from alembic import op

from infrastructure.postgres.sql_scripts import run_script

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

WORDS = r"""
CREATE FUNCTION bare_words(written text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
  RETURN btrim(regexp_replace(
    -- Marks and apostrophes are part of a word ("Adébáyọ̀", "Ya'u"), all other signs part two.
    regexp_replace(lower(unaccent(normalize(written, NFKD))), '[''`\u02b0-\u036f\u2018\u2019]+', '', 'g'),
    '[\u0001-\u002f\u003a-\u0060\u007b-\u00bf\u2000-\u206f\u3000-\u303f]+', ' ', 'g'));

CREATE FUNCTION searchable(words text) RETURNS tsvector LANGUAGE sql STABLE PARALLEL SAFE
  RETURN to_tsvector('simple', words) || to_tsvector('english', words);
"""

DOCUMENTS = """
ALTER TABLE consultant_profiles
  ADD COLUMN search_words text NOT NULL DEFAULT '',
  ADD COLUMN search_document tsvector NOT NULL DEFAULT '';

CREATE FUNCTION describe_consultant() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  name text := (SELECT bare_words(first_name || ' ' || last_name) FROM accounts WHERE id = NEW.account_id);
  headline text := bare_words(NEW.headline);
  subjects text := bare_words(array_to_string(NEW.specializations, ' '));
  rest text := bare_words(array_to_string(NEW.languages, ' ') || ' ' || NEW.bio);
BEGIN
  NEW.search_words := concat_ws(' ', name, headline, subjects);
  NEW.search_document := setweight(searchable(coalesce(name, '')), 'A') || setweight(searchable(subjects), 'B')
    || setweight(searchable(headline), 'C') || setweight(searchable(rest), 'D');
  RETURN NEW;
END $$;
CREATE TRIGGER tg_consultant_profiles_search
  BEFORE INSERT OR UPDATE OF headline, specializations, languages, bio, search_words, search_document
  ON consultant_profiles FOR EACH ROW EXECUTE FUNCTION describe_consultant();

CREATE FUNCTION rename_consultant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- Whatever is written there, the trigger of that table puts the words in its place.
  UPDATE consultant_profiles SET search_words = '' WHERE account_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER tg_accounts_search AFTER UPDATE OF first_name, last_name ON accounts
  FOR EACH ROW WHEN ((OLD.first_name, OLD.last_name) IS DISTINCT FROM (NEW.first_name, NEW.last_name))
  EXECUTE FUNCTION rename_consultant();

UPDATE consultant_profiles SET search_words = '';
CREATE INDEX ix_consultant_profiles_search_document ON consultant_profiles USING gin (search_document);
CREATE INDEX ix_consultant_profiles_search_words ON consultant_profiles USING gin (search_words gin_trgm_ops);
"""

TYPING_ERRORS = """
-- Any of the words that a bare one can be when two neighbours in it changed places.
CREATE FUNCTION neighbours_swapped(word text) RETURNS tsquery LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT to_tsquery('simple', words) || to_tsquery('english', words)
  FROM (
    SELECT string_agg(overlay(word PLACING reverse(substr(word, n, 2)) FROM n FOR 2), ' | ') AS words
    FROM generate_series(1, length(word) - 1) n
  ) swapped
$$;

-- Makes this connection know the setting that the function below has.
SELECT word_similarity('', '');

-- Published consultants with a word that may be meant by a bare one: two neighbours changed places, or half of its
-- groups of three letters are the same. Short words have too few letters to tell.
CREATE FUNCTION consultants_meant_by(word text) RETURNS TABLE (account_id uuid, likeness real)
LANGUAGE sql STABLE SET pg_trgm.word_similarity_threshold = 0.5 AS $$
  SELECT found.account_id, max(found.likeness)
  FROM (
    SELECT p.account_id, word_similarity(word, p.search_words) AS likeness
    FROM consultant_profiles p WHERE word <% p.search_words AND p.is_published
    UNION ALL
    SELECT p.account_id, 1
    FROM consultant_profiles p WHERE p.search_document @@ neighbours_swapped(word) AND p.is_published
  ) found
  WHERE length(word) > 3
  GROUP BY found.account_id
$$;
"""

TIMES = """
-- What begins next, whoever offers it. Nothing in it changes when a seat is taken.
CREATE INDEX ix_slots_open ON slots (starts_at, consultant_id) WHERE status = 'open';
"""

BACK = """
DROP INDEX ix_slots_open;
DROP FUNCTION consultants_meant_by(text);
DROP FUNCTION neighbours_swapped(text);
DROP TRIGGER tg_accounts_search ON accounts;
DROP FUNCTION rename_consultant();
DROP TRIGGER tg_consultant_profiles_search ON consultant_profiles;
DROP FUNCTION describe_consultant();
ALTER TABLE consultant_profiles DROP COLUMN search_document, DROP COLUMN search_words;
DROP FUNCTION searchable(text);
DROP FUNCTION bare_words(text);
"""


def upgrade() -> None:
    """Add everything."""
    op.execute("CREATE EXTENSION IF NOT EXISTS unaccent")
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    for script in (WORDS, DOCUMENTS, TYPING_ERRORS, TIMES):
        run_script(script)


def downgrade() -> None:
    """Take it all away again; the extensions stay, for others may use them."""
    run_script(BACK)
