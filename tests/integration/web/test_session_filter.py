"""A client looks for sessions by their state and their day."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from domain.money import Money
from tests.integration.web.browser import Browser
from tests.integration.web.html import Element, mistakes_in
from tests.marketplace import Marketplace

DAY = timedelta(days=1)
FREE = Money(0, "NGN")


def found_in(page: Element) -> list[str]:
    """Ids of the bookings in the list, in page order."""
    [main] = page.all("main")
    return [link["href"].removeprefix("/bookings/") for link in main.all("a") if "/bookings/" in link["href"]]


async def three_sessions(browser: Browser, marketplace: Marketplace) -> tuple[UUID, UUID, UUID]:
    """One that took place, one that is ahead, one that was not paid for; their client is logged in."""
    consultant, client = await marketplace.consultant(), await marketplace.client()
    over = await marketplace.completed_booking(client, consultant, await marketplace.slot(consultant, price=FREE))
    ahead = await marketplace.booking(client, await marketplace.slot(consultant, starts_in=3 * DAY, price=FREE))
    lapsed = await marketplace.booking(client, await marketplace.slot(consultant, starts_in=5 * DAY))
    await marketplace.lapse_hold(lapsed.id)
    await marketplace.product.expire_holds()
    await browser.log_in(client)
    return over.id, ahead.id, lapsed.id


async def test_sessions_are_found_by_state_and_day(browser: Browser, marketplace: Marketplace) -> None:
    over, ahead, lapsed = (str(one) for one in await three_sessions(browser, marketplace))
    assert "Look for sessions" in (await browser.open("/bookings")).text
    for query, expected in (
        ("state=completed", [over, over]),
        ("state=confirmed", [ahead]),
        ("state=expired", [lapsed]),
        ("from=2000-01-01", [lapsed, ahead, over, over]),
        ("until=2000-01-01", []),
    ):
        page = await browser.open(f"/bookings?{query}")
        assert found_in(page) == expected, query
        assert mistakes_in(page) == []
    assert "No session fits" in browser.main
    assert "Until Sat 1 Jan 2000" in browser.main
    page = await browser.open("/bookings?state=expired&from=2000-01-01")
    assert {link["href"] for link in page.all("a") if "(remove)" in link.text} == {
        "/bookings?from=2000-01-01",
        "/bookings?state=expired",
    }


@pytest.mark.parametrize("query", ["state=lots", "from=soon", "until=2026-13-40", "state=%00"])
async def test_what_makes_no_sense_is_left_out_and_said(
    browser: Browser, marketplace: Marketplace, query: str
) -> None:
    await three_sessions(browser, marketplace)
    await browser.open(f"/bookings?{query}")
    assert "Your next session starts in" in browser.main
    assert ("Left out, because it makes no sense here" in browser.main) is ("%00" not in query)
