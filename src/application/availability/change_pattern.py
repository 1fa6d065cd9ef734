"""Change a weekly pattern that was published."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from application.accounts.callers import Caller
from application.availability.pattern_ports import FindZone
from application.availability.planned_sessions import at_once, carry_out, coming, lock_consultant, zone_of
from application.availability.wanted_pattern import ProfileDefaults, WantedPattern, complete_terms
from application.consultants.views import ConsultantQueries
from application.identity import NewId
from application.transactions import OpenUnitOfWork, retried
from domain.availability import Slot
from domain.refusals import StaleVersion
from domain.session_plans import Plan, Skipped, plan_sessions
from domain.weekly_patterns import Occurrence, PatternTerms, WeeklyPattern


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedPattern:
    """What became of the coming sessions of a pattern, or would become. `kept` are those that stay, as they are
    now: with seats taken or people waiting on their old terms, else on the new ones.
    """

    pattern_id: UUID
    created: list[Slot]
    kept: list[Slot]
    withdrawn: list[Slot]
    skipped: list[Skipped]
    published_until: date

    @classmethod
    def by(cls, plan: Plan, pattern: WeeklyPattern, created: list[Slot]) -> ChangedPattern:
        """The outcome of a plan that was carried out."""
        changed = {slot.id for slot in plan.changed}
        return cls(
            pattern_id=pattern.id,
            created=created,
            kept=[replace(slot, version=slot.version + (slot.id in changed)) for slot in plan.kept],
            withdrawn=[replace(slot, version=slot.version + 1) for slot in plan.withdrawn],
            skipped=plan.skipped,
            published_until=pattern.published_until,
        )


@dataclass(frozen=True, slots=True)
class ChangePattern:
    """Put a weekly pattern on other terms.

    - Only coming sessions are touched in which nobody has a seat and for which nobody waits.
    - Those that still occur are kept, closed ones closed, and get the new terms; those that do not are withdrawn.
    - Sessions that the old terms did not have are created. One that the consultant removed or moved by hand does
      not come back.
    - A preview does all of this, and stores nothing: the ids of what it would create lead nowhere.
    """

    open_uow: OpenUnitOfWork
    new_id: NewId
    find_zone: FindZone
    consultant_queries: ConsultantQueries

    async def __call__(
        self,
        caller: Caller,
        pattern_id: UUID,
        wanted: WantedPattern,
        *,
        expected_version: int | None = None,
        dry_run: bool = False,
    ) -> ChangedPattern:
        """What became of the sessions, by time. Raises `Invalid`, `PatternEnded`, `ServiceNotOffered`,
        `StaleVersion` or `NotFound`.
        """
        profile = await ProfileDefaults.of(self.consultant_queries, caller.account_id)
        return await self._change(caller, pattern_id, wanted, profile, expected_version, dry_run)

    @retried
    async def _change(
        self,
        caller: Caller,
        pattern_id: UUID,
        wanted: WantedPattern,
        profile: ProfileDefaults,
        expected_version: int | None,
        dry_run: bool,
    ) -> ChangedPattern:
        async with self.open_uow() as uow:
            await lock_consultant(uow, caller.account_id)
            old = await uow.weekly_patterns.get_own(caller.account_id, pattern_id)
            if expected_version not in (None, old.version):
                raise StaleVersion
            terms = await complete_terms(uow, caller.account_id, wanted, profile)
            now = await uow.now()
            pattern = self._changed(old, terms, now)
            occurrences = at_once(self._sessions_from_today(pattern, now))
            slots = (await uow.slots.lock_between(caller.account_id, coming(now))).values()
            now = await uow.now()
            left_out = {one.span for one in self._sessions_from_today(old, now)} - {slot.span for slot in slots}
            ahead = [one for one in occurrences if not one.span.has_begun(now)]
            plan = plan_sessions(terms, ahead, slots, now, replacing=pattern.id, left_out=left_out)
            await uow.weekly_patterns.save(pattern)
            created = await carry_out(uow, self.new_id, plan, pattern, now)
            if not dry_run:
                await uow.commit()
        return ChangedPattern.by(plan, pattern, created)

    def _changed(self, old: WeeklyPattern, terms: PatternTerms, now: datetime) -> WeeklyPattern:
        today = now.astimezone(zone_of(self.find_zone, terms.time_zone)).date()
        terms.require_time_left(today)
        return old.change(terms, terms.publishes_until(today, old.published_until))

    def _sessions_from_today(self, pattern: WeeklyPattern, now: datetime) -> Iterator[Occurrence]:
        zone = zone_of(self.find_zone, pattern.terms.time_zone)
        return pattern.terms.sessions(zone, now.astimezone(zone).date(), pattern.published_until)
