"""Runs migrations on the engine that Advanced Alchemy hands over."""

from __future__ import annotations

import asyncio

from advanced_alchemy.base import metadata_registry
from alembic import context
from sqlalchemy import text
from sqlalchemy.engine import Connection

config = context.config
LOCK_TIMEOUT = "SET lock_timeout = '2s'"
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('imoran migrations'))"


def migrate(connection: Connection) -> None:
    """In one transaction; a second process that starts at the same time waits for the first."""
    context.configure(
        connection=connection,
        target_metadata=metadata_registry.get(config.bind_key),
        version_table=config.version_table_name,
        compare_type=True,
    )
    with context.begin_transaction():
        connection.execute(text(ONE_AT_A_TIME))
        connection.execute(text(LOCK_TIMEOUT))
        context.run_migrations()


async def connect_and_migrate() -> None:
    """The driver is asynchronous; Alembic is not."""
    async with config.engine.connect() as connection:
        await connection.run_sync(migrate)
    await config.engine.dispose()


asyncio.run(connect_and_migrate())
