"""Waiting lists in the browser, without scripts."""

from __future__ import annotations

from datetime import timedelta

from domain.money import Money
from tests.integration.waiting_list.lines import FREE, full_slot, give_up, let_offers_lapse
from tests.integration.web.browser import OWN_PAGE, Browser
from tests.integration.web.html import mistakes_in
from tests.marketplace import Marketplace


async def test_the_empty_page_says_how_waiting_lists_work(browser: Browser, marketplace: Marketplace) -> None:
    await browser.log_in(await marketplace.client())
    await browser.open("/waiting")
    assert mistakes_in(browser.page) == []
    assert "You are on no waiting list" in browser.main
    assert "the first in line is offered it" in browser.main


async def test_join_get_an_offer_and_take_the_seat(browser: Browser, marketplace: Marketplace) -> None:
    slot, [held] = await full_slot(marketplace, await marketplace.consultant(), price=Money(500_000, "NGN"))
    await browser.log_in(await marketplace.client())
    await browser.open(f"/book/{slot.id}")
    await browser.send(f"/waiting/{slot.id}")
    assert browser.path == "/waiting"
    assert "You are on the waiting list, at number 1." in browser.main
    assert "You are first in line." in browser.main
    assert "Africa/Lagos" in browser.main
    assert mistakes_in(browser.page) == []

    await give_up(marketplace, held)
    await marketplace.product.offer_seats()
    await browser.open("/waiting?tz=America/New_York")
    assert mistakes_in(browser.page) == []
    assert "A seat is kept for you" in browser.main
    assert "After that it goes to the next in line." in browser.main
    assert "your time (America/New_York)" in browser.main
    [take] = [link for link in browser.page.all("a") if link.text.startswith("Take the seat")]
    await browser.open(take["href"])
    await browser.send(f"/book/{slot.id}", reason_for_session="A lease")
    assert browser.path.endswith("/pay")
    await browser.open("/waiting")
    assert "You took a seat" in browser.main
    assert "Take the seat" not in browser.main


async def test_an_offer_stands_on_top_of_ones_sessions(browser: Browser, marketplace: Marketplace) -> None:
    slot, [held] = await full_slot(marketplace, await marketplace.consultant())
    client = await marketplace.client()
    await marketplace.product.join_waiting_list(client, slot.id)
    await browser.log_in(client)
    await browser.open("/bookings")
    assert "A seat is kept for you" not in browser.main
    await give_up(marketplace, held)
    await marketplace.product.offer_seats()
    await browser.open("/bookings")
    assert "A seat is kept for you" in browser.main
    assert "Give it up" not in browser.main
    assert f"/book/{slot.id}" in [link["href"] for link in browser.page.all("a")]
    assert mistakes_in(browser.page) == []


async def test_leaving_and_giving_up_an_offer(browser: Browser, marketplace: Marketplace) -> None:
    first, [held] = await full_slot(marketplace, await marketplace.consultant())
    second = await marketplace.slot(await marketplace.consultant(), starts_in=timedelta(days=3), price=FREE)
    await marketplace.booking(await marketplace.client(), second)
    client = await marketplace.client()
    entries = [await marketplace.product.join_waiting_list(client, slot.id) for slot in (first, second)]
    await give_up(marketplace, held)
    await marketplace.product.offer_seats()
    await browser.log_in(client)
    await browser.open("/waiting")
    assert "A seat is kept for you" in browser.main
    for entry in entries:
        await browser.send(f"/waiting/{entry.id}/leave")
        assert "You have left the waiting list." in browser.main
    assert "A seat is kept for you" not in browser.main
    assert "in line." not in browser.main.partition("How waiting lists work")[0]
    assert browser.main.count("You left the waiting list.") == 2
    assert mistakes_in(browser.page) == []


async def test_a_place_that_is_over_meanwhile_is_said_to_be(browser: Browser, marketplace: Marketplace) -> None:
    slot, _ = await full_slot(marketplace, await marketplace.consultant())
    client = await marketplace.client()
    entry = await marketplace.product.join_waiting_list(client, slot.id)
    await browser.log_in(client)
    await browser.open("/waiting")
    await marketplace.product.leave_waiting_list(client, entry.id)
    await browser.send(f"/waiting/{entry.id}/leave")
    assert "You are not on this waiting list any more." in browser.main


async def test_an_offer_that_ran_out_says_until_when_it_was(browser: Browser, marketplace: Marketplace) -> None:
    slot, [held] = await full_slot(marketplace, await marketplace.consultant())
    client = await marketplace.client()
    await marketplace.product.join_waiting_list(client, slot.id)
    await give_up(marketplace, held)
    await marketplace.product.offer_seats()
    await let_offers_lapse(marketplace, slot.id)
    await browser.log_in(client)
    await browser.open("/waiting")
    assert "Offer ran out" in browser.main
    assert "A seat was kept for you until" in browser.main
    assert mistakes_in(browser.page) == []
    await marketplace.move_into_past(slot.id)
    await browser.open("/waiting")
    assert "See whether one is free" not in browser.main


async def test_whoever_finds_a_seat_is_sent_to_book_it(browser: Browser, marketplace: Marketplace) -> None:
    slot, [held] = await full_slot(marketplace, await marketplace.consultant())
    await browser.log_in(await marketplace.client())
    await browser.open(f"/book/{slot.id}")
    await give_up(marketplace, held)
    await browser.send(f"/waiting/{slot.id}")
    assert browser.path == f"/book/{slot.id}"
    assert "There is a free seat in this session: book it." in browser.main


async def test_joining_twice_leads_to_the_one_place(browser: Browser, marketplace: Marketplace) -> None:
    slot, _ = await full_slot(marketplace, await marketplace.consultant())
    client = await marketplace.client()
    await browser.log_in(client)
    await browser.open(f"/book/{slot.id}")
    await marketplace.product.join_waiting_list(client, slot.id)
    await browser.send(f"/waiting/{slot.id}")
    assert browser.path == "/waiting"
    assert "You are on the waiting list of this session already." in browser.main


async def test_waiting_lists_are_for_clients(browser: Browser, marketplace: Marketplace) -> None:
    await browser.open("/waiting")
    assert browser.path == "/login"
    await browser.log_in(await marketplace.consultant())
    await browser.open("/waiting", status=403)


async def test_nobody_joins_from_another_site(browser: Browser, marketplace: Marketplace) -> None:
    slot, _ = await full_slot(marketplace, await marketplace.consultant())
    await browser.log_in(await marketplace.client())
    answer = await browser.client.post(f"/waiting/{slot.id}", headers=OWN_PAGE)
    assert answer.status_code == 403


async def test_what_is_over_comes_page_by_page(browser: Browser, marketplace: Marketplace) -> None:
    slot, _ = await full_slot(marketplace, await marketplace.consultant())
    client = await marketplace.client()
    for _ in range(25):
        entry = await marketplace.product.join_waiting_list(client, slot.id)
        await marketplace.product.leave_waiting_list(client, entry.id)
    await marketplace.product.join_waiting_list(client, slot.id)
    await browser.log_in(client)
    await browser.open("/waiting")
    assert browser.main.count("You left the waiting list.") == 19
    [older] = [link for link in browser.page.all("a") if link.text == "Older places"]
    await browser.open(f"/waiting{older['href'].removeprefix('/waiting')}")
    assert browser.main.count("You left the waiting list.") == 6
    assert "first in line" not in browser.main.partition("How waiting lists work")[0]
    assert mistakes_in(browser.page) == []
