"""Page, API, calendar file and feed agree on when a session is, in every zone, around every change of clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest

from application.availability.save_availability import SlotRow
from application.calendars.open_feed import OpenFeedCommand
from application.consultants.update_profile import UpdateProfileCommand
from domain.money import Money
from tests.calendar_reader import Component, instant_by_definition, instant_by_name, read_calendar
from tests.integration.api.program import Program
from tests.integration.web.browser import Browser
from tests.integration.web.html import Element
from tests.marketplace import PASSWORD, Marketplace

YEAR = datetime.now(UTC).year + 1
HALF_AN_HOUR = timedelta(minutes=30)
LENGTH = timedelta(minutes=25)
ZONES = {
    "Africa/Lagos": 0,
    "Africa/Cairo": 2,
    "Africa/Casablanca": 2,
    "Europe/London": 2,
    "America/New_York": 2,
    "Asia/Kathmandu": 0,
    "Australia/Lord_Howe": 2,
}
"""How often clocks change there in an ordinary year."""


def changes_of_clocks(zone: ZoneInfo) -> list[datetime]:
    """The instants at which clocks change in that year."""
    half_hours = [datetime(YEAR, 1, 1, tzinfo=UTC) + number * HALF_AN_HOUR for number in range(365 * 48)]
    return [
        at
        for at in half_hours
        if at.astimezone(zone).utcoffset() != (at - HALF_AN_HOUR).astimezone(zone).utcoffset()
    ]


def starts(zone: ZoneInfo) -> list[datetime]:
    """Two hours before to two hours after each change; where there is none, the turns of the year's quarters."""
    anchors = changes_of_clocks(zone) or [datetime(YEAR, month, 1, tzinfo=UTC) for month in (1, 4, 7, 10)]
    return [anchor + number * HALF_AN_HOUR for anchor in anchors for number in range(-4, 5)]


def shown_start(page: Element) -> tuple[datetime, str]:
    """The instant behind the time that the page of a booking shows, and its words."""
    [section] = [section for section in page.all("section") if section["aria-labelledby"] == "session-title"]
    shown = section.all("time")[0]
    return datetime.fromisoformat(shown["datetime"]), shown.text


def written(calendar: Component, name: str) -> set[datetime]:
    """A property of the one event as two kinds of reader understand it."""
    [entry] = calendar.all("VEVENT")
    return {instant_by_name(entry[name]), instant_by_definition(entry[name], calendar)}


@pytest.mark.parametrize("name", ZONES)
async def test_page_api_file_and_feed_agree(
    browser: Browser, client: httpx.AsyncClient, marketplace: Marketplace, name: str
) -> None:
    zone = ZoneInfo(name)
    assert len(changes_of_clocks(zone)) == ZONES[name]
    consultant, person = await marketplace.consultant(), await marketplace.client()
    await marketplace.product.update_profile(consultant, UpdateProfileCommand(time_zone=name))
    rows = [SlotRow(starts_at=at, ends_at=at + LENGTH, capacity=1, price=Money(0, "NGN")) for at in starts(zone)]
    slots = await marketplace.product.save_availability(consultant, rows)
    await browser.log_in(person)
    client_program = Program(client, await marketplace.token(person))
    consultant_program = Program(client, await marketplace.token(consultant))
    expected = {}
    for slot, starts_at in zip(slots, starts(zone), strict=True):
        booking = await marketplace.booking(person, slot)
        expected[str(booking.id)] = starts_at
        told = await client_program.get(f"/client/bookings/{booking.id}")
        assert datetime.fromisoformat(told["starts_at"]) == starts_at
        instant, words = shown_start(await browser.open(f"/bookings/{booking.id}?tz={name}"))
        assert instant == starts_at
        local = starts_at.astimezone(zone)
        assert words.startswith(f"{local:%a} {local.day} {local:%b}")
        assert f" {local.year}, {local.hour % 12 or 12}:{local:%M}" in words
        files = [
            await browser.client.get(f"/bookings/{booking.id}/calendar.ics"),
            await client_program.call("GET", f"/client/bookings/{booking.id}/calendar?tz={name}"),
            await consultant_program.call("GET", f"/consultant/bookings/{booking.id}/calendar"),
        ]
        for file in files:
            calendar = read_calendar(file.content)
            assert written(calendar, "DTSTART") == {starts_at}
            assert written(calendar, "DTEND") == {starts_at + LENGTH}
    for caller, ids in ((person, expected), (consultant, {str(slot.id): slot.span.starts_at for slot in slots})):
        feed = await marketplace.product.open_feed(caller, OpenFeedCommand(current_password=PASSWORD))
        entries = read_calendar((await client.get(f"/calendars/{feed.token}.ics")).content).all("VEVENT")
        assert {entry["UID"].value.split("@")[0]: instant_by_name(entry["DTSTART"]) for entry in entries} == ids
