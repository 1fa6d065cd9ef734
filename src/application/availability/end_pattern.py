"""End a weekly pattern."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from application.accounts.callers import Caller
from application.availability.change_pattern import ChangedPattern
from application.availability.planned_sessions import carry_out, coming, lock_consultant
from application.identity import NewId
from application.transactions import OpenUnitOfWork, retried
from domain.refusals import StaleVersion
from domain.session_plans import plan_sessions


@dataclass(frozen=True, slots=True)
class EndPattern:
    """End a weekly pattern for good: nothing is published from it any more.

    Its coming sessions in which nobody has a seat, and for which nobody waits, are withdrawn; the others take
    place. A preview stores nothing.
    """

    open_uow: OpenUnitOfWork
    new_id: NewId

    @retried
    async def __call__(
        self, caller: Caller, pattern_id: UUID, *, expected_version: int | None = None, dry_run: bool = False
    ) -> ChangedPattern:
        """What became of its sessions, by time. Raises `PatternEnded`, `StaleVersion` or `NotFound`."""
        async with self.open_uow() as uow:
            await lock_consultant(uow, caller.account_id)
            pattern = await uow.weekly_patterns.get_own(caller.account_id, pattern_id)
            if expected_version not in (None, pattern.version):
                raise StaleVersion
            slots = await uow.slots.lock_between(caller.account_id, coming(await uow.now()))
            now = await uow.now()
            ended = pattern.end(now)
            plan = plan_sessions(pattern.terms, [], slots.values(), now, replacing=pattern.id)
            await uow.weekly_patterns.save(ended)
            await carry_out(uow, self.new_id, plan, ended, now)
            if not dry_run:
                await uow.commit()
        return ChangedPattern.by(plan, ended, [])
