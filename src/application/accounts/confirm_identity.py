"""Give the password once more."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from application.accounts.callers import Caller
from application.accounts.confirm_password import ConfirmPassword
from application.accounts.ports import Secrets
from application.transactions import OpenUnitOfWork
from domain.accounts import ProofNeeded


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """The caller as from now on; `session_key` is the new one of a browser."""

    caller: Caller
    session_key: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class ConfirmIdentity:
    """Have somebody who is signed in give the password once more.

    - For ten minutes they are not asked again.
    - A browser goes on under a new key; the old one opens nothing any more.
    - Wrong passwords are counted.
    """

    confirm_password: ConfirmPassword
    open_uow: OpenUnitOfWork
    secrets: Secrets

    async def __call__(self, caller: Caller, password: str) -> Confirmed:
        """Raises `WrongCurrentPassword` or `Throttled`; `ProofNeeded` for a session that ended meanwhile."""
        account = await self.confirm_password(caller, password)
        if caller.session_id is None:
            return Confirmed(caller=replace(caller, proof=account.password_hash))
        key = self.secrets.new_session_key()
        async with self.open_uow() as uow:
            locked = await uow.accounts.lock(caller.account_id)
            now = await uow.now()
            is_there = await uow.sessions.renew(caller.session_id, key.hashed, now)
            if not is_there or locked.password_hash != account.password_hash:
                raise ProofNeeded
            await uow.audit.add("login.confirmed", account_id=caller.account_id)
            await uow.commit()
        return Confirmed(caller=replace(caller, session_id=key.hashed, proven_at=now), session_key=key.plain)
