"""Make recovery codes."""

from __future__ import annotations

from dataclasses import dataclass

from application.accounts.callers import Caller
from application.accounts.ports import Secrets
from application.accounts.proof import lock_proven
from application.transactions import OpenUnitOfWork, retried
from domain.recovery_codes import CODES, written


@dataclass(frozen=True, slots=True)
class MakeRecoveryCodes:
    """Make ten codes for getting back in without the password, each of which works once.

    - The password has to be given, unless that was within ten minutes.
    - Earlier codes open nothing any more.
    - They are told this once; only hashes are kept.
    """

    open_uow: OpenUnitOfWork
    secrets: Secrets

    @retried
    async def __call__(self, caller: Caller) -> list[str]:
        """The codes as they are written down. Raises `ProofNeeded`."""
        codes = [self.secrets.new_recovery_code() for _ in range(CODES)]
        async with self.open_uow() as uow:
            account = await lock_proven(uow, caller)
            await uow.recovery_codes.replace(account.id, tuple(code.hashed for code in codes), await uow.now())
            await uow.audit.add("recovery.codes_made", account_id=account.id)
            await uow.commit()
        return [written(code.plain) for code in codes]
