"""End a browser session."""

from __future__ import annotations

from dataclasses import dataclass

from application.accounts.callers import Caller
from application.transactions import OpenUnitOfWork


@dataclass(frozen=True, slots=True)
class LogOut:
    """End the session that the caller came with; its key opens nothing any more."""

    open_uow: OpenUnitOfWork

    async def __call__(self, caller: Caller) -> None:
        if caller.session_id is None:
            return
        async with self.open_uow() as uow:
            await uow.sessions.end(caller.session_id)
            await uow.audit.add("logout", account_id=caller.account_id)
            await uow.commit()
