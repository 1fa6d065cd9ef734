"""Many people at once around one waiting list: each guard, and what happens without it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import partial
from uuid import UUID

import pytest

from application.accounts.callers import Caller
from application.bookings.views import BookingView
from domain.availability import Slot
from domain.bookings import AlreadyBooked, SeatRequest, SlotFull
from infrastructure.postgres import bookings, waiting_list
from tests.integration.waiting_list.lines import full_slot, give_up, is_settled, join, statuses
from tests.invariants import broken_invariants
from tests.marketplace import Marketplace

CLIENTS = 64
SEATS = 3
IN_LINE = 30
PROVES_NOTHING = "the race without its guard broke nothing, so that the race with it proves nothing"

OBSERVER = """
CREATE TABLE broken (what text NOT NULL);
CREATE TABLE offers (id bigint GENERATED ALWAYS AS IDENTITY, entry_id uuid NOT NULL);

CREATE FUNCTION observe_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO broken SELECT 'more offers than seats' FROM slots s
    WHERE s.id = CASE TG_TABLE_NAME WHEN 'slots' THEN (to_jsonb(NEW)->>'id')::uuid
        ELSE (to_jsonb(NEW)->>'slot_id')::uuid END
      AND s.capacity - s.seats_taken < (SELECT count(*) FROM waiting_entries w
        WHERE w.slot_id = s.id AND w.status = 'offered');
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER tg_observed AFTER UPDATE ON slots DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION observe_line();
CREATE CONSTRAINT TRIGGER tg_observed AFTER UPDATE ON waiting_entries DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION observe_line();

CREATE FUNCTION observe_booking() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO broken SELECT 'a seat was snatched' FROM slots s
    WHERE s.id = NEW.slot_id AND s.capacity - s.seats_taken < s.people_waiting
      AND NOT EXISTS (SELECT FROM waiting_entries w WHERE w.slot_id = s.id AND w.client_id = NEW.client_id);
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER tg_observed AFTER INSERT ON bookings DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION observe_booking();

CREATE FUNCTION observe_offer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO offers (entry_id) VALUES (NEW.id);
  RETURN NULL;
END $$;
CREATE TRIGGER tg_offered AFTER UPDATE ON waiting_entries FOR EACH ROW
  WHEN (NEW.status = 'offered' AND OLD.status = 'waiting') EXECUTE FUNCTION observe_offer();
"""
"""Looks at every commit, and writes down what must not be and who was offered a seat when."""


@pytest.fixture(autouse=True)
async def observer(marketplace: Marketplace) -> None:
    """At work in every race."""
    await marketplace.database.pool.execute(OBSERVER)


@pytest.fixture
def without_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever comes takes a free seat, whoever waits for it."""
    monkeypatch.setattr(SeatRequest, "seats_for_client", property(lambda request: request.slot.seats_left))


