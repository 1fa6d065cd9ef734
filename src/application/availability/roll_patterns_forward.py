"""Keep weekly patterns without an end published ahead."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from application.availability.pattern_ports import FindZone
from application.availability.planned_sessions import around, carry_out, lock_consultant, zone_of
from application.availability.wanted_pattern import lock_offered_service
from application.identity import NewId
from application.transactions import OpenUnitOfWork, retried
from domain.session_plans import plan_sessions
from domain.weekly_patterns import DAY, HORIZON

log = logging.getLogger(__name__)

LATEST_ZONE = timedelta(hours=12)
"""How far clocks are behind UTC at most: a day that has begun there has begun everywhere."""
ROUND = 100


@dataclass(frozen=True, slots=True)
class RollPatternsForward:
    """Publish patterns without an end for twelve weeks from today, in their own zone.

    Only dates that have not had their turn are published: what a consultant removed by hand stays removed. A
    pattern of a service that is not offered any more stays where it is.
    """

    open_uow: OpenUnitOfWork
    new_id: NewId
    find_zone: FindZone

    async def __call__(self) -> int:
        """How many sessions were published. Runs from a schedule; several at once do no harm."""
        async with self.open_uow() as uow:
            today_everywhere = (await uow.now() - LATEST_ZONE).date()
            patterns = await uow.weekly_patterns.published_before(today_everywhere + HORIZON, limit=ROUND)
        published = 0
        for pattern in patterns:
            try:
                published += await self._roll(pattern.consultant_id, pattern.id)
            except Exception:
                # One that cannot be dealt with must not keep the others from their turn; it stays due.
                log.exception("pattern.not_rolled pattern=%s", pattern.id)
        return published

    @retried
    async def _roll(self, consultant_id: UUID, pattern_id: UUID) -> int:
        async with self.open_uow() as uow:
            await lock_consultant(uow, consultant_id)
            pattern = await uow.weekly_patterns.get_own(consultant_id, pattern_id)
            zone = zone_of(self.find_zone, pattern.terms.time_zone)
            today = (await uow.now()).astimezone(zone).date()
            until = pattern.terms.publishes_until(today, pattern.published_until)
            if pattern.ended_at is not None or until <= pattern.published_until:
                return 0
            await lock_offered_service(uow, consultant_id, pattern.terms.service_id)
            first = max(today, pattern.published_until + DAY)
            slots = await uow.slots.lock_between(consultant_id, around(first, until))
            now = await uow.now()
            plan = plan_sessions(pattern.terms, pattern.terms.sessions(zone, first, until), slots.values(), now)
            await uow.weekly_patterns.save(replace(pattern, published_until=until))
            created = await carry_out(uow, self.new_id, plan, pattern, now)
            await uow.commit()
        return len(created)
