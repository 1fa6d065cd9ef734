"""What a consultant does about a booking: cancel it, note an absence, answer for one's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import pytest

from application.accounts.callers import Caller
from application.bookings.answer_absence_report import AnswerAbsenceReportCommand
from application.bookings.report_absence import ReportAbsenceCommand
from application.bookings.views import BookingDetails
from domain.accounts import Role
from domain.money import Money
from tests.integration.web.browser import Browser
from tests.integration.web.html import fields_of, mistakes_in
from tests.marketplace import PASSWORD, PROOF, Marketplace

WITH_PROOF = {"note": "Both of them wrote to us", "current_password": PASSWORD}


@dataclass
class Story:
    """A paid session that begins tomorrow."""

    marketplace: Marketplace
    consultant: Caller
    client: Caller
    booking: BookingDetails

    @property
    def address(self) -> str:
        """Where its consultant deals with it."""
        return f"/consultant/bookings/{self.booking.id}"

    async def now(self) -> BookingDetails:
        """As it stands."""
        return await self.marketplace.details(self.client, self.booking.id)

    async def begin(self, *, by: timedelta = timedelta(days=2)) -> None:
        """Time goes by; the session is over."""
        await self.marketplace.move_into_past(self.booking.slot_id, by=by)

    async def report(self, words: str = "I waited for half an hour.") -> None:
        """The client says that the consultant did not come."""
        await self.begin()
        await self.marketplace.product.report_absence(
            self.client, ReportAbsenceCommand(booking_id=self.booking.id, reason=words)
        )


@pytest.fixture
async def story(marketplace: Marketplace) -> Story:
    """One booking of one client."""
    consultant, client = await marketplace.consultant(), await marketplace.client()
    booking = await marketplace.confirmed_booking(client, await marketplace.slot(consultant))
    return Story(marketplace, consultant, client, booking)


def well_made(browser: Browser) -> None:
    """No flaw in the markup."""
    assert mistakes_in(browser.page) == []


async def test_cancelling_a_booking_names_the_exact_sum_and_sends_all_of_it_back(
    browser: Browser, story: Story
) -> None:
    await browser.log_in(story.consultant)
    await browser.open("/consultant/bookings")
    assert [link for link in browser.page.all("a") if link["href"] == f"{story.address}/cancel"]
    await browser.open(f"{story.address}/cancel")
    well_made(browser)
    assert "₦5,000.00" in browser.main
    await browser.send(f"{story.address}/cancel", reason="I have fallen ill.")
    assert "₦5,000.00 goes back" in browser.main
    after = await story.now()
    assert (after.status, [refund.amount.amount for refund in after.refunds]) == ("cancelled", [500_000])
    assert (after.history[-1].actor, after.history[-1].reason) == ("consultant", "I have fallen ill.")
    await browser.open(f"{story.address}/cancel")
    assert "nothing left to cancel" in browser.main


async def test_a_sum_that_changed_meanwhile_is_shown_again_and_nothing_is_cancelled(
    browser: Browser, marketplace: Marketplace
) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    held = await marketplace.booking(client, await marketplace.slot(consultant))
    address = f"/consultant/bookings/{held.id}/cancel"
    await browser.log_in(consultant)
    await browser.open(address)
    assert "Nothing is paid yet" in browser.main
    payment = await marketplace.started_payment(client, held)
    await marketplace.pay(payment.reference)
    await marketplace.product.settle_payment(payment.reference)
    await browser.send(address, status=409, reason="Sorry")
    well_made(browser)
    assert "₦5,000.00" in browser.main
    assert fields_of(browser.form(address))["reason"] == "Sorry"
    assert (await marketplace.details(client, held.id)).status == "confirmed"
    await browser.send(address)
    assert (await marketplace.details(client, held.id)).status == "cancelled"


async def test_a_free_booking_is_cancelled_without_money(browser: Browser, marketplace: Marketplace) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    booking = await marketplace.booking(client, await marketplace.slot(consultant, price=Money(0, "NGN")))
    await browser.log_in(consultant)
    await browser.open(f"/consultant/bookings/{booking.id}/cancel")
    assert "nothing goes back" in browser.main
    await browser.send(f"/consultant/bookings/{booking.id}/cancel")
    assert "The booking is cancelled." in browser.main


async def test_other_consultants_find_nothing_at_any_of_these_addresses(browser: Browser, story: Story) -> None:
    await story.report()
    await browser.log_in(await story.marketplace.consultant())
    for path in (
        f"{story.address}/cancel",
        f"{story.address}/absence",
        f"/consultant/availability/{story.booking.slot_id}/cancel",
        f"/consultant/bookings/{uuid4()}/cancel",
    ):
        await browser.open(path, status=404)


async def test_a_whole_session_is_cancelled_with_the_sum_of_everything_that_was_paid(
    browser: Browser, marketplace: Marketplace
) -> None:
    consultant = await marketplace.consultant()
    slot = await marketplace.slot(consultant, capacity=5)
    clients = [await marketplace.client() for _ in range(3)]
    paid = [await marketplace.confirmed_booking(client, slot) for client in clients[:2]]
    held = await marketplace.booking(clients[2], slot)
    address = f"/consultant/availability/{slot.id}/cancel"
    await browser.log_in(consultant)
    await browser.open(address)
    well_made(browser)
    assert "3 bookings are cancelled" in browser.main
    assert "₦10,000.00" in browser.main
    await browser.send(address, reason="The room burnt down.")
    assert "cancelled with 3 bookings" in browser.main
    for client, booking in zip(clients, [*paid, held], strict=True):
        after = await marketplace.details(client, booking.id)
        assert (after.status, after.history[-1].reason) == ("cancelled", "The room burnt down.")
    await browser.open(address, status=404)


async def test_a_session_that_took_place_is_not_cancelled(browser: Browser, story: Story) -> None:
    address = f"/consultant/availability/{story.booking.slot_id}/cancel"
    await browser.log_in(story.consultant)
    await browser.open(address)
    await story.begin()
    await story.marketplace.product.complete_session(story.consultant, story.booking.id)
    await browser.send(address, status=409)
    well_made(browser)
    assert "neither moved nor removed" in browser.main


async def test_a_client_is_marked_as_absent_after_the_start_and_not_before(browser: Browser, story: Story) -> None:
    await browser.log_in(story.consultant)
    await browser.open("/consultant/bookings")
    assert "/no-show" not in browser.answer.text
    await story.begin(by=timedelta(days=1))
    await browser.open(story.address)
    well_made(browser)
    assert "On now" in browser.main
    await browser.send(f"{story.address}/no-show?on=booking")
    assert browser.path == story.address
    assert "Client did not come" in browser.main
    after = await story.now()
    assert (after.status, after.absent, after.refunds) == ("no_show", "client", [])


async def test_a_client_who_reported_first_is_not_marked_as_absent(browser: Browser, story: Story) -> None:
    await story.begin()
    await browser.log_in(story.consultant)
    await browser.open("/consultant/bookings?state=over")
    page = browser.answer
    await story.marketplace.product.report_absence(story.client, ReportAbsenceCommand(booking_id=story.booking.id))
    await browser.send(f"{story.address}/no-show?state=over", status=409)
    well_made(browser)
    assert "Answer the report first" in browser.main
    browser.answer = page
    await browser.send(f"{story.address}/complete?state=over", status=409)
    assert "is how it is now" in browser.main
    assert "/no-show" not in browser.answer.text
    assert "/complete" not in browser.answer.text


async def test_a_report_is_on_the_dashboard_with_what_silence_means(browser: Browser, story: Story) -> None:
    await story.report("Nobody was there <b>at all</b>.")
    await browser.log_in(story.consultant)
    await browser.open("/consultant")
    well_made(browser)
    assert "Waiting for your answer" in browser.main
    await browser.open(f"{story.address}/absence")
    well_made(browser)
    for words in ("Nobody was there <b>at all</b>.", "72 hours", "Silence means that you agree", "₦5,000.00"):
        assert words in browser.main


async def test_an_answer_that_admits_it_sends_all_of_the_money_back(browser: Browser, story: Story) -> None:
    await story.report()
    await browser.log_in(story.consultant)
    await browser.open(f"{story.address}/absence")
    await browser.send(f"{story.address}/absence", status=422, comment="My train was late.")
    well_made(browser)
    assert fields_of(browser.form(f"{story.address}/absence"))["comment"] == "My train was late."
    await browser.send(f"{story.address}/absence", attended="no")
    assert "You did not come" in browser.main
    after = await story.now()
    assert (after.absent, [refund.amount.amount for refund in after.refunds]) == ("consultant", [500_000])
    await browser.open(f"{story.address}/absence")
    assert browser.path == story.address


async def test_an_answer_that_contradicts_leaves_it_to_an_operator(browser: Browser, story: Story) -> None:
    await story.report()
    await browser.log_in(story.consultant)
    await browser.open(f"{story.address}/absence")
    await browser.send(f"{story.address}/absence", attended="yes", comment="I was in the call.")
    well_made(browser)
    assert "A person at Imoran" in browser.main
    report = (await story.now()).absence_report
    assert report is not None
    assert (report.status, report.answer) == ("contested", "I was in the call.")


async def test_an_answer_that_comes_second_changes_nothing(browser: Browser, story: Story) -> None:
    await story.report()
    await browser.log_in(story.consultant)
    await browser.open(f"{story.address}/absence")
    await story.marketplace.product.answer_absence_report(
        story.consultant, AnswerAbsenceReportCommand(booking_id=story.booking.id, attended=False)
    )
    await browser.send(f"{story.address}/absence", status=409, attended="yes")
    well_made(browser)
    assert "answered already" in browser.main


@pytest.mark.parametrize(("decision", "refunds"), [("uphold", [500_000]), ("dismiss", [])])
async def test_an_operator_reads_both_sides_and_decides_after_a_confirmation(
    browser: Browser, story: Story, decision: str, refunds: list[int]
) -> None:
    await story.report("Nobody came.")
    answer = AnswerAbsenceReportCommand(booking_id=story.booking.id, attended=True, comment="I waited an hour.")
    await story.marketplace.product.answer_absence_report(story.consultant, answer)
    await browser.log_in(await story.marketplace.account(Role.OPERATOR))
    case = f"/operator/absences/{story.booking.id}"
    await browser.open("/operator/items")
    assert [link for link in browser.page.all("a") if link["href"] == case]
    await browser.open(case)
    well_made(browser)
    assert "Nobody came." in browser.main
    assert "I waited an hour." in browser.main
    await browser.open(f"{case}/{decision}")
    well_made(browser)
    await browser.send(f"{case}/{decision}", status=422, note="", current_password="")
    well_made(browser)
    await browser.send(f"{case}/{decision}", WITH_PROOF)
    assert "Nothing to resolve" in browser.main
    assert [refund.amount.amount for refund in (await story.now()).refunds] == refunds
    await browser.open(f"{case}/{decision}")
    assert browser.path == case
    well_made(browser)


async def test_a_case_decided_by_somebody_else_is_not_decided_again(browser: Browser, story: Story) -> None:
    await story.report()
    operator = await story.marketplace.account(Role.OPERATOR)
    case = f"/operator/absences/{story.booking.id}"
    await browser.log_in(operator)
    await browser.open(f"{case}/uphold")
    await story.marketplace.product.decide_absence_report(operator, story.booking.id, PROOF, upheld=False)
    await browser.send(f"{case}/uphold", WITH_PROOF, status=409)
    well_made(browser)
    assert (await story.now()).refunds == []


async def test_what_is_no_case_or_no_decision_is_not_there(browser: Browser, story: Story) -> None:
    await browser.log_in(await story.marketplace.account(Role.OPERATOR))
    await browser.open(f"/operator/absences/{story.booking.id}", status=404)
    await story.report()
    await browser.open(f"/operator/absences/{story.booking.id}/ignore", status=404)


async def test_the_soonest_of_very_many_sessions_is_the_first(browser: Browser, marketplace: Marketplace) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    soonest = await marketplace.booking(client, await marketplace.slot(consultant, starts_in=timedelta(hours=5)))
    await marketplace.database.pool.execute(
        """
        WITH made AS (
          INSERT INTO slots (id, consultant_id, starts_at, ends_at, capacity, price_amount, price_currency,
            status, occupied)
          SELECT gen_random_uuid(), s.consultant_id, s.starts_at + n * interval '2 hours',
            s.ends_at + n * interval '2 hours', 1, 0, 'NGN', 'open', s.occupied
          FROM slots s, generate_series(1, 110) n WHERE s.id = $1 RETURNING *)
        INSERT INTO bookings (id, slot_id, client_id, consultant_id, starts_at, ends_at, reason, price_amount,
          price_currency, cancellation_policy, status, last_actor, created_at,
          commission_bps)
        SELECT gen_random_uuid(), m.id, $2, m.consultant_id, m.starts_at, m.ends_at, 'Later', 0, 'NGN',
          'flexible', 'confirmed', 'client', clock_timestamp(), 0
        FROM made m
        """,
        soonest.slot_id,
        client.account_id,
    )
    await browser.log_in(consultant)
    await browser.open("/consultant/bookings")
    well_made(browser)
    cards = [item["id"] for item in browser.page.all("li") if item["id"].startswith("booking-")]
    assert cards[0] == f"booking-{soonest.id}"
    seen = set(cards)
    while [link for link in browser.page.all("a") if "?cursor=" in link["href"]]:
        [further] = [link["href"] for link in browser.page.all("a") if "?cursor=" in link["href"]]
        await browser.open(further)
        seen |= {item["id"] for item in browser.page.all("li") if item["id"].startswith("booking-")}
    assert len(seen) == 111
    well_made(browser)
