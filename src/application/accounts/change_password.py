"""Change one's password, knowing the present one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from application.accounts.callers import Caller
from application.accounts.networks import network_of
from application.accounts.ports import CommonSecrets, Limit, NewSession, SecretHasher, Secrets, Throttles
from application.transactions import OpenUnitOfWork
from domain.accounts import SESSION_POLICIES, Account, WrongCurrentPassword, check_password
from domain.refusals import NotFound

PER_ACCOUNT = Limit(attempts=10, window=timedelta(minutes=15))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePasswordCommand:
    """Both passwords as typed."""

    current_password: str = field(repr=False)
    new_password: str = field(repr=False)
    user_agent: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class ChangePassword:
    """Set a new password.

    - The present one has to be given; wrong ones are counted.
    - Every session and every token of the account ends. A browser that asked goes on under a new key.
    """

    open_uow: OpenUnitOfWork
    hasher: SecretHasher
    common: CommonSecrets
    secrets: Secrets
    throttles: Throttles

    async def __call__(self, caller: Caller, command: ChangePasswordCommand) -> str | None:
        """The key of the new session for a browser, nothing for a program.

        Raises `WrongCurrentPassword`, `Invalid` or `Throttled`.
        """
        key = f"password:{caller.account_id}"
        await self.throttles.hit(key, PER_ACCOUNT)
        account = await self._account(caller)
        if not await self.hasher.verify_password(account.password_hash, command.current_password):
            raise WrongCurrentPassword
        await self.throttles.forgive(key)
        check_password(command.new_password, account.person, self.common.passwords)
        password_hash = await self.hasher.hash_password(command.new_password)
        return await self._store(caller, password_hash, command)

    async def _account(self, caller: Caller) -> Account:
        async with self.open_uow() as uow:
            account = await uow.accounts.get(caller.account_id)
        if account is None:
            raise NotFound
        return account

    async def _store(self, caller: Caller, password_hash: str, command: ChangePasswordCommand) -> str | None:
        async with self.open_uow() as uow:
            account = await uow.accounts.lock(caller.account_id)
            account.password_hash = password_hash
            await uow.accounts.save(account)
            await uow.sessions.end_all(account.id)
            await uow.api_tokens.revoke_all(account.id)
            await uow.audit.add("password.changed", account_id=account.id)
            session_key = None
            if caller.session_id is not None:
                now = await uow.now()
                session_key = self.secrets.new_session_key()
                await uow.sessions.add(
                    NewSession(
                        key_hash=session_key.hashed,
                        account_id=account.id,
                        created_at=now,
                        expires_at=now + SESSION_POLICIES[account.role].absolute,
                        proven_at=now,
                        user_agent=command.user_agent[:200],
                        address=network_of(command.address),
                    )
                )
            await uow.commit()
        return session_key.plain if session_key else None
