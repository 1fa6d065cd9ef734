"""Many clients with bearer tokens, who all do something at the same moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import httpx

from infrastructure.postgres.database import Database
from infrastructure.secrets.random_secrets import RandomSecrets
from tests.e2e.site import Site
from tests.integration.api.program import PROFILE, Json, Program, session
from tests.invariants import broken_invariants

PATIENCE_S = 60

CLONE = """
WITH one AS (
  INSERT INTO accounts (id, username, email, role, first_name, last_name, password_hash, security_question,
    security_answer_hash, created_at)
  SELECT gen_random_uuid(), username || '-' || $2::int, $2::int || email, role, first_name, last_name,
    password_hash, security_question, security_answer_hash, created_at
  FROM accounts WHERE username = $1 RETURNING id
)
INSERT INTO api_tokens (id, account_id, token_hash, name, last_four, scopes, created_at, expires_at)
SELECT gen_random_uuid(), id, $3, 'a race', 'race', '{read,write}', now(), now() + interval '1 hour' FROM one
"""
DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"


class Crowd:
    """A consultant, and clients by the dozen: registered once, then copied, because hashing takes its time."""

    def __init__(self, http: httpx.AsyncClient, consultant: Program, clients: list[Program], site: Site) -> None:
        self.http = http
        self.consultant = consultant
        self.clients = clients
        self.site = site

    async def slot(self, **terms: Any) -> Json:
        """A session on offer."""
        return await self.consultant.post("/consultant/availabilities", session(**terms))

    async def at_once(
        self, act: Callable[[Program, int], Awaitable[httpx.Response]], clients: list[Program] | None = None
    ) -> list[httpx.Response]:
        """Everybody does it; none of the answers is a fault of the server's."""
        racers = self.clients if clients is None else clients
        answers = await asyncio.gather(*(act(client, number) for number, client in enumerate(racers)))
        assert [answer.text for answer in answers if answer.status_code >= 500] == []
        return answers

    async def taken(self, slot: Json) -> int:
        """How many seats the consultant sees as taken."""
        items = (await self.consultant.get("/consultant/availabilities?limit=100"))["items"]
        return int(next(item["seats_taken"] for item in items if item["id"] == slot["id"]))

    async def broken_invariants(self) -> list[str]:
        """What does not hold in the site's database."""
        database = Database(self.site.environment["DATABASE_URL"], most_connections=2)
        await database.open()
        try:
            return await broken_invariants(database)
        finally:
            await database.close()

    async def deadlocks(self) -> int:
        """How many the database has seen."""
        connection = await asyncpg.connect(self.site.environment["DATABASE_URL"])
        try:
            count: int = await connection.fetchval(DEADLOCKS)
            return count
        finally:
            await connection.close()


@asynccontextmanager
async def a_crowd(site: Site, name: str, size: int) -> AsyncIterator[Crowd]:
    """So many clients of one new consultant."""
    limits = httpx.Limits(max_connections=size + 1)
    async with httpx.AsyncClient(base_url=site.url, timeout=PATIENCE_S, trust_env=False, limits=limits) as http:
        consultant = await Program.of(http, "consultant", f"{name}-consultant")
        assert (await consultant.call("PATCH", "/consultant/profile", json=PROFILE)).status_code == 200
        await Program.of(http, "client", name)
        secrets = [RandomSecrets().new_api_token() for _ in range(size)]
        connection = await asyncpg.connect(site.environment["DATABASE_URL"])
        try:
            rows = [(name, number, secret.hashed) for number, secret in enumerate(secrets)]
            await connection.executemany(CLONE, rows)
        finally:
            await connection.close()
        yield Crowd(http, consultant, [Program(http, secret.plain) for secret in secrets], site)
