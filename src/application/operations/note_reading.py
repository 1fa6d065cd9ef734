"""What operators look at is written down, too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from application.accounts.callers import Caller
from application.transactions import OpenUnitOfWork, retried

READ = "record.read"
SEARCHED = "records.searched"
EXPORTED = "audit.exported"


@dataclass(frozen=True, slots=True)
class NoteReading:
    """Note in the audit trail whose records an operator has opened.

    The words of a search are not kept, for they are names and addresses; how many records they found is.
    """

    open_uow: OpenUnitOfWork

    @retried
    async def __call__(self, caller: Caller, kind: str, facts: Mapping[str, str], *, address: str | None) -> None:
        """One entry of this kind."""
        async with self.open_uow() as uow:
            await uow.audit.add(kind, account_id=caller.account_id, address=address, **facts)
            await uow.commit()
