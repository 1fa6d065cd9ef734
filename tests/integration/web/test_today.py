"""What a consultant sees first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from application.accounts.callers import Caller
from application.availability.save_service import SaveServiceCommand
from application.bookings.set_meeting_link import SetMeetingLinkCommand
from application.bookings.set_session_link import SetSessionLinkCommand
from application.consultants.update_profile import UpdateProfileCommand
from application.reviews.write_review import WriteReviewCommand
from domain.accounts import Role
from domain.money import Money
from domain.services import MINUTE
from tests.integration.web.browser import Browser
from tests.integration.web.html import Element, mistakes_in
from tests.marketplace import Marketplace

FREE = Money(0, "NGN")
LINK = "https://meet.jit.si/lease"


def section(browser: Browser, title: str) -> Element:
    """A part of the page by its heading."""
    found = [
        one
        for one in browser.page.all("section")
        if [
            heading
            for heading in one.all("h2")
            if heading["id"] == one["aria-labelledby"] and heading.text == title
        ]
    ]
    [one] = found
    return one


def zone_in_which_it_is_noon() -> str:
    """So that no session of the test lies on another day than its neighbours."""
    offset = 12 - datetime.now(UTC).hour
    return "Etc/GMT" if offset == 0 else f"Etc/GMT{'-' if offset > 0 else '+'}{abs(offset)}"


async def a_consultant_at_noon(marketplace: Marketplace) -> Caller:
    consultant = await marketplace.consultant()
    await marketplace.product.update_profile(
        consultant, UpdateProfileCommand(time_zone=zone_in_which_it_is_noon())
    )
    return consultant


async def test_the_day_shows_its_sessions_and_the_next_and_those_without_a_link_first(
    browser: Browser, marketplace: Marketplace
) -> None:
    consultant = await a_consultant_at_noon(marketplace)
    soon, later = [
        await marketplace.slot(consultant, price=FREE, capacity=2, starts_in=timedelta(hours=hours))
        for hours in (2, 4)
    ]
    tomorrow = await marketplace.slot(consultant, price=FREE, starts_in=timedelta(days=1))
    for slot in (soon, soon, later, tomorrow):
        await marketplace.booking(await marketplace.client(), slot)
    await marketplace.product.set_session_link(
        consultant, SetSessionLinkCommand(slot_id=soon.id, platform="Jitsi", link=LINK)
    )
    await browser.log_in(consultant)
    await browser.open("/consultant")
    assert mistakes_in(browser.page) == []
    without = section(browser, "Where do you meet?")
    assert [item["id"] for item in without.all("li") if item["id"]] == [
        f"session-{later.id}",
        f"session-{tomorrow.id}",
    ]
    today = section(browser, "Today’s sessions")
    [join] = [link for link in today.all("a") if link["href"] == LINK]
    assert join.text.startswith("Join on Jitsi")
    assert f"/consultant/sessions/{tomorrow.id}" in [link["href"] for link in today.all("a")]
    assert len(section(browser, "New bookings").all("li")) == 4


async def test_a_missing_link_is_added_for_a_session_and_leads_back(
    browser: Browser, marketplace: Marketplace
) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    slot = await marketplace.slot(consultant, price=FREE)
    booking = await marketplace.booking(client, slot)
    await browser.log_in(consultant)
    await browser.open("/consultant")
    action = f"/consultant/sessions/{slot.id}/meeting-link"
    await browser.send(action, status=422, meeting_platform="Jitsi", meeting_link="meet.jit.si")
    assert mistakes_in(browser.page) == []
    await browser.open("/consultant")
    await browser.send(action, meeting_platform="Jitsi", meeting_link=LINK)
    assert browser.path == "/consultant"
    assert "Link saved" in browser.main
    assert "Where do you meet?" not in browser.main
    assert (await marketplace.details(client, booking.id)).meeting_link == LINK


async def test_whoever_booked_after_the_link_was_set_still_waits_for_it(
    browser: Browser, marketplace: Marketplace
) -> None:
    consultant = await marketplace.consultant()
    slot = await marketplace.slot(consultant, price=FREE, capacity=2)
    first = await marketplace.booking(await marketplace.client(), slot)
    await marketplace.product.set_meeting_link(
        consultant, SetMeetingLinkCommand(booking_id=first.id, platform="Jitsi", link=LINK)
    )
    await marketplace.booking(await marketplace.client(), slot)
    await browser.log_in(consultant)
    await browser.open("/consultant")
    without = section(browser, "Where do you meet?")
    assert without.text.count("No link yet") == 1
    assert [field["value"] for field in without.all("input") if field["name"] == "meeting_link"] == [LINK]


async def test_what_is_over_what_is_new_and_what_was_earned_stand_there(
    browser: Browser, marketplace: Marketplace
) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    completed = await marketplace.completed_booking(client, consultant, await marketplace.slot(consultant))
    review = WriteReviewCommand(booking_id=completed.id, rating=4, comment="Clear & <kind>.")
    await marketplace.product.write_review(client, review)
    over = await marketplace.slot(consultant, price=FREE, starts_in=timedelta(days=2))
    await marketplace.booking(client, over)
    await marketplace.move_into_past(over.id)
    await browser.log_in(consultant)
    await browser.open("/consultant")
    assert mistakes_in(browser.page) == []
    assert "Clear & <kind>." in section(browser, "New reviews").text
    assert "₦4,250.00" in section(browser, "Earned this month").text
    [settle] = section(browser, "Over: did they take place?").all("a")
    assert (settle.text, settle["href"]) == ("Settle 1 booking", "/consultant/bookings?state=over")
    assert "5 of 6 done" in section(browser, "Your profile").text


async def test_a_new_consultant_is_led_to_the_first_booking(browser: Browser, marketplace: Marketplace) -> None:
    consultant = await marketplace.account(Role.CONSULTANT)
    await browser.log_in(consultant)
    await browser.open("/consultant")
    assert mistakes_in(browser.page) == []
    steps = ["Write your profile", "Add a service", "Publish times", "Publish your page"]
    [empty] = [block for block in browser.page.all("div") if block["class"] == "empty"]
    assert [link.text for link in empty.all("a")] == steps
    await marketplace.product.save_service(
        consultant, SaveServiceCommand(name="Talk", length=30 * MINUTE, price=FREE)
    )
    await marketplace.product.update_profile(
        consultant,
        UpdateProfileCommand(headline="Leases", bio="Twenty years.", specializations=("Law",), is_published=True),
    )
    await browser.open("/consultant")
    [empty] = [block for block in browser.page.all("div") if block["class"] == "empty"]
    assert [link.text for link in empty.all("a")] == ["Publish times"]
    assert empty.text.count("(done)") == 3
