"""The schema goes up, down and up again, and fits the rows that the code maps."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import asyncpg
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
