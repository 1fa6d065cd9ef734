"""Advanced Alchemy's repository as every room here uses it."""

from __future__ import annotations

from typing import TypeVar

from advanced_alchemy.base import ModelProtocol
from advanced_alchemy.repository import SQLAlchemyAsyncRepository
from sqlalchemy.ext.asyncio import AsyncSession

Row = TypeVar("Row", bound=ModelProtocol)


class Repository(SQLAlchemyAsyncRepository[Row]):
    """Reads no row back after writing it, and leaves exceptions as they are: they are translated once,
    by the unit of work, from the name of the constraint.
    """

    def __init__(self, session: AsyncSession) -> None:
        super().__init__(session=session, auto_refresh=False, wrap_exceptions=False)
