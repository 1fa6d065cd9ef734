"""Lines for the tests of waiting lists: short ways to them, and who stands where."""

from __future__ import annotations

from uuid import UUID

from application.accounts.callers import Caller
from application.bookings.cancel_booking import CancelBookingCommand
from application.bookings.views import BookingView
from application.waiting_list.views import WaitingEntryView, WaitingFilter
from domain.availability import Slot
from domain.money import Money
from tests.marketplace import Marketplace

FREE = Money(0, "NGN")


async def full_slot(
    marketplace: Marketplace, consultant: Caller, *, capacity: int = 1, price: Money = FREE
) -> tuple[Slot, list[tuple[Caller, BookingView]]]:
    """A session whose every seat is taken, and by whom."""
    slot = await marketplace.slot(consultant, capacity=capacity, price=price)
    holders = await marketplace.clients(capacity)
    return slot, [(holder, await marketplace.booking(holder, slot)) for holder in holders]


async def join(marketplace: Marketplace, slot: Slot, *clients: Caller) -> list[WaitingEntryView]:
    """They get in line, in this order."""
    return [await marketplace.product.join_waiting_list(client, slot.id) for client in clients]


async def give_up(marketplace: Marketplace, held: tuple[Caller, BookingView]) -> None:
    """Somebody cancels their booking."""
    holder, booking = held
    await marketplace.product.cancel_booking(holder, CancelBookingCommand(booking_id=booking.id))


async def place(marketplace: Marketplace, client: Caller, slot: Slot) -> WaitingEntryView:
    """The client's latest place in the line."""
    page = await marketplace.product.waiting_queries.of_client(client.account_id, WaitingFilter(slot_id=slot.id))
    return page.items[0]


async def statuses(marketplace: Marketplace, slot: Slot) -> list[str]:
    """Of everybody who was ever in line, in the order in which they came."""
    rows = await marketplace.database.pool.fetch(
        "SELECT status FROM waiting_entries WHERE slot_id = $1 ORDER BY joined_at, id", slot.id
    )
    return [row["status"] for row in rows]


async def let_offers_lapse(marketplace: Marketplace, slot_id: UUID) -> None:
    """The time to take the seats on offer is over."""
    await marketplace.database.pool.execute(
        "UPDATE waiting_entries SET offer_expires_at = clock_timestamp() "
        "WHERE slot_id = $1 AND status = 'offered'",
        slot_id,
    )


async def is_settled(marketplace: Marketplace) -> bool:
    """Whether no line has anything left to be done in."""
    async with marketplace.product.offer_seats.open_uow() as uow:
        return await uow.waiting_list.due(now=await uow.now(), limit=1) == []
