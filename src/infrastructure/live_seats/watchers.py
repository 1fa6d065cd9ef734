"""Everybody who watches seats through this process."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import ExitStack
from typing import Protocol
from uuid import UUID

from application.live_seats import LiveSeatsUnavailable, SeatChange
from domain.refusals import NotFound, Throttled

MOST = 500
MOST_PER_ADDRESS = 50
"""Whole offices and mobile networks stand behind one address."""
MOST_UNREAD = 500
RETRY_AFTER_S = 60


class SeatReads(Protocol):
    """Where one looks how slots stand."""

    async def present(self, slug: str, slot_ids: Collection[UUID]) -> list[SeatChange] | None:
        """How these slots of a consultant stand; nothing when there is no such consultant."""
        ...

    async def changed(self, slot_ids: Collection[UUID], slugs: Collection[str]) -> dict[str, list[SeatChange]]:
        """How those of the slots stand that belong to these consultants, by consultant."""
        ...


class Watcher:
    """`SeatWatch`. Of each slot only the newest state waits to be read; who leaves too many unread is out."""

    def __init__(self, slug: str, address: str, dismiss: Callable[[Watcher], None]) -> None:
        self.slug = slug
        self.address = address
        self._dismiss = dismiss
        self._unread: dict[UUID, SeatChange] = {}
        self._has_news = asyncio.Event()
        self._is_over = False

    def begin_with(self, present: Iterable[SeatChange]) -> None:
        """How the slots stood when it began; what was told in the meantime is newer."""
        self._keep({change.slot_id: change for change in present} | self._unread)

    def tell(self, changes: Iterable[SeatChange]) -> None:
        """How slots stand now."""
        self._keep(self._unread | {change.slot_id: change for change in changes})

    def end(self) -> None:
        """Make whoever watches come again."""
        self._is_over = True
        self._has_news.set()
        self.leave()

    async def changes(self, *, patience_s: float) -> Sequence[SeatChange] | None:
        """Waits for news, in memory only."""
        try:
            async with asyncio.timeout(patience_s):
                await self._has_news.wait()
        except TimeoutError:
            return ()
        if self._is_over:
            return None
        self._has_news.clear()
        read, self._unread = tuple(self._unread.values()), {}
        return read

    def leave(self) -> None:
        """Any number of times."""
        self._dismiss(self)

    def _keep(self, unread: dict[UUID, SeatChange]) -> None:
        if len(unread) > MOST_UNREAD:
            self.end()
        elif unread:
            self._unread = unread
            self._has_news.set()


class SeatWatchers:
    """`SeatWatches`, and the one who tells them. No connection is held while somebody watches."""

    def __init__(self, reads: SeatReads, *, most: int = MOST, most_per_address: int = MOST_PER_ADDRESS) -> None:
        self._reads = reads
        self._most = most
        self._most_per_address = most_per_address
        self._by_slug: dict[str, set[Watcher]] = defaultdict(set)
        self._by_address: Counter[str] = Counter()
        self._is_closed = False

    @property
    def number(self) -> int:
        """How many watch."""
        return self._by_address.total()

    async def watch(self, slug: str, slot_ids: Collection[UUID], *, address: str) -> Watcher:
        """One statement, after which nothing is missed: whoever watches is told of changes already."""
        with ExitStack() as stack:
            watcher = self._admit(slug, address)
            stack.callback(watcher.leave)
            present = await self._reads.present(slug, slot_ids)
            if present is None:
                raise NotFound
            watcher.begin_with(present)
            stack.pop_all()
        return watcher

    async def look_at(self, slot_ids: Collection[UUID]) -> None:
        """Tell whoever watches how these slots stand; one statement, and none while nobody watches."""
        if not self._by_slug or not slot_ids:
            return
        changed = await self._reads.changed(slot_ids, self._by_slug.keys())
        for slug, changes in changed.items():
            for watcher in tuple(self._by_slug.get(slug, ())):
                watcher.tell(changes)

    def end_all(self) -> None:
        """Make everybody come again: they may have missed something."""
        for watcher in [watcher for watchers in self._by_slug.values() for watcher in watchers]:
            watcher.end()

    def close(self) -> None:
        """End all, and let nobody in any more."""
        self._is_closed = True
        self.end_all()

    def _admit(self, slug: str, address: str) -> Watcher:
        if self._is_closed or self.number >= self._most:
            raise LiveSeatsUnavailable
        if self._by_address[address] >= self._most_per_address:
            raise Throttled(RETRY_AFTER_S)
        watcher = Watcher(slug, address, self._dismiss)
        self._by_slug[slug].add(watcher)
        self._by_address[address] += 1
        return watcher

    def _dismiss(self, watcher: Watcher) -> None:
        watchers = self._by_slug.get(watcher.slug, set())
        if watcher not in watchers:
            return
        watchers.remove(watcher)
        if not watchers:
            del self._by_slug[watcher.slug]
        self._by_address -= Counter((watcher.address,))
