"""A client reports that the consultant did not come, without scripts."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from application.accounts.callers import Caller
from application.bookings.answer_absence_report import AnswerAbsenceReportCommand
from domain.accounts import Role
from tests.integration.web.browser import OWN_PAGE, Browser
from tests.integration.web.conftest import NewBrowser
from tests.integration.web.html import fields_of, mistakes_in
from tests.marketplace import PROOF, Marketplace


class Missed:
    """A paid session of yesterday, and its client at the browser."""

    def __init__(self, marketplace: Marketplace, consultant: Caller, booking_id: UUID, browser: Browser) -> None:
        self.marketplace = marketplace
        self.product = marketplace.product
        self.consultant = consultant
        self.booking_id = booking_id
        self.browser = browser
        self.page = f"/bookings/{booking_id}"

    async def report(self, words: str = "I waited for half an hour.\nNobody came.") -> None:
        """From the booking's page on."""
        await self.browser.open(self.page)
        assert f"{self.page}/no-show" in self.browser.answer.text
        await self.browser.open(f"{self.page}/no-show")
        assert mistakes_in(self.browser.page) == []
        await self.browser.send(f"{self.page}/no-show", reason=words)

    async def answer(self, *, attended: bool) -> None:
        """The consultant says how it was."""
        await self.product.answer_absence_report(
            self.consultant,
            AnswerAbsenceReportCommand(booking_id=self.booking_id, attended=attended, comment="My power was cut"),
        )

    async def see(self) -> str:
        """The booking's page."""
        await self.browser.open(self.page)
        assert mistakes_in(self.browser.page) == []
        return self.browser.main


@pytest.fixture
async def missed(browser: Browser, marketplace: Marketplace) -> Missed:
    """Not reported yet."""
    consultant, client = await marketplace.consultant(), await marketplace.client()
    slot = await marketplace.slot(consultant)
    booking = await marketplace.confirmed_booking(client, slot)
    await marketplace.move_into_past(slot.id, by=timedelta(days=2))
    await browser.log_in(client)
    return Missed(marketplace, consultant, booking.id, browser)


async def test_a_report_says_until_when_an_answer_is_due(missed: Missed) -> None:
    await missed.report()
    assert missed.browser.path == missed.page
    main = await missed.see()
    assert "Waiting for an answer" in main
    assert "The 72 hours end on" in main
    assert "I waited for half an hour. Nobody came." in main
    assert f"{missed.page}/no-show" not in missed.browser.answer.text


async def test_nobody_says_that_a_session_took_place_before_it_is_decided(missed: Missed) -> None:
    await missed.product.complete_session(missed.consultant, missed.booking_id)
    assert "The session took place." in await missed.see()
    assert "If you cancel" not in missed.browser.main
    await missed.report()
    main = await missed.see()
    assert "The session is over." in main
    assert "The session took place." not in main


async def test_an_admitted_absence_is_refunded(missed: Missed) -> None:
    await missed.report()
    await missed.answer(attended=False)
    main = await missed.see()
    assert "Consultant did not come" in main
    assert "All that you paid goes back to you." in main
    assert "My power was cut" in main
    assert "Refunds" in main
    await missed.browser.open("/bookings")
    assert "Consultant did not come" in missed.browser.main


@pytest.mark.parametrize(("upheld", "end"), [(True, "goes back to you"), (False, "found that Ada was there")])
async def test_a_contested_report_is_decided_by_an_operator(missed: Missed, upheld: bool, end: str) -> None:
    await missed.report()
    await missed.answer(attended=True)
    assert "A person at Imoran looks at both sides and decides." in await missed.see()
    operator = await missed.marketplace.account(Role.OPERATOR)
    await missed.product.decide_absence_report(operator, missed.booking_id, PROOF, upheld=upheld)
    assert end in await missed.see()


async def test_who_did_not_come_themselves_is_told(missed: Missed) -> None:
    await missed.product.mark_no_show(missed.consultant, missed.booking_id)
    main = await missed.see()
    assert "You were not there" in main
    assert "You were marked as not there." in main
    await missed.browser.open("/bookings")
    assert "You were not there" in missed.browser.main


async def test_there_is_one_report(missed: Missed) -> None:
    await missed.browser.open(f"{missed.page}/no-show")
    other_tab = missed.browser.answer
    await missed.browser.open(f"{missed.page}/no-show")
    await missed.browser.send(f"{missed.page}/no-show")
    missed.browser.answer = other_tab
    await missed.browser.send(f"{missed.page}/no-show")
    assert "You have reported this already." in missed.browser.main
    await missed.browser.open(f"{missed.page}/no-show")
    assert "You have reported this already." in missed.browser.main


async def test_too_many_words_are_kept_and_nothing_is_reported(missed: Missed) -> None:
    await missed.browser.open(f"{missed.page}/no-show")
    await missed.browser.send(f"{missed.page}/no-show", status=422, reason="x" * 2001)
    assert "Use at most 2,000 characters." in missed.browser.main
    assert "x" * 2001 in missed.browser.main
    assert "Waiting for an answer" not in await missed.see()


async def test_a_session_that_has_not_begun_or_is_long_over_is_not_reported(
    browser: Browser, marketplace: Marketplace
) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    slots = [await marketplace.slot(consultant, starts_in=timedelta(days=days)) for days in (1, 2)]
    bookings = [await marketplace.confirmed_booking(client, slot) for slot in slots]
    await marketplace.move_into_past(slots[1].id, by=timedelta(days=10))
    await browser.log_in(client)
    for booking in bookings:
        await browser.open(f"/bookings/{booking.id}")
        assert "/no-show" not in browser.answer.text
        await browser.open(f"/bookings/{booking.id}/no-show")
        assert "There is nothing to report about this session." in browser.main


async def test_somebody_elses_session_is_not_reported(new_browser: NewBrowser, missed: Missed) -> None:
    browser = new_browser()
    await browser.log_in(await missed.marketplace.client())
    await browser.open(f"{missed.page}/no-show", status=404)
    await browser.open("/account")
    form = fields_of(browser.form("/account"))
    answer = await browser.client.post(f"{missed.page}/no-show", data=form, headers=OWN_PAGE)
    assert answer.status_code == 404
    assert "Waiting for an answer" not in await missed.see()
