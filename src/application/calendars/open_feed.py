"""Open a calendar feed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from application.accounts.callers import Caller
from application.accounts.confirm_password import ConfirmPassword
from application.accounts.ports import Secrets
from application.transactions import OpenUnitOfWork, retried
from domain.accounts import Account, WrongCurrentPassword


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFeedCommand:
    """The caller's password, as typed."""

    current_password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedFeed:
    """The only time that the token itself is shown."""

    token: str = field(repr=False)
    created_at: datetime


@dataclass(frozen=True, slots=True)
class OpenFeed:
    """Make a secret address at which calendar programs read one's sessions.

    - The password has to be given: the address goes on working when the session or token has ended.
    - Whoever knows the address sees times and titles, and nothing else.
    - There is one address for each account; a new one ends the earlier one. Only a hash is kept.
    """

    confirm_password: ConfirmPassword
    open_uow: OpenUnitOfWork
    secrets: Secrets

    async def __call__(self, caller: Caller, command: OpenFeedCommand) -> OpenedFeed:
        """The token of the address. Raises `WrongCurrentPassword` or `Throttled`."""
        return await self._open(await self.confirm_password(caller, command.current_password))

    @retried
    async def _open(self, proven: Account) -> OpenedFeed:
        token = self.secrets.new_feed_token()
        async with self.open_uow() as uow:
            account = await uow.accounts.lock(proven.id)
            if account.password_hash != proven.password_hash:
                # It was reset in the meantime: whoever typed the old one gets nothing that outlives it.
                raise WrongCurrentPassword
            now = await uow.now()
            await uow.calendar_feeds.open(account.id, token.hashed, now)
            await uow.audit.add("calendar_feed.opened", account_id=account.id)
            await uow.commit()
        return OpenedFeed(token=token.plain, created_at=now)
