"""The ways that people go on the site, in Chromium: with scripts on a phone, and without them on a wide screen."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from application.reviews.write_review import WriteReviewCommand
from domain.accounts import Role
from tests.chromium import chromium
from tests.e2e.screens import Screen, follow, log_in, press, reads
from tests.e2e.site import Site
from tests.e2e.test_choosing_a_picture import thirds
from tests.e2e.test_in_the_browser import publish_profile, register
from tests.integration.earnings.conftest import Till
from tests.integration.operations.desk import Desk
from tests.integration.waiting_list.lines import full_slot, give_up
from tests.marketplace import ANSWER, PASSWORD, PRICE, Marketplace

SCREENS = {"with scripts on a phone": (True, 360), "without scripts on a wide screen": (False, 1280)}
NEW_PASSWORD, NEWER_PASSWORD = "quiet-lagoon-at-dawn", "seven-herons-by-noon"


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    """One for all journeys."""
    async with chromium() as browser:
        yield browser


@pytest.fixture(params=list(SCREENS.values()), ids=list(SCREENS))
async def screen(request: pytest.FixtureRequest, browser: Browser, site: Site) -> AsyncIterator[Screen]:
    """Nobody's browser complained in the end."""
    has_scripts, width = request.param
    screen = Screen(browser, site, has_scripts, width)
    yield screen
    await screen.leave()
    assert not screen.complaints, "\n".join(screen.complaints)


async def test_a_card_is_declined_and_a_transfer_is_waited_for(
    site_marketplace: Marketplace, screen: Screen
) -> None:
    marketplace, client = site_marketplace, await site_marketplace.client()
    booking = await marketplace.booking(client, await marketplace.slot(await marketplace.consultant()))
    page = await screen.page(f"/bookings/{booking.id}/pay", client)
    await press(page, "Pay ₦5,000.00")
    await press(page, re.compile("Is declined"))
    await reads(page, "Declined")
    await press(page, re.compile("Asks for a PIN, then pays"))
    await page.get_by_label("PIN").fill("0000")
    await press(page, "Go on")
    await follow(page, re.compile("^Back to"))
    await expect(page.get_by_role("heading", name="The payment did not go through")).to_be_visible()
    await reads(page, "Nothing was charged.")
    await follow(page, "Try again")

    await press(page, "Pay ₦5,000.00")
    await press(page, "Pay by bank transfer")
    await press(page, re.compile("^I have sent"))
    await follow(page, "Go back without waiting")
    await expect(page.get_by_role("heading", name="Your money is on its way")).to_be_visible()
    await reads(page, re.compile("Do not pay again"))
    [reference] = await marketplace.database.pool.fetchrow(
        "SELECT reference FROM payments WHERE booking_id = $1 ORDER BY created_at DESC LIMIT 1", booking.id
    )
    await page.goto("/bookings")
    await marketplace.pay(reference)
    await marketplace.product.settle_payment(reference)
    await page.goto(f"/payments/return?reference={reference}")
    await expect(page).to_have_title(re.compile("^Step 3 of 3: Payment received"))
    await follow(page, "See the receipt")
    await reads(page, "₦5,000.00")


async def test_somebody_waits_for_a_seat_and_takes_it(site_marketplace: Marketplace, screen: Screen) -> None:
    slot, [held] = await full_slot(site_marketplace, await site_marketplace.consultant(), price=PRICE)
    page = await screen.page(f"/book/{slot.id}", await site_marketplace.client())
    await press(page, "Join the waiting list")
    await reads(page, "You are on the waiting list, at number 1.")
    await give_up(site_marketplace, held)
    await site_marketplace.product.offer_seats()
    await page.goto("/bookings")
    await reads(page, "A seat is kept for you")
    await page.goto("/notifications")
    await press(page, re.compile("seat"))
    await page.goto("/waiting")
    await follow(page, re.compile("^Take the seat"))
    await reads(page, re.compile("You waited for this session"))
    await page.get_by_label("Reason for the session").fill("A lease")
    await press(page, re.compile("^Hold this seat"))
    await expect(page).to_have_title(re.compile("^Step 2 of 3: "))


