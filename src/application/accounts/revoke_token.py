"""Revoke a bearer token."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from application.accounts.callers import Caller
from application.transactions import OpenUnitOfWork
from domain.refusals import NotFound


@dataclass(frozen=True, slots=True)
class RevokeToken:
    """Refuse one of the caller's tokens from the next request on."""

    open_uow: OpenUnitOfWork

    async def __call__(self, caller: Caller, token_id: UUID) -> None:
        """Raises `NotFound` for a token that is not there, not the caller's, or revoked already."""
        async with self.open_uow() as uow:
            if not await uow.api_tokens.revoke(token_id, account_id=caller.account_id):
                raise NotFound
            await uow.audit.add("token.revoked", account_id=caller.account_id)
            await uow.commit()
