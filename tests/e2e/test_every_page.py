"""Every page that links lead to, for every kind of visitor: accessible, in both themes, on any screen, without
a complaint from the browser.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.async_api import Browser, Page, async_playwright

from infrastructure.demo.accounts import PASSWORD
from infrastructure.demo.charges import import_demo_charges
from infrastructure.demo.demo_data import LOG_INS, load_demo_data
from infrastructure.embedded.postgres import EmbeddedPostgres
from infrastructure.embedded.valkey import EmbeddedValkey
from infrastructure.settings import Settings
from main import compose, sandbox_settings
from tests.e2e.databases import fresh_database
from tests.e2e.site import Site, site_environment
from tests.e2e.test_in_the_browser import ARGUMENTS, BROWSERS
from tests.e2e.walk import Walk

STARTS = {
    "visitor": ("/", "/consultants", "/login", "/register", "/recover"),
    "client": ("/bookings", "/account", "/payments", "/waiting"),
    "consultant": ("/consultant", "/account"),
    "operator": ("/operator/search?q=adaeze", "/operator", "/account"),
}
FEWEST = {"visitor": 8, "client": 15, "consultant": 25, "operator": 15}
"""Kinds of pages that each of them comes by, at least."""


@pytest.fixture(scope="module")
def demo_site(
    postgres: EmbeddedPostgres, valkey: EmbeddedValkey, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """The site as it is shown to newcomers."""
    folder = tmp_path_factory.mktemp("demo")
    environment = site_environment(fresh_database(postgres), valkey.url, folder, RATE_LIMITS="off")
    settings = Settings.from_environment(environment)
    with ThreadPoolExecutor(1) as thread:  # the test run's own event loop may be running
        thread.submit(asyncio.run, _fill(settings, environment["SANDBOX_DATABASE"])).result()
    site = Site(environment, folder / "site.log")
    try:
        site.start("sandbox", f"{site.paystack_url}/")
        site.start("worker")
        site.start_web()
        yield site
    finally:
        site.stop()


async def _fill(settings: Settings, sandbox_database: str) -> None:
    product, connections = compose(settings)
    async with connections.opened():
        await load_demo_data(product, connections.database)
        await import_demo_charges(connections.database, sandbox_settings(settings, sandbox_database))


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """The system's Chromium, or the one that Playwright keeps."""
    path = next((found for found in map(shutil.which, BROWSERS) if found), None)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest.mark.parametrize("visitor", STARTS)
async def test_every_page_is_for_everybody(demo_site: Site, browser: Browser, visitor: str) -> None:
    context = await browser.new_context(base_url=demo_site.url, reduced_motion="reduce")
    walk = Walk(await context.new_page())
    if visitor != "visitor":
        await _log_in(walk.page, LOG_INS.by_role[visitor])
    await walk.through(*STARTS[visitor])
    await walk.by_mistake("/nothing-here", 404)
    await context.close()
    assert not walk.complaints, "\n".join(walk.complaints)
    assert len(walk.seen) >= FEWEST[visitor], sorted(walk.seen)


async def _log_in(page: Page, username: str) -> None:
    await page.goto("/login")
    await page.locator("#identifier").fill(username)
    await page.locator("#password").fill(PASSWORD)
    await page.locator("main form button:not([type=button])").first.click()
    await page.wait_for_url(lambda address: "/login" not in address)
