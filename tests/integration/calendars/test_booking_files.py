"""A booking as a calendar file, by page and by API."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest

from application.accounts.callers import Caller
from application.bookings.cancel_booking import CancelBookingCommand
from application.bookings.reschedule_booking import RescheduleBookingCommand
from application.bookings.set_meeting_link import SetMeetingLinkCommand
from domain.accounts import Role
from domain.money import Money
from tests.calendar_reader import Component, instant_by_name, read_calendar
from tests.integration.api.program import Program
from tests.integration.web.browser import Browser
from tests.integration.web.conftest import NewBrowser
from tests.marketplace import Marketplace

FREE = Money(0, "NGN")
LINK = "https://meet.example/abc-defg"


async def file_of(
    client: httpx.AsyncClient, marketplace: Marketplace, caller: Caller, booking_id: object
) -> Component:
    """What the API gives to that person."""
    program = Program(client, await marketplace.token(caller))
    answer = await program.call("GET", f"/{caller.role}/bookings/{booking_id}/calendar")
    assert answer.status_code == 200, answer.text
    return read_calendar(answer.content)


async def test_page_and_api_give_both_sides_the_same_file(
    new_browser: NewBrowser, client: httpx.AsyncClient, marketplace: Marketplace
) -> None:
    consultant, person = await marketplace.consultant(), await marketplace.client()
    booking = await marketplace.booking(person, await marketplace.slot(consultant, price=FREE))
    await marketplace.product.set_meeting_link(
        consultant, SetMeetingLinkCommand(booking_id=booking.id, platform="Google Meet", link=LINK)
    )
    for caller, prefix, title in (
        (person, "", f"Session with {booking.consultant.name}"),
        (consultant, "/consultant", "Session with Chidi N."),
    ):
        browser = new_browser()
        await browser.log_in(caller)
        answer = await browser.client.get(f"{prefix}/bookings/{booking.id}/calendar.ics")
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/calendar; method=PUBLISH; charset=utf-8"
        assert answer.headers["content-disposition"] == (
            f'attachment; filename="session-{booking.starts_at + timedelta(hours=1):%Y-%m-%d}.ics"'
        )
        assert answer.headers["cache-control"] == "no-store"
        of_page, of_api = read_calendar(answer.content), await file_of(client, marketplace, caller, booking.id)
        for calendar in (of_page, of_api):
            [entry] = calendar.all("VEVENT")
            assert entry["UID"].value == f"{booking.id}@testserver"
            assert entry["SUMMARY"].text == title
            assert entry["LOCATION"].text == LINK
            assert f"http://testserver{prefix}/bookings/{booking.id}" in entry["DESCRIPTION"].text
            assert entry["DTSTART"].parameters == {"TZID": "Africa/Lagos"}
            assert entry["SEQUENCE"].value == "0"
            assert "@example.com" not in answer.text


async def test_a_move_and_a_cancellation_raise_the_sequence_under_one_uid(
    client: httpx.AsyncClient, marketplace: Marketplace
) -> None:
    consultant, person = await marketplace.consultant(), await marketplace.client()
    slots = [await marketplace.slot(consultant, starts_in=timedelta(days=day), price=FREE) for day in (1, 2)]
    booking = await marketplace.booking(person, slots[0])
    before = await file_of(client, marketplace, person, booking.id)
    await marketplace.product.reschedule_booking(
        person, RescheduleBookingCommand(booking_id=booking.id, slot_id=slots[1].id)
    )
    moved = await file_of(client, marketplace, person, booking.id)
    await marketplace.product.cancel_booking(consultant, CancelBookingCommand(booking_id=booking.id))
    for caller in (person, consultant):
        cancelled = await file_of(client, marketplace, caller, booking.id)
        entries = [calendar.all("VEVENT")[0] for calendar in (before, moved, cancelled)]
        assert {entry["UID"].value for entry in entries} == {f"{booking.id}@testserver"}
        assert [entry["SEQUENCE"].value for entry in entries] == ["0", "1", "2"]
        assert [entry["STATUS"].value for entry in entries] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
        methods = [calendar["METHOD"].value for calendar in (before, moved, cancelled)]
        assert methods == ["PUBLISH", "PUBLISH", "CANCEL"]
        starts = [instant_by_name(entry["DTSTART"]) for entry in entries]
        assert starts == [slot.span.starts_at.replace(microsecond=0) for slot in (slots[0], slots[1], slots[1])]
        assert entries[0]["DTSTAMP"].value <= entries[1]["DTSTAMP"].value <= entries[2]["DTSTAMP"].value
        assert "VALARM" not in [part.name for part in entries[2].parts]


async def test_a_held_seat_is_tentative_and_an_expired_one_is_taken_away(
    client: httpx.AsyncClient, marketplace: Marketplace
) -> None:
    consultant, person = await marketplace.consultant(), await marketplace.client()
    booking = await marketplace.booking(person, await marketplace.slot(consultant))
    held = await file_of(client, marketplace, person, booking.id)
    await marketplace.lapse_hold(booking.id)
    await marketplace.product.expire_holds()
    expired = await file_of(client, marketplace, person, booking.id)
    assert [c.all("VEVENT")[0]["STATUS"].value for c in (held, expired)] == ["TENTATIVE", "CANCELLED"]
    assert [c["METHOD"].value for c in (held, expired)] == ["PUBLISH", "CANCEL"]


async def test_files_of_others_are_not_there(
    new_browser: NewBrowser, client: httpx.AsyncClient, marketplace: Marketplace
) -> None:
    consultant, person = await marketplace.consultant(), await marketplace.client()
    other_consultant, other_person = await marketplace.consultant(), await marketplace.client()
    booking = await marketplace.booking(person, await marketplace.slot(consultant, capacity=2, price=FREE))
    for caller, prefix in ((other_person, ""), (other_consultant, "/consultant")):
        browser = new_browser()
        await browser.log_in(caller)
        program = Program(client, await marketplace.token(caller))
        for booking_id in (booking.id, uuid4(), "nonsense"):
            await browser.open(f"{prefix}/bookings/{booking_id}/calendar.ics", status=404)
            answer = await program.call("GET", f"/{caller.role}/bookings/{booking_id}/calendar")
            assert answer.status_code == 404
        await browser.open(f"{'' if prefix else '/consultant'}/bookings/{booking.id}/calendar.ics", status=403)
    answer = await client.get(f"/bookings/{booking.id}/calendar.ics")
    assert answer.headers["location"].startswith("/login?next=")


async def test_the_file_speaks_the_zone_that_was_chosen(
    browser: Browser, client: httpx.AsyncClient, marketplace: Marketplace
) -> None:
    person = await marketplace.client()
    booking = await marketplace.booking(person, await marketplace.slot(await marketplace.consultant(), price=FREE))
    await browser.log_in(person)
    await browser.open(f"/bookings/{booking.id}?tz=Asia/Kathmandu")
    answer = await browser.client.get(f"/bookings/{booking.id}/calendar.ics")
    assert b"DTSTART;TZID=Asia/Kathmandu:" in answer.content
    program = Program(client, await marketplace.token(person))
    path = f"/client/bookings/{booking.id}/calendar"
    assert b"TZID=Asia/Kathmandu:" in (await program.call("GET", f"{path}?tz=Asia/Kathmandu")).content
    for name in ("Nowhere/Else", "../../etc/passwd", "", "EST"):
        refused = await program.call("GET", path, params={"tz": name})
        assert refused.status_code == 422
        assert [error["field"] for error in refused.json()["errors"]] == ["tz"]


async def test_a_confirmed_booking_can_be_added_to_calendars_without_its_link(
    browser: Browser, marketplace: Marketplace
) -> None:
    consultant, person = await marketplace.consultant(), await marketplace.client()
    booking = await marketplace.booking(person, await marketplace.slot(consultant, price=FREE))
    await marketplace.product.set_meeting_link(
        consultant, SetMeetingLinkCommand(booking_id=booking.id, platform="Google Meet", link=LINK)
    )
    await browser.log_in(person)
    page = await browser.open(f"/bookings/{booking.id}")
    [google] = [link for link in page.all("a") if link["href"].startswith("https://calendar.google.com/")]
    [outlook] = [link for link in page.all("a") if link["href"].startswith("https://outlook.live.com/")]
    [file] = [link for link in page.all("a") if link["href"].endswith("/calendar.ics")]
    for link in (google, outlook):
        assert (link["target"], link["rel"]) == ("_blank", "noopener noreferrer nofollow")
        assert "meet.example" not in link["href"]
    starts_at, ends_at = booking.starts_at, booking.ends_at
    asked = httpx.URL(google["href"]).params
    assert asked["action"] == "TEMPLATE"
    assert asked["text"] == f"Session with {booking.consultant.name}"
    assert asked["dates"] == f"{starts_at:%Y%m%dT%H%M%SZ}/{ends_at:%Y%m%dT%H%M%SZ}"
    asked = httpx.URL(outlook["href"]).params
    assert (asked["startdt"], asked["enddt"]) == (
        f"{starts_at:%Y-%m-%dT%H:%M:%SZ}",
        f"{ends_at:%Y-%m-%dT%H:%M:%SZ}",
    )
    assert (await browser.client.get(file["href"])).status_code == 200


@pytest.mark.parametrize("status", ["pending", "cancelled"])
async def test_what_is_not_confirmed_offers_no_calendar(
    browser: Browser, marketplace: Marketplace, status: str
) -> None:
    person = await marketplace.client()
    booking = await marketplace.booking(person, await marketplace.slot(await marketplace.consultant()))
    if status == "cancelled":
        await marketplace.product.cancel_booking(person, CancelBookingCommand(booking_id=booking.id))
    await browser.log_in(person)
    page = await browser.open(f"/bookings/{booking.id}")
    assert not [link for link in page.all("a") if "calendar" in link["href"]]


async def test_operators_have_neither_files_nor_feeds(
    browser: Browser, client: httpx.AsyncClient, marketplace: Marketplace
) -> None:
    operator = await marketplace.account(Role.OPERATOR)
    await browser.log_in(operator)
    page = await browser.open("/account")
    assert not [link for link in page.all("a") if "calendar" in link["href"]]
    await browser.open("/account/calendar-feed", status=403)
    program = Program(client, await marketplace.token(operator))
    assert (await program.call("GET", "/me/calendar-feed")).status_code == 403


async def test_a_consultant_adds_a_session_to_their_calendar_without_naming_its_client_to_others(
    new_browser: NewBrowser, marketplace: Marketplace
) -> None:
    consultant, person = await marketplace.consultant(), await marketplace.client()
    booking = await marketplace.booking(person, await marketplace.slot(consultant, price=FREE))
    browser = new_browser()
    await browser.log_in(consultant)
    page = (await browser.client.get(f"/consultant/bookings/{booking.id}")).text
    assert f'href="/consultant/bookings/{booking.id}/calendar.ics"' in page
    [address] = re.findall(r'href="(https://calendar.google.com[^"]*)"', page)
    assert "Chidi" not in address
