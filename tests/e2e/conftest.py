"""The whole site, once for each module of tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.async_api import expect

from infrastructure.embedded.postgres import EmbeddedPostgres
from infrastructure.embedded.valkey import EmbeddedValkey
from tests.e2e.databases import fresh_database
from tests.e2e.site import Site, running_site

expect.set_options(timeout=20_000)  # in milliseconds: the machine may have much else to do


@pytest.fixture(scope="module")
def site(
    postgres: EmbeddedPostgres, valkey: EmbeddedValkey, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """Sandbox, worker and web server with two processes, on a fresh database."""
    folder = tmp_path_factory.mktemp("site")
    with running_site(fresh_database(postgres), valkey.url, folder, WEB_WORKERS="2", RATE_LIMITS="off") as running:
        yield running
