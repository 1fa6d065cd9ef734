"""Accounts, sessions, tokens, recoveries and the audit trail in PostgreSQL."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from application.accounts.ports import NewApiToken, NewSession, Recovery
from domain.accounts import Account, AccountStatus, Person, Preferences, Role
from domain.refusals import NotFound
from domain.text import is_clean
from infrastructure.postgres.database import Driver
from infrastructure.postgres.repository import Repository
from infrastructure.postgres.tables import AccountRow, ApiTokenRow, AuditEntryRow, RecoveryRow, SessionRow

MOST_SESSIONS = 20

PREFER = """
UPDATE accounts SET time_zone = $2, has_long_day = $3, theme = $4, language = $5 WHERE id = $1
"""

SHOWN_PICTURES = "SELECT picture FROM accounts WHERE picture = ANY($1)"

END_OWN = "DELETE FROM sessions WHERE account_id = $1 AND name = $2 RETURNING id"

END_OTHERS = "DELETE FROM sessions WHERE account_id = $1 AND id IS DISTINCT FROM $2 RETURNING id"

RENEW = "UPDATE sessions SET id = $2, proven_at = $3, last_seen_at = $3 WHERE id = $1 RETURNING id"

PROVEN_AT = "SELECT proven_at FROM sessions WHERE id = $1 AND expires_at > clock_timestamp()"


class AccountRows(Repository[AccountRow]):
    """Rows of accounts."""

    model_type = AccountRow


class SessionRows(Repository[SessionRow]):
    """Rows of sessions."""

    model_type = SessionRow


class ApiTokenRows(Repository[ApiTokenRow]):
    """Rows of tokens."""

    model_type = ApiTokenRow


class RecoveryRows(Repository[RecoveryRow]):
    """Rows of recoveries."""

    model_type = RecoveryRow


class AuditEntryRows(Repository[AuditEntryRow]):
    """Rows of the audit trail."""

    model_type = AuditEntryRow


class SqlAccounts:
    """`Accounts` on a table."""

    def __init__(self, session: AsyncSession, driver: Driver) -> None:
        self._session = session
        self._driver = driver
        self._rows = AccountRows(session)

    async def add(self, account: Account) -> None:
        """Insert one."""
        row = AccountRow(id=account.id, created_at=account.created_at, version=account.version)
        _write(account, row)
        await self._rows.add(row)

    async def get(self, account_id: UUID) -> Account | None:
        """By id, unlocked."""
        row = await self._rows.get_one_or_none(AccountRow.id == account_id)
        return _read(row) if row else None

    async def find(self, identifier: str) -> Account | None:
        """By username or e-mail address; a username has no @, so at most one fits."""
        if not is_clean(identifier):
            return None
        folded = identifier.lower()
        row = await self._rows.get_one_or_none(
            or_(func.lower(AccountRow.username) == folded, func.lower(AccountRow.email) == folded)
        )
        return _read(row) if row else None

    async def lock(self, account_id: UUID) -> Account:
        """By id, for change."""
        row = await self._rows.get_one_or_none(AccountRow.id == account_id, with_for_update={"key_share": True})
        if row is None:
            raise NotFound
        return _read(row)

    async def save(self, account: Account) -> None:
        """Write a locked account back, one version further."""
        account.version += 1
        row = await self._session.get_one(AccountRow, account.id)
        _write(account, row)
        row.version = account.version
        await self._session.flush()

    async def shown_pictures(self, names: list[str]) -> frozenset[str]:
        """By their names."""
        return frozenset(row["picture"] for row in await self._driver.fetch(SHOWN_PICTURES, names))

    async def prefer(self, account_id: UUID, preferences: Preferences) -> None:
        """Write what the account prefers."""
        await self._driver.execute(
            PREFER,
            account_id,
            preferences.time_zone,
            preferences.has_long_day,
            preferences.theme,
            preferences.language,
        )


def _write(account: Account, row: AccountRow) -> None:
    row.username = account.person.username
    row.email = account.person.email
    row.first_name = account.person.first_name
    row.last_name = account.person.last_name
    row.phone_number = account.person.phone_number
    row.role = account.role
    row.password_hash = account.password_hash
    row.security_question = account.security_question
    row.security_answer_hash = account.security_answer_hash
    row.has_question_recovery = account.has_question_recovery
    row.status = account.status
    row.picture = account.picture


def _read(row: AccountRow) -> Account:
    return Account(
        id=row.id,
        person=Person(
            username=row.username,
            email=row.email,
            first_name=row.first_name,
            last_name=row.last_name,
            phone_number=row.phone_number,
        ),
        role=Role(row.role),
        password_hash=row.password_hash,
        security_question=row.security_question,
        security_answer_hash=row.security_answer_hash,
        has_question_recovery=row.has_question_recovery,
        status=AccountStatus(row.status),
        picture=row.picture,
        created_at=row.created_at,
        version=row.version,
    )


class SqlSessions:
    """`Sessions` on a table."""

    def __init__(self, session: AsyncSession, driver: Driver) -> None:
        self._session = session
        self._driver = driver
        self._rows = SessionRows(session)

    async def add(self, session: NewSession) -> None:
        """Insert one and end the oldest beyond the most."""
        await self._rows.add(
            SessionRow(
                id=session.key_hash,
                account_id=session.account_id,
                created_at=session.created_at,
                last_seen_at=session.created_at,
                expires_at=session.expires_at,
                proven_at=session.proven_at,
                user_agent=session.user_agent,
                address=session.address,
                browser_hash=session.browser_hash,
            )
        )
        too_old = (
            select(SessionRow.id)
            .where(SessionRow.account_id == session.account_id)
            .order_by(SessionRow.created_at.desc())
            .offset(MOST_SESSIONS)
        )
        await self._session.execute(delete(SessionRow).where(SessionRow.id.in_(too_old)))

    async def end(self, key_hash: bytes) -> None:
        """Delete one."""
        await self._session.execute(delete(SessionRow).where(SessionRow.id == key_hash))

    async def end_all(self, account_id: UUID) -> None:
        """Delete all of an account."""
        await self._session.execute(delete(SessionRow).where(SessionRow.account_id == account_id))

    async def end_own(self, account_id: UUID, session_id: UUID) -> bytes | None:
        """Delete one by its public name."""
        ended: bytes | None = await self._driver.fetchval(END_OWN, account_id, session_id)
        return ended

    async def end_others(self, account_id: UUID, kept: bytes | None) -> int:
        """Delete all but one."""
        return len(await self._driver.fetch(END_OTHERS, account_id, kept))

    async def renew(self, key_hash: bytes, new_hash: bytes, proven_at: datetime) -> bool:
        """Give the row another key."""
        return await self._driver.fetchval(RENEW, key_hash, new_hash, proven_at) is not None

    async def proven_at(self, key_hash: bytes) -> datetime | None:
        """Of a row that has not run out."""
        proven_at: datetime | None = await self._driver.fetchval(PROVEN_AT, key_hash)
        return proven_at


class SqlApiTokens:
    """`ApiTokens` on a table."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._rows = ApiTokenRows(session)

    async def add(self, token: NewApiToken) -> None:
        """Insert one."""
        await self._rows.add(
            ApiTokenRow(
                id=token.id,
                account_id=token.account_id,
                token_hash=token.token_hash,
                name=token.name,
                last_four=token.last_four,
                scopes=list(token.scopes),
                created_at=token.created_at,
                expires_at=token.expires_at,
            )
        )

    async def revoke(self, token_id: UUID, *, account_id: UUID) -> bool:
        """Mark one as revoked."""
        revoked = await self._session.execute(
            update(ApiTokenRow)
            .where(
                ApiTokenRow.id == token_id,
                ApiTokenRow.account_id == account_id,
                ApiTokenRow.revoked_at.is_(None),
            )
            .values(revoked_at=func.clock_timestamp())
            .returning(ApiTokenRow.id)
        )
        return revoked.scalar_one_or_none() is not None

    async def revoke_all(self, account_id: UUID) -> None:
        """Mark all of an account as revoked."""
        await self._session.execute(
            update(ApiTokenRow)
            .where(ApiTokenRow.account_id == account_id, ApiTokenRow.revoked_at.is_(None))
            .values(revoked_at=func.clock_timestamp())
        )


