"""The whole life of a waiting list."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import pytest

from application.availability.save_availability import SlotRow
from application.bookings.reschedule_booking import RescheduleBookingCommand
from application.consultants.update_profile import UpdateProfileCommand
from application.paging import PageRequest
from application.waiting_list.views import WaitingFilter
from domain.availability import SlotNotOpen, SlotStatus
from domain.bookings import AlreadyBooked, BookingOverlap, NoticeTooShort, OwnSlot, SlotFull, SlotInPast
from domain.consultants import BookingLimits
from domain.money import Money
from domain.refusals import NotFound
from domain.waiting_list import AlreadyWaiting, NotInLine, SlotNotFull
from tests.integration.waiting_list.lines import (
    FREE,
    full_slot,
    give_up,
    is_settled,
    join,
    let_offers_lapse,
    place,
    statuses,
)
from tests.invariants import broken_invariants
from tests.marketplace import PRICE, Marketplace

MINUTE = timedelta(minutes=1)


async def test_a_seat_that_comes_free_is_offered_to_the_first_in_line_who_takes_it(
    marketplace: Marketplace,
) -> None:
    slot, [held] = await full_slot(marketplace, await marketplace.consultant(), price=PRICE)
    first, second, stranger = await marketplace.clients(3)
    [one, two] = await join(marketplace, slot, first, second)
    assert [(entry.status, entry.position) for entry in (one, two)] == [("waiting", 1), ("waiting", 2)]
    assert await marketplace.product.offer_seats() == 0

    await give_up(marketplace, held)
    assert await marketplace.product.offer_seats() == 1
    assert await marketplace.product.offer_seats() == 0, "once is enough"
    [offer] = await marketplace.product.waiting_queries.open_offers(first.account_id)
    assert offer == await place(marketplace, first, slot)
    assert (offer.status, offer.position, offer.slot_id) == ("offered", None, slot.id)
    assert offer.offer_expires_at is not None
    assert abs(offer.offer_expires_at - datetime.now(UTC) - timedelta(hours=1)) < MINUTE
    assert await marketplace.product.waiting_queries.open_offers(second.account_id) == []
    assert (await place(marketplace, second, slot)).position == 2

    for client in (second, stranger):
        with pytest.raises(SlotFull):
            await marketplace.booking(client, slot)
    booking = await marketplace.confirmed_booking(first, slot)
    assert booking.status == "confirmed"
    assert await statuses(marketplace, slot) == ["taken", "waiting"]
    assert (await place(marketplace, second, slot)).position == 1
    assert await is_settled(marketplace)
    assert await broken_invariants(marketplace.database) == []


async def test_the_view_of_a_place_is_the_same_from_joining_and_from_reading(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    slot, _ = await full_slot(marketplace, consultant, price=PRICE)
    client = await marketplace.client()
    [joined] = await join(marketplace, slot, client)
    assert joined == await place(marketplace, client, slot)
    assert joined.consultant.slug == await marketplace.slug(consultant)
    assert (joined.starts_at, joined.ends_at) == (slot.span.starts_at, slot.span.ends_at)
    assert (joined.price.amount, joined.consultant_time_zone) == (PRICE.amount, "Africa/Lagos")


async def test_a_free_seat_from_an_offer_is_confirmed_at_once(marketplace: Marketplace) -> None:
    slot, [held] = await full_slot(marketplace, await marketplace.consultant(), price=FREE)
    client = await marketplace.client()
    await join(marketplace, slot, client)
    await give_up(marketplace, held)
    await marketplace.product.offer_seats()
    assert (await marketplace.booking(client, slot)).status == "confirmed"
    assert await statuses(marketplace, slot) == ["taken"]


async def test_nobody_waits_where_there_is_a_seat_or_twice_or_with_a_seat(marketplace: Marketplace) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    slot = await marketplace.slot(consultant, price=FREE)
    with pytest.raises(SlotNotFull):
        await join(marketplace, slot, client)
    holder = await marketplace.client()
    await marketplace.booking(holder, slot)
    await join(marketplace, slot, client)
    with pytest.raises(AlreadyWaiting):
        await join(marketplace, slot, client)
    with pytest.raises(AlreadyBooked):
        await join(marketplace, slot, holder)
    with pytest.raises(OwnSlot):
        await join(marketplace, slot, consultant)
    elsewhere = await marketplace.slot(await marketplace.consultant(), price=FREE)
    busy = await marketplace.client()
    await marketplace.booking(busy, elsewhere)
    with pytest.raises(BookingOverlap):
        await join(marketplace, slot, busy)
    assert await statuses(marketplace, slot) == ["waiting"]


async def test_nobody_joins_the_line_of_what_cannot_be_booked_any_more(marketplace: Marketplace) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    slot, _ = await full_slot(marketplace, consultant)
    await marketplace.product.update_profile(
        consultant, UpdateProfileCommand(limits=BookingLimits(minimum_notice=timedelta(days=2)))
    )
    with pytest.raises(NoticeTooShort):
        await join(marketplace, slot, client)
    await marketplace.product.save_availability(consultant, [SlotRow(slot_id=slot.id, status=SlotStatus.CLOSED)])
    with pytest.raises(SlotNotOpen):
        await join(marketplace, slot, client)
    await marketplace.product.save_availability(consultant, [SlotRow(slot_id=slot.id, status=SlotStatus.OPEN)])
    await marketplace.move_into_past(slot.id)
    with pytest.raises(SlotInPast):
        await join(marketplace, slot, client)


async def test_whoever_waited_in_time_takes_the_seat_within_the_minimum_notice(marketplace: Marketplace) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    slot, [held] = await full_slot(marketplace, consultant)
    await join(marketplace, slot, client)
    await marketplace.product.update_profile(
        consultant, UpdateProfileCommand(limits=BookingLimits(minimum_notice=timedelta(days=2)))
    )
    await give_up(marketplace, held)
    await marketplace.product.offer_seats()
    assert (await marketplace.booking(client, slot)).status == "confirmed"


async def test_an_offer_that_nobody_takes_passes_to_the_next_and_then_to_everybody(
    marketplace: Marketplace,
) -> None:
    slot, [held] = await full_slot(marketplace, await marketplace.consultant())
    clients = await marketplace.clients(2)
    await join(marketplace, slot, *clients)
    await give_up(marketplace, held)
    await marketplace.product.offer_seats()
    await let_offers_lapse(marketplace, slot.id)
    late = await place(marketplace, clients[0], slot)
    assert late.status == "lapsed", "nobody is shown an offer that is over"
    assert await marketplace.product.waiting_queries.open_offers(clients[0].account_id) == []
    with pytest.raises(SlotFull):
        await marketplace.booking(clients[0], slot)

    assert await marketplace.product.offer_seats() == 1
    assert await statuses(marketplace, slot) == ["lapsed", "offered"]
    await let_offers_lapse(marketplace, slot.id)
    assert await marketplace.product.offer_seats() == 0
    assert await statuses(marketplace, slot) == ["lapsed", "lapsed"]
    assert (await marketplace.booking(await marketplace.client(), slot)).status == "confirmed"


async def test_whoever_let_an_offer_lapse_joins_again_at_the_end(marketplace: Marketplace) -> None:
    slot, [held] = await full_slot(marketplace, await marketplace.consultant())
    clients = await marketplace.clients(3)
    await join(marketplace, slot, *clients)
    await give_up(marketplace, held)
    await marketplace.product.offer_seats()
    await let_offers_lapse(marketplace, slot.id)
    await marketplace.product.offer_seats()
    [again] = await join(marketplace, slot, clients[0])
    assert again.position == 3
    assert await statuses(marketplace, slot) == ["lapsed", "offered", "waiting", "waiting"]


async def test_who_leaves_makes_room_for_the_next(marketplace: Marketplace) -> None:
    slot, [held] = await full_slot(marketplace, await marketplace.consultant())
    clients = await marketplace.clients(3)
    entries = await join(marketplace, slot, *clients)
    await give_up(marketplace, held)
    await marketplace.product.offer_seats()
    with pytest.raises(NotFound):
        await marketplace.product.leave_waiting_list(clients[1], entries[0].id)
    for client, entry in zip(clients[:2], entries[:2], strict=True):
        await marketplace.product.leave_waiting_list(client, entry.id)
        with pytest.raises(NotInLine):
            await marketplace.product.leave_waiting_list(client, entry.id)
    assert await marketplace.product.offer_seats() == 1
    assert await statuses(marketplace, slot) == ["left", "left", "offered"]
    await marketplace.product.leave_waiting_list(clients[2], entries[2].id)
    assert (await marketplace.booking(clients[0], slot)).status == "confirmed"
    assert await broken_invariants(marketplace.database) == []


async def test_the_seat_of_a_hold_that_lapsed_is_not_for_the_public_to_snatch(marketplace: Marketplace) -> None:
    slot, [(_, held)] = await full_slot(marketplace, await marketplace.consultant(), price=PRICE)
    waiting, stranger = await marketplace.clients(2)
    await join(marketplace, slot, waiting)
    await marketplace.lapse_hold(held.id)
    with pytest.raises(SlotFull):
        await marketplace.booking(stranger, slot)
    assert await marketplace.product.offer_seats() == 0, "Paystack is asked first whether it was paid"
    assert await marketplace.product.expire_holds() == 1
    with pytest.raises(SlotFull):
        await marketplace.booking(stranger, slot)
    assert await marketplace.product.offer_seats() == 1
    with pytest.raises(SlotFull):
        await marketplace.booking(stranger, slot)
    assert (await marketplace.booking(waiting, slot)).status == "pending"


async def test_somebody_who_paid_in_time_keeps_the_seat_although_others_wait(marketplace: Marketplace) -> None:
    slot, [(holder, held)] = await full_slot(marketplace, await marketplace.consultant(), price=PRICE)
    await join(marketplace, slot, *(await marketplace.clients(2)))
    payment = await marketplace.started_payment(holder, held)
    await marketplace.pay(payment.reference)
    await marketplace.lapse_hold(held.id)
    await marketplace.product.offer_seats()
    await marketplace.product.expire_holds()
    assert (await marketplace.details(holder, held.id)).status == "confirmed"
    assert await statuses(marketplace, slot) == ["waiting", "waiting"]


async def test_whoever_gets_a_seat_back_by_late_money_waits_no_more(marketplace: Marketplace) -> None:
    slot, [(holder, held)] = await full_slot(marketplace, await marketplace.consultant(), price=PRICE)
    payment = await marketplace.started_payment(holder, held)
    await marketplace.lapse_hold(held.id)
    await marketplace.product.expire_holds()
    rival = await marketplace.booking(await marketplace.client(), slot)
    await join(marketplace, slot, holder)
    await marketplace.lapse_hold(rival.id)
    await marketplace.product.expire_holds()
    await marketplace.product.offer_seats()
    await marketplace.pay(payment.reference)
    await marketplace.product.settle_payment(payment.reference)
    assert (await marketplace.details(holder, held.id)).status == "confirmed"
    assert await statuses(marketplace, slot) == ["taken"]
    assert await broken_invariants(marketplace.database) == []


async def test_late_money_takes_no_seat_that_belongs_to_somebody_in_line(marketplace: Marketplace) -> None:
    slot, [(holder, held)] = await full_slot(marketplace, await marketplace.consultant(), price=PRICE)
    payment = await marketplace.started_payment(holder, held)
    waiting = await marketplace.client()
    await join(marketplace, slot, waiting)
    await marketplace.lapse_hold(held.id)
    await marketplace.product.expire_holds()
    await marketplace.pay(payment.reference)
    await marketplace.product.settle_payment(payment.reference)
    details = await marketplace.details(holder, held.id)
    assert (details.status, len(details.refunds)) == ("expired", 1)
    await marketplace.product.offer_seats()
    assert (await marketplace.booking(waiting, slot)).status == "pending"


async def test_a_move_into_the_session_uses_the_place_and_its_old_seat_is_offered(
    marketplace: Marketplace,
) -> None:
    consultant = await marketplace.consultant()
    wanted, [held] = await full_slot(marketplace, consultant)
    other = await marketplace.slot(consultant, starts_in=timedelta(days=3), price=FREE)
    mover, waiting, stranger = await marketplace.clients(3)
    booking = await marketplace.booking(mover, other)
    await join(marketplace, wanted, mover)
    await join(marketplace, other, waiting)
    command = RescheduleBookingCommand(booking_id=booking.id, slot_id=wanted.id)
    with pytest.raises(SlotFull):
        await marketplace.product.reschedule_booking(mover, command)
    await give_up(marketplace, held)
    await marketplace.product.offer_seats()
    await marketplace.product.reschedule_booking(mover, command)
    assert await statuses(marketplace, wanted) == ["taken"]
    with pytest.raises(SlotFull):
        await marketplace.booking(stranger, other)
    await marketplace.product.offer_seats()
    assert await statuses(marketplace, other) == ["offered"]


async def test_more_seats_mean_more_offers_and_fewer_take_the_last_ones_back(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    slot, _ = await full_slot(marketplace, consultant)
    clients = await marketplace.clients(4)
    await join(marketplace, slot, *clients)

    async def seats(capacity: int) -> list[str]:
        await marketplace.product.save_availability(consultant, [SlotRow(slot_id=slot.id, capacity=capacity)])
        await marketplace.product.offer_seats()
        assert await is_settled(marketplace)
        return await statuses(marketplace, slot)

    assert await seats(4) == ["offered", "offered", "offered", "waiting"]
    assert await seats(2) == ["offered", "waiting", "waiting", "waiting"]
    with pytest.raises(SlotFull):
        await marketplace.booking(clients[1], slot)
    assert await seats(1) == ["waiting"] * 4
    assert await seats(3) == ["offered", "offered", "waiting", "waiting"]
    assert (await marketplace.booking(clients[1], slot)).status == "confirmed"
    assert await seats(9) == ["offered", "taken", "offered", "offered"]


async def test_a_seat_too_many_is_anybodys(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    slot, _ = await full_slot(marketplace, consultant)
    waiting, stranger, late = await marketplace.clients(3)
    await join(marketplace, slot, waiting)
    await marketplace.product.save_availability(consultant, [SlotRow(slot_id=slot.id, capacity=3)])
    assert (await marketplace.booking(stranger, slot)).status == "confirmed"
    with pytest.raises(SlotFull):
        await marketplace.booking(late, slot)
    assert (await marketplace.booking(waiting, slot)).status == "confirmed", (
        "there is a seat for everybody in line"
    )


async def test_cancelling_the_session_ends_its_line(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    slot, _ = await full_slot(marketplace, consultant, capacity=2)
    clients = await marketplace.clients(2)
    await join(marketplace, slot, *clients)
    await marketplace.product.cancel_slot(consultant, slot.id)
    assert (await place(marketplace, clients[0], slot)).status == "closed"
    assert await marketplace.product.offer_seats() == 0
    assert await statuses(marketplace, slot) == ["closed", "closed"]
    assert await is_settled(marketplace)
    assert await broken_invariants(marketplace.database) == []


async def test_the_line_ends_with_the_start_of_the_session(marketplace: Marketplace) -> None:
    slot, [held] = await full_slot(marketplace, await marketplace.consultant())
    await join(marketplace, slot, *(await marketplace.clients(2)))
    await give_up(marketplace, held)
    await marketplace.product.offer_seats()
    await marketplace.move_into_past(slot.id)
    await marketplace.product.offer_seats()
    assert await statuses(marketplace, slot) == ["closed", "closed"]
    assert await is_settled(marketplace)


async def test_an_offer_shortly_before_the_session_ends_with_its_start(marketplace: Marketplace) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    slot = await marketplace.slot(consultant, starts_in=timedelta(minutes=20), price=FREE)
    holder = await marketplace.client()
    held = await marketplace.booking(holder, slot)
    await join(marketplace, slot, client)
    await give_up(marketplace, (holder, held))
    await marketplace.product.offer_seats()
    assert (await place(marketplace, client, slot)).offer_expires_at == slot.span.starts_at


async def test_while_the_session_is_closed_or_its_consultant_away_the_line_rests(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    slot, [held] = await full_slot(marketplace, consultant)
    first, second = await marketplace.clients(2)
    await join(marketplace, slot, first, second)
    await give_up(marketplace, held)
    await marketplace.product.offer_seats()
    for status, published in ((SlotStatus.CLOSED, True), (SlotStatus.OPEN, False)):
        await marketplace.product.save_availability(consultant, [SlotRow(slot_id=slot.id, status=status)])
        await marketplace.product.update_profile(consultant, UpdateProfileCommand(is_published=published))
        assert await marketplace.product.offer_seats() == 0
        assert await statuses(marketplace, slot) == ["waiting", "waiting"]
        assert await is_settled(marketplace), "it is not looked at again and again"
    await marketplace.product.update_profile(consultant, UpdateProfileCommand(is_published=True))
    assert await marketplace.product.offer_seats() == 1
    assert await statuses(marketplace, slot) == ["offered", "waiting"]


async def test_somebody_who_was_suspended_keeps_nobody_waiting(marketplace: Marketplace) -> None:
    slot, [held] = await full_slot(marketplace, await marketplace.consultant())
    first, second = await marketplace.clients(2)
    await join(marketplace, slot, first, second)
    await give_up(marketplace, held)
    await marketplace.product.offer_seats()
    await marketplace.database.pool.execute(
        "UPDATE accounts SET status = 'suspended' WHERE id = $1", first.account_id
    )
    assert await marketplace.product.offer_seats() == 1
    assert await statuses(marketplace, slot) == ["closed", "offered"]
    assert await is_settled(marketplace)


async def test_a_line_that_cannot_be_dealt_with_does_not_keep_the_others_waiting(
    marketplace: Marketplace, caplog: pytest.LogCaptureFixture
) -> None:
    slots = []
    for days in (1, 2):
        consultant = await marketplace.consultant()
        slot = await marketplace.slot(consultant, starts_in=timedelta(days=days), price=FREE)
        holder = await marketplace.client()
        held = await marketplace.booking(holder, slot)
        await join(marketplace, slot, await marketplace.client())
        await give_up(marketplace, (holder, held))
        slots.append(slot)
    await marketplace.database.pool.execute(f"""
        CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''broken''; END';
        CREATE TRIGGER tg_broken BEFORE UPDATE ON waiting_entries FOR EACH ROW
          WHEN (NEW.slot_id = '{slots[0].id}') EXECUTE FUNCTION fail();
    """)
    with caplog.at_level(logging.ERROR):
        assert await marketplace.product.offer_seats() == 1
    assert str(slots[0].id) in caplog.text
    assert [await statuses(marketplace, slot) for slot in slots] == [["waiting"], ["offered"]]
    await marketplace.database.pool.execute("DROP TRIGGER tg_broken ON waiting_entries")
    assert await marketplace.product.offer_seats() == 1


async def test_places_are_listed_offers_first_page_by_page(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    slots = []
    for day in range(1, 6):
        consultant = await marketplace.consultant()
        slot = await marketplace.slot(consultant, starts_in=timedelta(days=day), price=Money(0, "NGN"))
        holder = await marketplace.client()
        held = await marketplace.booking(holder, slot)
        [entry] = await join(marketplace, slot, client)
        slots.append((slot, holder, held, entry))
    await marketplace.product.leave_waiting_list(client, slots[4][3].id)
    await marketplace.product.leave_waiting_list(client, slots[3][3].id)
    await give_up(marketplace, slots[0][1:3])
    await marketplace.product.offer_seats()

    listed, after = [], None
    while True:
        wanted = WaitingFilter(page=PageRequest(limit=2, after=after))
        page = await marketplace.product.waiting_queries.of_client(client.account_id, wanted)
        listed += page.items
        after = page.next_key
        if after is None:
            break
    expected = [slots[number][0].id for number in (0, 2, 1, 4, 3)]
    assert [entry.slot_id for entry in listed] == expected
    assert [entry.status for entry in listed] == ["offered", "waiting", "waiting", "left", "left"]


async def test_nobody_sees_the_places_of_others(marketplace: Marketplace) -> None:
    slot, [held] = await full_slot(marketplace, await marketplace.consultant())
    client, other = await marketplace.clients(2)
    await join(marketplace, slot, client)
    await give_up(marketplace, held)
    await marketplace.product.offer_seats()
    page = await marketplace.product.waiting_queries.of_client(other.account_id, WaitingFilter())
    assert (page.items, page.next_key) == ([], None)
    assert await marketplace.product.waiting_queries.open_offers(other.account_id) == []
