"""Every page that links lead to, and states of pages that no link leads to, for every kind of visitor: accessible,
in both themes, on any screen, without a complaint from the browser.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor

import asyncpg
import pytest
from playwright.async_api import Browser, expect

from infrastructure.demo.accounts import PASSWORD
from infrastructure.demo.charges import import_demo_charges
from infrastructure.demo.consultants import DEMO_CONSULTANT
from infrastructure.demo.demo_data import LOG_INS, load_demo_data
from infrastructure.embedded.postgres import EmbeddedPostgres
from infrastructure.embedded.valkey import EmbeddedValkey
from infrastructure.settings import Settings
from main import compose, sandbox_settings
from tests.chromium import chromium
from tests.e2e.databases import fresh_database
from tests.e2e.screens import follow, log_in, press, reads
from tests.e2e.site import Site, site_environment
from tests.e2e.test_in_the_browser import register
from tests.e2e.walk import NARROW, Walk

STARTS = {
    "visitor": ("/", "/consultants", "/login", "/register", "/recover"),
    "client": ("/bookings", "/account", "/payments", "/waiting"),
    "consultant": ("/consultant",),
    "operator": ("/operator/search?q=adaeze", "/operator"),
}
FOREIGN = {
    "visitor": re.compile("$^"),
    "client": re.compile("/$|/(consultants|help|terms|privacy|design)"),
    "consultant": re.compile("(?!/consultant(/|$))"),
    "operator": re.compile("(?!/operator(/|$))"),
}
"""Pages that look as they do for one of the visitors before."""
SPOKEN = {"visitor": "en", "client": "fr", "consultant": "en", "operator": "fr"}
FEWEST = {"visitor": 8, "client": 15, "consultant": 20, "operator": 15}
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


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    """One for all visitors."""
    async with chromium() as browser:
        yield browser


@pytest.fixture
async def walk(demo_site: Site, browser: Browser) -> AsyncIterator[Walk]:
    """Somebody who has not logged in yet, and found nothing to complain about in the end."""
    context = await browser.new_context(base_url=demo_site.url, reduced_motion="reduce")
    walk = Walk(await context.new_page())
    yield walk
    await context.close()
    assert not walk.complaints, "\n".join(walk.complaints)


async def arrive(walk: Walk, role: str) -> None:
    """Log in, as the one whom everybody knows."""
    await walk.page.goto("/login")
    await log_in(walk.page, LOG_INS.by_role[role], PASSWORD)


async def look_at(walk: Walk, *paths: str) -> None:
    """One page after another."""
    for path in paths:
        await walk.page.goto(path)
        await walk.look()


async def look_at_mistakes(walk: Walk, *paths: str) -> None:
    """Forms that are sent as they stand, and come back."""
    for path in paths:
        await walk.page.goto(path)
        await walk.page.locator("main form[novalidate] button:not([type=button])").first.click()
        await expect(walk.page.locator("#mistakes")).to_be_focused()
        await walk.look()


@pytest.mark.parametrize("visitor", STARTS)
async def test_every_page_is_for_everybody(walk: Walk, visitor: str) -> None:
    if visitor != "visitor":
        await arrive(walk, visitor)
    await walk.page.context.set_extra_http_headers({"Accept-Language": SPOKEN[visitor]})
    await walk.through(*STARTS[visitor], but_for=FOREIGN[visitor])
    await walk.by_mistake("/nothing-here", 404)
    assert len(walk.seen) >= FEWEST[visitor], sorted(walk.seen)


async def test_mistakes_menu_toast_dialog_and_being_offline(walk: Walk) -> None:
    page = walk.page
    await look_at_mistakes(walk, "/login", "/register", "/recover")
    await look_at(walk, "/consultants?q=astronaut", "/design?fields=wrong")
    await page.set_viewport_size({"width": NARROW, "height": 800})
    await page.goto("/help")
    await press(page, "Menu")
    await page.context.set_offline(True)
    await reads(page, re.compile("You are offline."))
    await walk.look()
    await page.context.set_offline(False)
    await page.goto("/design")
    await follow(page, "Show a toast")
    await page.locator(".swal2-toast").hover()
    await walk.look()
    await page.goto("/design")
    await follow(page, "End the sample")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await walk.look()


async def test_what_a_new_client_sees(demo_site: Site, walk: Walk) -> None:
    page = walk.page
    await register(page, "newcomer", "Bisi", "I am looking for advice")
    await look_at(walk, "/bookings", "/payments", "/waiting", "/notifications")
    await walk.by_mistake("/consultant", 403)
    await page.goto("/account/recovery-codes")
    await press(page, "Make ten new codes")
    await walk.look()
    await look_at_mistakes(walk, "/account/tokens", "/account/webhooks")
    await page.get_by_label("Address").fill("https://hooks.example.com/imoran")
    await page.locator("main form [type=checkbox]").first.check()
    await press(page, "Add webhook")
    await expect(page.get_by_label("Secret to copy")).to_be_visible()
    await walk.look()

    await page.goto(f"/consultants/{DEMO_CONSULTANT.slug}")
    await page.locator("main a[href*='/book/']").first.click()
    await page.get_by_label("Reason for the session").fill("A lease")
    await press(page, re.compile("^Hold this seat"))
    await expect(page).to_have_title(re.compile("^Step 2 of 3: "))
    await walk.look()
    await follow(page, "Give up the seat")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await walk.look()
    await let_holds_lapse(demo_site)
    await page.reload()
    await reads(page, "The time to pay is over")
    await walk.look()


async def let_holds_lapse(site: Site) -> None:
    """As if nobody had paid in time."""
    connection = await asyncpg.connect(site.environment["DATABASE_URL"])
    await connection.execute(
        "UPDATE bookings SET hold_expires_at = clock_timestamp() - interval '1 minute' WHERE status = 'pending'"
    )
    await connection.close()


async def test_what_a_new_consultant_sees(walk: Walk) -> None:
    await register(walk.page, "new-adviser", "Ada", "I give advice")
    await look_at(
        walk,
        "/consultant",
        "/consultant/bookings",
        "/consultant/availability",
        "/consultant/calendar",
        "/consultant/earnings",
        "/consultant/reviews",
    )
    await look_at_mistakes(walk, "/consultant/services/new", "/consultant/payout-account", "/account/data/delete")


async def test_mistakes_of_a_consultant_and_of_an_operator(walk: Walk) -> None:
    page = walk.page
    await arrive(walk, "consultant")
    await look_at_mistakes(walk, "/consultant/patterns/new", "/account/password")
    await page.context.clear_cookies()
    await arrive(walk, "operator")
    await look_at(walk, "/operator/search?q=nobody-of-that-name")
    await page.goto("/operator/search?q=adaeze")
    await page.locator("main a[href^='/operator/consultants/'], main a[href^='/operator/accounts/']").first.click()
    await look_at_mistakes(walk, f"{page.url.replace('/consultants/', '/accounts/')}/suspend")