class SqlRecoveries:
    """`Recoveries` on a table."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._rows = RecoveryRows(session)

    async def add(self, recovery: Recovery) -> None:
        """Insert one."""
        await self._rows.add(
            RecoveryRow(
                id=recovery.id,
                identifier=recovery.identifier,
                created_at=recovery.created_at,
                expires_at=recovery.expires_at,
            )
        )

    async def get(self, recovery_id: UUID) -> Recovery | None:
        """By id."""
        row = await self._rows.get_one_or_none(RecoveryRow.id == recovery_id)
        if row is None:
            return None
        return Recovery(id=row.id, identifier=row.identifier, created_at=row.created_at, expires_at=row.expires_at)

    async def grant(
        self, recovery_id: UUID, account_id: UUID, token_hash: bytes, until: datetime, *, by_code: bool
    ) -> None:
        """Void earlier tokens of the account and store a new one."""
        await self._session.execute(
            update(RecoveryRow)
            .where(RecoveryRow.account_id == account_id, RecoveryRow.reset_used_at.is_(None))
            .values(reset_used_at=func.clock_timestamp())
        )
        await self._session.execute(
            update(RecoveryRow)
            .where(RecoveryRow.id == recovery_id)
            .values(
                account_id=account_id,
                reset_token_hash=token_hash,
                reset_expires_at=until,
                reset_used_at=None,
                by_code=by_code,
            )
        )

    async def use(self, token_hash: bytes, now: datetime) -> UUID | None:
        """Mark the token as used, if nobody did before; one statement decides."""
        used = await self._session.execute(
            update(RecoveryRow)
            .where(
                RecoveryRow.reset_token_hash == token_hash,
                RecoveryRow.reset_used_at.is_(None),
                RecoveryRow.reset_expires_at > now,
            )
            .values(reset_used_at=now)
            .returning(RecoveryRow.account_id)
        )
        return used.scalar_one_or_none()


class SqlAuditTrail:
    """`AuditTrail` on an append-only table."""

    def __init__(self, session: AsyncSession) -> None:
        self._rows = AuditEntryRows(session)

    async def add(self, kind: str, *, account_id: UUID | None, address: str | None = None, **details: str) -> None:
        """Insert one entry."""
        await self._rows.add(AuditEntryRow(kind=kind, account_id=account_id, address=address, details=details))
