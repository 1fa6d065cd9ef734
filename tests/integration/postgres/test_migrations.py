"""The schema goes up, down and up again, and fits the rows that the code maps."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import asyncpg
import pytest
from advanced_alchemy.base import metadata_registry

from infrastructure.embedded.postgres import EmbeddedPostgres
from infrastructure.postgres import tables
from infrastructure.postgres.migrations import migrate, migrate_down, newest_revision
from tests.conftest import database_url_of

OBJECTS = """
SELECT 'relation ' || relname FROM pg_class
  WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i', 'S')
UNION SELECT 'function ' || proname FROM pg_proc p WHERE pronamespace = 'public'::regnamespace
  AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = p.oid AND deptype = 'e')
"""


OF_THE_FIRST_REVISION = """
INSERT INTO accounts (id, username, email, role, first_name, last_name, password_hash, security_question,
  security_answer_hash, created_at)
VALUES ('00000000-0000-0000-0000-000000000001', 'ada', 'ada@example.com', 'consultant', 'Ada', 'Obi',
  '$argon2id$x', 'phrase', '$argon2id$x', now());
INSERT INTO consultant_profiles (account_id, slug, headline, specializations, languages, bio, time_zone,
  default_price_amount, default_price_currency, cancellation_policy)
VALUES ('00000000-0000-0000-0000-000000000001', 'ada', '', '{}', '{}', '', 'Africa/Lagos', 0, 'NGN', 'strict');
INSERT INTO slots (id, consultant_id, starts_at, ends_at, capacity, price_amount, price_currency)
VALUES (gen_random_uuid(), '00000000-0000-0000-0000-000000000001', '2030-01-07 09:00Z', '2030-01-07 10:00Z', 1, 0,
  'NGN');
"""
OVERLAPPING = """
INSERT INTO slots (id, consultant_id, starts_at, ends_at, capacity, price_amount, price_currency)
VALUES (gen_random_uuid(), '00000000-0000-0000-0000-000000000001', '2030-01-07 09:59Z', '2030-01-07 11:00Z', 1, 0,
  'NGN')
"""


async def objects(connection: asyncpg.Connection) -> set[str]:
    """What is in the schema, the extension's own apart."""
    return {row[0] for row in await connection.fetch(OBJECTS)}


async def test_up_down_up(postgres: EmbeddedPostgres) -> None:
    admin = await asyncpg.connect(postgres.url)
    await admin.execute("CREATE DATABASE stairway")
    url = database_url_of(postgres, "stairway")
    connection = await asyncpg.connect(url)
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(1) as thread:
        await loop.run_in_executor(thread, migrate, url)
        upstairs = await objects(connection)
        await loop.run_in_executor(thread, migrate_down, url, "base")
        downstairs = await objects(connection)
        await loop.run_in_executor(thread, migrate, url)
        upstairs_again = await objects(connection)
    await connection.close()
    await admin.execute("DROP DATABASE stairway WITH (FORCE)")
    await admin.close()
    assert downstairs <= {"relation alembic_versions", "relation alembic_versions_pkc"}
    assert upstairs == upstairs_again
    assert newest_revision() >= "0001"


async def test_what_was_stored_under_the_first_revision_goes_along(postgres: EmbeddedPostgres) -> None:
    admin = await asyncpg.connect(postgres.url)
    await admin.execute("CREATE DATABASE along")
    url = database_url_of(postgres, "along")
    connection = await asyncpg.connect(url)
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(1) as thread:
        await loop.run_in_executor(thread, migrate, url, "0001")
        await connection.execute(OF_THE_FIRST_REVISION)
        await loop.run_in_executor(thread, migrate, url)
        row = await connection.fetchrow("SELECT occupied = tstzrange(starts_at, ends_at) AS fits, * FROM slots")
        with pytest.raises(asyncpg.ExclusionViolationError):
            await connection.execute(OVERLAPPING)
        await loop.run_in_executor(thread, migrate_down, url, "0001")
        with pytest.raises(asyncpg.ExclusionViolationError):
            await connection.execute(OVERLAPPING)
    await connection.close()
    await admin.execute("DROP DATABASE along WITH (FORCE)")
    await admin.close()
    assert (row["fits"], row["people_waiting"], row["service_id"]) == (True, 0, None)


async def test_every_mapped_column_is_in_the_database(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    rows = await connection.fetch(
        "SELECT table_name, column_name, is_nullable = 'YES' AS nullable FROM information_schema.columns "
        "WHERE table_schema = 'public'"
    )
    await connection.close()
    stored = {(row["table_name"], row["column_name"]): row["nullable"] for row in rows}
    mapped = {
        (table.name, column.name): column.nullable
        for table in metadata_registry.get(None).tables.values()
        if table.name in {row.__tablename__ for row in tables.ALL}
        for column in table.columns
    }
    assert mapped
    assert {column: stored.get(column) for column in mapped} == mapped
