"""Who is asking, in one statement."""

from __future__ import annotations

from dataclasses import replace

import asyncpg

from application.accounts.callers import MOST_UNREAD, Caller, Scope
from domain.accounts import SESSION_POLICIES, Preferences, Role, Theme
from infrastructure.postgres.database import Database
from infrastructure.postgres.faults import translated_faults

EVERYTHING = frozenset(Scope)

TOKEN_OWNER = """
WITH live AS (
  SELECT t.id AS token_id, t.last_used_at, t.scopes, t.expires_at, a.id, a.role, a.username, a.first_name,
    a.picture
  FROM api_tokens t JOIN accounts a ON a.id = t.account_id
  WHERE t.token_hash = $1 AND t.revoked_at IS NULL AND t.expires_at > clock_timestamp() AND a.status = 'active'
), used AS (
  UPDATE api_tokens SET last_used_at = clock_timestamp()
  WHERE id = (SELECT token_id FROM live
    WHERE last_used_at IS NULL OR last_used_at < clock_timestamp() - interval '1 minute')
)
SELECT * FROM live
"""
"""Marks the token as used at most once a minute, so that most calls write nothing."""

SESSION_OWNER = """
WITH live AS (
  SELECT s.id AS session_id, s.last_seen_at, s.expires_at, s.proven_at, a.id, a.role, a.username, a.first_name,
    a.picture, a.time_zone, a.has_long_day, a.theme, a.language,
    (SELECT count(*) FROM (SELECT FROM notifications n WHERE n.recipient_id = a.id AND n.read_at IS NULL
      LIMIT $4) few) AS unread
  FROM sessions s JOIN accounts a ON a.id = s.account_id
  WHERE s.id = $1 AND s.expires_at > clock_timestamp() AND a.status = 'active'
    AND s.last_seen_at > clock_timestamp() - CASE a.role WHEN 'operator' THEN $2::interval ELSE $3::interval END
), seen AS (
  UPDATE sessions SET last_seen_at = clock_timestamp()
  WHERE id = (SELECT session_id FROM live WHERE last_seen_at < clock_timestamp() - interval '1 minute')
)
SELECT * FROM live
"""
"""Marks the session as seen at most once a minute, so that most requests write nothing."""


class SqlCallers:
    """`Callers` on the tables of sessions, tokens and accounts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def by_session(self, key_hash: bytes) -> Caller | None:
        """The owner of a live session."""
        with translated_faults():
            row = await self._database.pool.fetchrow(
                SESSION_OWNER,
                key_hash,
                SESSION_POLICIES[Role.OPERATOR].idle,
                SESSION_POLICIES[Role.CLIENT].idle,
                MOST_UNREAD + 1,
            )
        if row is None:
            return None
        caller = _caller(row, EVERYTHING, session_id=key_hash, preferences=preferences_of(row))
        return replace(caller, proven_at=row["proven_at"], unread=row["unread"])

    async def by_token(self, token_hash: bytes) -> Caller | None:
        """The owner of a live token."""
        with translated_faults():
            row = await self._database.pool.fetchrow(TOKEN_OWNER, token_hash)
        return _caller(row, frozenset(map(Scope, row["scopes"]))) if row else None


def _caller(
    row: asyncpg.Record,
    scopes: frozenset[Scope],
    session_id: bytes | None = None,
    preferences: Preferences = Preferences(),  # noqa: B008 - it cannot be changed
) -> Caller:
    return Caller(
        account_id=row["id"],
        role=Role(row["role"]),
        username=row["username"],
        first_name=row["first_name"],
        picture=row["picture"],
        scopes=scopes,
        session_id=session_id,
        expires_at=row["expires_at"],
        preferences=preferences,
    )


def preferences_of(row: asyncpg.Record) -> Preferences:
    """From the columns of an account."""
    return Preferences(
        time_zone=row["time_zone"],
        has_long_day=row["has_long_day"],
        theme=Theme(row["theme"]) if row["theme"] else None,
        language=row["language"],
    )
