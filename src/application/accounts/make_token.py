"""Mint a bearer token in the browser."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from application.accounts.callers import Caller
from application.accounts.issue_token import IssuedToken, checked_scopes
from application.accounts.ports import NewApiToken, Secrets
from application.accounts.proof import lock_proven
from application.identity import NewId
from application.transactions import OpenUnitOfWork, retried


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeTokenCommand:
    """What the token is called, what it may do, and how long it lives."""

    name: str
    scopes: tuple[str, ...]
    life: timedelta


@dataclass(frozen=True, slots=True)
class MakeToken:
    """Mint a bearer token for somebody who is signed in.

    - The password has to be given, unless that was within ten minutes.
    - Every token ends by itself, at the latest after 365 days. Only a hash is kept.
    """

    open_uow: OpenUnitOfWork
    secrets: Secrets
    new_id: NewId

    @retried
    async def __call__(self, caller: Caller, command: MakeTokenCommand) -> IssuedToken:
        """The token. Raises `ProofNeeded` or `Invalid`."""
        scopes = checked_scopes(command.name, command.scopes, command.life)
        secret = self.secrets.new_api_token()
        async with self.open_uow() as uow:
            account = await lock_proven(uow, caller)
            now = await uow.now()
            record = NewApiToken(
                id=self.new_id(),
                account_id=account.id,
                token_hash=secret.hashed,
                name=command.name,
                last_four=secret.plain[-4:],
                scopes=scopes,
                created_at=now,
                expires_at=now + command.life,
            )
            await uow.api_tokens.add(record)
            await uow.audit.add("token.issued", account_id=account.id)
            await uow.commit()
        return IssuedToken(token=secret.plain, record=record)
