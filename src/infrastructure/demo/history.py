"""Which sessions were booked, by whom, and what came of them: made up anew around today, always alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from domain.availability import Slot
from domain.bookings import MeetingLink
from infrastructure.demo.consultants import CONSULTANTS, DEMO_CONSULTANT, OTHERS
from infrastructure.demo.people import DEMO_CLIENT, REGULARS, DemoConsultant, DemoPerson, Remark
from infrastructure.demo.remarks import GENERAL
from infrastructure.demo.seating import Seating

TIME_TO_COMPLETE = timedelta(days=3)
"""Sessions that ended longer ago have been completed and, where somebody had something to say, reviewed."""
LONGEST_AFTERTHOUGHT_H = 60
MOST_GUESTS_OF_THE_PAST = 3
BOOKED_AHEAD = timedelta(weeks=2)
"""People rarely book further ahead."""

Slots = Mapping[str, Sequence[Slot]]
"""The slots of each consultant, by username, in the order of time."""


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One client's seat in one session; confirmed, and completed if it says so. Only those have remarks."""

    consultant: DemoConsultant
    client: DemoPerson
    slot: Slot
    booked_at: datetime
    reason: str
    meeting: MeetingLink | None = None
    is_completed: bool = False
    remark: Remark | None = None
    reviewed_at: datetime | None = None


def make_up(slots: Slots, now: datetime) -> list[Visit]:
    """The demo client's own bookings first, then what fills the rest of the market."""
    return list(_Author(slots, now).visits())


class _Author:
    def __init__(self, slots: Slots, now: datetime) -> None:
        self._slots = slots
        self._now = now
        self._rng = Random("imoran")  # noqa: S311 - the same story every time
        self._seating = Seating()

    def visits(self) -> Iterator[Visit]:
        yield from self._of_demo_client()
        for consultant in CONSULTANTS:
            yield from self._past(consultant)
            yield from self._upcoming(consultant)

    def _of_demo_client(self) -> Iterator[Visit]:
        """A booking for every step that is left to take: complete, review, join, add the link; two are done."""
        lawyer, accountant, _, engineer = OTHERS[:4]
        yield self._own(DEMO_CONSULTANT, self._latest(DEMO_CONSULTANT, over_by=timedelta()))
        yield _completed(self._own(lawyer, self._latest(lawyer, over_by=TIME_TO_COMPLETE)))
        for done in (accountant, DEMO_CONSULTANT):
            visit = self._own(done, self._latest(done, over_by=timedelta(weeks=2)))
            yield self._reviewed(_completed(visit), done.remarks[0])
        yield _linked(self._own(engineer, self._next(engineer, notice=timedelta(days=2))))
        yield self._own(DEMO_CONSULTANT, self._next(DEMO_CONSULTANT, notice=timedelta(days=3)))

    def _past(self, consultant: DemoConsultant) -> Iterator[Visit]:
        """Completed sessions. Every fifth client says nothing about theirs."""
        remarks = self._remarks_by_regulars(consultant)
        over = [slot for slot in self._slots[consultant.username] if self._is_over(slot, by=TIME_TO_COMPLETE)]
        seats = [slot for slot in over for _ in range(min(slot.terms.capacity, MOST_GUESTS_OF_THE_PAST))]
        wishes = ((slot, self._rng.choice(REGULARS)) for slot in self._rng.sample(seats, len(seats)))
        for count, visit in enumerate(self._fitting(consultant, wishes, most=len(remarks) * 5 // 4)):
            done = _completed(visit)
            yield done if count % 5 == 4 else self._reviewed(done, remarks.pop())

    def _remarks_by_regulars(self, consultant: DemoConsultant) -> list[Remark]:
        """Their own first, then general ones, none twice. The demo client has said the first of some."""
        said = 1 if consultant in (DEMO_CONSULTANT, OTHERS[1]) else 0
        general = self._rng.sample(GENERAL, len(GENERAL))
        remarks = [*consultant.remarks, *general][said : consultant.reviews]
        self._rng.shuffle(remarks)
        return remarks

    def _upcoming(self, consultant: DemoConsultant) -> Iterator[Visit]:
        """Every other visit has its link already."""
        for slot in self._slots[consultant.username]:
            if not slot.span.has_begun(self._now) and slot.span.has_begun(self._now + BOOKED_AHEAD):
                wishes = [(slot, client) for client in self._guests(slot)]
                for visit in self._fitting(consultant, wishes, most=len(wishes)):
                    yield _linked(visit) if self._rng.random() < 0.5 else visit

    def _guests(self, slot: Slot) -> list[DemoPerson]:
        """A fifth of the private sessions are taken, small groups fill up, others get any number of guests."""
        if slot.terms.capacity == 1:
            return [self._rng.choice(REGULARS)] if self._rng.random() < 0.2 else []
        fills_up = slot.terms.capacity <= len(REGULARS)
        return self._rng.sample(REGULARS, len(REGULARS) if fills_up else self._rng.randint(0, len(REGULARS)))

    def _fitting(
        self, consultant: DemoConsultant, wishes: Iterable[tuple[Slot, DemoPerson]], *, most: int
    ) -> Iterator[Visit]:
        seated = 0
        for slot, client in wishes:
            if seated < most and self._seating.fits(slot, client.username):
                seated += 1
                yield self._visit(consultant, client, slot)

    def _own(self, consultant: DemoConsultant, slot: Slot) -> Visit:
        return self._visit(consultant, DEMO_CLIENT, slot)

    def _visit(self, consultant: DemoConsultant, client: DemoPerson, slot: Slot) -> Visit:
        self._seating.seat(slot, client.username)
        days_ahead = slot.span.starts_at - timedelta(minutes=self._rng.randrange(2 * 1440, 12 * 1440))
        lately = self._now - timedelta(minutes=self._rng.randrange(60, 4 * 1440))
        return Visit(
            consultant=consultant,
            client=client,
            slot=slot,
            booked_at=min(days_ahead, lately),
            reason=self._rng.choice(consultant.reasons),
        )

    def _reviewed(self, visit: Visit, remark: Remark) -> Visit:
        afterthought = timedelta(minutes=self._rng.randrange(60, LONGEST_AFTERTHOUGHT_H * 60))
        return replace(visit, remark=remark, reviewed_at=visit.slot.span.ends_at + afterthought)

    def _latest(self, consultant: DemoConsultant, *, over_by: timedelta) -> Slot:
        """The last session that ended so long ago."""
        return self._choices(consultant, lambda slot: self._is_over(slot, by=over_by))[-1]

    def _next(self, consultant: DemoConsultant, *, notice: timedelta) -> Slot:
        """The first session with so much notice."""
        return self._choices(consultant, lambda slot: slot.span.starts_at > self._now + notice)[0]

    def _choices(self, consultant: DemoConsultant, is_wanted: Callable[[Slot], bool]) -> list[Slot]:
        """Private, priced sessions that the demo client can go to."""
        return [
            slot
            for slot in self._slots[consultant.username]
            if slot.terms.capacity == 1
            and not slot.terms.price.is_free
            and is_wanted(slot)
            and self._seating.fits(slot, DEMO_CLIENT.username)
        ]

    def _is_over(self, slot: Slot, *, by: timedelta) -> bool:
        return slot.span.is_over(self._now - by)


def _completed(visit: Visit) -> Visit:
    return _linked(replace(visit, is_completed=True))


def _linked(visit: Visit) -> Visit:
    room = f"https://meet.example.com/{visit.consultant.slug}"
    return replace(visit, meeting=MeetingLink(platform="Video call", url=room))
