"""Sessions and forms that end while somebody writes: entries are kept, and nothing is sent without a press."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from application.accounts.callers import Caller
from domain.accounts import Role
from tests.integration.web.browser import Browser
from tests.integration.web.conftest import NewBrowser
from tests.integration.web.html import fields_of, mistakes_in
from tests.marketplace import PASSWORD, Marketplace

REASON = "My landlord wants to raise the rent, and I do not know what to answer"


async def end_sessions(marketplace: Marketplace) -> None:
    """What half an hour without a press does."""
    await marketplace.database.pool.execute(
        "UPDATE sessions SET last_seen_at = last_seen_at - interval '31 minutes'"
    )


async def count(marketplace: Marketplace, table: str) -> int:
    number: int = await marketplace.database.pool.fetchval(f"SELECT count(*) FROM {table}")
    return number


async def lapse_and_go_on(
    browser: Browser, marketplace: Marketplace, person: Caller, action: str, typed: dict[str, str]
) -> None:
    """Send a form whose session has ended; log in; press once."""
    await end_sessions(marketplace)
    await browser.send(action, typed, status=403)
    assert mistakes_in(browser.page) == []
    assert "your entries are kept" in browser.main
    await browser.send("/login", status=422, identifier=person.username, password="not the password")
    await browser.send("/login", identifier=person.username, password=PASSWORD)
    assert mistakes_in(browser.page) == []
    assert "Nothing has been sent yet" in browser.main


async def test_booking_goes_on_after_logging_in(browser: Browser, marketplace: Marketplace) -> None:
    client, consultant = await marketplace.client(), await marketplace.consultant()
    slot = await marketplace.slot(consultant)
    await browser.log_in(client)
    await browser.open(f"/book/{slot.id}")
    await lapse_and_go_on(browser, marketplace, client, f"/book/{slot.id}", {"reason_for_session": REASON})
    assert REASON in browser.main
    assert await count(marketplace, "bookings") == 0
    await browser.send(f"/book/{slot.id}")
    assert browser.path.endswith("/pay")
    assert await marketplace.database.pool.fetchval("SELECT reason FROM bookings") == REASON


async def test_a_review_goes_on_after_logging_in(browser: Browser, marketplace: Marketplace) -> None:
    client, consultant = await marketplace.client(), await marketplace.consultant()
    booking = await marketplace.completed_booking(client, consultant, await marketplace.slot(consultant))
    await browser.log_in(client)
    page = f"/bookings/{booking.id}/review"
    await browser.open(page)
    words = "Clear, patient, and to the point.\nI would come again."
    await lapse_and_go_on(browser, marketplace, client, page, {"rating": "5", "comment": words})
    assert await count(marketplace, "reviews") == 0
    await browser.send(page)
    assert await marketplace.database.pool.fetchval("SELECT comment FROM reviews") == words


async def test_a_meeting_link_goes_on_after_logging_in(browser: Browser, marketplace: Marketplace) -> None:
    client, consultant = await marketplace.client(), await marketplace.consultant()
    booking = await marketplace.confirmed_booking(client, await marketplace.slot(consultant))
    await browser.log_in(consultant)
    await browser.open("/consultant/bookings")
    action = f"/consultant/bookings/{booking.id}/meeting-link"
    link = "https://meet.example.com/a-room"
    await lapse_and_go_on(
        browser, marketplace, consultant, action, {"meeting_platform": "Jitsi", "meeting_link": link}
    )
    await browser.send(action)
    assert await marketplace.database.pool.fetchval("SELECT meeting_link FROM bookings") == link


async def test_a_profile_goes_on_after_logging_in(browser: Browser, marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    await browser.log_in(consultant)
    await browser.open("/consultant/profile")
    bio = "Thirty years at the bar, and counting.\n\nI answer plainly."
    await lapse_and_go_on(browser, marketplace, consultant, "/consultant/profile", {"bio": bio})
    assert await marketplace.database.pool.fetchval("SELECT bio FROM consultant_profiles") != bio
    await browser.send("/consultant/profile")
    assert await marketplace.database.pool.fetchval("SELECT bio FROM consultant_profiles") == bio


async def test_times_go_on_after_logging_in(browser: Browser, marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    await marketplace.slot(consultant, starts_in=timedelta(days=3))
    await browser.log_in(consultant)
    await browser.open("/consultant/availability")
    names = [name for name in fields_of(browser.form("/consultant/availability")) if name.endswith(".slot_id")]
    changed = {names[0].replace(".slot_id", ".max_slots"): "7"}
    await lapse_and_go_on(browser, marketplace, consultant, "/consultant/availability", changed)
    await browser.send("/consultant/availability")
    assert await marketplace.database.pool.fetchval("SELECT capacity FROM slots") == 7


async def test_a_form_from_before_another_log_in_is_offered_again(
    browser: Browser, marketplace: Marketplace
) -> None:
    client, consultant = await marketplace.client(), await marketplace.consultant()
    slot = await marketplace.slot(consultant)
    await browser.log_in(client)
    await browser.open(f"/book/{slot.id}")
    before = browser.answer
    await browser.send("/logout")
    await browser.log_in(client)
    browser.answer = before
    await browser.send(f"/book/{slot.id}", status=403, reason_for_session=REASON)
    assert mistakes_in(browser.page) == []
    assert "Nothing was changed" in browser.main
    assert REASON in browser.main
    assert await count(marketplace, "bookings") == 0
    await browser.send(f"/book/{slot.id}")
    assert browser.path.endswith("/pay")


async def test_a_browser_that_forgot_its_cookies_keeps_the_entries(
    browser: Browser, marketplace: Marketplace
) -> None:
    client, consultant = await marketplace.client(), await marketplace.consultant()
    slot = await marketplace.slot(consultant)
    await browser.log_in(client)
    await browser.open(f"/book/{slot.id}")
    browser.client.cookies.clear()
    await browser.send(f"/book/{slot.id}", status=403, reason_for_session=REASON)
    await browser.send("/login", identifier=client.username, password=PASSWORD)
    await browser.send(f"/book/{slot.id}")
    assert browser.path.endswith("/pay")


async def test_of_the_kept_entries_none_is_a_secret(browser: Browser, marketplace: Marketplace) -> None:
    client = await marketplace.client()
    await browser.log_in(client)
    await browser.open("/account/password")
    await end_sessions(marketplace)
    secret = "another-harmattan-evening"
    await browser.send(
        "/account/password", status=403, current_password=PASSWORD, new_password=secret, repeated_password=secret
    )
    assert secret not in browser.answer.text
    assert PASSWORD not in browser.answer.text
    await browser.send("/login", identifier=client.username, password=PASSWORD)
    assert "the next page asks for them again" in browser.main
    assert PASSWORD not in browser.answer.text
    await browser.send("/account/password", status=422)
    assert "Enter your current password" in browser.main


@pytest.mark.parametrize(
    ("page", "typed"),
    [
        ("/login", {"identifier": "ada.obi", "password": "a secret of mine"}),
        ("/register", {"username": "ada.obi", "email": "ada@example.com", "password": "a secret of mine"}),
        ("/recover", {"identifier": "ada.obi"}),
    ],
)
async def test_forms_for_everybody_are_shown_again_as_they_were(
    browser: Browser, page: str, typed: dict[str, Any]
) -> None:
    await browser.open(page)
    browser.client.cookies.clear()
    await browser.send(page, status=403, **typed)
    assert mistakes_in(browser.page) == []
    assert "Nothing was changed" in browser.main
    fields = fields_of(browser.form(page))
    for name, value in typed.items():
        assert fields[name] == ("" if name == "password" else value)


@pytest.mark.parametrize(
    "kept", ["{}", "nonsense", '{"action":"//evil","page":"/","fields":{},"lacks_secrets":false}']
)
async def test_entries_that_lead_elsewhere_are_not_offered(
    browser: Browser, marketplace: Marketplace, kept: str
) -> None:
    client = await marketplace.client()
    await browser.open("/login")
    await browser.send("/login", {"kept": kept}, identifier=client.username, password=PASSWORD)
    assert browser.path == "/bookings"


async def test_the_role_decides_also_after_a_lapse(new_browser: NewBrowser, marketplace: Marketplace) -> None:
    client, consultant = await marketplace.client(), await marketplace.consultant()
    slot = await marketplace.slot(consultant)
    browser = new_browser()
    await browser.log_in(client)
    await browser.open(f"/book/{slot.id}")
    await end_sessions(marketplace)
    await browser.send(f"/book/{slot.id}", status=403, reason_for_session=REASON)
    await browser.send("/login", identifier=consultant.username, password=PASSWORD)
    await browser.send(f"/book/{slot.id}", status=403)
    assert consultant.role is Role.CONSULTANT
    assert await count(marketplace, "bookings") == 0


async def test_a_page_asked_for_after_the_session_says_that_it_ended(
    browser: Browser, marketplace: Marketplace
) -> None:
    client = await marketplace.client()
    await browser.log_in(client)
    await end_sessions(marketplace)
    await browser.open("/payments")
    assert browser.path == "/login"
    assert "Your session ended" in browser.main
    await browser.send("/login", identifier=client.username, password=PASSWORD)
    assert browser.path == "/payments"
