"""What the tools that change many days of a consultant's calendar at once have in common."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, tzinfo
from uuid import UUID

from application.availability.pattern_ports import FindZone
from application.availability.planned_sessions import zone_of
from application.consultants.views import ConsultantQueries
from application.transactions import UnitOfWork
from domain.calendar_changes import Outcome, Rule, SlotChange, changed
from domain.day_ranges import DayRange
from domain.refusals import Invalid, NotFound
from domain.sentences import Sentence

MOST_SESSIONS = 10_000


@dataclass(frozen=True, slots=True)
class PatternDate:
    """A date on which a weekly pattern stops or begins to apply."""

    pattern_id: UUID
    date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedDays:
    """What happened to the sessions of some days, by time, and to the dates of weekly patterns; or what would."""

    sessions: list[SlotChange]
    pattern_dates: list[PatternDate]


@dataclass(frozen=True, slots=True)
class OwnZone:
    """The zone that the days of a consultant are days of."""

    consultant_queries: ConsultantQueries
    find_zone: FindZone

    async def __call__(self, account_id: UUID) -> tzinfo:
        """Unlocked: somebody who changes the profile meanwhile may come first or second. Raises `NotFound`."""
        profile = await self.consultant_queries.own_profile(account_id)
        if profile is None:
            raise NotFound
        return zone_of(self.find_zone, profile.time_zone)


async def change_sessions(
    uow: UnitOfWork, consultant_id: UUID, days: DayRange, zone: tzinfo, rule: Rule
) -> list[SlotChange]:
    """Do what the rule says to every session that begins on these days; the consultant's account is locked.

    Raises `Invalid` for more sessions than can be dealt with at once.
    """
    span = days.span(zone)
    locked = await uow.slots.lock_between(consultant_id, span)
    if len(locked) > MOST_SESSIONS:
        raise Invalid.field(
            "last_date", Sentence("These are more than {most:,} sessions. Choose fewer days.", most=MOST_SESSIONS)
        )
    now = await uow.now()
    sessions = [rule(slot, now) for slot in locked.values() if span.has(slot.span.starts_at)]
    if slots := changed(sessions):
        await uow.slots.save(*slots)
    return sorted(map(_as_stored, sessions), key=lambda change: change.slot.span.starts_at)


def _as_stored(change: SlotChange) -> SlotChange:
    if change.outcome is Outcome.KEPT:
        return change
    return replace(change, slot=replace(change.slot, version=change.slot.version + 1))
