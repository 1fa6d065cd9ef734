"""One session, several clients, any order of events: the domain against a model that is too simple to be wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain.availability import Slot, SlotStatus
from domain.bookings import (
    SEAT_HOLDING,
    Actor,
    AlreadyBooked,
    Booking,
    BookingStatus,
    SessionNotOver,
    SlotFull,
    SlotInPast,
    UnlawfulTransition,
)
from domain.payments import SettlementCase, SettlementOutcome
from tests.unit.domain.examples import FREE, HOLD, NOW, PRICE, a_request, a_reservation, a_slot, a_span, some_terms

CLIENTS = [UUID(int=100 + number) for number in range(4)]
SESSION = a_span(starts_in=timedelta(minutes=40))

clients = st.sampled_from(CLIENTS)


class SeatsOfOneSlot(RuleBasedStateMachine):
    """The model knows for each client whether a seat is held, and until when; and whose money has come."""

    @initialize(capacity=st.integers(1, 3), is_free=st.booleans())
    def offer(self, capacity: int, is_free: bool) -> None:
        """One session on offer."""
        price = FREE if is_free else PRICE
        self.slot = a_slot(terms=some_terms(span=SESSION, capacity=capacity, price=price))
        self.now: datetime = NOW
        self.bookings: dict[UUID, Booking] = {}
        self.paid: set[UUID] = set()
        self.held_until: dict[UUID, datetime | None] = {}
        """The model: who has a seat, and until when; for ever when it is nothing."""

    @rule(client=clients)
    def reserve(self, client: UUID) -> None:
        """Somebody asks for a seat; lapsed holds are swept under the same lock."""
        self._sweep()
        request = a_request(
            self._slot_now(), client_id=client, client_has_seat=self._has_seat(self.bookings.get(client))
        )
        refusal = self._refusal_expected(client)
        if refusal is not None:
            with pytest.raises(refusal):
                a_reservation(request, now=self.now)
            return
        self.bookings[client] = a_reservation(request, now=self.now)
        self.paid.discard(client)
        self.held_until[client] = None if self.slot.terms.price.is_free else self.now + HOLD.length

    @rule(client=clients)
    def pay(self, client: UUID) -> None:
        """Money for a seat is verified: in time, late, or a second time."""
        booking = self.bookings.get(client)
        if booking is None or booking.price.is_free:
            return
        request = a_request(self._slot_now(), client_id=client)
        case = SettlementCase(booking=booking, booking_is_paid=client in self.paid, seat=request)
        outcome = case.decide(self.now).outcome
        takes_seat_anew = (
            booking.status not in SEAT_HOLDING
            and self._seats_in_model() < self.slot.terms.capacity
            and self.now < SESSION.starts_at
        )
        should_confirm = client not in self.paid and (booking.status is BookingStatus.PENDING or takes_seat_anew)
        assert outcome is (SettlementOutcome.CONFIRM if should_confirm else SettlementOutcome.REFUND)
        if should_confirm:
            booking.confirm(self.now, reason="payment verified")
            self.paid.add(client)
            self.held_until[client] = None

    @rule(client=clients)
    def give_up(self, client: UUID) -> None:
        """A client lets a held seat go."""
        booking = self.bookings.get(client)
        if booking is not None and booking.status is BookingStatus.PENDING:
            booking.cancel(Actor.CLIENT, self.now)
            del self.held_until[client]

    @rule(client=clients)
    def complete(self, client: UUID) -> None:
        """The consultant says that somebody attended."""
        booking = self.bookings.get(client)
        if booking is None:
            return
        if booking.status is not BookingStatus.CONFIRMED:
            with pytest.raises(UnlawfulTransition):
                booking.complete(self.now)
        elif self.now < SESSION.ends_at:
            with pytest.raises(SessionNotOver):
                booking.complete(self.now)
        else:
            booking.complete(self.now)

    @rule()
    def sweep(self) -> None:
        """The job that gives back the seats of lapsed holds."""
        self._sweep()

    @precondition(lambda self: self.now < SESSION.ends_at)
    @rule(minutes=st.sampled_from([1, 14, 15, 16, 60]))
    def wait(self, minutes: int) -> None:
        """Time goes by."""
        self.now += timedelta(minutes=minutes)

    @invariant()
    def seats_taken_never_exceed_the_capacity(self) -> None:
        """Rule 1."""
        if self.bookings:
            assert self._slot_now().seats_taken <= self.slot.terms.capacity

    @invariant()
    def the_model_agrees(self) -> None:
        """The same people have a seat in both."""
        for client, booking in getattr(self, "bookings", {}).items():
            assert self._has_seat(booking) == self._has_seat_in_model(client)

    @invariant()
    def every_history_is_a_chain(self) -> None:
        """No step begins elsewhere than where the one before it ended."""
        for booking in getattr(self, "bookings", {}).values():
            ends = [None, *(step.status for step in booking.unsaved)]
            assert [step.previous for step in booking.unsaved] == ends[:-1]
            assert ends[-1] == booking.status

    def _sweep(self) -> None:
        for client, booking in self.bookings.items():
            if booking.has_lapsed(self.now):
                booking.lapse(self.now)
                del self.held_until[client]

    def _slot_now(self) -> Slot:
        return replace(self.slot, seats_taken=sum(map(self._has_seat, self.bookings.values())))

    def _has_seat(self, booking: Booking | None) -> bool:
        return booking is not None and booking.status in SEAT_HOLDING and not booking.has_lapsed(self.now)

    def _has_seat_in_model(self, client: UUID) -> bool:
        if client not in self.held_until:
            return False
        end = self.held_until[client]
        return end is None or self.now < end

    def _seats_in_model(self) -> int:
        return sum(map(self._has_seat_in_model, CLIENTS))

    def _refusal_expected(self, client: UUID) -> type[Exception] | None:
        if self.now >= SESSION.starts_at:
            return SlotInPast
        if self._has_seat_in_model(client):
            return AlreadyBooked
        if self._seats_in_model() >= self.slot.terms.capacity:
            return SlotFull
        assert self.slot.status is SlotStatus.OPEN
        return None


SeatsOfOneSlot.TestCase.settings = settings(max_examples=80, stateful_step_count=30, deadline=None)
TestSeatsOfOneSlot = SeatsOfOneSlot.TestCase
