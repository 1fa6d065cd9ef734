"""Finding a consultant and a time in Chromium: what changes does so in place, and can be gone back to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import count

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.site import Site
from tests.e2e.test_in_the_browser import browser, complaints
from tests.integration.api.program import PROFILE, Program, session

__all__ = ["browser", "complaints"]
numbers = count(1)


@pytest.fixture
async def slug(site: Site) -> AsyncIterator[str]:
    """A consultant with times in two weeks."""
    async with httpx.AsyncClient(base_url=site.url, timeout=30, trust_env=False) as http:
        consultant = await Program.of(http, "consultant", f"found-ada-{next(numbers)}")
        profile = await consultant.call("PATCH", "/consultant/profile", json=PROFILE)
        for in_days in (2, 12):
            await consultant.post("/consultant/availabilities", session(in_days=in_days, seats=3))
        yield profile.json()["slug"]


@pytest.fixture
async def page(site: Site, browser: Browser, complaints: list[str]) -> AsyncIterator[Page]:
    """Somebody in London who counts how often a whole page is loaded."""
    context = await browser.new_context(base_url=site.url, timezone_id="Europe/London")
    page = await context.new_page()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    await context.close()


async def stays(page: Page) -> None:
    """From now on the page is not to be loaded anew."""
    await page.evaluate("window.isTheSame = true")


async def has_stayed(page: Page) -> bool:
    """Whether it was not."""
    is_the_same: bool = await page.evaluate("window.isTheSame === true")
    return is_the_same


async def test_a_search_changes_in_place(site: Site, page: Page, slug: str, complaints: list[str]) -> None:
    await page.goto("/consultants")
    await stays(page)
    await page.get_by_label("What do you need advice on?").fill("astronaut")
    await page.keyboard.press("Enter")
    await expect(page.locator("#count")).to_have_text("Nobody fits all of that")
    await expect(page).to_have_url(f"{site.url}/consultants?q=astronaut")
    await page.get_by_role("link", name="Remove “astronaut”").click()
    await expect(page.locator("#count")).to_contain_text("consultant")
    await expect(page.locator("#count")).to_be_focused()
    await expect(page.get_by_label("What do you need advice on?")).to_have_value("")
    await expect(page).to_have_url(f"{site.url}/consultants")
    assert await has_stayed(page)
    await page.go_back()
    await expect(page.locator("#count")).to_have_text("Nobody fits all of that")
    assert complaints == []


async def test_weeks_change_in_place_and_their_seats_are_followed(
    site: Site, page: Page, slug: str, complaints: list[str]
) -> None:
    async with page.expect_request("**/seats?*"):
        await page.goto(f"/consultants/{slug}")
    await stays(page)
    shown = page.locator(".week-nav p")
    first_week = await shown.inner_text()
    async with page.expect_request("**/seats?*") as following:
        await page.get_by_role("link", name="Later", exact=True).click()
    await expect(shown).not_to_have_text(first_week)
    await expect(page.get_by_role("heading", name="Choose a time")).to_be_focused()
    assert await has_stayed(page)
    slot = page.locator("[data-slot]")
    assert (await following.value).url.endswith(f"slot={await slot.get_attribute('data-slot')}")

    offer = page.locator("[data-device-zone]")
    await expect(offer).to_contain_text("Your device says Europe/London.")
    await offer.get_by_role("link").click()
    await expect(page.locator(".zone-line")).to_contain_text("Europe/London (")
    await expect(slot).to_have_count(1)
    await expect(page.locator("[data-device-zone]")).to_be_hidden()
    assert complaints == []
