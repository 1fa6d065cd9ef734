"""Pages, cursors and periods, as callers of lists ask for them."""

import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from infrastructure.paystack.sandbox import refusals
from infrastructure.paystack.sandbox.incoming import read_number
from infrastructure.paystack.sandbox.store import EVERYTHING, Selection, Store
from infrastructure.paystack.sandbox.tables import Record
from infrastructure.paystack.sandbox.wire.envelope import Json, answer

_LARGEST_PAGE = 100


class Page:
    """Offset pagination; nonsense falls back to the defaults, as it does at Paystack."""

    def __init__(self, query: Mapping[str, str]) -> None:
        self.number = positive(query.get("page"), 1)
        self.size = min(positive(query.get("perPage") or query.get("per_page"), 50), _LARGEST_PAGE)
        self.skipped = (self.number - 1) * self.size

    def meta(self, total: int) -> Json:
        return {
            "total": total,
            "skipped": self.skipped,
            "perPage": self.size,
            "page": self.number,
            "pageCount": math.ceil(total / self.size),
        }


def listed(
    message: str,
    kind: type[Record],
    selection: Selection,
    *,
    store: Store,
    query: Mapping[str, str],
    show: Callable[[Record], Json],
) -> Json:
    """Answer with a page of records: by cursor when asked for, else by number."""
    page = Page(query)
    if query.get("use_cursor") == "true":
        return _by_cursor(message, kind, selection, page, store=store, query=query, show=show)
    found = store.page(kind, selection, limit=page.size, offset=page.skipped)
    return answer(message, [show(row) for row in found], page.meta(store.count(kind, selection)))


def _by_cursor(
    message: str,
    kind: type[Record],
    selection: Selection,
    page: Page,
    *,
    store: Store,
    query: Mapping[str, str],
    show: Callable[[Record], Json],
) -> Json:
    """Newest first; a cursor is the id before which the page begins."""
    before = positive(query.get("next"), 0)
    if before:
        selection = selection.narrowed("id < ?", before)
    found = store.page(kind, selection, limit=page.size + 1)
    shown = [show(row) for row in found[: page.size]]
    has_more = len(found) > page.size
    meta: Json = {"next": str(shown[-1]["id"]) if has_more else None, "previous": None, "perPage": page.size}
    return answer(message, shown, meta)


def period_wanted(query: Mapping[str, str]) -> Selection:
    """Select what was made between `from` and `to`."""
    selection = EVERYTHING
    for parameter, test in (("from", "created_at >= ?"), ("to", "created_at <= ?")):
        instant = _instant(query.get(parameter))
        if instant is not None:
            selection = selection.narrowed(test, instant.timestamp())
    return selection


def _instant(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise refusals.refuse("Invalid date passed") from error
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def positive(text: str | None, default: int) -> int:
    """Read a number above zero; the default stands in for everything else."""
    return read_number(text) or default
