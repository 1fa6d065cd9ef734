"""Random lives of slots and bookings over the real database, against a simple model, agreeing after every step."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from application.accounts.callers import Caller
from application.availability.save_availability import RowRefused, SlotRow
from application.bookings.answer_absence_report import AnswerAbsenceReportCommand
from application.bookings.cancel_booking import CancelBookingCommand
from application.bookings.report_absence import ReportAbsenceCommand
from application.bookings.reschedule_booking import RescheduleBookingCommand
from application.bookings.reserve_seat import ReserveSeatCommand
from application.bookings.set_meeting_link import SetMeetingLinkCommand
from application.consultants.update_profile import UpdateProfileCommand
from application.reviews.write_review import WriteReviewCommand
from domain.accounts import Role
from domain.availability import SlotStatus
from domain.consultants import CancellationPolicy
from domain.money import Money
from domain.refusals import Refusal
from tests.integration.bookings.seat_model import HOLD, HOLDING, HOUR, Attempt, Model, Place, Seat, Session
from tests.invariants import broken_invariants
from tests.marketplace import PROOF, Marketplace

Result = TypeVar("Result")
LIVES = "SEAT_MACHINE_LIVES"
"""Without it, the same fifty lives each time; with it, so many that nobody has seen before."""
CLIENTS = 4
PRICES = (0, 500_001)
LINK = "https://meet.example.com/abc"
FORWARD = [timedelta(minutes=7), timedelta(minutes=16), timedelta(minutes=61), timedelta(hours=24, minutes=7)]

BACK = """
UPDATE slots SET starts_at = starts_at - $2::interval, ends_at = ends_at - $2::interval,
  occupied = tstzrange(lower(occupied) - $2::interval, upper(occupied) - $2::interval, '[)')
  WHERE consultant_id = $1;
UPDATE bookings SET starts_at = starts_at - interval '100 years', ends_at = ends_at - interval '100 years'
  WHERE consultant_id = $1 AND $2::interval > '0';
UPDATE bookings SET starts_at = starts_at + interval '100 years' - $2::interval,
  ends_at = ends_at + interval '100 years' - $2::interval, hold_expires_at = hold_expires_at - $2::interval
  WHERE consultant_id = $1;
UPDATE waiting_entries SET joined_at = joined_at - $2::interval, offer_expires_at = offer_expires_at - $2::interval
  WHERE slot_id IN (SELECT id FROM slots WHERE consultant_id = $1);
UPDATE absence_reports SET reported_at = reported_at - $2::interval, answer_due_at = answer_due_at - $2::interval
  WHERE booking_id IN (SELECT id FROM bookings WHERE consultant_id = $1)
"""
"""Bookings in two leaps, so that none meets one that has not moved yet."""
STATE = """
SELECT
  (SELECT coalesce(json_object_agg(id, json_build_array(status, capacity, seats_taken, people_waiting)), '{}')
    FROM slots WHERE consultant_id = $1) AS slots,
  (SELECT coalesce(json_object_agg(b.id, json_build_array(b.status, b.slot_id, b.absent,
      (SELECT coalesce(sum(r.amount), 0) FROM refunds r JOIN payments p ON p.id = r.payment_id
        WHERE p.booking_id = b.id), (SELECT r.status FROM absence_reports r WHERE r.booking_id = b.id),
      coalesce((SELECT e.owed FROM earnings e WHERE e.booking_id = b.id), 0))), '{}')
    FROM bookings b WHERE consultant_id = $1) AS bookings,
  (SELECT coalesce(json_object_agg(w.id, w.status), '{}')
    FROM waiting_entries w JOIN slots s ON s.id = w.slot_id WHERE s.consultant_id = $1) AS places
