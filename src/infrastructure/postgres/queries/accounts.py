"""Reads about accounts."""

from __future__ import annotations

from uuid import UUID

import asyncpg

from application.accounts.views import AccountView, ApiTokenView
from application.paging import Page, PageRequest
from infrastructure.postgres.database import Database
from infrastructure.postgres.faults import translated_faults
from infrastructure.postgres.queries.pages import key_of, page_of, picture_url

ACCOUNT = """
SELECT id, username, email, role, first_name, last_name, phone_number, picture, security_question, created_at,
  version
FROM accounts WHERE id = $1
"""

API_TOKENS = """
SELECT id, name, last_four, scopes, created_at, expires_at FROM api_tokens
WHERE account_id = $1 AND revoked_at IS NULL AND expires_at > clock_timestamp()
  AND ($3::text IS NULL OR (created_at, id) < ($3::text::timestamptz, $4::text::uuid))
ORDER BY created_at DESC, id DESC LIMIT $2
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
            created_at=row["created_at"],
            version=row["version"],
        )

    async def api_tokens(self, account_id: UUID, page: PageRequest) -> Page[ApiTokenView]:
        """Live tokens, newest first."""
        with translated_faults():
            rows = await self._database.pool.fetch(API_TOKENS, account_id, page.limit + 1, *key_of(page))
        return page_of(rows, page, _token, ("created_at", "id"))


def _token(row: asyncpg.Record) -> ApiTokenView:
    return ApiTokenView(
        id=row["id"],
        name=row["name"],
        last_four=row["last_four"],
        scopes=row["scopes"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
    )
