"""Set or remove one's profile picture."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from application.accounts.callers import Caller
from application.accounts.ports import Limit, Pictures, Throttles
from application.outbox.ports import Nudge, Topic
from application.transactions import OpenUnitOfWork, retried
from domain.pictures import Crop

PER_ACCOUNT = Limit(attempts=10, window=timedelta(hours=24))


@dataclass(frozen=True, slots=True)
class SetPicture:
    """Keep one picture for the account, or none.

    - JPEG, PNG or WebP of at most 5 MiB, 25 million pixels and 8,000 pixels a side; the middle square is shown.
    - Only pixels are kept, in two sizes; whatever else the file tells is dropped.
    - Ten files a day.
    """

    # The file is stored first and the old one removed after the commit, so that a crash leaves at worst a file
    # that nobody refers to, never an account that refers to a missing file.

    open_uow: OpenUnitOfWork
    pictures: Pictures
    throttles: Throttles
    nudge: Nudge

    async def __call__(self, caller: Caller, upload: bytes | None, crop: Crop | None = None) -> None:
        """Store the upload, or the square of it, in place of the present picture; nothing removes it.

        Raises `Invalid`, `Throttled` or `PicturesUnavailable`.
        """
        name = None if upload is None else await self._stored(caller, upload, crop)
        if await self._replace(caller, name):
            await self.nudge()

    async def _stored(self, caller: Caller, upload: bytes, crop: Crop | None) -> str:
        await self.throttles.hit(f"picture:{caller.account_id}", PER_ACCOUNT)
        return await self.pictures.store(upload, crop)

    @retried
    async def _replace(self, caller: Caller, name: str | None) -> bool:
        """Whether there was another one, whose files go now."""
        async with self.open_uow() as uow:
            account = await uow.accounts.lock(caller.account_id)
            previous, account.picture = account.picture, name
            await uow.accounts.save(account)
            if previous:
                await uow.outbox.add(
                    Topic.REMOVE_PICTURE, previous, dedupe_key=f"{Topic.REMOVE_PICTURE}:{previous}"
                )
            await uow.commit()
        return previous is not None
