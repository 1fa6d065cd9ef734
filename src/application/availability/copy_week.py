"""Copy a week of one's calendar into other weeks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, tzinfo
from uuid import UUID

from application.accounts.callers import Caller
from application.availability.own_days import OwnZone
from application.availability.planned_sessions import MARGIN, lock_consultant
from application.identity import NewId
from application.transactions import OpenUnitOfWork, UnitOfWork, retried
from domain.availability import Slot
from domain.day_ranges import YEARS, DayRange
from domain.refusals import FieldCheck
from domain.sentences import Sentence
from domain.time_span import TimeSpan
from domain.week_copies import SessionCopy, copy_week

MOST_WEEKS = 52
MONDAY = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyWeekCommand:
    """The Mondays with which the week to copy and the weeks to copy it into begin. Raises `Invalid`."""

    source: date
    targets: tuple[date, ...]
    dry_run: bool = False

    def __post_init__(self) -> None:
        check = FieldCheck()
        check.require(_is_monday(self.source), "source_week", "Choose a Monday.")
        check.require(
            1 <= len(self.targets) <= MOST_WEEKS,
            "target_weeks",
            Sentence("Choose from 1 to {most} weeks.", most=MOST_WEEKS),
        )
        check.require(all(map(_is_monday, self.targets)), "target_weeks", "Choose Mondays.")
        check.require(
            self.source not in self.targets and len(set(self.targets)) == len(self.targets),
            "target_weeks",
            "Choose every week once, and other weeks than the one to copy.",
        )
        check.done()


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiedWeek:
    """What was published, and what was skipped and why, each by time; or what would be."""

    created: list[Slot]
    skipped: list[SessionCopy]


@dataclass(frozen=True, slots=True)
class CopyWeek:
    """Copy the open sessions of a week into other weeks, at most 52 at a time.

    - Wall times in one's own time zone are kept, and so are length, seats, price, service and buffers.
    - What would be in the past, overlap another session, belong to a service that is not offered any more, or
      start at a wall time that does not exist there, is skipped, and the answer says why.
    - A preview does all of this, and stores nothing: the ids in it lead nowhere.
    """

    open_uow: OpenUnitOfWork
    new_id: NewId
    own_zone: OwnZone

    async def __call__(self, caller: Caller, command: CopyWeekCommand) -> CopiedWeek:
        """What was created and skipped. Raises `Invalid` or `NotFound`."""
        return await self._copy(caller, command, await self.own_zone(caller.account_id))

    @retried
    async def _copy(self, caller: Caller, command: CopyWeekCommand, zone: tzinfo) -> CopiedWeek:
        async with self.open_uow() as uow:
            await lock_consultant(uow, caller.account_id)
            weeks = [_around(monday, zone) for monday in (command.source, *command.targets)]
            slots = (await uow.slots.lock_between(caller.account_id, *weeks)).values()
            offered = await _offered(uow, caller.account_id, slots)
            now = await uow.now()
            copies = copy_week(command.source, sorted(command.targets), slots, zone=zone, offered=offered, now=now)
            created = [
                Slot.publish(slot_id=self.new_id(), consultant_id=caller.account_id, terms=copy.terms, now=now)
                for copy in copies
                if copy.obstacle is None
            ]
            if created:
                await uow.slots.add(*created)
            if not command.dry_run:
                await uow.commit()
        return CopiedWeek(created=created, skipped=[copy for copy in copies if copy.obstacle is not None])


async def _offered(uow: UnitOfWork, consultant_id: UUID, slots: Iterable[Slot]) -> set[UUID]:
    """The services of the slots of which new sessions can be published; locked, so that it stays so."""
    services = {slot.terms.service_id for slot in slots if slot.terms.service_id is not None}
    return {
        service_id
        for service_id in sorted(services)
        if (await uow.services.lock_own(consultant_id, service_id)).is_offered
    }


def _around(monday: date, zone: tzinfo) -> TimeSpan:
    """The week, and what can reach into it or be reached from it."""
    week = DayRange.week_of(monday).span(zone)
    return TimeSpan(week.starts_at - MARGIN, week.ends_at + MARGIN)


def _is_monday(day: date) -> bool:
    return day.weekday() == MONDAY and day.year in YEARS
