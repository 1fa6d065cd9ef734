"""Reads about accounts."""

from __future__ import annotations

from uuid import UUID

import asyncpg

from application.accounts.views import AccountView, ApiTokenView, RecoveryCodesView, SessionView
from application.paging import Page, PageRequest
from domain.accounts import SESSION_POLICIES, Preferences, Role
from domain.erasure import Hindrance
from infrastructure.postgres.callers import preferences_of
from infrastructure.postgres.database import Database
from infrastructure.postgres.erasures import HINDRANCES
from infrastructure.postgres.faults import translated_faults
from infrastructure.postgres.queries.pages import key_of, page_of, picture_url

ACCOUNT = """
SELECT id, username, email, role, first_name, last_name, phone_number, picture, security_question,
  has_question_recovery, created_at, version
FROM accounts WHERE id = $1
"""

API_TOKENS = """
SELECT id, name, last_four, scopes, created_at, last_used_at, expires_at FROM api_tokens
WHERE account_id = $1 AND revoked_at IS NULL AND expires_at > clock_timestamp()
  AND ($3::text IS NULL OR (created_at, id) < ($3::text::timestamptz, $4::text::uuid))
ORDER BY created_at DESC, id DESC LIMIT $2
"""

PREFERENCES = "SELECT time_zone, has_long_day, theme, language FROM accounts WHERE id = $1"

SESSIONS = """
SELECT s.name AS id, s.user_agent, s.address, s.created_at, s.last_seen_at, s.expires_at,
  s.id IS NOT DISTINCT FROM $2 AS is_current
FROM sessions s JOIN accounts a ON a.id = s.account_id
WHERE s.account_id = $1 AND s.expires_at > clock_timestamp()
  AND s.last_seen_at > clock_timestamp() - CASE a.role WHEN 'operator' THEN $3::interval ELSE $4::interval END
ORDER BY is_current DESC, s.last_seen_at DESC, s.name
"""

RECOVERY_CODES = """
SELECT count(*) FILTER (WHERE used_at IS NULL) AS left, max(created_at) AS made_at FROM recovery_codes
WHERE account_id = $1
"""


class SqlAccountQueries:
    """`AccountQueries`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def account(self, account_id: UUID) -> AccountView | None:
        """One account."""
        with translated_faults():
            row = await self._database.pool.fetchrow(ACCOUNT, account_id)
        if row is None:
            return None
        return AccountView(
            id=row["id"],
            username=row["username"],
            email=row["email"],
            role=row["role"],
            first_name=row["first_name"],
            last_name=row["last_name"],
            phone_number=row["phone_number"],
            picture_url=picture_url(row["picture"]),
            security_question=row["security_question"],
            has_question_recovery=row["has_question_recovery"] and row["role"] != Role.OPERATOR,
            created_at=row["created_at"],
            version=row["version"],
        )

    async def api_tokens(self, account_id: UUID, page: PageRequest) -> Page[ApiTokenView]:
        """Live tokens, newest first."""
        with translated_faults():
            rows = await self._database.pool.fetch(API_TOKENS, account_id, page.limit + 1, *key_of(page))
        return page_of(rows, page, _token, ("created_at", "id"))

    async def sessions(self, account_id: UUID, current: bytes | None) -> list[SessionView]:
        """Live sessions, the one that asks first."""
        with translated_faults():
            rows = await self._database.pool.fetch(
                SESSIONS,
                account_id,
                current,
                SESSION_POLICIES[Role.OPERATOR].idle,
                SESSION_POLICIES[Role.CLIENT].idle,
            )
        return [SessionView(**row) for row in rows]

    async def recovery_codes(self, account_id: UUID) -> RecoveryCodesView:
        """How many are left."""
        with translated_faults():
            row = await self._database.pool.fetchrow(RECOVERY_CODES, account_id)
        return RecoveryCodesView(left=row["left"], made_at=row["made_at"])

    async def preferences(self, account_id: UUID) -> Preferences:
        """Nothing where nobody chose."""
        with translated_faults():
            row = await self._database.pool.fetchrow(PREFERENCES, account_id)
        return preferences_of(row)

    async def hindrances(self, account_id: UUID) -> list[Hindrance]:
        """What is open."""
        with translated_faults():
            return list(map(Hindrance, await self._database.pool.fetchval(HINDRANCES, account_id)))


def _token(row: asyncpg.Record) -> ApiTokenView:
    return ApiTokenView(
        id=row["id"],
        name=row["name"],
        last_four=row["last_four"],
        scopes=row["scopes"],
        created_at=row["created_at"],
        last_used_at=row["last_used_at"],
        expires_at=row["expires_at"],
    )
