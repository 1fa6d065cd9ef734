"""Check somebody's password: what logging in and minting a token have in common."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from application.accounts.attempts import counted_as, recovery_counters
from application.accounts.ports import Limit, SecretHasher, Throttles
from application.transactions import OpenUnitOfWork
from domain.accounts import LONGEST_PASSWORD, Account, InvalidCredentials

PER_ACCOUNT = Limit(attempts=10, window=timedelta(minutes=15))
PER_ADDRESS = Limit(attempts=30, window=timedelta(minutes=15))


@dataclass(frozen=True, slots=True)
class ProvePassword:
    """Find the account that a username or e-mail address and a password open.

    - One refusal, with the same work behind it, for an unknown identifier, a wrong password and a
      suspended account.
    - Attempts are counted per account (or unknown identifier) before the password is looked at, and taken
      back when it was right. Failures are counted per address: many people may share one and log in at once.
    - Success also lifts the lock of a recovery.
    - A hash made with weaker parameters is replaced.
    """

    open_uow: OpenUnitOfWork
    hasher: SecretHasher
    throttles: Throttles
    limit_addresses: bool

    async def __call__(self, *, identifier: str, password: str, address: str) -> Account:
        """The account. Raises `InvalidCredentials` or `Throttled`."""
        if self.limit_addresses:
            await self.throttles.require_room(_from(address), PER_ADDRESS)
        account = await self._find(identifier)
        attempts = f"login:{counted_as(account, identifier)}"
        await self.throttles.hit(attempts, PER_ACCOUNT)
        known_hash = account.password_hash if account else None
        matches = await self.hasher.verify_password(known_hash, password[: LONGEST_PASSWORD + 1])
        if account is None or not matches or not account.is_active:
            await self._note_failure(account, address)
            raise InvalidCredentials
        await self.throttles.forgive(attempts)
        for key in recovery_counters(account, identifier):
            await self.throttles.clear(key)
        await self._strengthen(account, password)
        return account

    async def _find(self, identifier: str) -> Account | None:
        async with self.open_uow() as uow:
            return await uow.accounts.find(identifier.strip())

    async def _note_failure(self, account: Account | None, address: str) -> None:
        async with self.open_uow() as uow:
            await uow.audit.add("login.failed", account_id=account.id if account else None, address=address)
            await uow.commit()
        if self.limit_addresses:
            await self.throttles.hit(_from(address), PER_ADDRESS)

    async def _strengthen(self, account: Account, password: str) -> None:
        if not self.hasher.password_needs_rehash(account.password_hash):
            return
        password_hash = await self.hasher.hash_password(password)
        async with self.open_uow() as uow:
            locked = await uow.accounts.lock(account.id)
            locked.password_hash = password_hash
            await uow.accounts.save(locked)
            await uow.commit()


def _from(address: str) -> str:
    return f"login-from:{address}"