"""
picks = st.integers(0, 9)
clients = st.integers(0, CLIENTS - 1)


class SeatMachine(RuleBasedStateMachine):
    """One consultant, four clients, a few sessions."""

    loop: asyncio.AbstractEventLoop
    marketplace: Marketplace

    def _do(self, work: Coroutine[Any, Any, Result]) -> Result:
        return self.loop.run_until_complete(work)

    def _code(self, work: Coroutine[Any, Any, object]) -> str | None:
        """What the product refuses it for, if it does."""
        try:
            self._do(work)
        except Refusal as refusal:
            reason = refusal.refusal if isinstance(refusal, RowRefused) else refusal
            return reason.code
        return None

    def _agree(self, real: str | None, modelled: str | None) -> None:
        assert real == modelled, f"the product says {real}, the model {modelled}"

    @property
    def now(self) -> datetime:
        """The clock of both."""
        return datetime.now(UTC)

    @initialize()
    def open(self) -> None:
        """Somebody to book, and somebody who books."""
        self.model = Model()
        self.product = self.marketplace.product
        self.consultant: Caller = self._do(self.marketplace.consultant())
        self.operator = self._do(self.marketplace.account(Role.OPERATOR))
        self._do(
            self.product.update_profile(self.consultant, UpdateProfileCommand(policy=CancellationPolicy.MODERATE))
        )
        self.clients = self._do(self.marketplace.clients(CLIENTS))
        for hour, capacity, price in ((2, 1, PRICES[1]), (30, 2, PRICES[1]), (80, 1, 0)):
            self._publish(hour, capacity, price)
        for client, session in enumerate(self.model.sessions):
            self._reserve(session, client)
            self._pay(self.model.seats[-1])
            self._settle(self.model.seats[-1])
        for client in (1, 2):
            self._join(self.model.sessions[0], client)

    def _publish(self, hour: int, capacity: int, price: int) -> None:
        starts_at = self.now + hour * HOUR + timedelta(seconds=30)
        session = Session(id=UUID(int=0), starts_at=starts_at, capacity=capacity, price=price)
        row = SlotRow(starts_at=starts_at, ends_at=session.ends_at, capacity=capacity, price=Money(price, "NGN"))
        try:
            [slot] = self._do(self.product.save_availability(self.consultant, [row]))
        except RowRefused as refusal:
            self._agree(refusal.refusal.code, self.model.publish(session))
            return
        session.id = slot.id
        self._agree(None, self.model.publish(session))

    def _session(self, pick: int) -> Session:
        """Mostly one that can still be booked; the latest that is cancelled is among them."""
        alive = [session for session in self.model.sessions if session.status != "cancelled"]
        dead = [session for session in self.model.sessions if session.status == "cancelled"]
        choices = alive + dead[-1:]
        return choices[pick % len(choices)]

    def _seat(self, pick: int) -> Seat:
        """Mostly one that is taken; the latest that were given back are among them."""
        held = [seat for seat in self.model.seats if seat.status in HOLDING]
        given_back = [seat for seat in self.model.seats if seat.status not in HOLDING]
        choices = held[-8:] + given_back[-2:]
        return choices[pick % len(choices)]

    def _client(self, seat: Seat) -> Caller:
        return self.clients[seat.client]

    has_many = precondition(lambda self: sum(s.status != "cancelled" for s in self.model.sessions) > 3)
    has_seats = precondition(lambda self: bool(self.model.seats))
    has_places = precondition(lambda self: bool(self.model.places))

    # The consultant

    @rule(hour=st.integers(1, 6), capacity=st.integers(1, 3), price=st.sampled_from(PRICES))
    def publish(self, hour: int, capacity: int, price: int) -> None:
        """A new session."""
        self._publish(hour, capacity, price)

    def _save(self, session: Session, **changes: Any) -> str | None:
        row = SlotRow(slot_id=session.id, **changes)
        return self._code(self.product.save_availability(self.consultant, [row]))

    @rule(pick=picks, capacity=st.integers(1, 3))
    def change_capacity(self, pick: int, capacity: int) -> None:
        """More seats, or fewer."""
        session = self._session(pick)
        real = self._save(session, capacity=capacity)
        self._agree(real, self.model.change(session, self.now, capacity=capacity))

    @rule(pick=picks, hour=st.integers(1, 6))
    def change_time(self, pick: int, hour: int) -> None:
        """Another time."""
        session = self._session(pick)
        starts_at = self.now + hour * HOUR + timedelta(seconds=30)
        real = self._save(session, starts_at=starts_at, ends_at=starts_at + HOUR)
        self._agree(real, self.model.change(session, self.now, starts_at=starts_at))

    @rule(pick=picks, status=st.sampled_from(["open", "closed"]))
    def close_or_open(self, pick: int, status: str) -> None:
        """Kept, but not offered; or offered again."""
        session = self._session(pick)
        real = self._save(session, status=SlotStatus(status))
        self._agree(real, self.model.change(session, self.now, status=status))

    @has_many
    @rule(pick=picks)
    def withdraw(self, pick: int) -> None:
        """Off the calendar, when nobody has a seat."""
        session = self._session(pick)
        real = self._code(
            self.product.save_availability(self.consultant, [SlotRow(slot_id=session.id, remove=True)])
        )
        self._agree(real, self.model.withdraw(session, self.now))

    @has_many
    @rule(pick=picks)
    def call_off(self, pick: int) -> None:
        """Off the calendar, whoever has a seat."""
        session = self._session(pick)
        real = self._code(self.product.cancel_slot(self.consultant, session.id))
        self._agree(real, self.model.call_off(session, self.now))

    # The clients

    @rule(pick=picks, client=clients)
    def reserve(self, pick: int, client: int) -> None:
        """Book a seat."""
        self._reserve(self._session(pick), client)

    @rule(client=clients)
    def reserve_the_newest(self, client: int) -> None:
        """Book a seat where there is most probably one."""
        self._reserve(self.model.sessions[-1], client)

    def _reserve(self, session: Session, client: int) -> None:
        seat = Seat(UUID(int=0), client, session, "pending" if session.price else "confirmed", None)
        command = ReserveSeatCommand(slot_id=session.id, reason="A lease")
        try:
            booking = self._do(self.product.reserve_seat(self.clients[client], command))
        except Refusal as refusal:
            self._agree(refusal.code, self.model.reserve(seat, self.now))
            return
        seat.id, seat.held_until = booking.id, booking.hold_expires_at
        assert seat.held_until is None or abs(seat.held_until - self.now - HOLD) < timedelta(minutes=1)
        self._agree(None, self.model.reserve(seat, self.now))
        assert booking.status == seat.status

    @has_seats
    @rule(pick=picks)
    def pay(self, pick: int) -> None:
        """Go to the checkout and pay there; nobody hears of it yet."""
        self._pay(self._seat(pick))

    def _pay(self, seat: Seat) -> None:
        expected = self.model.pay_for(seat, self.now)
        try:
            payment = self._do(self.product.start_payment(self._client(seat), seat.id))
        except Refusal as refusal:
            self._agree(refusal.code, expected)
            return
        self._agree(None, expected)
        attempt = self._attempt(seat, payment.reference)
        if not attempt.is_charged:
            self._do(self.marketplace.pay(attempt.reference))
            attempt.is_charged = True

    def _attempt(self, seat: Seat, reference: str) -> Attempt:
        """The one whose checkout is open is handed out again; a closed one never."""
        attempt = self.model.open_attempt(seat)
        if attempt is None:
            attempt = Attempt(reference)
            seat.attempts.append(attempt)
        assert attempt.reference == reference
        return attempt

    @has_seats
    @rule(pick=picks)
    def fail_to_pay(self, pick: int) -> None:
        """The card is declined for good; whoever asks hears it, and may begin another attempt."""
        seat = self._seat(pick)
        attempt = self.model.open_attempt(seat)
        if attempt is not None and not attempt.is_charged:
            self._do(self.marketplace.pay(attempt.reference, status="failed"))
            self._do(self.product.settle_payment(attempt.reference))
            attempt.is_closed = True

    @has_seats
    @rule(pick=picks)
    def begin_to_pay(self, pick: int) -> None:
        """Go to the checkout and pay nothing yet."""
        seat = self._seat(pick)
        if self.model.pay_for(seat, self.now) is None:
            payment = self._do(self.product.start_payment(self._client(seat), seat.id))
            self._attempt(seat, payment.reference)

    @has_seats
    @rule(pick=picks, other=picks)
    def pay_late_or_twice(self, pick: int, other: int) -> None:
        """Paystack changes its mind about an attempt, or the payer pays in a tab that was left open."""
        seat = self._seat(pick)
        unpaid = [attempt for attempt in seat.attempts if not attempt.is_charged]
        if unpaid:
            attempt = unpaid[other % len(unpaid)]
            self._do(self.marketplace.pay(attempt.reference))
            attempt.is_charged = True

    @has_seats
    @rule(pick=picks)
    def settle(self, pick: int) -> None:
        """The return page, a webhook or the reconciler asks Paystack."""
        self._settle(self._seat(pick))

    def _settle(self, seat: Seat) -> None:
        self._do(self.product.verify_booking(self._client(seat), seat.id))
        self.model.settle(seat, self.now)

    @rule(pick=picks, client=clients)
    def book_and_pay(self, pick: int, client: int) -> None:
        """The ordinary way."""
        before = len(self.model.seats)
        self._reserve(self._session(pick), client)
        if len(self.model.seats) > before:
            self._pay(self.model.seats[-1])
            self._settle(self.model.seats[-1])

    @has_seats
    @rule(pick=picks, by=st.sampled_from(["client", "consultant"]))
    def cancel(self, pick: int, by: str) -> None:
        """Either side calls it off."""
        seat = self._seat(pick)
        caller = self._client(seat) if by == "client" else self.consultant
        real = self._code(self.product.cancel_booking(caller, CancelBookingCommand(booking_id=seat.id)))
        self._agree(real, self.model.cancel(seat, by, self.now))

    @has_seats
    @rule(pick=picks, other=picks)
    def move(self, pick: int, other: int) -> None:
        """To another session."""
        seat, session = self._seat(pick), self._session(other)
        command = RescheduleBookingCommand(booking_id=seat.id, slot_id=session.id)
        real = self._code(self.product.reschedule_booking(self._client(seat), command))
        self._agree(real, self.model.move(seat, session, self.now))

    @has_seats
    @rule(pick=picks)
    def set_link(self, pick: int) -> None:
        """Only confirmed bookings have one."""
        seat = self._seat(pick)
        command = SetMeetingLinkCommand(booking_id=seat.id, platform="Meet", link=LINK)
        real = self._code(self.product.set_meeting_link(self.consultant, command))
        self._agree(real, None if seat.status == "confirmed" else "booking_not_confirmed")

    @has_seats
    @rule(pick=picks)
    def review(self, pick: int) -> None:
        """Say how it was."""
        seat = self._seat(pick)
        command = WriteReviewCommand(booking_id=seat.id, rating=4, comment="")
        real = self._code(self.product.write_review(self._client(seat), command))
        self._agree(real, self.model.review(seat))

    # Who came

    @has_seats
    @rule(pick=picks)
    def complete(self, pick: int) -> None:
        """It took place, says the consultant."""
        seat = self._seat(pick)
        real = self._code(self.product.complete_session(self.consultant, seat.id))
        self._agree(real, self.model.complete(seat, self.now))

    @rule()
    def complete_by_the_clock(self) -> None:
        """It took place, as nobody says otherwise."""
        self._do(self.product.complete_ended_sessions())
        self.model.complete_all(self.now)

    @has_seats
    @rule(pick=picks)
    def mark_no_show(self, pick: int) -> None:
        """The client did not come."""
        seat = self._seat(pick)
        real = self._code(self.product.mark_no_show(self.consultant, seat.id))
        self._agree(real, self.model.miss(seat, self.now))

    @has_seats
    @rule(pick=picks)
    def report_absence(self, pick: int) -> None:
        """The consultant did not come."""
        seat = self._seat(pick)
        real = self._code(
            self.product.report_absence(self._client(seat), ReportAbsenceCommand(booking_id=seat.id))
        )
        self._agree(real, self.model.report(seat, self.now))

    @has_seats
    @rule(pick=picks, attended=st.booleans())
    def answer_absence(self, pick: int, attended: bool) -> None:
        """The consultant's side."""
        seat = self._seat(pick)
        command = AnswerAbsenceReportCommand(booking_id=seat.id, attended=attended)
        real = self._code(self.product.answer_absence_report(self.consultant, command))
        self._agree(real, self.model.answer(seat, attended=attended))

    @has_seats
    @rule(pick=picks, upheld=st.booleans())
    def decide_absence(self, pick: int, upheld: bool) -> None:
        """An operator's word."""
        seat = self._seat(pick)
        real = self._code(self.product.decide_absence_report(self.operator, seat.id, PROOF, upheld=upheld))
        self._agree(real, self.model.decide(seat, upheld=upheld))

    @rule()
    def uphold_unanswered(self) -> None:
        """Silence is an answer."""
        self._do(self.product.uphold_unanswered_reports())
        self.model.uphold_all(self.now)

    # Waiting

    @rule(pick=picks, client=clients)
    def join_line(self, pick: int, client: int) -> None:
        """Wait for a seat."""
        self._join(self._session(pick), client)

    def _join(self, session: Session, client: int) -> None:
        place = Place(UUID(int=0), client, session, 0)
        try:
            entry = self._do(self.product.join_waiting_list(self.clients[client], session.id))
        except Refusal as refusal:
            self._agree(refusal.code, self.model.join(place, self.now))
            return
        place.id = entry.id
        self._agree(None, self.model.join(place, self.now))

    @has_places
    @rule(pick=picks)
    def leave_line(self, pick: int) -> None:
        """Not any more."""
        place = self.model.places[pick % len(self.model.places)]
        real = self._code(self.product.leave_waiting_list(self.clients[place.client], place.id))
        self._agree(real, self.model.leave(place))

    @rule()
    def offer_seats(self) -> None:
        """Free seats go to the first in line."""
        self._do(self.product.offer_seats())
        self.model.offer(self.now)

    # Time

    @rule(by=st.sampled_from(FORWARD))
    def clock_forward(self, by: timedelta) -> None:
        """Time goes by."""
        self._forward(by)

    @rule(pick=picks, minutes=st.sampled_from([20, 70, 140]))
    def let_a_session_pass(self, pick: int, minutes: int) -> None:
        """Time goes by until a session is under way, over, or long over."""
        by = self._session(pick).starts_at + timedelta(minutes=minutes) - self.now
        if by > timedelta(0):
            self._forward(by)

    def _forward(self, by: timedelta) -> None:
        self._do(self._move_back(by))
        self.model.forward(by)

    async def _move_back(self, by: timedelta) -> None:
        async with self.marketplace.database.pool.acquire() as connection, connection.transaction():
            await connection.execute("SET LOCAL session_replication_role = replica")
            for statement in BACK.split(";"):
                await connection.execute(statement, self.consultant.account_id, by)

    @rule()
    def sweep(self) -> None:
        """Lapsed holds give their seats back."""
        self._do(self.product.expire_holds())
        self.model.expire(self.now)

    # After every step

    @invariant()
    def the_model_agrees(self) -> None:
        """Every slot, every booking, every place in line."""
        if not hasattr(self, "consultant"):
            return
        row = self._do(self.marketplace.database.pool.fetchrow(STATE, self.consultant.account_id))
        real = {name: json.loads(row[name]) for name in ("slots", "bookings", "places")}
        now, model = self.now, self.model
        assert real["slots"] == {
            str(session.id): [
                session.status,
                session.capacity,
                len(model.holders(session, now, sweep=False)),
                len(model.line(session)),
            ]
            for session in model.sessions
        }
        assert real["bookings"] == {
            str(seat.id): [
                seat.status,
                str(seat.session.id),
                seat.absent,
                seat.refunded,
                seat.report,
                seat.earned,
            ]
            for seat in model.seats
        }
        assert real["places"] == {str(place.id): place.status for place in model.places}

    def teardown(self) -> None:
        """What always holds, holds at the end of each life."""
        if hasattr(self, "consultant"):
            assert self._do(broken_invariants(self.marketplace.database)) == []


@pytest.fixture
async def loop() -> asyncio.AbstractEventLoop:
    """The loop that the connections belong to; it rests while a test that is no coroutine runs."""
    return asyncio.get_running_loop()


def test_the_product_and_the_model_agree_after_every_step(
    marketplace: Marketplace, loop: asyncio.AbstractEventLoop
) -> None:
    class Machine(SeatMachine):
        pass

    Machine.marketplace, Machine.loop = marketplace, loop
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=int(os.environ.get(LIVES, "50")),
            stateful_step_count=50,
            derandomize=LIVES not in os.environ,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
