"""A client moves a paid session and then cancels it, in headless Chromium at 360 px: with scripts in a dialog over
the page, without them on a page of its own.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import BrowserContext, Page, expect

from tests.marketplace import PASSWORD, Marketplace


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
    await expect(page.get_by_text(re.compile(r"^You get back\s+₦5,000\.00")).first).to_be_visible()
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
    await expect(page.get_by_role("link", name="See whether the seat is still free")).to_be_visible()
