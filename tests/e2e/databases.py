"""Databases for sites, which outlive a single test."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from itertools import count

from infrastructure.embedded.postgres import EmbeddedPostgres
from tests.conftest import TEMPLATE, database_url_of, execute

_numbers = count()


def fresh_database(postgres: EmbeddedPostgres, *statements: str) -> str:
    """The address of a migrated database of one's own, after these statements were run in it."""
    name = f"site_{next(_numbers)}"
    url = database_url_of(postgres, name)
    with ThreadPoolExecutor(1) as thread:  # the test run's own event loop may be running
        thread.submit(
            asyncio.run, execute(postgres.url, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY file_copy")
        ).result()
        for statement in statements:
            thread.submit(asyncio.run, execute(url, statement)).result()
    return url
