"""A consultant's week on a page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from application.availability.save_availability import SlotRow
from application.consultants.update_profile import UpdateProfileCommand
from domain.availability import SlotStatus
from tests.integration.web.browser import Browser
from tests.integration.web.html import Element, mistakes_in
from tests.marketplace import PRICE, Marketplace


def day_of(browser: Browser, on: str) -> Element:
    """One day of the week that is shown."""
    [day] = [section for section in browser.page.all("section") if section["aria-labelledby"] == f"day-{on}"]
    return day


async def test_a_week_shows_free_held_taken_and_closed_sessions_and_who_comes(
    browser: Browser, marketplace: Marketplace
) -> None:
    consultant, client, other = (
        await marketplace.consultant(),
        await marketplace.client(),
        await marketplace.client(),
    )
    slots = [
        await marketplace.slot(consultant, starts_in=timedelta(days=1, hours=2 * number), capacity=capacity)
        for number, capacity in enumerate((1, 1, 1, 5, 1))
    ]
    confirmed = await marketplace.confirmed_booking(client, slots[1])
    await marketplace.booking(client, slots[2])
    await marketplace.confirmed_booking(other, slots[3])
    await marketplace.product.save_availability(
        consultant, [SlotRow(slot_id=slots[4].id, status=SlotStatus.CLOSED)]
    )
    first = (slots[0].span.starts_at + timedelta(hours=1)).date()
    await browser.log_in(consultant)
    await browser.open(f"/consultant/calendar?from={first}")
    assert mistakes_in(browser.page) == []
    badges = [
        badge.text for badge in browser.page.all("span") if "badge" in badge["class"] and badge.above("main")
    ]
    assert [badge for badge in badges if badge != "Today"] == ["Free", "Taken", "Held", "1 of 5 taken", "Closed"]
    assert "(not paid yet)" in browser.main
    [name] = [link for link in browser.page.all("a") if link["href"].endswith(str(confirmed.id))]
    await browser.open(name["href"])
    assert mistakes_in(browser.page) == []
    assert f"Booking of {name.text}" in browser.main


async def test_days_are_those_of_the_consultants_zone(browser: Browser, marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    await marketplace.product.update_profile(consultant, UpdateProfileCommand(time_zone="Pacific/Auckland"))
    starts_at = (datetime.now(UTC) + timedelta(days=3)).replace(hour=20, minute=0, second=0, microsecond=0)
    row = SlotRow(starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), capacity=1, price=PRICE)
    await marketplace.product.save_availability(consultant, [row])
    there = (starts_at + timedelta(hours=13)).date()
    await browser.log_in(consultant)
    await browser.open(f"/consultant/calendar?from={there}")
    assert "Pacific/Auckland" in browser.main
    assert "Free" in day_of(browser, str(there)).text
    await browser.open(f"/consultant/calendar?from={there - timedelta(days=7)}")
    assert "Free" not in browser.main


async def test_weeks_are_paged_and_begin_on_monday(browser: Browser, marketplace: Marketplace) -> None:
    await browser.log_in(await marketplace.consultant())
    await browser.open("/consultant/calendar")
    assert mistakes_in(browser.page) == []
    days = [section["aria-labelledby"] for section in browser.page.all("section")]
    assert len(days) == 7
    first = datetime.fromisoformat(days[0].removeprefix("day-"))
    assert first.isoweekday() == 1
    [later] = [link["href"] for link in browser.page.all("a") if link.text == "Later"]
    await browser.open(later)
    assert browser.page.all("section")[0]["aria-labelledby"] == f"day-{(first + timedelta(days=7)).date()}"
    await browser.open("/consultant/calendar?from=soon")
    assert "no date" in browser.main


async def test_a_day_leads_to_the_editor_of_its_times(browser: Browser, marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    for days in (1, 4):
        await marketplace.slot(consultant, starts_in=timedelta(days=days))
    on = (datetime.now(UTC) + timedelta(days=4, hours=1)).date()
    await browser.log_in(consultant)
    await browser.open(f"/consultant/availability?from={on}")
    assert mistakes_in(browser.page) == []
    assert len([legend for legend in browser.page.all("legend") if legend.text.startswith("New") is False]) == 1