@pytest.fixture
def without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slots are read without being locked."""
    monkeypatch.setattr(bookings, "LOCK_SEAT", bookings.LOCK_SEAT.replace("FOR NO KEY UPDATE OF s", ""))
    monkeypatch.setattr(waiting_list, "LOCK_SLOT", waiting_list.LOCK_SLOT.replace("FOR NO KEY UPDATE OF s", ""))
    unlocked = waiting_list.LOCK.replace("FOR NO KEY UPDATE OF w", "").replace("FOR NO KEY UPDATE", "")
    monkeypatch.setattr(waiting_list, "LOCK", unlocked)


@pytest.fixture
def without_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """The line is read as it comes."""
    monkeypatch.setattr(
        waiting_list,
        "IN_LINE",
        waiting_list.IN_LINE.replace("ORDER BY w.joined_at, w.id", "ORDER BY md5(w.id::text)"),
    )


async def broken(marketplace: Marketplace) -> Counter[str]:
    """What the observer wrote down."""
    return Counter(row["what"] for row in await marketplace.database.pool.fetch("SELECT what FROM broken"))


async def book(marketplace: Marketplace, client: Caller, slot: Slot) -> BookingView | None:
    """A seat, or nothing when there is none for them."""
    try:
        return await marketplace.booking(client, slot)
    except (SlotFull, AlreadyBooked):
        return None


async def join_all_at_once(marketplace: Marketplace) -> list[int | None]:
    """Sixty-four people join; the numbers that they are told, in the order in which they came."""
    slot, _ = await full_slot(marketplace, await marketplace.consultant())
    clients = await marketplace.clients(CLIENTS)
    entries = await asyncio.gather(*(marketplace.product.join_waiting_list(client, slot.id) for client in clients))
    came = sorted(entries, key=lambda entry: (entry.joined_at, entry.id))
    assert await broken_invariants(marketplace.database) == []
    return [entry.position for entry in came]


async def test_everybody_who_joins_gets_the_number_in_which_they_came(marketplace: Marketplace) -> None:
    assert await join_all_at_once(marketplace) == list(range(1, CLIENTS + 1))


@pytest.mark.usefixtures("without_locks")
async def test_without_the_lock_numbers_are_given_twice(marketplace: Marketplace) -> None:
    assert len(set(await join_all_at_once(marketplace))) < CLIENTS, PROVES_NOTHING


async def free_all_seats_at_once(marketplace: Marketplace) -> tuple[Slot, int]:
    """Three holders cancel while thirty people in line and thirty-one others book and offers go out; then the
    line once more. The session, and how many of the public got a seat.
    """
    slot, held = await full_slot(marketplace, await marketplace.consultant(), capacity=SEATS)
    clients = await marketplace.clients(CLIENTS - SEATS)
    line, public = clients[:IN_LINE], clients[IN_LINE:]
    await join(marketplace, slot, *line)
    giving_up = [give_up(marketplace, one) for one in held]
    offering = [marketplace.product.offer_seats() for _ in range(4)]
    booking = [book(marketplace, client, slot) for client in (*public, *line)]
    _, _, booked = await asyncio.gather(
        asyncio.gather(*giving_up), asyncio.gather(*offering), asyncio.gather(*booking)
    )
    await marketplace.product.offer_seats()
    await asyncio.gather(*(book(marketplace, client, slot) for client in line))
    return slot, sum(booking is not None for booking in booked[: len(public)])


async def test_seats_that_come_free_go_to_the_first_in_line_and_to_nobody_else(marketplace: Marketplace) -> None:
    slot, taken_by_the_public = await free_all_seats_at_once(marketplace)
    assert taken_by_the_public == 0
    assert await statuses(marketplace, slot) == ["taken"] * SEATS + ["waiting"] * (IN_LINE - SEATS)
    assert await broken(marketplace) == {}
    assert await is_settled(marketplace)
    assert await broken_invariants(marketplace.database) == []


@pytest.mark.usefixtures("without_claims")
async def test_without_the_claims_of_the_line_this_race_gives_its_seats_to_others(
    marketplace: Marketplace,
) -> None:
    for _ in range(5):
        _, taken_by_the_public = await free_all_seats_at_once(marketplace)
        if taken_by_the_public:
            assert (await broken(marketplace))["a seat was snatched"] > 0
            return
    pytest.fail(PROVES_NOTHING)


async def leave_while_offers_go_out(marketplace: Marketplace) -> set[str]:
    """Thirty people leave a line while its seats come free and are offered; how their places stand then."""
    slot, held = await full_slot(marketplace, await marketplace.consultant(), capacity=SEATS)
    line = await marketplace.clients(IN_LINE)
    entries = await join(marketplace, slot, *line)
    leave = marketplace.product.leave_waiting_list
    await asyncio.gather(
        *(give_up(marketplace, one) for one in held),
        *(leave(client, entry.id) for client, entry in zip(line[::-1], entries[::-1], strict=True)),
        *(marketplace.product.offer_seats() for _ in range(8)),
    )
    return set(await statuses(marketplace, slot))


async def test_whoever_leaves_has_left_whatever_goes_on(marketplace: Marketplace) -> None:
    for _ in range(3):
        assert await leave_while_offers_go_out(marketplace) == {"left"}
    assert await broken(marketplace) == {}
    assert await broken_invariants(marketplace.database) == []


@pytest.mark.usefixtures("without_locks")
async def test_without_the_lock_an_offer_brings_back_people_who_left(marketplace: Marketplace) -> None:
    for _ in range(10):
        if await leave_while_offers_go_out(marketplace) != {"left"}:
            return
    pytest.fail(PROVES_NOTHING)


async def serve_everybody(marketplace: Marketplace) -> tuple[list[UUID], list[UUID]]:
    """Thirty people in line each want the seat for a moment; three jobs make offers, and the public tries too.

    The places in the order in which people came, and in the order in which they were offered a seat.
    """
    slot, held = await full_slot(marketplace, await marketplace.consultant(), capacity=SEATS)
    clients = await marketplace.clients(CLIENTS - SEATS)
    line, public = clients[:IN_LINE], clients[IN_LINE:]
    entries = await join(marketplace, slot, *line)
    everybody_was_served = asyncio.Event()

    async def have_a_turn(client: Caller) -> None:
        while (booking := await book(marketplace, client, slot)) is None:
            pass
        await give_up(marketplace, (client, booking))

    async def until_the_end(attempt: Callable[[], Awaitable[object]]) -> None:
        while not everybody_was_served.is_set():
            await attempt()

    async def line_up() -> None:
        await asyncio.gather(
            *(have_a_turn(client) for client in line), *(give_up(marketplace, one) for one in held)
        )
        everybody_was_served.set()

    async with asyncio.timeout(60):
        await asyncio.gather(
            line_up(),
            *(until_the_end(marketplace.product.offer_seats) for _ in range(3)),
            *(until_the_end(partial(try_for_the_seat, marketplace, client, slot)) for client in public[:8]),
        )
    offers = await marketplace.database.pool.fetch(
        "SELECT entry_id FROM offers JOIN waiting_entries w ON w.id = entry_id WHERE slot_id = $1 "
        "ORDER BY offers.id",
        slot.id,
    )
    return [entry.id for entry in entries], [row["entry_id"] for row in offers]


async def try_for_the_seat(marketplace: Marketplace, client: Caller, slot: Slot) -> None:
    """One of the public; whoever gets it in the end gives it back."""
    booking = await book(marketplace, client, slot)
    if booking is not None:
        await give_up(marketplace, (client, booking))


async def test_everybody_in_line_is_served_in_the_order_in_which_they_came(marketplace: Marketplace) -> None:
    came, offered = await serve_everybody(marketplace)
    assert offered == [entry for entry in came if entry in offered]
    assert len(offered) >= IN_LINE - SEATS, "only who has a seat for sure takes it without an offer"
    assert await broken(marketplace) == {}
    assert await broken_invariants(marketplace.database) == []


@pytest.mark.usefixtures("without_order")
async def test_without_its_order_this_line_is_served_crosswise(marketplace: Marketplace) -> None:
    came, offered = await serve_everybody(marketplace)
    assert offered != [entry for entry in came if entry in offered], PROVES_NOTHING


@pytest.mark.usefixtures("without_locks")
async def test_without_the_lock_this_race_offers_more_seats_than_there_are(marketplace: Marketplace) -> None:
    for _ in range(5):
        race = asyncio.create_task(serve_everybody(marketplace))
        while not race.done() and not await broken(marketplace):
            pass
        race.cancel()
        await asyncio.gather(race, return_exceptions=True)
        if (await broken(marketplace))["more offers than seats"]:
            return
    pytest.fail(PROVES_NOTHING)
