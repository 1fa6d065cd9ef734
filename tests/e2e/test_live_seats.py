"""Seats that come and go, on a site of two server processes and in headless Chromium."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import count

import httpx
import msgspec
import pytest
from playwright.async_api import Page, async_playwright, expect

from infrastructure.embedded.postgres import EmbeddedPostgres
from infrastructure.embedded.valkey import EmbeddedValkey
from tests.e2e.databases import fresh_database
from tests.e2e.site import Site, running_site
from tests.e2e.test_in_the_browser import ARGUMENTS, BROWSERS, person
from tests.integration.api.program import PROFILE, Json, Program, session

AT_MOST_S = 20.0
STOPS_WITHIN_S = 15.0
numbers = count(1)


@pytest.fixture(scope="module")
def site(
    postgres: EmbeddedPostgres, valkey: EmbeddedValkey, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """Two server processes whose log names every request."""
    folder = tmp_path_factory.mktemp("live")
    with running_site(
        fresh_database(postgres), valkey.url, folder, WEB_WORKERS="2", RATE_LIMITS="off", LOG_LEVEL="INFO"
    ) as running:
        yield running


class Offer:
    """A consultant's session of two free seats, and two clients."""

    def __init__(self, http: httpx.AsyncClient, slug: str, slot: Json, clients: list[Program]) -> None:
        self.http = http
        self.page = f"/consultants/{slug}"
        self.slot = slot
        self.clients = clients

    @property
    def seats(self) -> str:
        """Where its seats are followed."""
        return f"{self.page}/seats?slot={self.slot['id']}"

    async def book(self, client: Program) -> Json:
        """Take a seat."""
        return await client.post("/client/bookings", {"slot_id": self.slot["id"], "reason_for_session": "A lease"})


@pytest.fixture
async def offer(site: Site) -> AsyncIterator[Offer]:
    """Registered and published over the API."""
    number = next(numbers)
    async with httpx.AsyncClient(base_url=site.url, timeout=30, trust_env=False) as http:
        consultant = await Program.of(http, "consultant", f"live-ada-{number}")
        profile = await consultant.call("PATCH", "/consultant/profile", json=PROFILE)
        assert profile.status_code == 200, profile.text
        slot = await consultant.post("/consultant/availabilities", session(seats=2, price=0))
        clients = [await Program.of(http, "client", f"live-{name}-{number}") for name in ("obi", "eze")]
        yield Offer(http, profile.json()["slug"], slot, clients)


@asynccontextmanager
async def stream(offer: Offer) -> AsyncIterator[AsyncIterator[int]]:
    """Seats left, as they are told."""

    async def seats_left(answer: httpx.Response) -> AsyncIterator[int]:
        async for line in answer.aiter_lines():
            if line.startswith("data: "):
                yield msgspec.json.decode(line.removeprefix("data: "))["seats_left"]

    async with offer.http.stream("GET", offer.seats, timeout=AT_MOST_S) as answer:
        assert answer.status_code == 200
        yield seats_left(answer)


def lines_about_streams(site: Site) -> list[str]:
    """Of the log."""
    return [line for line in site.log.read_text().splitlines() if "route=/consultants/{slug}/seats" in line]


async def test_every_server_process_tells_of_what_happened_in_the_other(site: Site, offer: Offer) -> None:
    async with stream(offer) as one, stream(offer) as two, stream(offer) as three, stream(offer) as four:
        everybody = (one, two, three, four)
        assert [await anext(seats) for seats in everybody] == [2, 2, 2, 2]
        await offer.book(offer.clients[0])
        assert [await anext(seats) for seats in everybody] == [1, 1, 1, 1]


async def test_whoever_goes_away_is_let_go_and_logged_once(site: Site, offer: Offer) -> None:
    before = len(lines_about_streams(site))
    async with stream(offer) as seats:
        assert await anext(seats) == 2
        assert len(lines_about_streams(site)) == before
    async with asyncio.timeout(AT_MOST_S):
        while len(lines_about_streams(site)) == before:  # noqa: ASYNC110 - another process writes it
            await asyncio.sleep(0.05)
    assert "status=200" in lines_about_streams(site)[-1]


async def test_open_streams_end_well_and_keep_no_server_from_stopping(site: Site, offer: Offer) -> None:
    async with stream(offer) as one, stream(offer) as two:
        assert [await anext(one), await anext(two)] == [2, 2]
        web = site.processes.pop("web")
        web.terminate()
        assert [left async for left in one] == [left async for left in two] == []
    assert await asyncio.to_thread(web.wait, STOPS_WITHIN_S) == 0
    site.start_web()


@asynccontextmanager
async def two_pages(site: Site, complaints: list[str]) -> AsyncIterator[tuple[Page, Page]]:
    """Of two people, on a wide and on a narrow screen."""
    path = next((found for found in map(shutil.which, BROWSERS) if found), None)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield await person(browser, site, complaints, 1280), await person(browser, site, complaints, 360)
        await browser.close()


async def test_the_open_page_changes_in_place(site: Site, offer: Offer) -> None:
    complaints: list[str] = []
    first, second = offer.clients
    async with two_pages(site, complaints) as pages:
        links = []
        for page in pages:
            await page.goto(offer.page)
            links.append(page.locator(f"[data-slot='{offer.slot['id']}']"))
            await expect(links[-1]).to_contain_text("2 seats left")
            await page.evaluate("window.isTheSame = true")
        await links[0].focus()

        booking = await offer.book(first)
        for link in links:
            await expect(link).to_contain_text("1 seat left", timeout=AT_MOST_S * 1000)
        await offer.book(second)
        for link in links:
            await expect(link).to_contain_text("Full · join waiting list", timeout=AT_MOST_S * 1000)
            await expect(link).to_have_class(re.compile("slot-full"))
        await first.post(f"/client/bookings/{booking['id']}/cancel", {}, status=200)
        for link in links:
            await expect(link).to_contain_text("1 seat left", timeout=AT_MOST_S * 1000)
            await expect(link).not_to_have_class(re.compile("slot-full"))

        await expect(links[0]).to_be_focused()
        assert [await page.evaluate("window.isTheSame") for page in pages] == [True, True]
        for page in pages:
            said = await page.locator(f"[data-slot='{offer.slot['id']}']").inner_text()
            await page.reload()
            assert await page.locator(f"[data-slot='{offer.slot['id']}']").inner_text() == said
    assert complaints == []


async def test_a_page_that_was_cut_off_is_right_again(site: Site, offer: Offer) -> None:
    async with two_pages(site, []) as (page, _):
        await page.goto(offer.page)
        link = page.locator(f"[data-slot='{offer.slot['id']}']")
        await expect(link).to_contain_text("2 seats left")
        site.kill("web")
        site.start_web()
        await offer.book(offer.clients[0])
        await expect(link).to_contain_text("1 seat left", timeout=AT_MOST_S * 1000)
