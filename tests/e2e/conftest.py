"""The whole site, once for all tests that do it no harm; people in its database, and a phone to look at it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from itertools import count

import httpx
import pytest
from playwright.async_api import BrowserContext, expect

from infrastructure.embedded.postgres import EmbeddedPostgres
from infrastructure.embedded.valkey import EmbeddedValkey
from infrastructure.paystack.gateway import PaystackGateway
from infrastructure.postgres.database import Database
from infrastructure.queue import SaqNudge, open_queue
from infrastructure.settings import Settings
from main import build_product
from tests.chromium import chromium
from tests.e2e.databases import fresh_database
from tests.e2e.site import Site, running_site
from tests.marketplace import Marketplace

expect.set_options(timeout=20_000)  # in milliseconds: the machine may have much else to do

LAGOS = "Africa/Lagos"
FIRST_NUMBERS = count(1, 100)
"""Of the people of each test: the tests share the site's database."""


@pytest.fixture(scope="package")
def site(
    postgres: EmbeddedPostgres, valkey: EmbeddedValkey, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """Sandbox, worker and web server with two processes, on a fresh database."""
    folder = tmp_path_factory.mktemp("site")
    with running_site(fresh_database(postgres), valkey.url, folder, WEB_WORKERS="2", RATE_LIMITS="off") as running:
        yield running


@pytest.fixture
async def site_marketplace(site: Site) -> AsyncIterator[Marketplace]:
    """People and sessions in the site's own database."""
    settings = Settings.from_environment(site.environment)
    database = Database(settings.database_url)
    await database.open()
    queue = open_queue(settings.redis_url)
    key = site.environment["PAYSTACK_SECRET_KEY"]
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(base_url=site.paystack_url, headers=headers, trust_env=False) as sandbox:
        product = build_product(settings, database, PaystackGateway(sandbox, key), SaqNudge(queue))
        yield Marketplace(product, database, sandbox, first_number=next(FIRST_NUMBERS))
    await queue.disconnect()
    await database.close()


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
async def phone(request: pytest.FixtureRequest, site: Site) -> AsyncIterator[BrowserContext]:
    """A narrow screen in Lagos."""
    async with chromium() as browser:
        yield await browser.new_context(
            viewport={"width": 360, "height": 780},
            base_url=site.url,
            timezone_id=LAGOS,
            java_script_enabled=request.param,
        )
