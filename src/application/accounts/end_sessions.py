"""Log browsers out."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from application.accounts.callers import Caller
from application.transactions import OpenUnitOfWork
from domain.refusals import NotFound


@dataclass(frozen=True, slots=True)
class EndSession:
    """Log one of the caller's browsers out: its key opens nothing from the next request on."""

    open_uow: OpenUnitOfWork

    async def __call__(self, caller: Caller, session_id: UUID) -> bool:
        """Whether it was the session that asks. Raises `NotFound` for one that is over, or not the caller's."""
        async with self.open_uow() as uow:
            ended = await uow.sessions.end_own(caller.account_id, session_id)
            if ended is None:
                raise NotFound
            await uow.audit.add("session.ended", account_id=caller.account_id)
            await uow.commit()
        return ended == caller.session_id


@dataclass(frozen=True, slots=True)
class EndOtherSessions:
    """Log all of the caller's browsers out but the one that asks; for a program, all of them."""

    open_uow: OpenUnitOfWork

    async def __call__(self, caller: Caller) -> int:
        """How many were logged out."""
        async with self.open_uow() as uow:
            ended = await uow.sessions.end_others(caller.account_id, caller.session_id)
            await uow.audit.add("session.others_ended", account_id=caller.account_id)
            await uow.commit()
        return ended
