"""Take along everything that is stored about one's account."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from application.accounts.callers import Caller
from application.accounts.ports import Limit, Pictures, Throttles
from application.accounts.proof import lock_proven
from application.transactions import OpenUnitOfWork

PER_ACCOUNT = Limit(attempts=5, window=timedelta(hours=24))

Sections = AsyncIterator[tuple[str, list[str]]]
"""Names of sections with some of their records, each as JSON; a section may come in several parts."""


class AccountRecords(Protocol):
    """Everything that is stored about an account."""

    def sections(self, account_id: UUID) -> Sections:
        """As of one moment, every section, empty ones too. Hashes and what belongs to others are left out."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountExport:
    """The sections in order, each read when it is asked for; and the picture, as it is stored."""

    sections: Sections
    picture: bytes | None


@dataclass(frozen=True, slots=True)
class ExportAccount:
    """Give somebody everything of theirs, and nothing of anybody else's.

    - The password has to be given, unless that was within ten minutes.
    - Five times a day.
    """

    open_uow: OpenUnitOfWork
    throttles: Throttles
    records: AccountRecords
    pictures: Pictures

    async def __call__(self, caller: Caller) -> AccountExport:
        """Raises `ProofNeeded` or `Throttled`."""
        async with self.open_uow() as uow:
            account = await lock_proven(uow, caller)
            await uow.audit.add("account.exported", account_id=account.id)
            await uow.commit()
        await self.throttles.hit(f"export:{account.id}", PER_ACCOUNT)
        picture = await self.pictures.read(account.picture) if account.picture else None
        return AccountExport(sections=self.records.sections(account.id), picture=picture)
