"""Choose to be paid every week."""

from __future__ import annotations

from dataclasses import dataclass

from application.accounts.callers import Caller
from application.transactions import OpenUnitOfWork, retried
from domain.accounts import Role
from domain.refusals import NotFound


@dataclass(frozen=True, slots=True)
class ChooseWeeklyPayouts:
    """Whether payouts are made every week, or only when the consultant asks for one."""

    open_uow: OpenUnitOfWork

    @retried
    async def __call__(self, caller: Caller, *, weekly: bool) -> None:
        """Raises `NotFound` for others than consultants."""
        if caller.role is not Role.CONSULTANT:
            raise NotFound
        async with self.open_uow() as uow:
            await uow.payouts.choose_weekly(caller.account_id, weekly=weekly)
            await uow.commit()
