"""Have somebody who is signed in prove it once more: by the password."""

from __future__ import annotations

from dataclasses import dataclass

from application.accounts.callers import Caller
from application.accounts.change_password import PER_ACCOUNT
from application.accounts.ports import SecretHasher, Throttles
from application.transactions import OpenUnitOfWork
from domain.accounts import LONGEST_PASSWORD, Account, WrongCurrentPassword
from domain.refusals import NotFound


@dataclass(frozen=True, slots=True)
class ConfirmPassword:
    """Check the caller's own password before something that outlives the session.

    - Wrong ones are counted together with those typed to change the password.
    """

    open_uow: OpenUnitOfWork
    hasher: SecretHasher
    throttles: Throttles

    async def __call__(self, caller: Caller, password: str) -> Account:
        """The account as it was then. Raises `WrongCurrentPassword` or `Throttled`."""
        key = f"password:{caller.account_id}"
        await self.throttles.hit(key, PER_ACCOUNT)
        async with self.open_uow() as uow:
            account = await uow.accounts.get(caller.account_id)
        if account is None:
            raise NotFound
        if not await self.hasher.verify_password(account.password_hash, password[: LONGEST_PASSWORD + 1]):
            raise WrongCurrentPassword
        await self.throttles.forgive(key)
        return account
