"""Pages of lists: what is asked for, and the way to the next one."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode

from litestar import Request
from litestar.params import QueryParameter

from application.paging import DEFAULT_LIMIT, LARGEST_LIMIT, Key, PageRequest
from interfaces.http.cursors import Cursors

Limit = Annotated[
    int,
    QueryParameter(
        ge=1,
        le=LARGEST_LIMIT,
        description=f"How many items: from 1 to {LARGEST_LIMIT}; {DEFAULT_LIMIT} by default.",
    ),
]
Cursor = Annotated[
    str | None, QueryParameter(description="The `next_cursor` of the page before, with the same filters.")
]


class ListReader:
    """One call for a page of a list."""

    def __init__(self, request: Request[Any, Any, Any], limit: int, cursor: str | None) -> None:
        self._request = request
        self.page = PageRequest(limit=limit, after=self._cursors().read(cursor) if cursor else None)

    def next(self, key: Key | None) -> tuple[str | None, str | None]:
        """The cursor of the page that begins after `key`, and a Link header that leads there."""
        cursor = self._cursors().write(key) if key else None
        if cursor is None:
            return None, None
        query = urlencode([*self._filters(), ("limit", str(self.page.limit)), ("cursor", cursor)])
        return cursor, f'<{self._path()}?{query}>; rel="next"'

    def _cursors(self) -> Cursors:
        """Bound to the list, its filters and whoever reads it."""
        reader = getattr(self._request.scope.get("user"), "account_id", "anybody")
        list_name = f"{self._path()}?{urlencode(sorted(self._filters()))}#{reader}"
        return Cursors(self._request.app.state.cursor_key, list_name)

    def _filters(self) -> list[tuple[str, str]]:
        query = parse_qsl(self._request.scope["query_string"].decode("latin-1"), keep_blank_values=True)
        return [(name, value) for name, value in query if name not in ("limit", "cursor")]

    def _path(self) -> str:
        return self._request.scope["path"].rstrip("/")
