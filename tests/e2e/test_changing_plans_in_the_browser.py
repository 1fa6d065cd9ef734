"""A client moves a paid session and then cancels it, in headless Chromium at 360 px, with and without scripts."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import count
from typing import Any

import httpx
import pytest
from playwright.async_api import BrowserContext, Page, async_playwright, expect

from infrastructure.paystack.gateway import PaystackGateway
from infrastructure.postgres.database import Database
from infrastructure.queue import SaqNudge, open_queue
from infrastructure.settings import Settings
from main import build_product
from tests.e2e.site import Site
from tests.e2e.test_in_the_browser import ARGUMENTS, BROWSERS
from tests.marketplace import PASSWORD, Marketplace

LAGOS = "Africa/Lagos"
FIRST_NUMBERS = count(1, 100)
"""Of the people of each test: the tests share the site's database."""


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
    path = next((found for found in map(shutil.which, BROWSERS) if found), None)
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield await chromium.new_context(
            viewport={"width": 360, "height": 780},
            base_url=site.url,
            timezone_id=LAGOS,
            java_script_enabled=request.param,
        )
        await chromium.close()


async def fits(page: Page) -> None:
    """Nothing sticks out at the right-hand edge."""
    wide: list[Any] = [
        box for link in await page.locator("main *:visible").all() if (box := await link.bounding_box())
    ]
    assert all(box["x"] + box["width"] <= 360.5 for box in wide), page.url


async def test_a_client_moves_a_paid_session_and_then_cancels_it(
    site_marketplace: Marketplace, phone: BrowserContext
) -> None:
    marketplace = site_marketplace
    consultant, client = await marketplace.consultant(), await marketplace.client()
    old, new = [await marketplace.slot(consultant, starts_in=timedelta(days=days)) for days in (3, 5)]
    booking = await marketplace.confirmed_booking(client, old)
    complaints: list[str] = []
    page = await phone.new_page()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))

    await page.goto(f"/login?next=/bookings/{booking.id}")
    await page.get_by_label(re.compile("Username")).fill(client.username)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Log in").click()
    await fits(page)
    await page.get_by_role("link", name="Move to another time").click()
    await fits(page)
    await page.locator("a.slot").click()
    await expect(page.locator("del")).to_be_visible()
    await expect(page.get_by_text("Nothing is paid again")).to_be_visible()
    await fits(page)
    await page.get_by_role("button", name="Move the session").click()
    await expect(page.get_by_text(re.compile("Moved from .* to "))).to_be_visible()
    assert (await marketplace.details(client, booking.id)).slot_id == new.id

    await page.get_by_role("link", name="Cancel booking").click()
    await expect(page.get_by_role("heading", name="You get back")).to_be_visible()
    await expect(page.get_by_text("₦5,000.00", exact=True)).to_be_visible()
    await fits(page)
    await page.get_by_label(re.compile("Why do you cancel")).fill("I have to travel")
    await page.get_by_role("button", name="Cancel booking").click()
    await expect(page.get_by_text("You cancelled this session.")).to_be_visible()
    await expect(page.get_by_role("heading", name="Refunds")).to_be_visible()
    await fits(page)
    after = await marketplace.details(client, booking.id)
    assert [refund.amount.amount for refund in after.refunds] == [500_000]
    assert complaints == []


@pytest.mark.parametrize("phone", [True], indirect=True, ids=["with scripts"])
async def test_the_minutes_of_a_hold_run_down_and_its_end_shows_the_way_on(
    site_marketplace: Marketplace, phone: BrowserContext
) -> None:
    marketplace, client = site_marketplace, await site_marketplace.client()
    booking = await marketplace.booking(client, await marketplace.slot(await marketplace.consultant()))
    page = await phone.new_page()
    await page.clock.install()
    await page.goto(f"/login?next=/bookings/{booking.id}/pay")
    await page.get_by_label(re.compile("Username")).fill(client.username)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Log in").click()
    await expect(page.get_by_text(re.compile("about 1[45] minutes"))).to_be_visible()
    await page.clock.fast_forward("10:00")
    await expect(page.get_by_text(re.compile("about [45] minutes"))).to_be_visible()
    await page.clock.fast_forward("06:00")
    await expect(page.get_by_text("The time to pay is over.")).to_be_visible()
    await expect(page.get_by_text(re.compile("about"))).to_be_hidden()
    await expect(page.get_by_role("link", name="Take the seat again")).to_be_visible()
