"""Remove pictures that no account shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from application.accounts.ports import Pictures
from application.transactions import OpenUnitOfWork

SPARED_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class TidyPictures:
    """A picture is stored before the account refers to it; where that never came about, its files stay behind.

    Those of the last day are left alone: their account may be about to refer to them.
    """

    open_uow: OpenUnitOfWork
    pictures: Pictures

    async def __call__(self) -> int:
        """How many were removed."""
        async with self.open_uow() as uow:
            before = await uow.now() - SPARED_FOR
        removed = 0
        async for names in self.pictures.stored_before(before):
            for name in await self._unused(names):
                await self.pictures.remove(name)
                removed += 1
        return removed

    async def _unused(self, names: list[str]) -> list[str]:
        async with self.open_uow() as uow:
            shown = await uow.accounts.shown_pictures(names)
        return [name for name in names if name not in shown]
