"""Recovery codes in PostgreSQL."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from infrastructure.postgres.database import Driver

FORGET = "DELETE FROM recovery_codes WHERE account_id = $1"

ADD = """
INSERT INTO recovery_codes (account_id, code_hash, created_at) SELECT $1, hash, $3 FROM unnest($2::bytea[]) hash
"""

USE = """
UPDATE recovery_codes SET used_at = $3 WHERE account_id = $1 AND code_hash = $2 AND used_at IS NULL
RETURNING account_id
"""

LEFT = "SELECT count(*) FROM recovery_codes WHERE account_id = $1 AND used_at IS NULL"


class SqlRecoveryCodes:
    """`RecoveryCodes` on a table."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    async def replace(self, account_id: UUID, hashes: tuple[bytes, ...], now: datetime) -> None:
        """Delete the old, insert the new."""
        await self._driver.execute(FORGET, account_id)
        await self._driver.execute(ADD, account_id, list(hashes), now)

    async def use(self, account_id: UUID, code_hash: bytes, now: datetime) -> bool:
        """Mark it as used, if nobody did before; one statement decides."""
        return await self._driver.fetchval(USE, account_id, code_hash, now) is not None

    async def left(self, account_id: UUID) -> int:
        """Those that are not marked."""
        left: int = await self._driver.fetchval(LEFT, account_id)
        return left
