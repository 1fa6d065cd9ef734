"""Set or remove one's profile picture."""

from __future__ import annotations

from dataclasses import dataclass

from application.accounts.callers import Caller
from application.accounts.ports import Pictures
from application.transactions import OpenUnitOfWork


@dataclass(frozen=True, slots=True)
class SetPicture:
    """Keep one picture for the account, or none.

    The file is stored first and the old one removed last, so that a crash leaves at worst a file that
    nobody refers to, never an account that refers to a missing file.
    """

    open_uow: OpenUnitOfWork
    pictures: Pictures

    async def __call__(self, caller: Caller, upload: bytes | None) -> None:
        """Store the upload in place of the present picture; nothing removes it. Raises `Invalid`."""
        name = None if upload is None else await self.pictures.store(upload)
        async with self.open_uow() as uow:
            account = await uow.accounts.lock(caller.account_id)
            previous, account.picture = account.picture, name
            await uow.accounts.save(account)
            await uow.commit()
        if previous:
            await self.pictures.remove(previous)
