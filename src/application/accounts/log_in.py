"""Begin a browser session."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from application.accounts.networks import network_of
from application.accounts.ports import NewSession, Secrets
from application.accounts.prove_password import ProvePassword
from application.transactions import OpenUnitOfWork
from domain.accounts import SESSION_POLICIES, Account


@dataclass(frozen=True, slots=True, kw_only=True)
class LogInCommand:
    """`replaces` is the hash of the session that the browser had before; it ends. `browser` is what the browser is
    known by, if it was ever logged in.
    """

    identifier: str
    password: str = field(repr=False)
    address: str
    user_agent: str
    replaces: bytes | None = None
    browser: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedSession:
    """`key` goes into the cookie and is not kept anywhere else; by `browser` the browser is known from now on."""

    account: Account
    key: str = field(repr=False)
    browser: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class LogIn:
    """Begin a session under a key that did not exist before; whatever key the browser came with ends.

    A browser that never opened the account before is told to its owner.
    """

    prove_password: ProvePassword
    open_uow: OpenUnitOfWork
    secrets: Secrets

    async def __call__(self, command: LogInCommand) -> OpenedSession:
        """The session. Raises `InvalidCredentials` or `Throttled`."""
        account = await self.prove_password(
            identifier=command.identifier, password=command.password, address=command.address
        )
        key = self.secrets.new_session_key()
        browser = command.browser or self.secrets.new_session_key().plain
        async with self.open_uow() as uow:
            now = await uow.now()
            session = NewSession(
                key_hash=key.hashed,
                account_id=account.id,
                created_at=now,
                expires_at=now + SESSION_POLICIES[account.role].absolute,
                proven_at=now,
                user_agent=command.user_agent[:200],
                address=network_of(command.address),
                browser_hash=self.secrets.hash_of(browser),
            )
            if command.replaces:
                await uow.sessions.end(command.replaces)
            await uow.sessions.add(session)
            await uow.audit.add("login.succeeded", account_id=account.id, address=command.address)
            await uow.commit()
        return OpenedSession(account=account, key=key.plain, browser=browser, expires_at=session.expires_at)
