"""Set a new password with a reset token."""

from __future__ import annotations

from dataclasses import dataclass, field

from application.accounts.ports import CommonSecrets, SecretHasher, Secrets
from application.transactions import OpenUnitOfWork
from domain.accounts import RecoveryFailed, check_password


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetPasswordCommand:
    """The token that the right answer gave, and the new password as typed."""

    reset_token: str = field(repr=False)
    new_password: str = field(repr=False)
    address: str


@dataclass(frozen=True, slots=True)
class ResetPassword:
    """Set a new password, once for each reset token.

    - One transaction: password, end of all sessions, all tokens and the calendar feed, audit entry.
    - A password that breaks the rules leaves the token usable.
    - It logs nobody in.
    """

    open_uow: OpenUnitOfWork
    hasher: SecretHasher
    common: CommonSecrets
    secrets: Secrets

    async def __call__(self, command: ResetPasswordCommand) -> None:
        """Raises `RecoveryFailed` for a token that is not good (any more), or `Invalid`."""
        password_hash = await self.hasher.hash_password(command.new_password[:1000])
        async with self.open_uow() as uow:
            token_hash = self.secrets.hash_of(command.reset_token)
            account_id = await uow.recoveries.use(token_hash, await uow.now())
            if account_id is None:
                raise RecoveryFailed
            account = await uow.accounts.lock(account_id)
            if not account.is_active:
                raise RecoveryFailed
            check_password(command.new_password, account.person, self.common.passwords)
            account.password_hash = password_hash
            await uow.accounts.save(account)
            await uow.sessions.end_all(account.id)
            await uow.api_tokens.revoke_all(account.id)
            await uow.calendar_feeds.close(account.id)
            await uow.audit.add("recovery.reset", account_id=account.id, address=command.address)
            await uow.commit()
