"""Who gets into the operators' console, and what they leave behind there."""

from __future__ import annotations

from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from application.operations.health_views import HealthQueries
from application.operations.note_reading import READ, NoteReading
from application.operations.search_views import RecordKind
from domain.accounts import Role
from domain.text import is_clean
from interfaces.http.client_address import client_address
from interfaces.web.visitors import OnlyFor, caller_of, visitor_of

LONGEST_WORDS = 254


class OperatorsOnly(OnlyFor):
    """A guard: the page is for operators, and tells them of whatever must never be and is."""

    def __init__(self) -> None:
        super().__init__(Role.OPERATOR)

    async def __call__(self, connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
        """Raises `SignInNeeded` or `WrongRole`."""
        await super().__call__(connection, handler)
        health_queries: HealthQueries = await handler.resolve_dependencies()["health_queries"]()
        visitor_of(connection).broken_rules = await health_queries.broken_rules()


async def note_opened(
    request: Request[Any, Any, Any], note_reading: NoteReading, kind: RecordKind, key: str
) -> None:
    """An operator has opened a record with somebody's data in it."""
    facts = {"record": kind.value, "key": key}
    await note_reading(caller_of(request), READ, facts, address=client_address(request))


def asked(request: Request[Any, Any, Any], name: str) -> str | None:
    """What the address asks for; nothing when it is empty or nonsense."""
    words: str = request.query_params.get(name, "").strip()
    return words if words and len(words) <= LONGEST_WORDS and is_clean(words) else None
