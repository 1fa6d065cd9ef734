"""Who is told what becomes of a session: both sides, but nobody what they did themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest

from application.accounts.callers import Caller
from application.bookings.answer_absence_report import AnswerAbsenceReportCommand
from application.bookings.cancel_booking import CancelBookingCommand
from application.bookings.report_absence import ReportAbsenceCommand
from application.bookings.reschedule_booking import RescheduleBookingCommand
from application.bookings.set_meeting_link import SetMeetingLinkCommand
from application.bookings.set_session_link import SetSessionLinkCommand
from application.product import Product
from application.reviews.reply_to_review import ReplyToReviewCommand
from application.reviews.write_review import WriteReviewCommand
from domain.accounts import Role
from domain.availability import Slot
from domain.notifications import Kind
from tests.integration.notifications.ear import forget, heard, kinds, latest, sentence
from tests.integration.waiting_list.lines import FREE, full_slot, give_up, join, let_offers_lapse
from tests.marketplace import PRICE, PROOF, Marketplace


@dataclass
class Pair:
    """One of each, and what both were told."""

    marketplace: Marketplace
    client: Caller
    consultant: Caller

    @property
    def product(self) -> Product:
        return self.marketplace.product

    async def slot(self, *, in_days: int = 10) -> Slot:
        return await self.marketplace.slot(self.consultant, starts_in=timedelta(days=in_days))

    async def told(self) -> tuple[list[str], list[str]]:
        """The client first; as if it were never said afterwards."""
        said = await kinds(self.marketplace, self.client), await kinds(self.marketplace, self.consultant)
        await forget(self.marketplace)
        return said


@pytest.fixture
async def pair(marketplace: Marketplace) -> Pair:
    return Pair(marketplace, await marketplace.client(), await marketplace.consultant())


async def test_a_session_that_is_paid_for(pair: Pair) -> None:
    slot = await pair.slot()
    booking = await pair.marketplace.confirmed_booking(pair.client, slot)
    [told] = await heard(pair.marketplace, pair.client)
    assert (told.kind, told.subject_id, told.facts.starts_at) == (
        Kind.BOOKING_CONFIRMED,
        booking.id,
        slot.span.starts_at.replace(microsecond=0),
    )
    assert (told.person, told.read_at, told.recipient_role) == ("Ada Number 2", None, "client")
    assert (await sentence(pair.marketplace, pair.consultant)).startswith("Chidi Number 1 booked your session on")
    assert await pair.told() == ([Kind.BOOKING_CONFIRMED], [Kind.BOOKING_NEW])


async def test_a_free_session_is_no_news_for_who_booked_it(pair: Pair) -> None:
    await pair.marketplace.booking(pair.client, await pair.marketplace.slot(pair.consultant, price=FREE))
    assert await pair.told() == ([], [Kind.BOOKING_NEW])


async def test_a_seat_that_nobody_paid_for(pair: Pair) -> None:
    booking = await pair.marketplace.booking(pair.client, await pair.slot())
    await pair.marketplace.lapse_hold(booking.id)
    await pair.product.expire_holds()
    await pair.product.expire_holds()
    assert await pair.told() == ([Kind.BOOKING_EXPIRED], [])


async def test_a_client_cancels(pair: Pair) -> None:
    booking = await pair.marketplace.confirmed_booking(pair.client, await pair.slot())
    await forget(pair.marketplace)
    await pair.product.cancel_booking(pair.client, CancelBookingCommand(booking_id=booking.id))
    assert "Chidi Number 1 cancelled the session" in await sentence(pair.marketplace, pair.consultant)
    assert await pair.told() == ([], [Kind.BOOKING_CALLED_OFF])


async def test_a_seat_that_is_given_back_before_it_is_paid_for_is_no_news(pair: Pair) -> None:
    booking = await pair.marketplace.booking(pair.client, await pair.slot())
    await pair.product.cancel_booking(pair.client, CancelBookingCommand(booking_id=booking.id))
    assert await pair.told() == ([], [])


async def test_a_consultant_cancels_and_the_client_is_told_the_sum(pair: Pair) -> None:
    booking = await pair.marketplace.confirmed_booking(pair.client, await pair.slot())
    await forget(pair.marketplace)
    await pair.product.cancel_booking(pair.consultant, CancelBookingCommand(booking_id=booking.id, reason="Ill"))
    told = await latest(pair.marketplace, pair.client, Kind.BOOKING_CANCELLED)
    assert told.facts.amount is not None
    assert (told.facts.amount.amount, told.facts.actor) == (PRICE.amount, "consultant")
    assert await pair.told() == ([Kind.BOOKING_CANCELLED], [])


async def test_an_operator_cancels_and_both_are_told_who_it_was(pair: Pair) -> None:
    await pair.marketplace.confirmed_booking(pair.client, await pair.slot())
    await forget(pair.marketplace)
    operator = await pair.marketplace.account(Role.OPERATOR)
    await pair.product.suspend_account(operator, pair.consultant.account_id, PROOF)
    agreement = (await pair.product.coming_queries.coming_sessions(pair.consultant.account_id)).agreement
    await pair.product.cancel_coming_sessions(operator, pair.consultant.account_id, agreement, PROOF)
    for caller in (pair.client, pair.consultant):
        assert (await sentence(pair.marketplace, caller)).startswith("Imoran cancelled")
    assert await pair.told() == ([Kind.BOOKING_CANCELLED], [Kind.BOOKING_CALLED_OFF])


async def test_a_client_moves(pair: Pair) -> None:
    before, after = await pair.slot(in_days=5), await pair.slot(in_days=6)
    booking = await pair.marketplace.confirmed_booking(pair.client, before)
    await forget(pair.marketplace)
    command = RescheduleBookingCommand(booking_id=booking.id, slot_id=after.id)
    await pair.product.reschedule_booking(pair.client, command)
    told = await latest(pair.marketplace, pair.consultant, Kind.BOOKING_MOVED)
    assert told.facts.starts_at == after.span.starts_at.replace(microsecond=0)
    assert told.facts.moved_from == before.span.starts_at.replace(second=0, microsecond=0)
    assert await pair.told() == ([], [Kind.BOOKING_MOVED])


async def test_a_link_is_added_and_changed_and_said_again_only_when_it_is_another(pair: Pair) -> None:
    slot = await pair.slot()
    booking = await pair.marketplace.confirmed_booking(pair.client, slot)
    await forget(pair.marketplace)
    for link, said in (
        ("https://meet.example.com/1", [Kind.LINK_SET]),
        ("https://meet.example.com/1", []),
        ("https://meet.example.com/2", [Kind.LINK_CHANGED]),
    ):
        command = SetMeetingLinkCommand(booking_id=booking.id, platform="Jitsi", link=link)
        await pair.product.set_meeting_link(pair.consultant, command)
        assert await pair.told() == (said, [])
    everybody = SetSessionLinkCommand(slot_id=slot.id, platform="Jitsi", link="https://meet.example.com/3")
    await pair.product.set_session_link(pair.consultant, everybody)
    assert await pair.told() == ([Kind.LINK_CHANGED], [])


async def test_the_link_of_a_session_that_is_over_is_no_news(pair: Pair) -> None:
    slot = await pair.slot(in_days=1)
    await pair.marketplace.confirmed_booking(pair.client, slot)
    await pair.marketplace.move_into_past(slot.id)
    await forget(pair.marketplace)
    await pair.marketplace.database.pool.execute(
        "UPDATE bookings SET meeting_platform = 'Jitsi', meeting_link = 'https://meet.example.com/1'"
    )
    assert await pair.told() == ([], [])


async def test_what_is_told_twice_is_one_that_is_new_again(pair: Pair) -> None:
    booking = await pair.marketplace.confirmed_booking(pair.client, await pair.slot())
    for number in (1, 2, 3):
        link = f"https://meet.example.com/{number}"
        command = SetMeetingLinkCommand(booking_id=booking.id, platform="Jitsi", link=link)
        await pair.product.set_meeting_link(pair.consultant, command)
        assert await pair.product.mark_all_read(pair.client) == (2 if number == 1 else 1)
    assert await pair.told() == ([Kind.BOOKING_CONFIRMED, Kind.LINK_SET, Kind.LINK_CHANGED], [Kind.BOOKING_NEW])


async def test_a_session_that_took_place_is_reviewed_and_answered(pair: Pair) -> None:
    booking = await pair.marketplace.completed_booking(pair.client, pair.consultant, await pair.slot(in_days=1))
    assert await pair.told() == ([Kind.BOOKING_CONFIRMED, Kind.REVIEW_POSSIBLE], [Kind.BOOKING_NEW])
    review = WriteReviewCommand(booking_id=booking.id, rating=4, comment="A canary that stands on its own page")
    written = await pair.product.write_review(pair.client, review)
    assert await sentence(pair.marketplace, pair.consultant) == (
        "Chidi Number 1 reviewed a session: 4 out of 5 stars."
    )
    assert await pair.told() == ([], [Kind.REVIEW_NEW])
    await pair.product.reply_to_review(
        pair.consultant, ReplyToReviewCommand(review_id=written.id, reply="Thank you.")
    )
    assert await pair.told() == ([Kind.REVIEW_ANSWERED], [])


async def missed(pair: Pair) -> tuple[Pair, ReportAbsenceCommand]:
    """A session of the day before yesterday."""
    slot = await pair.slot(in_days=1)
    booking = await pair.marketplace.confirmed_booking(pair.client, slot)
    await pair.marketplace.move_into_past(slot.id, by=timedelta(days=2))
    await forget(pair.marketplace)
    return pair, ReportAbsenceCommand(booking_id=booking.id, reason="Nobody came")


async def test_a_client_who_did_not_come_and_says_otherwise(pair: Pair) -> None:
    _, report = await missed(pair)
    await pair.product.mark_no_show(pair.consultant, report.booking_id)
    assert await pair.told() == ([Kind.BOOKING_MISSED], [])
    await pair.product.report_absence(pair.client, report)
    assert await pair.told() == ([], [Kind.ABSENCE_REPORTED])


async def test_a_consultant_who_admits_that_they_did_not_come(pair: Pair) -> None:
    _, report = await missed(pair)
    await pair.product.report_absence(pair.client, report)
    assert await pair.told() == ([], [Kind.ABSENCE_REPORTED])
    answer = AnswerAbsenceReportCommand(booking_id=report.booking_id, attended=False)
    await pair.product.answer_absence_report(pair.consultant, answer)
    told = await latest(pair.marketplace, pair.client, Kind.ABSENCE_UPHELD)
    assert told.facts.amount is not None
    assert told.facts.amount.amount == PRICE.amount
    assert await pair.told() == ([Kind.ABSENCE_UPHELD], [])


async def test_a_consultant_who_does_not_answer(pair: Pair) -> None:
    _, report = await missed(pair)
    await pair.product.report_absence(pair.client, report)
    await forget(pair.marketplace)
    await pair.marketplace.database.pool.execute("UPDATE absence_reports SET answer_due_at = clock_timestamp()")
    await pair.product.uphold_unanswered_reports()
    assert await pair.told() == ([Kind.ABSENCE_UPHELD], [Kind.ABSENCE_DECIDED_AGAINST])


@pytest.mark.parametrize(
    ("upheld", "said"),
    [
        (True, ([Kind.ABSENCE_UPHELD], [Kind.ABSENCE_DECIDED_AGAINST])),
        (False, ([Kind.ABSENCE_DISMISSED], [Kind.ABSENCE_DECIDED_FOR])),
    ],
)
async def test_two_stories_and_an_operator(pair: Pair, upheld: bool, said: tuple[list[str], list[str]]) -> None:
    operator = await pair.marketplace.account(Role.OPERATOR)
    _, report = await missed(pair)
    await pair.product.report_absence(pair.client, report)
    await forget(pair.marketplace)
    answer = AnswerAbsenceReportCommand(booking_id=report.booking_id, attended=True, comment="I was there")
    await pair.product.answer_absence_report(pair.consultant, answer)
    assert "Did the consultant come?" in await sentence(pair.marketplace, operator)
    assert await pair.told() == ([Kind.ABSENCE_CONTESTED], [])
    await pair.product.decide_absence_report(operator, report.booking_id, PROOF, upheld=upheld)
    assert await kinds(pair.marketplace, operator) == []
    assert await pair.told() == said


async def test_a_seat_that_comes_free_is_offered_and_lapses(marketplace: Marketplace) -> None:
    slot, [held] = await full_slot(marketplace, await marketplace.consultant())
    first, second = await marketplace.clients(2)
    await join(marketplace, slot, first, second)
    await give_up(marketplace, held)
    await marketplace.product.offer_seats()
    told = await latest(marketplace, first, Kind.WAITING_OFFERED)
    assert told.facts.until is not None
    assert (told.subject_id, told.person) == (slot.id, "Ada Number 1")
    await let_offers_lapse(marketplace, slot.id)
    await marketplace.product.offer_seats()
    assert await kinds(marketplace, first) == [Kind.WAITING_OFFERED, Kind.WAITING_LAPSED]
    assert await kinds(marketplace, second) == [Kind.WAITING_OFFERED]


async def test_a_line_is_told_that_its_session_is_cancelled(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    slot, _ = await full_slot(marketplace, consultant)
    client = await marketplace.client()
    await join(marketplace, slot, client)
    await marketplace.product.cancel_slot(consultant, slot.id)
    await marketplace.product.offer_seats()
    assert await kinds(marketplace, client) == [Kind.WAITING_CLOSED]


async def test_somebody_suspended_is_told_all_the_same_for_when_they_are_back(pair: Pair) -> None:
    booking = await pair.marketplace.confirmed_booking(pair.client, await pair.slot())
    await forget(pair.marketplace)
    operator = await pair.marketplace.account(Role.OPERATOR)
    await pair.product.suspend_account(operator, pair.client.account_id, PROOF)
    await pair.product.cancel_booking(pair.consultant, CancelBookingCommand(booking_id=booking.id, reason="Ill"))
    await pair.product.reinstate_account(operator, pair.client.account_id, PROOF)
    assert await pair.told() == ([Kind.BOOKING_CANCELLED, Kind.ACCOUNT_REINSTATED], [])
