"""Everybody who watches seats through one process, without a database."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from uuid import UUID, uuid4

import pytest

from application.live_seats import LiveSeatsUnavailable, SeatChange
from domain.refusals import NotFound, Throttled
from infrastructure.live_seats.watchers import MOST_UNREAD, SeatWatchers

NOW = 0.0
AT_MOST_S = 5.0


class Slots:
    """Seats left, by consultant and slot; counts how often somebody looked."""

    def __init__(self, **consultants: dict[UUID, int]) -> None:
        self.consultants = consultants
        self.looks = 0

    async def present(self, slug: str, slot_ids: Collection[UUID]) -> list[SeatChange] | None:
        """As the database would say."""
        self.looks += 1
        await asyncio.sleep(0)
        return self._standing(slug, slot_ids) if slug in self.consultants else None

    async def changed(self, slot_ids: Collection[UUID], slugs: Collection[str]) -> dict[str, list[SeatChange]]:
        """As the database would say."""
        self.looks += 1
        standing = {slug: self._standing(slug, slot_ids) for slug in slugs}
        return {slug: changes for slug, changes in standing.items() if changes}

    def _standing(self, slug: str, slot_ids: Collection[UUID]) -> list[SeatChange]:
        seats = self.consultants[slug]
        return [change(slot_id, seats[slot_id]) for slot_id in slot_ids if slot_id in seats]


def change(slot_id: UUID, seats_left: int) -> SeatChange:
    """Of an open slot."""
    return SeatChange(slot_id=slot_id, seats_left=seats_left, status="open")


@pytest.fixture
def slot() -> UUID:
    """Any."""
    return uuid4()


async def test_it_begins_with_how_the_slots_stand_that_were_asked_for(slot: UUID) -> None:
    watchers = SeatWatchers(Slots(ada={slot: 3, uuid4(): 1}))
    watch = await watchers.watch("ada", [slot], address="here")
    assert await watch.changes(patience_s=AT_MOST_S) == (change(slot, 3),)
    assert await watch.changes(patience_s=NOW) == ()


async def test_whoever_watches_another_consultant_is_not_told(slot: UUID) -> None:
    watchers = SeatWatchers(Slots(ada={slot: 2}, obi={}))
    watch = await watchers.watch("ada", [], address="here")
    other = await watchers.watch("obi", [], address="here")
    await watchers.look_at([slot])
    assert await watch.changes(patience_s=AT_MOST_S) == (change(slot, 2),)
    assert await other.changes(patience_s=NOW) == ()


async def test_only_the_newest_state_waits_for_somebody_who_reads_slowly(slot: UUID) -> None:
    slots = Slots(ada={slot: 3})
    watchers = SeatWatchers(slots)
    watch = await watchers.watch("ada", [slot], address="here")
    for seats_left in (2, 1, 0):
        slots.consultants["ada"][slot] = seats_left
        await watchers.look_at([slot])
    assert await watch.changes(patience_s=AT_MOST_S) == (change(slot, 0),)


async def test_what_is_told_while_the_beginning_is_read_is_newer_than_the_beginning(slot: UUID) -> None:
    slots = Slots(ada={slot: 3})
    watchers = SeatWatchers(slots)
    read_early, go_on = asyncio.Event(), asyncio.Event()

    async def slow(slug: str, slot_ids: Collection[UUID]) -> list[SeatChange] | None:
        early = slots._standing(slug, slot_ids)
        read_early.set()
        await go_on.wait()
        return early

    slots.present = slow  # type: ignore[method-assign]  # a database that answers late
    beginning = asyncio.create_task(watchers.watch("ada", [slot], address="here"))
    await read_early.wait()
    slots.consultants["ada"][slot] = 2
    await watchers.look_at([slot])
    go_on.set()
    assert await (await beginning).changes(patience_s=AT_MOST_S) == (change(slot, 2),)


async def test_whoever_leaves_too_much_unread_is_out_and_nobody_else(slot: UUID) -> None:
    many = {uuid4(): 1 for _ in range(MOST_UNREAD)} | {slot: 1}
    watchers = SeatWatchers(Slots(ada=many))
    lazy = await watchers.watch("ada", [slot], address="here")
    keen = await watchers.watch("ada", [], address="here")
    first, *others = many
    await watchers.look_at([first])
    assert await keen.changes(patience_s=AT_MOST_S) == (change(first, 1),)
    await watchers.look_at(others)
    assert await lazy.changes(patience_s=AT_MOST_S) is None
    assert len(await keen.changes(patience_s=AT_MOST_S) or ()) == MOST_UNREAD
    assert watchers.number == 1


async def test_nobody_looks_at_slots_while_nobody_watches(slot: UUID) -> None:
    slots = Slots(ada={slot: 3})
    watchers = SeatWatchers(slots)
    watch = await watchers.watch("ada", [], address="here")
    watch.leave()
    await watchers.look_at([slot])
    assert slots.looks == 1


async def test_leaving_makes_room_once(slot: UUID) -> None:
    watchers = SeatWatchers(Slots(ada={slot: 3}), most=2)
    first, second = [await watchers.watch("ada", [], address="here") for _ in range(2)]
    first.leave()
    first.leave()
    assert watchers.number == 1
    await watchers.watch("ada", [], address="there")
    with pytest.raises(LiveSeatsUnavailable):
        await watchers.watch("ada", [], address="there")
    second.leave()
    await watchers.watch("ada", [], address="there")


async def test_one_address_cannot_take_all_the_room() -> None:
    watchers = SeatWatchers(Slots(ada={}), most_per_address=2)
    for _ in range(2):
        await watchers.watch("ada", [], address="here")
    with pytest.raises(Throttled) as refusal:
        await watchers.watch("ada", [], address="here")
    assert refusal.value.retry_after_s > 0
    await watchers.watch("ada", [], address="there")


async def test_a_consultant_who_is_not_there_takes_no_room() -> None:
    watchers = SeatWatchers(Slots(ada={}))
    with pytest.raises(NotFound):
        await watchers.watch("obi", [], address="here")
    assert watchers.number == 0


async def test_the_end_reaches_whoever_waits_and_nobody_is_let_in_any_more() -> None:
    watchers = SeatWatchers(Slots(ada={}))
    waiting = [
        asyncio.create_task((await watchers.watch("ada", [], address="here")).changes(patience_s=AT_MOST_S))
        for _ in range(3)
    ]
    await asyncio.sleep(0)
    watchers.close()
    assert await asyncio.gather(*waiting) == [None, None, None]
    assert watchers.number == 0
    with pytest.raises(LiveSeatsUnavailable):
        await watchers.watch("ada", [], address="here")
