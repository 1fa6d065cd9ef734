"""The whole site, once for each worker of the test run."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from infrastructure.embedded.postgres import EmbeddedPostgres
from infrastructure.embedded.valkey import EmbeddedValkey
from tests.conftest import TEMPLATE, database_url_of, execute
from tests.e2e.site import Site, running_site


@pytest.fixture(scope="module")
def site(
    postgres: EmbeddedPostgres, valkey: EmbeddedValkey, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """Sandbox, worker and web server with two processes, on a fresh database."""
    name = f"site_{tmp_path_factory.getbasetemp().name.replace('-', '_')}_{id(object())}"
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, execute(postgres.url, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")).result()
    folder: Path = tmp_path_factory.mktemp("site")
    with running_site(
        database_url_of(postgres, name), valkey.url, folder, WEB_WORKERS="2", RATE_LIMITS="off"
    ) as running:
        yield running
