"""Keyset pages out of rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

import asyncpg

from application.money_view import MoneyView
from application.paging import Key, Page, PageRequest

Item = TypeVar("Item")


def page_of(
    rows: Sequence[asyncpg.Record],
    request: PageRequest,
    to_item: Callable[[asyncpg.Record], Item],
    key_columns: tuple[str, ...],
) -> Page[Item]:
    """A page from one row more than asked for: the extra row only tells that there is a next page."""
    shown = rows[: request.limit]
    has_more = len(rows) > request.limit
    return Page(
        items=[to_item(row) for row in shown],
        next_key=_key(shown[-1], key_columns) if has_more else None,
    )


def key_of(request: PageRequest, length: int = 2) -> tuple[str | None, ...]:
    """The key to start after, or as many nulls."""
    return request.after or (None,) * length


def picture_url(name: str | None) -> str | None:
    """Where a stored picture is served."""
    return f"/media/{name}" if name else None


def money(row: asyncpg.Record, prefix: str = "price_") -> MoneyView:
    """The money in two columns that share a prefix."""
    return MoneyView(row[f"{prefix}amount"], row[f"{prefix}currency"])


def _key(row: asyncpg.Record, columns: tuple[str, ...]) -> Key:
    return tuple(_as_text(row[column]) for column in columns)


def _as_text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
