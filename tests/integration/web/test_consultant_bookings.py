"""A consultant's bookings on pages: found, narrowed, and answered in place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx
import pytest

from application.accounts.callers import Caller
from application.bookings.cancel_booking import CancelBookingCommand
from application.bookings.reserve_seat import ReserveSeatCommand
from application.bookings.set_meeting_link import SetMeetingLinkCommand
from domain.money import Money
from tests.integration.web.browser import OWN_PAGE, Browser
from tests.integration.web.html import Element, fields_of, mistakes_in, parse
from tests.marketplace import Marketplace

FREE = Money(0, "NGN")
LIST = "/consultant/bookings"
LINK = "https://meet.jit.si/lease"


def rows(browser: Browser) -> list[Element]:
    """The bookings that are listed."""
    return [item for item in browser.page.all("li") if item["id"].startswith("booking-")]


async def in_place(browser: Browser, action: str, **typed: str) -> httpx.Response:
    """What a script gets that sends the form."""
    fields = fields_of(browser.form(action)) | typed
    return await browser.client.post(action, data=fields, headers=OWN_PAGE | {"HX-Request": "true"})


async def cancel(marketplace: Marketplace, client: Caller, booking_id: UUID) -> None:
    """As its client."""
    await marketplace.product.cancel_booking(client, CancelBookingCommand(booking_id=booking_id))


@dataclass
class Group:
    """Two people in a free session of three seats."""

    slot_id: str
    booking_ids: list[str]


@pytest.fixture
async def group(browser: Browser, marketplace: Marketplace) -> Group:
    """Their consultant is logged in."""
    consultant = await marketplace.consultant()
    slot = await marketplace.slot(consultant, price=FREE, capacity=3)
    bookings = [await marketplace.booking(await marketplace.client(), slot) for _ in range(2)]
    await browser.log_in(consultant)
    return Group(str(slot.id), [str(booking.id) for booking in bookings])


async def test_a_link_is_saved_from_the_list_and_leads_back_to_it(browser: Browser, group: Group) -> None:
    await browser.open(f"{LIST}?state=no-link")
    assert mistakes_in(browser.page) == []
    assert len(rows(browser)) == 2
    action = f"{LIST}/{group.booking_ids[0]}/meeting-link?state=no-link"
    await browser.send(action, meeting_platform="Jitsi", meeting_link=LINK)
    assert browser.answer.url.query == b"state=no-link"
    assert "Link saved" in browser.main
    assert [row["id"] for row in rows(browser)] == [f"booking-{group.booking_ids[1]}"]


async def test_a_link_that_is_refused_stands_in_its_booking_with_what_was_typed(
    browser: Browser, group: Group
) -> None:
    await browser.open(LIST)
    action = f"{LIST}/{group.booking_ids[0]}/meeting-link"
    await browser.send(action, status=422, meeting_platform="Jitsi", meeting_link="javascript:alert(1)")
    assert mistakes_in(browser.page) == []
    assert "The link has to start with https://." in browser.main
    assert [link["href"] for link in browser.page.all("a") if link["href"].startswith("#meeting_link-")] == [
        f"#meeting_link-{group.booking_ids[0]}"
    ]
    typed = fields_of(browser.form(f"{action}?on=booking"))
    assert (typed["meeting_platform"], typed["meeting_link"]) == ("Jitsi", "javascript:alert(1)")
    await browser.open(action)
    assert browser.path == f"{LIST}/{group.booking_ids[0]}"


async def test_a_script_gets_the_row_alone_with_what_came_of_it(browser: Browser, group: Group) -> None:
    await browser.open(LIST)
    action = f"{LIST}/{group.booking_ids[0]}/meeting-link"
    answer = await in_place(browser, action, meeting_platform="Jitsi", meeting_link="http://meet.jit.si")
    assert answer.status_code == 422
    assert "HX-Request" in answer.headers["vary"]
    row = parse(answer.text)
    assert [item["id"] for item in row.children] == [f"booking-{group.booking_ids[0]}"]
    assert "The link has to start with https://." in row.text
    assert [field["value"] for field in row.all("input") if field["type"] == "url"] == ["http://meet.jit.si"]
    answer = await in_place(browser, action, meeting_platform="Jitsi", meeting_link=LINK)
    assert answer.status_code == 200
    [said] = [line for line in parse(answer.text).all("p") if line["role"] == "status"]
    assert said.text == "Link saved. Your client can see it now."
    assert "autofocus" in said.attributes


async def test_a_booking_that_was_cancelled_meanwhile_says_so_and_keeps_the_link(
    browser: Browser, marketplace: Marketplace
) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    booking = await marketplace.booking(client, await marketplace.slot(consultant, price=FREE))
    await browser.log_in(consultant)
    await browser.open(LIST)
    await cancel(marketplace, client, booking.id)
    action = f"{LIST}/{booking.id}/meeting-link"
    answer = await in_place(browser, action, meeting_platform="Jitsi", meeting_link=LINK)
    assert answer.status_code == 409
    row = parse(answer.text)
    assert "Cancelled" in row.text
    assert LINK in row.text
    await browser.send(action, status=409, meeting_platform="Jitsi", meeting_link=LINK)
    assert mistakes_in(browser.page) == []
    assert "This booking changed in the meantime." in browser.main
    assert LINK in browser.main


async def test_one_link_is_set_for_everybody_in_a_session(
    browser: Browser, marketplace: Marketplace, group: Group
) -> None:
    page = f"/consultant/sessions/{group.slot_id}"
    await browser.open(page)
    assert mistakes_in(browser.page) == []
    assert "2 of 3 taken" in browser.main
    action = f"{page}/meeting-link?on=session"
    await browser.send(action, status=422, meeting_platform="", meeting_link=LINK)
    assert mistakes_in(browser.page) == []
    assert fields_of(browser.form(action))["meeting_link"] == LINK
    await browser.send(action, meeting_platform="Jitsi")
    assert browser.path == page
    assert "All 2 clients can see it now." in browser.main
    stored = await marketplace.database.pool.fetch(
        "SELECT meeting_link FROM bookings WHERE slot_id = $1::text::uuid", group.slot_id
    )
    assert [row["meeting_link"] for row in stored] == [LINK, LINK]


async def test_a_session_of_somebody_else_is_not_there(
    browser: Browser, marketplace: Marketplace, group: Group
) -> None:
    other = await marketplace.consultant()
    foreign = await marketplace.slot(other)
    await browser.open(f"/consultant/sessions/{foreign.id}", status=404)
    await browser.open(f"/consultant/sessions/{group.slot_id}")
    answer = await in_place(
        browser, f"/consultant/sessions/{group.slot_id}/meeting-link?on=session", meeting_platform="J"
    )
    assert answer.status_code == 422


async def test_bookings_are_found_by_client_and_by_reason_and_between_dates(
    browser: Browser, marketplace: Marketplace
) -> None:
    consultant = await marketplace.consultant()
    clients = [await marketplace.client() for _ in range(3)]
    reasons = ["A lease in Surulere", "Custody % and visits", "A lease in Ikeja"]
    for days, (client, reason) in enumerate(zip(clients, reasons, strict=True), start=2):
        slot = await marketplace.slot(consultant, price=FREE, starts_in=timedelta(days=days))
        await marketplace.product.reserve_seat(client, ReserveSeatCommand(slot_id=slot.id, reason=reason))
    number = clients[1].username.removeprefix("client")
    await browser.log_in(consultant)
    for words, found in (("LEASE", 2), (f"chidi number {number}", 1), ("%", 1), ("_", 0), ("\x00", 0)):
        await browser.open(str(httpx.URL(LIST, params={"q": words})))
        assert mistakes_in(browser.page) == []
        assert len(rows(browser)) == found, words
    assert "No bookings like these" in browser.main
    on = (datetime.now(UTC) + timedelta(days=3, hours=1)).date()
    await browser.open(f"{LIST}?from={on}&to={on}")
    assert ["Custody" in row.text for row in rows(browser)] == [True]
    chips = [link["href"] for link in browser.page.all("a") if "chip" in link["class"]]
    assert chips == [f"{LIST}?to={on}", f"{LIST}?from={on}"]
    await browser.open(f"{LIST}?from=soon&state=odd&q=lease")
    assert "Enter a date" in browser.main
    assert "There is no such state" in browser.main
    assert len(rows(browser)) == 2


async def test_each_state_shows_its_own_bookings(browser: Browser, marketplace: Marketplace) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    slots = [
        await marketplace.slot(consultant, price=FREE, starts_in=timedelta(days=number)) for number in range(1, 5)
    ]
    over, completed, cancelled, ahead = [await marketplace.booking(client, slot) for slot in slots]
    await marketplace.product.set_meeting_link(
        consultant, SetMeetingLinkCommand(booking_id=ahead.id, platform="Jitsi", link=LINK)
    )
    await cancel(marketplace, client, cancelled.id)
    for slot in slots[:2]:
        await marketplace.move_into_past(slot.id)
    await marketplace.product.complete_session(consultant, completed.id)
    held = await marketplace.booking(client, await marketplace.slot(consultant, starts_in=timedelta(days=6)))
    await browser.log_in(consultant)
    for state, expected in {
        "": [ahead, held],
        "no-link": [],
        "over": [over],
        "pending": [held],
        "completed": [completed],
        "cancelled": [cancelled],
        "all": [held, ahead, cancelled, completed, over],
    }.items():
        await browser.open(f"{LIST}?state={state}")
        assert mistakes_in(browser.page) == []
        assert [row["id"] for row in rows(browser)] == [f"booking-{one.id}" for one in expected], state


async def test_a_session_is_completed_after_its_end(browser: Browser, marketplace: Marketplace) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    slot = await marketplace.slot(consultant)
    booking = await marketplace.confirmed_booking(client, slot)
    await browser.log_in(consultant)
    await browser.open(f"{LIST}?state=over")
    assert "/complete" not in browser.answer.text
    await marketplace.move_into_past(slot.id)
    await browser.open(f"{LIST}?state=over")
    await browser.send(f"{LIST}/{booking.id}/complete?state=over")
    assert "Session completed" in browser.main
    assert (await marketplace.details(client, booking.id)).status == "completed"


async def test_without_bookings_the_page_says_what_brings_the_first(
    browser: Browser, marketplace: Marketplace
) -> None:
    consultant = await marketplace.consultant()
    await browser.log_in(consultant)
    await browser.open(LIST)
    assert mistakes_in(browser.page) == []
    assert "Bookings will appear here" in browser.main
    assert f"/consultants/{await marketplace.slug(consultant)}" in browser.main
