"""What a consultant reads while the bank of a client disputes a payment."""

from __future__ import annotations

from typing import Any

import pytest

from application.accounts.callers import Caller
from tests.integration.operations.desk import LOSS, WIN, Desk
from tests.integration.web.browser import Browser
from tests.integration.web.html import mistakes_in
from tests.marketplace import Marketplace


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, "Nothing of it is paid out until that is decided."),
        (LOSS, "took the money for this session back"),
        (WIN, None),
    ],
    ids=["open", "lost", "won"],
)
async def test_the_booking_says_that_the_bank_disputes_its_payment(
    marketplace: Marketplace, browser: Browser, facts: dict[str, Any], said: str | None
) -> None:
    consultant: Caller = await marketplace.consultant()
    booking = await marketplace.confirmed_booking(await marketplace.client(), await marketplace.slot(consultant))
    desk = await Desk.furnish(marketplace)
    await desk.dispute(booking.payments[0].reference, **facts)
    await browser.log_in(consultant)
    for page in ("/consultant/bookings", f"/consultant/bookings/{booking.id}"):
        await browser.open(page)
        assert mistakes_in(browser.page) == []
        assert (said or "bank") in browser.main if said else "bank" not in browser.main
