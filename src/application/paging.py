"""Keyset pages: what every list is read by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")

Key = tuple[str, ...]
"""Where a page ended: the sort values and the id of its last row, as text."""

DEFAULT_LIMIT = 20
LARGEST_LIMIT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest:
    """At most `limit` items (1 to 100), those after `after`."""

    limit: int = DEFAULT_LIMIT
    after: Key | None = None


FIRST_PAGE = PageRequest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Item]):
    """Some items in order, and the key to ask for the next ones with; none after the last page."""

    items: list[Item]
    next_key: Key | None
