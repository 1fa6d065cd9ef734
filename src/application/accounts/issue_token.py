"""Mint a bearer token."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from application.accounts.callers import Scope
from application.accounts.ports import NewApiToken, Secrets
from application.accounts.prove_password import ProvePassword
from application.identity import NewId
from application.transactions import OpenUnitOfWork
from domain.accounts import DEFAULT_TOKEN_LIFE, LONGEST_TOKEN_LIFE
from domain.refusals import FieldCheck
from domain.sentences import Sentence
from domain.text import is_clean


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueTokenCommand:
    """`scopes` empty means all; `life` empty means 30 days."""

    identifier: str
    password: str = field(repr=False)
    address: str
    name: str | None = None
    scopes: tuple[str, ...] = ()
    life: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedToken:
    """The only time that the token itself is shown."""

    token: str = field(repr=False)
    record: NewApiToken


@dataclass(frozen=True, slots=True)
class IssueToken:
    """Mint a bearer token for somebody who proves the password.

    - Guesses are counted together with those at the log-in page.
    - Every token ends by itself: after 30 days, or after the life asked for, at most 365 days.
    - Only a hash is kept.
    """

    prove_password: ProvePassword
    open_uow: OpenUnitOfWork
    secrets: Secrets
    new_id: NewId

    async def __call__(self, command: IssueTokenCommand) -> IssuedToken:
        """The token. Raises `Invalid`, `InvalidCredentials` or `Throttled`."""
        scopes = checked_scopes(command.name or "", command.scopes, command.life)
        account = await self.prove_password(
            identifier=command.identifier, password=command.password, address=command.address
        )
        secret = self.secrets.new_api_token()
        async with self.open_uow() as uow:
            now = await uow.now()
            record = NewApiToken(
                id=self.new_id(),
                account_id=account.id,
                token_hash=secret.hashed,
                name=command.name or "API token",
                last_four=secret.plain[-4:],
                scopes=scopes,
                created_at=now,
                expires_at=now + (command.life or DEFAULT_TOKEN_LIFE),
            )
            await uow.api_tokens.add(record)
            await uow.audit.add("token.issued", account_id=account.id, address=command.address)
            await uow.commit()
        return IssuedToken(token=secret.plain, record=record)


def checked_scopes(name: str, scopes: tuple[str, ...], life: timedelta | None) -> tuple[str, ...]:
    """The scopes to give; all of them when none is named. Raises `Invalid` for a wish out of bounds."""
    check = FieldCheck()
    known = {scope.value for scope in Scope}
    check.require(
        set(scopes) <= known, "scopes", Sentence("Choose among {scopes}.", scopes=", ".join(sorted(known)))
    )
    check.require(len(name) <= 80 and is_clean(name), "name", "Use at most 80 ordinary characters.")
    if life is not None:
        check.require(
            timedelta(0) < life <= LONGEST_TOKEN_LIFE,
            "expires_in",
            "Choose from 1 second to 365 days.",
        )
    check.done()
    return tuple(sorted(set(scopes) or known))
