"""One paid session from registration to review, in real headless Chromium, by two people at 1280 and 360 px."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import asyncpg
import pytest
from playwright.async_api import Browser, Page, expect

from tests.chromium import chromium
from tests.e2e.site import Site
from tests.marketplace import ANSWER, PASSWORD

LAGOS = ZoneInfo("Africa/Lagos")


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """For everybody in a test."""
    async with chromium() as browser:
        yield browser


@pytest.fixture
def complaints() -> list[str]:
    """What the console, the pages' scripts and the content policy complained about; foreign hosts too."""
    return []


async def person(browser: Browser, site: Site, complaints: list[str], width: int) -> Page:
    """Somebody with a browser of their own."""
    context = await browser.new_context(viewport={"width": width, "height": 900}, base_url=site.url)
    page = await context.new_page()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((site.url, site.paystack_url, "data:"))
            else complaints.append(request.url)
        ),
    )
    return page


async def register(page: Page, username: str, first_name: str, role: str) -> None:
    """Fill in the form as a person would, and be logged in afterwards."""
    await page.goto("/register")
    await page.get_by_label(role).check()
    await page.get_by_label("First name").fill(first_name)
    await page.get_by_label("Last name").fill("Okafor")
    await page.get_by_label("Username").fill(username)
    await page.get_by_label("E-mail address").fill(f"{username}@example.com")
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_label("Security question").select_option("phrase")
    await page.get_by_label("Your answer").fill(ANSWER)
    await page.get_by_role("button", name="Open account").click()
    await expect(page.get_by_text("They are shown this one time.")).to_be_visible()
    await page.get_by_role("button", name="I have saved them").click()
    await expect(page).not_to_have_url(re.compile("/register|/recovery-codes"))


async def publish_profile(page: Page) -> None:
    """Everything that clients want to know."""
    await page.goto("/consultant/profile")
    await page.get_by_label("Headline").fill("Contracts without tears")
    await page.get_by_label("Specialisations").fill("Law, Leases")
    await page.get_by_label("About you").fill("Twenty years at the bar in Lagos.")
    await page.get_by_label("Languages").fill("English, Yoruba")
    await page.get_by_label("Time zone").select_option("Africa/Lagos")
    await page.get_by_label("Usual price of a session").fill("5,000")
    await page.get_by_label("Published", exact=True).check()
    await page.get_by_role("button", name="Save profile").click()
    await expect(page.get_by_text("Published:")).to_be_visible()


async def publish_two_sessions(page: Page) -> None:
    """Two rows in one save."""
    await page.goto("/consultant/availability")
    day = (datetime.now(LAGOS) + timedelta(days=2)).date().isoformat()
    rows = page.locator(".new-row")
    if await rows.count() < 2:
        await page.get_by_role("button", name="Add row").click()
    for row, (start, end) in zip(
        (rows.nth(0), rows.nth(1)), (("10:00", "11:00"), ("14:30", "15:30")), strict=True
    ):
        await row.get_by_label(re.compile("^Date")).fill(day)
        await row.get_by_label(re.compile("^Start")).fill(start)
        await row.get_by_label(re.compile("^End")).fill(end)
    await page.get_by_role("button", name="Save availability").click()
    await expect(page.get_by_role("heading", name="Published times")).to_be_visible()


LET_A_WEEK_GO_BY = """
WITH past AS (
  UPDATE slots SET starts_at = starts_at - interval '7 days', ends_at = ends_at - interval '7 days',
    occupied = tstzrange(lower(occupied) - interval '7 days', upper(occupied) - interval '7 days', '[)')
  WHERE consultant_id = (SELECT id FROM accounts WHERE username = $1) RETURNING id
)
UPDATE bookings b SET starts_at = b.starts_at - interval '7 days', ends_at = b.ends_at - interval '7 days'
FROM past WHERE b.slot_id = past.id
"""


async def let_a_week_go_by(site: Site, consultant: str) -> None:
    """Move the consultant's sessions and their bookings into the past, which no trigger would allow otherwise."""
    connection = await asyncpg.connect(site.environment["DATABASE_URL"])
    async with connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica")
        await connection.execute(LET_A_WEEK_GO_BY, consultant)
    await connection.close()


async def test_one_paid_session_from_registration_to_review(
    site: Site, browser: Browser, complaints: list[str], tmp_path: Path
) -> None:
    consultant = await person(browser, site, complaints, 1280)
    client = await person(browser, site, complaints, 360)

    await register(consultant, "morenike-in-browser", "Morenike", "I give advice")
    await publish_profile(consultant)
    await publish_two_sessions(consultant)

    await register(client, "chidi-in-browser", "Chidi", "I am looking for advice")
    await client.goto("/")
    await client.get_by_role("searchbox").first.fill("Morenike")
    await client.keyboard.press("Enter")
    await client.get_by_role("link", name=re.compile("Morenike Okafor")).first.click()
    await client.get_by_role("link", name=re.compile("10:00")).click()
    await client.get_by_label("Reason for the session").fill("A lease that I do not understand")
    await client.get_by_role("button", name="Hold this seat").click()
    await expect(client.get_by_text("It is held for you until")).to_be_visible()

    await client.get_by_role("button", name="Pay ₦5,000.00").click()
    await client.wait_for_url(f"{site.paystack_url}/**")
    await client.get_by_label("Card number").fill("4084 0840 8408 4081")
    await client.get_by_label(re.compile("Expir")).fill("12/30")
    await client.get_by_label("CVV").fill("408")
    await client.get_by_role("button", name=re.compile("^Pay")).first.click()
    await client.wait_for_url(f"{site.url}/**")
    await expect(client.get_by_role("heading", name="Payment received")).to_be_visible()

    await consultant.goto("/consultant")
    await consultant.get_by_label("Platform").fill("Jitsi")
    await consultant.get_by_label("Link", exact=True).fill("https://meet.jit.si/lease")
    await consultant.get_by_role("button", name="Save link").click()
    await client.goto("/bookings")
    await expect(client.get_by_role("link", name=re.compile("Join|meet.jit.si")).first).to_have_attribute(
        "href", "https://meet.jit.si/lease"
    )

    await let_a_week_go_by(site, "morenike-in-browser")
    await consultant.goto("/consultant")
    await consultant.get_by_role("link", name="Settle 1 booking").click()
    await consultant.get_by_role("button", name="Complete").click()
    await client.goto("/bookings")
    await client.get_by_role("link", name="Open session with Morenike Okafor").click()
    await client.get_by_role("link", name="Write a review").click()
    await client.get_by_label(re.compile("5 stars")).check()
    await client.get_by_label("What would you tell others?").fill("Clear and kind.")
    await client.get_by_role("button", name="Publish review").click()

    await client.goto("/payments")
    await expect(client.get_by_text("₦5,000.00").first).to_be_visible()
    await client.goto("/consultants/morenike-okafor")
    await expect(client.get_by_text("Clear and kind.")).to_be_visible()
    assert complaints == []
