"""Publish a weekly pattern."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from application.accounts.callers import Caller
from application.availability.pattern_ports import FindZone
from application.availability.planned_sessions import around, at_once, carry_out, lock_consultant, zone_of
from application.availability.wanted_pattern import ProfileDefaults, WantedPattern, complete_terms
from application.consultants.views import ConsultantQueries
from application.identity import NewId
from application.transactions import OpenUnitOfWork, UnitOfWork, retried
from domain.availability import Slot
from domain.session_plans import Skipped, plan_sessions
from domain.weekly_patterns import MOST_PATTERNS, PatternTerms, TooManyPatterns, WeeklyPattern


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedPattern:
    """What was published, or would be. `pattern_id` is nothing in a preview of a new pattern."""

    pattern_id: UUID | None
    created: list[Slot]
    skipped: list[Skipped]
    published_until: date


@dataclass(frozen=True, slots=True)
class PublishPattern:
    """Publish a weekly pattern: rules about local wall time become sessions.

    - A pattern with a last date is published whole, at most 2,500 sessions; one without an end 12 weeks ahead, and
      a job goes on from there.
    - Local wall time is kept. A start that does not exist on a date, because the clocks are put forward, is left
      out; one that exists twice is taken the first time. A session always lasts its full length.
    - A session that is in the way of another one (buffers included), that has begun, or that is there already is
      skipped, and the answer says why.
    - Between two sessions lies the break, or their buffers when these are longer.
    - Publishing the same pattern again creates only what is missing.
    - A preview does all of this, and stores nothing: the ids in it lead nowhere.
    """

    open_uow: OpenUnitOfWork
    new_id: NewId
    find_zone: FindZone
    consultant_queries: ConsultantQueries

    async def __call__(self, caller: Caller, wanted: WantedPattern, *, dry_run: bool = False) -> PublishedPattern:
        """What was created and skipped, by time. Raises `Invalid`, `ServiceNotOffered`, `TooManyPatterns` or
        `NotFound`.
        """
        profile = await ProfileDefaults.of(self.consultant_queries, caller.account_id)
        return await self._publish(caller, wanted, profile, dry_run)

    @retried
    async def _publish(
        self, caller: Caller, wanted: WantedPattern, profile: ProfileDefaults, dry_run: bool
    ) -> PublishedPattern:
        async with self.open_uow() as uow:
            await lock_consultant(uow, caller.account_id)
            terms = await complete_terms(uow, caller.account_id, wanted, profile)
            zone = zone_of(self.find_zone, terms.time_zone)
            today = (await uow.now()).astimezone(zone).date()
            terms.require_time_left(today)
            pattern, is_new = await self._stored(uow, caller.account_id, terms, today)
            first = terms.first_date if is_new else max(today, terms.first_date)
            occurrences = at_once(terms.sessions(zone, first, pattern.published_until))
            slots = await uow.slots.lock_between(caller.account_id, around(first, pattern.published_until))
            now = await uow.now()
            plan = plan_sessions(terms, occurrences, slots.values(), now)
            created = await carry_out(uow, self.new_id, plan, pattern, now)
            if not dry_run:
                await uow.commit()
        return PublishedPattern(
            pattern_id=None if is_new and dry_run else pattern.id,
            created=created,
            skipped=plan.skipped,
            published_until=pattern.published_until,
        )

    async def _stored(
        self, uow: UnitOfWork, consultant_id: UUID, terms: PatternTerms, today: date
    ) -> tuple[WeeklyPattern, bool]:
        """The pattern, published as far as it should be by today, and whether it is a new one."""
        current = [one for one in await uow.weekly_patterns.not_ended(consultant_id) if one.is_current(today)]
        known = next((one for one in current if one.terms == terms), None)
        if known is not None:
            return await _published_further(uow, known, today), False
        if len(current) >= MOST_PATTERNS:
            raise TooManyPatterns
        pattern = WeeklyPattern(
            id=self.new_id(),
            consultant_id=consultant_id,
            terms=terms,
            published_until=terms.publishes_until(today),
        )
        await uow.weekly_patterns.add(pattern)
        return pattern, True


async def _published_further(uow: UnitOfWork, known: WeeklyPattern, today: date) -> WeeklyPattern:
    until = known.terms.publishes_until(today, known.published_until)
    if until == known.published_until:
        return known
    pattern = replace(known, published_until=until)
    await uow.weekly_patterns.save(pattern)
    return pattern