async def test_an_account_is_opened_and_recovered_by_a_code_and_by_the_question(
    site_marketplace: Marketplace, screen: Screen
) -> None:
    username = f"forgetful-{screen.width}"
    page = await screen.page("/")
    await register(page, username, "Bisi", "I am looking for advice")
    await page.goto("/account/recovery-codes")
    await press(page, "Make ten new codes")
    code = await page.locator(".codes code").first.inner_text()

    await forget(page, username)
    await page.get_by_label("Recovery code").fill(code.lower())
    await press(page, "Use the code")
    await choose_password(page, username, NEW_PASSWORD)

    await forget(page, username)
    await page.get_by_text("No codes left?").click()
    await page.get_by_label("Question", exact=True).select_option("phrase")
    await page.get_by_label("Your answer").fill(ANSWER.upper())
    await press(page, re.compile("^Answer$"))
    await choose_password(page, username, NEWER_PASSWORD)
    await page.goto("/account")
    await expect(page.get_by_label("First name")).to_have_value("Bisi")


async def forget(page: Page, username: str) -> None:
    """Log out of everything, and begin to recover the account."""
    await page.context.clear_cookies()
    await page.goto("/login")
    await follow(page, re.compile("[Ff]org"))
    await page.get_by_label(re.compile("^Username")).fill(username)
    await press(page, "Go on")


async def choose_password(page: Page, username: str, password: str) -> None:
    """A new one, and log in with it."""
    await page.get_by_label("New password", exact=True).fill(password)
    await page.get_by_label("New password again").fill(password)
    await press(page, "Set password")
    await reads(page, "Your password is new. Log in with it.")
    await log_in(page, username, password)


async def test_a_consultant_sets_up_shop_and_ends_a_pattern(site_marketplace: Marketplace, screen: Screen) -> None:
    page = await screen.page("/consultant", await site_marketplace.account(Role.CONSULTANT))
    await publish_profile(page)
    await page.goto("/consultant/services/new")
    await page.get_by_label("Name").fill("First consultation")
    await page.get_by_label("Length in minutes").fill("45")
    await page.get_by_label("Seats").fill("1")
    await page.get_by_label("Price for each client").fill("7,500")
    await press(page, "Add service")
    await reads(page, re.compile("You offer “First consultation” now"))

    await page.goto("/consultant/patterns/new")
    await press(page, "See what happens")
    await expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    await page.get_by_label("Monday").check()
    await page.get_by_label("From", exact=True).fill("09:00")
    await page.get_by_label("To", exact=True).fill("12:00")
    await page.get_by_label("Service").select_option(index=1)
    await press(page, "See what happens")
    await reads(page, "Preview: nothing is published yet")
    await press(page, "Publish")
    await expect(page).to_have_url(re.compile("/consultant/patterns"))

    await follow(page, re.compile("^End"))
    await reads(page, "End this pattern?")
    await press(page, "End the pattern")
    await reads(page, re.compile("^Pattern ended: "))


async def test_a_consultant_meets_answers_and_is_paid(site_marketplace: Marketplace, screen: Screen) -> None:
    marketplace = site_marketplace
    till = Till(marketplace, await marketplace.consultant(), await marketplace.client())
    done = await till.session()
    await till.account()
    coming = await marketplace.confirmed_booking(till.client, await marketplace.slot(till.consultant))
    client = await screen.page(f"/bookings/{done.id}", till.client)
    await follow(client, "Write a review")
    await client.get_by_label(re.compile("4 stars")).check()
    await client.get_by_label("What would you tell others?").fill("Clear and kind.")
    await press(client, "Publish review")
    await reads(client, "Clear and kind.")

    page = await screen.page(f"/consultant/bookings/{coming.id}", till.consultant)
    await page.get_by_label("Platform").fill("Jitsi")
    await page.get_by_label("Link", exact=True).fill("https://meet.jit.si/lease")
    await press(page, re.compile("^Save link"))
    await reads(page, "Link saved. Your client can see it now.")
    await client.goto(f"/bookings/{coming.id}")
    await expect(client.locator("main a[href='https://meet.jit.si/lease']").first).to_be_visible()

    await page.goto("/consultant/reviews")
    await follow(page, re.compile("^Reply"))
    await page.get_by_label("Your reply").fill("Thank you, Chidi.")
    await press(page, "Publish reply")
    await reads(page, "Reply published.")
    await page.goto("/consultant/payouts")
    await press(page, "Pay out ₦4,250.00")
    await reads(page, "₦4,250.00 is on its way to your account.")

    await page.goto(f"/consultant/bookings/{coming.id}")
    await follow(page, re.compile("^Cancel"))
    await page.get_by_label(re.compile("Why do you cancel")).fill("I am ill")
    await press(page, "Cancel booking")
    await reads(page, "The booking is cancelled, and ₦5,000.00 goes back to your client.")


