"""Delete an account for good."""

from __future__ import annotations

from dataclasses import dataclass

from application.accounts.callers import Caller
from application.accounts.ports import SecretHasher, Secrets
from application.accounts.proof import lock_proven
from application.outbox.ports import Nudge, Topic
from application.transactions import OpenUnitOfWork, retried
from domain.accounts import AccountStatus
from domain.erasure import CannotErase, former_person


@dataclass(frozen=True, slots=True)
class EraseAccount:
    """Delete one's account and everything personal about it. It cannot be undone.

    - The password has to be given, unless that was within ten minutes.
    - Not while a session is to come, or money is open in either direction.
    - In one transaction: names, e-mail address, phone number and picture go; so do sessions, tokens, recovery
      codes, the calendar feed and what was written to others. A consultant is unpublished and offers nothing more.
    - Bookings, receipts, the ledger and the audit trail stay, under no name; reviews are by "A former client".
    """

    open_uow: OpenUnitOfWork
    hasher: SecretHasher
    secrets: Secrets
    nudge: Nudge

    async def __call__(self, caller: Caller) -> None:
        """Raises `ProofNeeded`, `CannotErase` or `OperatorStays`."""
        former_person(caller.account_id, caller.role)
        unknown = self.secrets.new_reset_token().plain
        await self._erase(caller, await self.hasher.hash_password(unknown))
        await self.nudge()

    @retried
    async def _erase(self, caller: Caller, unknown_hash: str) -> None:
        async with self.open_uow() as uow:
            account = await lock_proven(uow, caller)
            hindrances = await uow.erasures.hindrances(account.id)
            if hindrances:
                raise CannotErase(hindrances)
            if account.picture:
                await uow.outbox.add(
                    Topic.REMOVE_PICTURE, account.picture, dedupe_key=f"{Topic.REMOVE_PICTURE}:{account.picture}"
                )
            account.person = former_person(account.id, account.role)
            account.password_hash = account.security_answer_hash = unknown_hash
            account.picture = None
            account.status = AccountStatus.ERASED
            await uow.erasures.forget(account.id)
            await uow.accounts.save(account)
            await uow.audit.add("account.erased", account_id=account.id)
            await uow.commit()
