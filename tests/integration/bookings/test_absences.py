"""Sessions that one side missed."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from application.accounts.callers import Caller
from application.bookings.answer_absence_report import AnswerAbsenceReportCommand
from application.bookings.cancel_booking import CancelBookingCommand
from application.bookings.report_absence import ReportAbsenceCommand
from application.bookings.views import BookingDetails
from application.reviews.write_review import WriteReviewCommand
from domain.absences import (
    AbsenceAlreadyReported,
    AbsenceNotOpen,
    AbsenceReported,
    AbsenceUndecided,
    CannotReportAbsence,
)
from domain.accounts import Role
from domain.bookings import SessionNotBegun, UnlawfulTransition
from domain.refusals import NotFound
from tests.marketplace import PROOF, Marketplace


class MissedSession:
    """A paid session that began a while ago."""

    def __init__(self, marketplace: Marketplace, consultant: Caller, client: Caller, booking_id: UUID) -> None:
        self.marketplace = marketplace
        self.product = marketplace.product
        self.consultant = consultant
        self.client = client
        self.booking_id = booking_id

    async def report(self) -> None:
        """The client says that the consultant did not come."""
        await self.product.report_absence(
            self.client, ReportAbsenceCommand(booking_id=self.booking_id, reason="Nobody came")
        )

    async def answer(self, *, attended: bool) -> None:
        """The consultant answers."""
        await self.product.answer_absence_report(
            self.consultant, AnswerAbsenceReportCommand(booking_id=self.booking_id, attended=attended)
        )

    async def details(self) -> BookingDetails:
        """As the client sees it."""
        return await self.marketplace.details(self.client, self.booking_id)

    async def refunds(self) -> list[int]:
        """What goes back, in subunits."""
        return [refund.amount.amount for refund in (await self.details()).refunds]

    async def let_the_answer_be_due(self) -> None:
        """72 hours go by."""
        await self.marketplace.database.pool.execute(
            "UPDATE absence_reports SET answer_due_at = clock_timestamp() WHERE booking_id = $1", self.booking_id
        )


@pytest.fixture
async def missed(marketplace: Marketplace) -> MissedSession:
    """A session of yesterday."""
    consultant, client = await marketplace.consultant(), await marketplace.client()
    slot = await marketplace.slot(consultant)
    booking = await marketplace.confirmed_booking(client, slot)
    await marketplace.move_into_past(slot.id, by=timedelta(days=2))
    return MissedSession(marketplace, consultant, client, booking.id)


async def test_a_client_who_did_not_come_gets_nothing_back(missed: MissedSession) -> None:
    await missed.product.mark_no_show(missed.consultant, missed.booking_id)
    after = await missed.details()
    assert (after.status, after.absent, after.refunds) == ("no_show", "client", [])
    assert (after.history[-1].actor, after.history[-1].reason) == ("consultant", "the client did not come")


async def test_nobody_missed_a_session_before_its_start(marketplace: Marketplace) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    booking = await marketplace.confirmed_booking(client, await marketplace.slot(consultant))
    with pytest.raises(SessionNotBegun):
        await marketplace.product.mark_no_show(consultant, booking.id)
    with pytest.raises(SessionNotBegun):
        await marketplace.product.report_absence(client, ReportAbsenceCommand(booking_id=booking.id))


async def test_a_consultant_who_does_not_answer_pays_all_of_it_back(missed: MissedSession) -> None:
    await missed.report()
    reported = (await missed.details()).absence_report
    assert reported is not None
    assert (reported.status, reported.words) == ("open", "Nobody came")
    assert reported.answer_due_at - reported.reported_at == timedelta(hours=72)
    assert await missed.product.uphold_unanswered_reports() == 0
    await missed.let_the_answer_be_due()
    assert await missed.product.uphold_unanswered_reports() == 1
    assert await missed.product.uphold_unanswered_reports() == 0
    after = await missed.details()
    assert (after.status, after.absent, await missed.refunds()) == ("no_show", "consultant", [500_000])
    assert after.absence_report is not None
    assert (after.absence_report.status, after.history[-1].actor) == ("upheld", "system")


async def test_a_consultant_who_admits_it_pays_all_of_it_back_at_once(missed: MissedSession) -> None:
    await missed.report()
    await missed.answer(attended=False)
    assert (await missed.details()).absent == "consultant"
    assert await missed.refunds() == [500_000]
    with pytest.raises(AbsenceNotOpen):
        await missed.answer(attended=True)


@pytest.mark.parametrize(("upheld", "status", "refunds"), [(True, "no_show", [500_000]), (False, "confirmed", [])])
async def test_an_operator_decides_what_both_sides_tell_differently(
    missed: MissedSession, upheld: bool, status: str, refunds: list[int]
) -> None:
    operator = await missed.marketplace.account(Role.OPERATOR)
    await missed.report()
    await missed.answer(attended=True)
    await missed.let_the_answer_be_due()
    assert await missed.product.uphold_unanswered_reports() == 0
    open_items = "SELECT count(*) FROM operator_items WHERE kind = 'absence_contested' AND resolved_at IS NULL"
    assert await missed.marketplace.database.pool.fetchval(open_items) == 1
    with pytest.raises(NotFound):
        await missed.product.decide_absence_report(missed.consultant, missed.booking_id, PROOF, upheld=upheld)
    await missed.product.decide_absence_report(operator, missed.booking_id, PROOF, upheld=upheld)
    assert ((await missed.details()).status, await missed.refunds()) == (status, refunds)
    assert await missed.marketplace.database.pool.fetchval(open_items) == 0
    with pytest.raises(AbsenceNotOpen):
        await missed.product.decide_absence_report(operator, missed.booking_id, PROOF, upheld=not upheld)


async def test_a_client_marked_as_absent_can_say_that_it_was_the_other_side(missed: MissedSession) -> None:
    await missed.product.mark_no_show(missed.consultant, missed.booking_id)
    await missed.report()
    await missed.let_the_answer_be_due()
    await missed.product.uphold_unanswered_reports()
    assert ((await missed.details()).absent, await missed.refunds()) == ("consultant", [500_000])


async def test_completing_a_session_does_not_keep_its_client_from_reporting(missed: MissedSession) -> None:
    await missed.product.complete_session(missed.consultant, missed.booking_id)
    await missed.report()
    await missed.answer(attended=False)
    assert ((await missed.details()).status, await missed.refunds()) == ("no_show", [500_000])


async def test_while_a_report_is_undecided_the_booking_stays_as_it_is(missed: MissedSession) -> None:
    await missed.report()
    with pytest.raises(AbsenceReported):
        await missed.product.complete_session(missed.consultant, missed.booking_id)
    with pytest.raises(AbsenceReported):
        await missed.product.mark_no_show(missed.consultant, missed.booking_id)
    with pytest.raises(AbsenceReported):
        await missed.product.cancel_booking(missed.consultant, CancelBookingCommand(booking_id=missed.booking_id))
    with pytest.raises(AbsenceAlreadyReported):
        await missed.report()
    assert await missed.product.complete_ended_sessions() == 0
    assert (await missed.details()).status == "confirmed"


async def test_who_reviewed_a_session_does_not_report_it_and_the_other_way_round(missed: MissedSession) -> None:
    await missed.product.complete_session(missed.consultant, missed.booking_id)
    review = WriteReviewCommand(booking_id=missed.booking_id, rating=5, comment="")
    await missed.report()
    with pytest.raises(AbsenceUndecided):
        await missed.product.write_review(missed.client, review)
    await missed.marketplace.database.pool.execute("DELETE FROM absence_reports")
    await missed.product.write_review(missed.client, review)
    with pytest.raises(CannotReportAbsence):
        await missed.report()


async def test_reports_end_seven_days_after_the_session(missed: MissedSession) -> None:
    slot_id = (await missed.details()).slot_id
    await missed.marketplace.move_into_past(slot_id, by=timedelta(days=5, hours=23))
    await missed.report()
    await missed.marketplace.database.pool.execute("DELETE FROM absence_reports")
    await missed.marketplace.move_into_past(slot_id, by=timedelta(hours=3))
    with pytest.raises(CannotReportAbsence):
        await missed.report()


async def test_nobody_reports_or_answers_for_somebody_else(missed: MissedSession) -> None:
    stranger, other_consultant = await missed.marketplace.client(), await missed.marketplace.consultant()
    with pytest.raises(NotFound):
        await missed.product.report_absence(stranger, ReportAbsenceCommand(booking_id=missed.booking_id))
    await missed.report()
    with pytest.raises(NotFound):
        await missed.product.answer_absence_report(
            other_consultant, AnswerAbsenceReportCommand(booking_id=missed.booking_id, attended=True)
        )


async def test_an_answer_and_the_end_of_its_time_at_once_pay_back_once(missed: MissedSession) -> None:
    await missed.report()
    await missed.let_the_answer_be_due()
    await asyncio.gather(
        missed.answer(attended=False),
        *(missed.product.uphold_unanswered_reports() for _ in range(4)),
        return_exceptions=True,
    )
    assert await missed.refunds() == [500_000]


async def test_a_cancelled_booking_was_not_missed(marketplace: Marketplace) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    slot = await marketplace.slot(consultant)
    booking = await marketplace.confirmed_booking(client, slot)
    await marketplace.product.cancel_booking(client, CancelBookingCommand(booking_id=booking.id))
    await marketplace.move_into_past(slot.id, by=timedelta(days=2))
    with pytest.raises(CannotReportAbsence):
        await marketplace.product.report_absence(client, ReportAbsenceCommand(booking_id=booking.id))
    with pytest.raises(UnlawfulTransition):
        await marketplace.product.mark_no_show(consultant, booking.id)