async def test_somebody_sees_to_their_account_and_deletes_it(
    site_marketplace: Marketplace, screen: Screen, tmp_path: Path
) -> None:
    page = await screen.page("/account/picture", await site_marketplace.client())
    await page.get_by_label("Choose a picture").set_input_files(thirds())
    await press(page, "Save picture")
    await expect(page.locator("img.avatar").first).to_be_visible()

    await page.goto("/account/tokens")
    await page.get_by_label("Name").fill("Calendar at work")
    await page.get_by_label(re.compile("^Read")).check()
    await press(page, "Make token")
    await expect(page.get_by_label("Token to copy")).not_to_have_value("")
    await press(page, "Revoke Calendar at work")
    await reads(page, "The token is revoked.")

    await page.goto("/account/webhooks")
    await page.get_by_label("Address").fill("https://192.0.2.7/hooks")
    await press(page, "Add webhook")
    await reads(page, "There is a problem")
    await page.get_by_label("Address").fill("https://hooks.example.com/imoran")
    await page.locator("main form [type=checkbox]").first.check()
    await press(page, "Add webhook")
    await expect(page.get_by_label("Secret to copy")).to_have_value(re.compile("^whsec_"))
    await follow(page, "Delete webhook")
    await page.get_by_role("button", name="Delete webhook").click()
    await reads(page, "The webhook is deleted.")

    await page.goto("/account/data")
    async with page.expect_download() as download:
        await press(page, "Download your data")
    await (await download.value).save_as(tmp_path / "data.zip")
    assert (tmp_path / "data.zip").read_bytes().startswith(b"PK")
    await follow(page, "Delete account")
    await page.get_by_label(re.compile("^I know")).check()
    await page.get_by_label("Current password", exact=True).fill(PASSWORD)
    await press(page, "Delete my account")
    await reads(page, "Your account is deleted.")


async def test_an_operator_finds_resolves_refunds_hides_and_suspends(
    site_marketplace: Marketplace, screen: Screen
) -> None:
    marketplace, desk = site_marketplace, await Desk.furnish(site_marketplace)
    consultant, client = await marketplace.consultant(), await marketplace.client()
    slot = await marketplace.slot(consultant, starts_in=timedelta(hours=3))
    booking = await marketplace.completed_booking(client, consultant, slot)
    review = WriteReviewCommand(booking_id=booking.id, rating=1, comment="Come to my own shop.")
    await marketplace.product.write_review(client, review)
    lost = await desk.orphan(reference=f"imo-lost-and-found-at-{screen.width}-px")

    page = await screen.page("/operator", desk.operator)
    await page.get_by_role("searchbox").first.fill(lost)
    await page.keyboard.press("Enter")
    await follow(page, re.compile("₦5,000.00|imo-lost"))
    await reads(page, "What happened")
    await page.locator("main a[href^='/operator/items/']").first.click()
    await follow(page, re.compile("[Bb]ack|Refund"))
    await prove(page, "Send it back", "goes back.")

    await page.goto(f"/operator/search?q={client.username}")
    await expect(page).to_have_url(re.compile(f"/operator/accounts/{client.account_id}"))
    account = page.url
    await page.locator("main a[href^='/operator/bookings/']").first.click()
    await reads(page, "What happened")
    await page.locator("main a[href^='/operator/payments/']").first.click()
    await follow(page, "Send money back")
    await page.get_by_label("How much").fill("1,000")
    await prove(page, "Send it back", "₦1,000.00 goes back.")

    await page.goto(account)
    await page.locator("main a[href^='/operator/reviews/']").first.click()
    await follow(page, "Hide it")
    await prove(page, "Hide the review", "The review is hidden, and no longer counts.")
    await page.goto(account)
    await follow(page, "Suspend")
    await prove(page, "Suspend the account", "The account is suspended, and logged out everywhere.")
    await page.goto("/operator/audit")
    await reads(page, "They wrote to us.")


async def prove(page: Page, button: str, outcome: str) -> None:
    """Say why and who one is, and do it."""
    await page.get_by_label("Why", exact=True).fill("They wrote to us.")
    await page.get_by_label("Your password", exact=True).fill(PASSWORD)
    await press(page, button)
    await reads(page, re.compile(re.escape(outcome)))
