"""Waiting lists: who may join, who is next, and what becomes of an offer."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain.availability import Slot, SlotNotOpen, SlotStatus
from domain.bookings import (
    AlreadyBooked,
    BookingOverlap,
    ConsultantUnavailable,
    NoticeTooShort,
    OwnSlot,
    SeatRequest,
    SlotFull,
    SlotInPast,
    TooFarAhead,
)
from domain.consultants import BookingLimits
from domain.refusals import Refusal
from domain.waiting_list import (
    IN_LINE,
    AlreadyWaiting,
    Line,
    NotInLine,
    OfferPolicy,
    SlotNotFull,
    WaitingEntry,
    WaitingStatus,
)
from tests.unit.domain.examples import CONSULTANT_ID, HOUR, NOW, a_request, a_slot, a_span, some_terms

OFFER = OfferPolicy(length=HOUR)
INSTANT = timedelta(microseconds=1)
SESSION = a_span(starts_in=timedelta(hours=9))
CLIENTS = [UUID(int=100 + number) for number in range(6)]
clients = st.sampled_from(CLIENTS)
picks = st.integers(0, 9)


def a_full_slot(**changes: Any) -> Slot:
    """One seat, which is taken."""
    return replace(a_slot(terms=some_terms(span=SESSION), seats_taken=1), **changes)


def a_place(
    number: int, *, status: WaitingStatus = WaitingStatus.WAITING, until: datetime | None = None
) -> WaitingEntry:
    """The place of somebody who came as number so-and-so."""
    return WaitingEntry(
        id=uuid4(),
        slot_id=UUID(int=1),
        client_id=CLIENTS[number],
        status=status,
        joined_at=NOW + number * INSTANT,
        offer_expires_at=until,
    )


def a_line(*entries: WaitingEntry, free: int, takes_bookings: bool = True, **changes: Any) -> Line:
    """A line for a session of five seats of which some are free."""
    terms = some_terms(span=SESSION, capacity=5)
    slot = replace(a_slot(terms=terms, seats_taken=5 - free), people_waiting=len(entries), **changes)
    return Line(slot=slot, consultant_takes_bookings=takes_bookings, entries=list(entries))


def statuses(line: Line) -> list[str]:
    """Of everybody, in their order."""
    return [entry.status.value for entry in line.entries]


def join(**changes: Any) -> WaitingEntry:
    """Somebody gets in line for a full session."""
    request = a_request(**{"slot": a_full_slot(), **changes})
    return WaitingEntry.join(request, entry_id=uuid4(), now=NOW)


def test_a_full_session_is_waited_for_from_now_on() -> None:
    place = join(client_id=CLIENTS[0])
    assert (place.status, place.client_id, place.joined_at) == (WaitingStatus.WAITING, CLIENTS[0], NOW)
    assert place.offer_expires_at is None


def test_a_seat_that_others_in_line_have_a_claim_on_is_none_to_take() -> None:
    claimed = replace(a_slot(terms=some_terms(span=SESSION)), people_waiting=1)
    assert join(slot=claimed).status is WaitingStatus.WAITING


def test_where_there_is_a_seat_one_does_not_wait() -> None:
    with pytest.raises(SlotNotFull):
        join(slot=a_slot(terms=some_terms(span=SESSION)))


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"is_in_line": True}, AlreadyWaiting),
        ({"client_has_seat": True}, AlreadyBooked),
        ({"client_is_busy": True}, BookingOverlap),
        ({"consultant_takes_bookings": False}, ConsultantUnavailable),
        ({"client_id": CONSULTANT_ID}, OwnSlot),
        ({"slot": a_full_slot(status=SlotStatus.CLOSED)}, SlotNotOpen),
        ({"slot": replace(a_slot(terms=some_terms(span=a_span(starts_in=-HOUR))), seats_taken=1)}, SlotInPast),
        ({"limits": BookingLimits(minimum_notice=timedelta(hours=10))}, NoticeTooShort),
        (
            {
                "limits": BookingLimits(window=timedelta(days=1)),
                "slot": replace(a_slot(terms=some_terms(span=a_span(starts_in=timedelta(days=2)))), seats_taken=1),
            },
            TooFarAhead,
        ),
    ],
    ids=lambda case: case.__name__ if isinstance(case, type) else "",
)
def test_nobody_waits_for_what_they_could_not_book(changes: dict[str, Any], refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        join(**changes)


def test_free_seats_go_to_the_first_in_line_and_to_no_more_than_there_are() -> None:
    line = a_line(*map(a_place, range(4)), free=2)
    changed = line.advance(OFFER, NOW)
    assert statuses(line) == ["offered", "offered", "waiting", "waiting"]
    assert changed == line.entries[:2]
    assert {entry.offer_expires_at for entry in changed} == {NOW + HOUR}
    assert line.advance(OFFER, NOW + HOUR - INSTANT) == []


def test_an_offer_that_runs_out_passes_to_the_next() -> None:
    line = a_line(*map(a_place, range(3)), free=1)
    line.advance(OFFER, NOW)
    line.advance(OFFER, NOW + HOUR)
    assert statuses(line) == ["lapsed", "offered", "waiting"]
    assert line.entries[1].offer_expires_at == NOW + 2 * HOUR


def test_an_offer_ends_with_the_start_of_the_session() -> None:
    line = a_line(a_place(0), free=1)
    line.advance(OFFER, SESSION.starts_at - timedelta(minutes=10))
    assert line.entries[0].offer_expires_at == SESSION.starts_at


def test_where_seats_become_fewer_the_last_offers_are_taken_back_and_the_places_kept() -> None:
    line = a_line(*map(a_place, range(4)), free=3)
    line.advance(OFFER, NOW)
    fewer = a_line(*line.entries, free=1)
    fewer.advance(OFFER, NOW + INSTANT)
    assert statuses(fewer) == ["offered", "waiting", "waiting", "waiting"]
    assert fewer.entries[0].offer_expires_at == NOW + HOUR, "an offer that stays is not prolonged"
    more = a_line(*fewer.entries, free=2)
    more.advance(OFFER, NOW + 2 * INSTANT)
    assert statuses(more) == ["offered", "offered", "waiting", "waiting"]


@pytest.mark.parametrize("resting", [{"status": SlotStatus.CLOSED}, {"takes_bookings": False}])
def test_while_nothing_can_be_booked_nobody_has_an_offer_or_loses_their_place(resting: dict[str, Any]) -> None:
    line = a_line(*map(a_place, range(2)), free=1)
    line.advance(OFFER, NOW)
    resting_line = a_line(*line.entries, free=1, **resting)
    resting_line.advance(OFFER, NOW + INSTANT)
    assert statuses(resting_line) == ["waiting", "waiting"]
    again = a_line(*line.entries, free=1)
    again.advance(OFFER, NOW + 2 * INSTANT)
    assert statuses(again) == ["offered", "waiting"]


@pytest.mark.parametrize(
    ("changes", "now"),
    [({"status": SlotStatus.CANCELLED}, NOW), ({}, SESSION.starts_at), ({}, SESSION.ends_at)],
    ids=["cancelled", "begun", "over"],
)
def test_nobody_waits_for_a_session_that_is_called_off_or_has_begun(
    changes: dict[str, Any], now: datetime
) -> None:
    line = a_line(a_place(0, status=WaitingStatus.OFFERED, until=NOW + HOUR), a_place(1), free=1, **changes)
    assert line.advance(OFFER, now) == line.entries
    assert statuses(line) == ["closed", "closed"]


def test_somebody_whose_account_is_not_active_keeps_nobody_waiting() -> None:
    gone = replace(a_place(0, status=WaitingStatus.OFFERED, until=NOW + HOUR), client_is_active=False)
    line = a_line(gone, a_place(1), free=1)
    line.advance(OFFER, NOW)
    assert statuses(line) == ["closed", "offered"]


@pytest.mark.parametrize("status", [WaitingStatus.WAITING, WaitingStatus.OFFERED])
def test_one_can_leave_as_long_as_one_is_in_line(status: WaitingStatus) -> None:
    place = a_place(0, status=status, until=NOW + HOUR if status is WaitingStatus.OFFERED else None)
    place.leave()
    assert place.status is WaitingStatus.LEFT


@pytest.mark.parametrize("status", sorted(set(WaitingStatus) - IN_LINE))
def test_a_place_that_is_over_cannot_be_left(status: WaitingStatus) -> None:
    with pytest.raises(NotInLine):
        a_place(0, status=status).leave()


@given(free=st.integers(0, 5), offered=st.integers(0, 4), waiting=st.integers(0, 2), minutes=st.integers(0, 700))
def test_advancing_twice_changes_nothing_the_second_time(
    free: int, offered: int, waiting: int, minutes: int
) -> None:
    entries = [
        a_place(number, status=WaitingStatus.OFFERED, until=NOW + number * timedelta(minutes=40))
        for number in range(offered)
    ]
    line = a_line(*entries, *map(a_place, range(offered, offered + waiting)), free=free)
    now = NOW + timedelta(minutes=minutes)
    line.advance(OFFER, now)
    rest = a_line(*[entry for entry in line.entries if entry.status in IN_LINE], free=free)
    assert rest.advance(OFFER, now) == []


class WaitingForOneSlot(RuleBasedStateMachine):
    """Clients who book, cancel, join and leave, a consultant who changes the seats, and a clock.

    The model is one queue of clients, and for each of them until when a seat is theirs to take.
    """

    @initialize(capacity=st.integers(1, 3), in_line=st.integers(0, 3))
    def publish(self, capacity: int, in_line: int) -> None:
        """One session, which is full, and people in line for it."""
        self.slot = a_slot(terms=some_terms(span=SESSION, capacity=capacity))
        self.now = NOW
        self.seated = set(CLIENTS[:capacity])
        self.entries: list[WaitingEntry] = []
        self.queue: list[UUID] = []
        self.offered_until: dict[UUID, datetime] = {}
        for client in CLIENTS[capacity : capacity + in_line]:
            self._join(client)

    @property
    def capacity(self) -> int:
        """Seats in all."""
        return self.slot.terms.capacity

    @property
    def free(self) -> int:
        """Seats that nobody has."""
        return self.capacity - len(self.seated)

    def _in_line(self) -> list[WaitingEntry]:
        return [entry for entry in self.entries if entry.status in IN_LINE]

    def _slot_now(self) -> Slot:
        return replace(self.slot, seats_taken=len(self.seated), people_waiting=len(self._in_line()))

    def _place_of(self, client: UUID) -> WaitingEntry | None:
        return next((entry for entry in self._in_line() if entry.client_id == client), None)

    def _request(self, client: UUID) -> SeatRequest:
        place = self._place_of(client)
        is_offered = place is not None and place.status is WaitingStatus.OFFERED
        return a_request(
            self._slot_now(),
            client_id=client,
            client_has_seat=client in self.seated,
            is_in_line=place is not None,
            has_offer=place is not None and is_offered and not place.has_lapsed(self.now),
        )

    can_be_booked = precondition(lambda self: self.now < SESSION.starts_at)

    @can_be_booked
    @rule(client=clients)
    def book(self, client: UUID) -> None:
        """Whoever may take a seat takes it; the public only what nobody in line has a claim on."""
        if client in self.seated:
            return
        others = len([waiting for waiting in self.queue if waiting != client])
        has_turn = self.offered_until.get(client, self.now) > self.now
        allowed = self.free > 0 if has_turn else self.free > others
        try:
            self._request(client).refuse_unless_bookable(self.now)
        except SlotFull:
            assert not allowed
            return
        assert allowed
        place = self._place_of(client)
        if place is not None:
            place.status = WaitingStatus.TAKEN
        self.seated.add(client)
        self._forget(client)

    @precondition(lambda self: self.seated)
    @rule(pick=picks)
    def cancel(self, pick: int) -> None:
        """A seat comes free."""
        self.seated.remove(sorted(self.seated)[pick % len(self.seated)])

    @can_be_booked
    @rule(client=clients)
    def join(self, client: UUID) -> None:
        """Get in line, at its end."""
        if client not in self.seated:
            self._join(client)

    def _join(self, client: UUID) -> None:
        try:
            entry = WaitingEntry.join(self._request(client), entry_id=uuid4(), now=self.now)
        except AlreadyWaiting:
            assert client in self.queue
        except SlotNotFull:
            assert self.free > len(self.queue)
        else:
            self.entries.append(entry)
            self.queue.append(client)

    @precondition(lambda self: self.queue)
    @rule(pick=picks)
    def leave(self, pick: int) -> None:
        """Not any more."""
        client = self.queue[pick % len(self.queue)]
        place = self._place_of(client)
        assert place is not None
        place.leave()
        self._forget(client)

    @rule(capacity=st.integers(1, 4))
    def change_capacity(self, capacity: int) -> None:
        """More seats, or fewer, but never fewer than are taken."""
        self._give_seats(capacity)

    @precondition(lambda self: self.offered_until)
    @rule()
    def take_away_the_seats_on_offer(self) -> None:
        """All that can be taken away."""
        self._give_seats(1)

    def _give_seats(self, capacity: int) -> None:
        terms = some_terms(span=SESSION, capacity=max(capacity, len(self.seated)))
        self.slot = replace(self.slot, terms=terms)

    @rule(minutes=st.sampled_from([1, 29, 30, 31]))
    def wait(self, minutes: int) -> None:
        """Time goes by."""
        self.now += timedelta(minutes=minutes)

    @precondition(lambda self: self.offered_until)
    @rule()
    def wait_until_an_offer_ends(self) -> None:
        """Time goes by, to the very instant."""
        self.now = max(self.now, min(self.offered_until.values()))

    @rule()
    def advance(self) -> None:
        """The job comes round."""
        line = Line(slot=self._slot_now(), consultant_takes_bookings=True, entries=self._in_line())
        line.advance(OFFER, self.now)
        if self.now >= SESSION.starts_at:
            self.queue, self.offered_until = [], {}
        for client in [client for client, until in self.offered_until.items() if until <= self.now]:
            self._forget(client)
        for client in self.queue[: self.free]:
            self.offered_until.setdefault(client, min(self.now + HOUR, SESSION.starts_at))
        for client in self.queue[max(0, self.free) :]:
            self.offered_until.pop(client, None)
        assert len(self.offered_until) == min(max(0, self.free), len(self.queue)), "no seat is left unoffered"

    @invariant()
    def the_model_agrees(self) -> None:
        """The same people, in the same order, with the same offers."""
        if not hasattr(self, "queue"):
            return
        in_line = self._in_line()
        assert [entry.client_id for entry in in_line] == self.queue
        assert {
            entry.client_id: entry.offer_expires_at for entry in in_line if entry.status is WaitingStatus.OFFERED
        } == self.offered_until

    @invariant()
    def offers_are_out_to_the_first_in_line(self) -> None:
        """Nobody is skipped: whoever has an offer has nobody without one before them."""
        if hasattr(self, "queue"):
            has_offer = [entry.status is WaitingStatus.OFFERED for entry in self._in_line()]
            assert has_offer == sorted(has_offer, reverse=True)

    @invariant()
    def no_more_seats_are_taken_than_there_are(self) -> None:
        """Rule 1."""
        if hasattr(self, "queue"):
            assert len(self.seated) <= self.capacity

    def _forget(self, client: UUID) -> None:
        if client in self.queue:
            self.queue.remove(client)
        self.offered_until.pop(client, None)


WaitingForOneSlot.TestCase.settings = settings(max_examples=250, stateful_step_count=40, deadline=None)
TestWaitingForOneSlot = WaitingForOneSlot.TestCase
