"""Some changes are for people who gave their password a moment ago."""

from __future__ import annotations

from datetime import datetime

from application.accounts.callers import Caller
from application.transactions import UnitOfWork
from domain.accounts import PROOF_LIFE, Account, FrozenAfterRecovery, ProofNeeded
from domain.payouts import FROZEN_AFTER_RECOVERY


def is_recent(proven_at: datetime | None, now: datetime) -> bool:
    """Whether the password was given within ten minutes."""
    return proven_at is not None and now < proven_at + PROOF_LIFE


async def lock_proven(uow: UnitOfWork, caller: Caller) -> Account:
    """The caller's account, locked, once it is sure that they gave its password within ten minutes.

    Looked up behind the lock: whoever reset the password or ended the session in the meantime is before us.
    Raises `ProofNeeded`.
    """
    account = await uow.accounts.lock(caller.account_id)
    if not await _is_proven(uow, caller, account):
        raise ProofNeeded
    return account


async def refuse_after_recovery(uow: UnitOfWork, account: Account) -> None:
    """For what whoever guessed a security answer would change first. Raises `FrozenAfterRecovery`."""
    recovered_at = await uow.payouts.recovered_at(account.id)
    if recovered_at is not None and await uow.now() < recovered_at + FROZEN_AFTER_RECOVERY:
        raise FrozenAfterRecovery


async def _is_proven(uow: UnitOfWork, caller: Caller, account: Account) -> bool:
    if caller.session_id is None:
        return caller.proof == account.password_hash
    return is_recent(await uow.sessions.proven_at(caller.session_id), await uow.now())
