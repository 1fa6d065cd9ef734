"""Whatever changes the seats of a slot in one process reaches whoever watches them through another."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from application.accounts.callers import Caller
from application.availability.save_availability import SlotRow
from application.bookings.cancel_booking import CancelBookingCommand
from application.bookings.reschedule_booking import RescheduleBookingCommand
from application.bookings.reserve_seat import ReserveSeatCommand
from application.bookings.views import BookingView
from application.product import Product
from domain.availability import Slot, SlotStatus
from domain.bookings import SlotFull
from domain.money import Money
from domain.refusals import NotFound
from domain.waiting_list import WaitingEntry
from infrastructure.embedded.valkey import EmbeddedValkey
from infrastructure.identity import new_id
from infrastructure.live_seats import subscription
from infrastructure.live_seats.announcer import SeatAnnouncer
from infrastructure.live_seats.watchers import SeatWatchers
from infrastructure.paystack.gateway import PaystackGateway
from infrastructure.postgres.database import Database
from infrastructure.postgres.unit_of_work import SqlUnitsOfWork
from infrastructure.queue import SaqNudge, open_queue
from infrastructure.settings import Settings
from main import build_product
from tests.conftest import SECRET_KEY
from tests.integration.live_seats.follower import AT_MOST_S, following, until_heard, web_process
from tests.marketplace import Marketplace
from tests.statements import recorded_statements

FREE = Money(0, "NGN")
DAY = timedelta(days=1)


@pytest.fixture
async def here(settings: Settings, database_url: str) -> AsyncIterator[SeatWatchers]:
    """A web server process, in which people watch; with connections of its own."""
    database = Database(database_url)
    await database.open()
    async with web_process(settings.redis_url, database) as watchers:
        yield watchers
    await database.close()


@pytest.fixture
async def elsewhere(settings: Settings, database: Database, sandbox: httpx.AsyncClient) -> AsyncIterator[Product]:
    """Another process, in which it happens; what a test begins with is made without announcing it."""
    async with a_process(settings, database, sandbox, settings.redis_url) as product:
        yield product


@asynccontextmanager
async def a_process(
    settings: Settings, database: Database, sandbox: httpx.AsyncClient, announced_at: str
) -> AsyncIterator[Product]:
    """A product that announces what it changes."""
    announcer, queue = SeatAnnouncer(announced_at), open_queue(settings.redis_url)
    yield build_product(
        settings, database, PaystackGateway(sandbox, SECRET_KEY), SaqNudge(queue), announce=announcer
    )
    await announcer.close()
    await queue.disconnect()


async def book(product: Product, client: Caller, slot: Slot) -> BookingView:
    """A seat, through that process."""
    return await product.reserve_seat(client, ReserveSeatCommand(slot_id=slot.id, reason="A lease"))


async def test_a_booking_and_its_cancellation(
    here: SeatWatchers, elsewhere: Product, marketplace: Marketplace
) -> None:
    slot = await marketplace.slot(await marketplace.consultant(), capacity=2, price=FREE)
    follower = await following(here, marketplace, slot)
    assert follower.known == {slot.id: (2, "open")}

    clients = [await marketplace.client() for _ in range(2)]
    bookings = []
    for client, left in zip(clients, (1, 0), strict=True):
        bookings.append(await book(elsewhere, client, slot))
        await follower.until(slot, left)
    await elsewhere.cancel_booking(clients[0], CancelBookingCommand(booking_id=bookings[0].id))
    await follower.until(slot, 1)


async def test_a_hold_that_ran_out(here: SeatWatchers, elsewhere: Product, marketplace: Marketplace) -> None:
    slot = await marketplace.slot(await marketplace.consultant())
    booking = await marketplace.booking(await marketplace.client(), slot)
    follower = await following(here, marketplace, slot)
    assert follower.known == {slot.id: (0, "open")}
    await marketplace.lapse_hold(booking.id)
    assert await elsewhere.expire_holds() == 1
    await follower.until(slot, 1)


async def test_a_hold_that_ran_out_in_another_session_of_the_same_client(
    here: SeatWatchers, elsewhere: Product, marketplace: Marketplace
) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    held = await marketplace.slot(consultant)
    booking = await marketplace.booking(client, held)
    follower = await following(here, marketplace, held)
    await marketplace.lapse_hold(booking.id)
    await book(elsewhere, client, await marketplace.slot(await marketplace.consultant()))
    await follower.until(held, 1)


async def test_a_move_changes_both_sessions(
    here: SeatWatchers, elsewhere: Product, marketplace: Marketplace
) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    old, new = [await marketplace.slot(consultant, starts_in=days * DAY, price=FREE) for days in (2, 3)]
    booking = await marketplace.booking(client, old)
    follower = await following(here, marketplace, old, new)
    assert follower.known == {old.id: (0, "open"), new.id: (1, "open")}
    await elsewhere.reschedule_booking(client, RescheduleBookingCommand(booking_id=booking.id, slot_id=new.id))
    await follower.until(old, 1)
    await follower.until(new, 0)


async def test_another_capacity_closing_and_removing(
    here: SeatWatchers, elsewhere: Product, marketplace: Marketplace
) -> None:
    consultant = await marketplace.consultant()
    slot = await marketplace.slot(consultant, capacity=3)
    follower = await following(here, marketplace, slot)
    save = elsewhere.save_availability
    await save(consultant, [SlotRow(slot_id=slot.id, capacity=5)])
    await follower.until(slot, 5)
    await save(consultant, [SlotRow(slot_id=slot.id, status=SlotStatus.CLOSED)])
    await follower.until(slot, 5, "closed")
    await save(consultant, [SlotRow(slot_id=slot.id, status=SlotStatus.OPEN)])
    await follower.until(slot, 5)
    await save(consultant, [SlotRow(slot_id=slot.id, remove=True)])
    await follower.until(slot, 5, "cancelled")


async def test_somebody_in_line_has_a_claim_on_the_seat_until_they_leave(
    here: SeatWatchers, elsewhere: Product, marketplace: Marketplace
) -> None:
    slot = await marketplace.slot(await marketplace.consultant(), price=FREE)
    holder, waiting = [await marketplace.client() for _ in range(2)]
    booking = await marketplace.booking(holder, slot)
    async with marketplace.product.reserve_seat.open_uow() as uow:
        offer = await uow.bookings.lock_seat(slot_id=slot.id, client_id=waiting.account_id)
        entry = WaitingEntry.join(offer.request, entry_id=new_id(), now=offer.now)
        await uow.waiting_list.add(entry)
        await uow.commit()
    await marketplace.product.cancel_booking(holder, CancelBookingCommand(booking_id=booking.id))
    follower = await following(here, marketplace, slot)
    assert follower.known == {slot.id: (0, "open")}
    async with elsewhere.reserve_seat.open_uow() as uow:
        entry.leave()
        await uow.waiting_list.save([entry])
        await uow.commit()
    await follower.until(slot, 1)


async def test_a_session_that_has_begun_is_closed(here: SeatWatchers, marketplace: Marketplace) -> None:
    slot = await marketplace.slot(await marketplace.consultant())
    await marketplace.move_into_past(slot.id)
    assert (await following(here, marketplace, slot)).known == {slot.id: (1, "closed")}


async def test_only_the_consultant_whose_seats_change_is_heard_of(
    here: SeatWatchers, elsewhere: Product, marketplace: Marketplace
) -> None:
    slot, other = [await marketplace.slot(await marketplace.consultant()) for _ in range(2)]
    follower, stranger = [await following(here, marketplace, one) for one in (slot, other)]
    await book(elsewhere, await marketplace.client(), slot)
    await follower.until(slot, 0)
    assert await stranger.hear(patience_s=0) == ()


async def test_slots_of_another_consultant_are_not_shown(here: SeatWatchers, marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    foreign = await marketplace.slot(await marketplace.consultant())
    watch = await here.watch(await marketplace.slug(consultant), [foreign.id], address="127.0.0.1")
    assert await watch.changes(patience_s=0) == ()


async def test_a_consultant_who_is_not_published_cannot_be_watched(
    here: SeatWatchers, marketplace: Marketplace
) -> None:
    consultant = await marketplace.consultant()
    slug = await marketplace.slug(consultant)
    await marketplace.database.pool.execute("UPDATE consultant_profiles SET is_published = false")
    with pytest.raises(NotFound):
        await here.watch(slug, [], address="127.0.0.1")
    assert here.number == 0


async def test_what_is_rolled_back_or_refused_is_not_announced(marketplace: Marketplace) -> None:
    announced: list[Collection[UUID]] = []
    open_uow = SqlUnitsOfWork(marketplace.database, new_id, announced.append)
    reserve_seat = replace(marketplace.product.reserve_seat, open_uow=open_uow)
    slot = await marketplace.slot(await marketplace.consultant())
    client, late = [await marketplace.client() for _ in range(2)]

    async with open_uow() as uow:
        await uow.bookings.lock_seat(slot_id=slot.id, client_id=client.account_id)
    assert announced == []
    await reserve_seat(client, ReserveSeatCommand(slot_id=slot.id, reason="A lease"))
    assert announced == [{slot.id}]
    with pytest.raises(SlotFull):
        await reserve_seat(late, ReserveSeatCommand(slot_id=slot.id, reason="A lease"))
    assert announced == [{slot.id}]


async def test_many_changes_at_once_are_read_in_one_statement(
    here: SeatWatchers, marketplace: Marketplace, settings: Settings
) -> None:
    consultant = await marketplace.consultant()
    slots = [await marketplace.slot(consultant, starts_in=day * DAY) for day in range(1, 9)]
    follower = await following(here, marketplace, *slots)
    announcer = SeatAnnouncer(settings.redis_url)
    with recorded_statements() as sent:
        for slot in slots:
            announcer([slot.id])
            await asyncio.sleep(0)
        assert {change.slot_id for change in await follower.hear()} == {slot.id for slot in slots}
    assert sent == ["SELECT"]
    await announcer.close()


async def test_nothing_is_read_while_nobody_watches(here: SeatWatchers, marketplace: Marketplace) -> None:
    slot = await marketplace.slot(await marketplace.consultant())
    with recorded_statements() as sent:
        await here.look_at([slot.id])
    assert sent == []


class Redis:
    """A server that can be stopped and started again at the same address."""

    def __init__(self, folder: Path) -> None:
        self._server = EmbeddedValkey(folder, durable=False)
        self._server.start()
        self.url = self._server.url

    def stop(self) -> None:
        """Gone."""
        self._server.stop()

    def start(self) -> None:
        """Back."""
        self._server.start()

    def signal(self, number: signal.Signals) -> None:
        """Freeze it, or have it go on."""
        os.kill(self._server.pid, number)


@pytest.fixture
def redis(server_folder: Path) -> Iterator[Redis]:
    """One of its own, for the others are shared."""
    redis = Redis(server_folder / f"valkey-{new_id()}")
    yield redis
    redis.stop()


async def test_without_redis_booking_goes_on_and_afterwards_everybody_hears_again(
    redis: Redis,
    settings: Settings,
    database: Database,
    sandbox: httpx.AsyncClient,
    marketplace: Marketplace,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with (
        web_process(redis.url, database) as here,
        a_process(settings, database, sandbox, redis.url) as elsewhere,
    ):
        slot = await marketplace.slot(await marketplace.consultant(), capacity=5, price=FREE)
        follower = await following(here, marketplace, slot)
        redis.stop()
        for _ in range(3):
            await book(elsewhere, await marketplace.client(), slot)
        assert await follower.hear(patience_s=0) == ()
        assert follower.beginnings == 1

        redis.start()
        await until_heard(redis.url)
        await follower.until(slot, 2)
        assert follower.beginnings == 2
        await book(elsewhere, await marketplace.client(), slot)
        await follower.until(slot, 1)
    told = [record.message.split()[0] for record in caplog.records if "live_seats" in record.message]
    assert sorted(told) == ["live_seats.interrupted", "live_seats.unannounced"]


async def test_a_connection_that_dies_in_silence_is_noticed(
    redis: Redis,
    settings: Settings,
    database: Database,
    sandbox: httpx.AsyncClient,
    marketplace: Marketplace,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(subscription, "QUIET_S", 0.05)
    async with (
        web_process(redis.url, database) as here,
        a_process(settings, database, sandbox, redis.url) as elsewhere,
    ):
        slot = await marketplace.slot(await marketplace.consultant())
        follower = await following(here, marketplace, slot)
        assert await follower.hear(patience_s=0.5) == ()
        assert follower.beginnings == 1, "Redis answered, however quiet it was"

        redis.signal(signal.SIGSTOP)
        async with asyncio.timeout(AT_MOST_S):
            while "live_seats.interrupted" not in caplog.text:  # noqa: ASYNC110 - only the log says it
                await asyncio.sleep(0.02)
        redis.signal(signal.SIGCONT)
        await book(elsewhere, await marketplace.client(), slot)
        await follower.until(slot, 0)


async def test_nobody_who_books_waits_for_a_redis_that_does_not_answer(
    settings: Settings,
    database: Database,
    sandbox: httpx.AsyncClient,
    marketplace: Marketplace,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, a_process(settings, database, sandbox, f"redis://127.0.0.1:{port}") as elsewhere:
        slot = await marketplace.slot(await marketplace.consultant(), price=FREE)
        booking = await book(elsewhere, await marketplace.client(), slot)
        assert booking.status == "confirmed"
        assert "seat-announcer" in {task.get_name() for task in asyncio.all_tasks()}
    assert "live_seats.unannounced" in caplog.text
