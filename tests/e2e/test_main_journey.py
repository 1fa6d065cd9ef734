"""From the home page to a paid seat, in headless Chromium at 360 px: in few steps, and by the keyboard alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.async_api import BrowserContext, Locator, Page, expect

from tests.e2e.screens import log_in
from tests.e2e.site import Site
from tests.marketplace import PASSWORD, Marketplace

MOST_INTERACTIONS = 5
MOST_TABS = 60
CARD = {"Card number": "4084 0840 8408 4081", "Expir": "12/30", "CVV": "408"}

STOP = """() => {
  const at = document.activeElement, box = at.getBoundingClientRect(), style = getComputedStyle(at);
  const [x, y] = [box.x + Math.min(box.width, 40) / 2, box.y + Math.min(box.height, 40) / 2];
  const seen = document.elementFromPoint(x, y);
  return {
    name: `${at.tagName} ${at.type || ""} ${at.textContent.trim().slice(0, 40)}`,
    hasRing: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    isInView: box.top >= -1 && (box.bottom <= innerHeight + 1 || box.height > innerHeight),
    isCovered: seen !== at && !at.contains(seen) && !seen?.contains(at) && !seen?.closest("label"),
  };
}"""


@dataclass
class Hand:
    """Does one thing after another and counts them."""

    page: Page
    interactions: int = 0

    async def click(self, target: Locator) -> None:
        """One press."""
        self.interactions += 1
        await target.click()

    async def fill(self, target: Locator, words: str) -> None:
        """One field, however many letters."""
        self.interactions += 1
        await target.fill(words)


@dataclass
class Keyboard:
    """Tab and Enter alone. `flaws` are stops that one cannot see."""

    page: Page
    flaws: list[str]

    async def enter(self, target: Locator) -> None:
        """Tab there, press Enter."""
        await self.tab_to(target)
        await self.page.keyboard.press("Enter")

    async def write(self, target: Locator, words: str) -> None:
        """Tab there, write."""
        await self.tab_to(target)
        await self.page.keyboard.type(words)

    async def tab_to(self, target: Locator) -> None:
        """Every stop on the way is looked at."""
        await expect(target).to_be_visible()
        for _ in range(MOST_TABS):
            await self.page.keyboard.press("Tab")
            await self._look()
            if await target.evaluate("(element) => element === document.activeElement"):
                return
        raise AssertionError(f"{target} cannot be reached on {self.page.url}")

    async def _look(self) -> None:
        stop = await self.page.evaluate(STOP)
        if stop["name"].startswith("BODY") or not stop["hasRing"] or not stop["isInView"] or stop["isCovered"]:
            self.flaws.append(f"{self.page.url}: {stop}")


async def a_free_time(marketplace: Marketplace) -> str:
    """Whom it is with."""
    consultant = await marketplace.consultant()
    await marketplace.slot(consultant, starts_in=timedelta(days=2))
    return f"Ada {consultant.username.replace('consultant', 'Number ')}"


async def a_client(marketplace: Marketplace, context: BrowserContext, complaints: list[str]) -> Page:
    """Logged in, on the home page."""
    client = await marketplace.client()
    page = await context.new_page()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto("/login?next=/")
    await page.get_by_label(re.compile("Username")).fill(client.username)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Log in").click()
    await expect(page).to_have_url(re.compile(r"/$"))
    return page


async def test_five_interactions_lead_from_home_to_the_checkout(
    site_marketplace: Marketplace, phone: BrowserContext, site: Site
) -> None:
    name, complaints = await a_free_time(site_marketplace), list[str]()
    hand = Hand(await a_client(site_marketplace, phone, complaints))
    page = hand.page
    await hand.click(page.get_by_role("main").get_by_role("link", name=re.compile(rf"{name}\b")).first)
    await hand.click(page.locator("main a[href*='/book/']").first)
    await hand.fill(page.get_by_label("Reason for the session"), "A lease that I do not understand")
    await hand.click(page.get_by_role("button", name="Hold this seat"))
    await expect(page).to_have_title(re.compile("^Step 2 of 3: "))
    await expect(page.get_by_text("It is held for you until")).to_be_visible()
    await hand.click(page.get_by_role("button", name="Pay ₦5,000.00"))
    await page.wait_for_url(f"{site.paystack_url}/**")
    assert hand.interactions <= MOST_INTERACTIONS
    assert not complaints, "\n".join(complaints)


@pytest.mark.parametrize("phone", [True], indirect=True, ids=["with scripts"])
async def test_when_the_time_to_pay_is_over_the_way_to_pay_goes(
    site_marketplace: Marketplace, phone: BrowserContext
) -> None:
    client = await site_marketplace.client()
    slot = await site_marketplace.slot(await site_marketplace.consultant())
    booking = await site_marketplace.booking(client, slot)
    page = await phone.new_page()
    await page.clock.install()
    await page.goto(f"/login?next=/bookings/{booking.id}/pay")
    await log_in(page, client.username)
    way = page.get_by_role("main").locator("a, button").filter(has_text=re.compile("^Pay ₦5,000.00"))
    for path in (f"/bookings/{booking.id}/pay", f"/bookings/{booking.id}", "/bookings"):
        await page.goto(path)
        await expect(way).to_be_visible()
        await page.clock.fast_forward("20:00")
        await expect(way).to_be_hidden()
        await expect(page.get_by_role("link", name="See whether the seat is still free")).to_be_visible()


@pytest.mark.parametrize("phone", [True], indirect=True, ids=["with scripts"])
async def test_a_seat_is_booked_and_paid_for_by_the_keyboard_alone(
    site_marketplace: Marketplace, phone: BrowserContext, site: Site
) -> None:
    name, complaints = await a_free_time(site_marketplace), list[str]()
    page = await a_client(site_marketplace, phone, complaints)
    await page.emulate_media(reduced_motion="reduce")
    await page.goto("/")
    keyboard = Keyboard(page, complaints)
    await keyboard.enter(page.get_by_role("main").get_by_role("link", name=re.compile(rf"{name}\b")).first)
    await keyboard.enter(page.locator("main a[href*='/book/']").first)
    await keyboard.write(page.get_by_label("Reason for the session"), "A lease that I do not understand")
    await keyboard.enter(page.get_by_role("button", name="Hold this seat"))
    await keyboard.enter(page.get_by_role("button", name="Pay ₦5,000.00"))
    await page.wait_for_url(f"{site.paystack_url}/**")
    till = Keyboard(page, flaws=[])
    for label, words in CARD.items():
        await till.write(page.get_by_label(re.compile(label)).first, words)
    await till.enter(page.get_by_role("button", name=re.compile("^Pay")).first)
    await page.wait_for_url(f"{site.url}/**")
    await expect(page).to_have_title(re.compile("^Step 3 of 3: Payment received"))
    await keyboard.enter(page.get_by_role("link", name="See the booking"))
    await expect(page.get_by_text("Your seat is yours.")).to_be_visible()
    assert not complaints, "\n".join(complaints)
