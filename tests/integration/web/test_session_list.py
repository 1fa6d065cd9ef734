"""A client's list of sessions: what is next, unpaid, ahead and over."""

from __future__ import annotations

from datetime import timedelta

import pytest

from application.accounts.callers import Caller
from application.bookings.cancel_booking import CancelBookingCommand
from application.bookings.set_meeting_link import SetMeetingLinkCommand
from application.consultants.update_profile import UpdateProfileCommand
from domain.money import Money
from interfaces.web.rooms.sessions import SHOWN_AHEAD
from tests.integration.web.browser import Browser
from tests.integration.web.html import Element, mistakes_in
from tests.marketplace import Marketplace

FREE = Money(0, "NGN")
MINUTE = timedelta(minutes=1)


def section(page: Element, name: str) -> Element:
    """The part of the page under that heading."""
    [found] = [part for part in page.all("section") if part["aria-labelledby"] == f"{name}-title"]
    return found


def bookings_in(part: Element) -> list[str]:
    """The ids of the bookings there, in page order, each once."""
    links = [link["href"].removeprefix("/bookings/") for link in part.all("a")]
    return list(dict.fromkeys(link for link in links if len(link) == 36))


async def test_each_booking_stands_where_it_belongs(browser: Browser, marketplace: Marketplace) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    slots = [
        await marketplace.slot(consultant, starts_in=timedelta(days=days), price=FREE) for days in (2, 3, 4, 5, 6)
    ]
    unpaid = await marketplace.booking(client, await marketplace.slot(consultant, starts_in=timedelta(days=7)))
    next_one, later, called_off, over, expired = [await marketplace.booking(client, slot) for slot in slots]
    await marketplace.product.cancel_booking(client, CancelBookingCommand(booking_id=called_off.id))
    await marketplace.move_into_past(over.slot_id)
    await marketplace.product.cancel_booking(consultant, CancelBookingCommand(booking_id=expired.id))
    await browser.log_in(client)
    page = await browser.open("/bookings")
    assert mistakes_in(page) == []
    assert bookings_in(section(page, "next")) == [str(next_one.id)]
    assert bookings_in(section(page, "unpaid")) == [str(unpaid.id)]
    assert bookings_in(section(page, "upcoming")) == [str(later.id)]
    assert bookings_in(section(page, "past")) == [str(expired.id), str(called_off.id), str(over.id)]
    assert "It is held for you until" in section(page, "unpaid").text
    assert "starts in 1 day 23 hours" in section(page, "next").text


@pytest.mark.parametrize(("starts_in", "is_large"), [(30 * MINUTE, False), (9 * MINUTE, True)])
async def test_the_way_in_grows_when_it_is_time(
    browser: Browser, marketplace: Marketplace, starts_in: timedelta, is_large: bool
) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    booking = await marketplace.booking(
        client, await marketplace.slot(consultant, starts_in=starts_in, price=FREE)
    )
    await marketplace.product.set_meeting_link(
        consultant,
        SetMeetingLinkCommand(booking_id=booking.id, platform="Jitsi", link="https://meet.jit.si/lease"),
    )
    await browser.log_in(client)
    for path in ("/bookings", f"/bookings/{booking.id}"):
        page = await browser.open(path)
        ways = [link for link in page.all("a") if link["href"] == "https://meet.jit.si/lease"]
        [shown] = [link for link in ways if link.parent and "hidden" not in link.parent.attributes]
        assert ("btn-lg" in shown["class"]) is is_large, path
        assert ("It is time to join in about 19 minutes" in browser.main) is not is_large
    await marketplace.move_into_past(booking.slot_id, by=starts_in + 5 * MINUTE)
    await browser.open("/bookings")
    assert "Your next session is on now" in browser.main


async def test_the_soonest_come_first_however_many_are_ahead(browser: Browser, marketplace: Marketplace) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    number = SHOWN_AHEAD + 5
    booked = [
        await marketplace.booking(
            client, await marketplace.slot(consultant, starts_in=timedelta(days=days), price=FREE)
        )
        for days in range(number, 0, -1)
    ]
    expected = [str(booking.id) for booking in reversed(booked)]
    await browser.log_in(client)
    page = await browser.open("/bookings")
    seen = bookings_in(section(page, "next")) + bookings_in(section(page, "upcoming"))
    assert seen == expected[:SHOWN_AHEAD]
    [further] = [link["href"] for link in page.all("a") if "?later=" in link["href"]]
    page = await browser.open(further)
    assert mistakes_in(page) == []
    assert bookings_in(section(page, "upcoming")) == expected[SHOWN_AHEAD:]
    assert "Back to all sessions" in browser.main


async def test_older_sessions_follow_page_by_page(browser: Browser, marketplace: Marketplace) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    booked = []
    for days in range(1, 24):
        slot = await marketplace.slot(consultant, starts_in=timedelta(days=days), price=FREE)
        booked.append(str((await marketplace.booking(client, slot)).id))
        await marketplace.move_into_past(slot.id, by=timedelta(days=60))
    await browser.log_in(client)
    path: str | None = "/bookings"
    seen: list[str] = []
    while path:
        page = await browser.open(path)
        seen += bookings_in(section(page, "past"))
        path = next((link["href"] for link in page.all("a") if "cursor=" in link["href"]), None)
    assert seen == booked[::-1]


async def new_yorker(marketplace: Marketplace) -> Caller:
    """A consultant far from Lagos."""
    consultant = await marketplace.consultant()
    await marketplace.product.update_profile(consultant, UpdateProfileCommand(time_zone="America/New_York"))
    return consultant


async def test_times_are_in_the_consultants_zone_until_one_is_chosen_and_then_in_both(
    browser: Browser, marketplace: Marketplace
) -> None:
    consultant, client = await new_yorker(marketplace), await marketplace.client()
    booking = await marketplace.confirmed_booking(client, await marketplace.slot(consultant))
    pages = ["/bookings"] + [f"/bookings/{booking.id}{page}" for page in ("", "/cancel")]
    await browser.log_in(client)
    for path in pages:
        await browser.open(path)
        assert "(America/New_York" in browser.main
        assert "your time" not in browser.main
        assert "for Ada" not in browser.main
    await browser.open("/bookings?tz=Africa/Lagos")
    for path in pages:
        await browser.open(path)
        assert "your time (Africa/Lagos" in browser.main
        assert "for Ada (America/New_York" in browser.main


async def test_a_cursor_of_another_list_opens_nothing(browser: Browser, marketplace: Marketplace) -> None:
    await browser.log_in(await marketplace.client())
    answer = await browser.client.get("/bookings?later=AAAA")
    assert answer.status_code == 400
