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

DOWN = """
ALTER TABLE accounts DROP COLUMN time_zone, DROP COLUMN has_long_day, DROP COLUMN theme, DROP COLUMN language;
"""


def upgrade() -> None:
    """Add everything."""
    for script in (PREFERENCES,):
        run_script(script)


def downgrade() -> None:
    """Drop everything."""
    run_script(DOWN)
