"""An operator keeps somebody out, lets them in again, or ends their sessions."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from application.accounts.callers import Caller
from application.operations.close_item import Trace, leave_trace
from application.operations.prove_operator import Proof, ProveOperator
from application.transactions import OpenUnitOfWork, UnitOfWork, retried
from domain.accounts import Account, Role
from domain.refusals import NotFound
from domain.suspension import reinstate, suspend


@dataclass(frozen=True, slots=True)
class SuspendAccount:
    """Suspend an account.

    - Its sessions and tokens end in the same transaction. Log-in and recovery refuse it as they refuse everybody.
    - A suspended consultant is in no list and on no page, and takes no bookings. What is booked stays.
    - Two operators who suspend each other at once do not both succeed: somebody is left to let people in again.
    """

    open_uow: OpenUnitOfWork
    prove_operator: ProveOperator

    async def __call__(self, caller: Caller, account_id: UUID, proof: Proof) -> None:
        """Raises `NotFound`, `OwnAccount`, `AlreadySuspended`, `AccountErased`, or what the proof lacks."""
        note = await self.prove_operator(caller, proof)
        await self._suspend(Trace(caller=caller, note=note, address=proof.address), account_id)

    @retried
    async def _suspend(self, trace: Trace, account_id: UUID) -> None:
        async with self.open_uow() as uow:
            account = await lock_as_operator(uow, trace.caller, account_id)
            suspend(account, by=trace.caller.account_id)
            await uow.accounts.save(account)
            await _end_ways_in(uow, account.id)
            await leave_trace(uow, trace, "suspend", account=str(account.id), role=account.role.value)
            await uow.commit()


@dataclass(frozen=True, slots=True)
class ReinstateAccount:
    """Let a suspended account in again; its owner logs in as before, and makes new tokens."""

    open_uow: OpenUnitOfWork
    prove_operator: ProveOperator

    async def __call__(self, caller: Caller, account_id: UUID, proof: Proof) -> None:
        """Raises `NotFound`, `NotSuspended`, `AccountErased`, or what the proof lacks."""
        note = await self.prove_operator(caller, proof)
        await self._reinstate(Trace(caller=caller, note=note, address=proof.address), account_id)

    @retried
    async def _reinstate(self, trace: Trace, account_id: UUID) -> None:
        async with self.open_uow() as uow:
            account = await lock_as_operator(uow, trace.caller, account_id)
            reinstate(account)
            await uow.accounts.save(account)
            await leave_trace(uow, trace, "reinstate", account=str(account.id), role=account.role.value)
            await uow.commit()


@dataclass(frozen=True, slots=True)
class EndAllSessions:
    """End every session of an account, and revoke its tokens if that is wanted; its owner logs in again."""

    open_uow: OpenUnitOfWork
    prove_operator: ProveOperator

    async def __call__(self, caller: Caller, account_id: UUID, proof: Proof, *, with_tokens: bool) -> int:
        """How many sessions there were. Raises `NotFound`, or what the proof lacks."""
        note = await self.prove_operator(caller, proof)
        trace = Trace(caller=caller, note=note, address=proof.address)
        return await self._end(trace, account_id, with_tokens=with_tokens)

    @retried
    async def _end(self, trace: Trace, account_id: UUID, *, with_tokens: bool) -> int:
        async with self.open_uow() as uow:
            account = await lock_as_operator(uow, trace.caller, account_id)
            ended = await uow.sessions.end_others(account.id, None)
            if with_tokens:
                await uow.api_tokens.revoke_all(account.id)
            await leave_trace(
                uow,
                trace,
                "end-sessions",
                account=str(account.id),
                sessions=str(ended),
                tokens="revoked" if with_tokens else "kept",
            )
            await uow.commit()
        return ended


async def lock_as_operator(uow: UnitOfWork, caller: Caller, account_id: UUID) -> Account:
    """An account, locked together with that of the operator who acts, who still is one then.

    Raises `NotFound`.
    """
    locked = {an_id: await uow.accounts.lock(an_id) for an_id in sorted({caller.account_id, account_id})}
    operator = locked[caller.account_id]
    if operator.role is not Role.OPERATOR or not operator.is_active:
        raise NotFound
    return locked[account_id]


async def _end_ways_in(uow: UnitOfWork, account_id: UUID) -> None:
    await uow.sessions.end_all(account_id)
    await uow.api_tokens.revoke_all(account_id)
