"""Rule 7 for all who come to a session at once."""

from __future__ import annotations

import pytest

from application.bookings.set_session_link import SetSessionLinkCommand
from domain.bookings import NobodyConfirmed
from domain.money import Money
from domain.refusals import Invalid, NotFound
from tests.marketplace import Marketplace

FREE = Money(0, "NGN")
LINK = "https://meet.example.com/lease"


async def test_everybody_who_is_confirmed_gets_the_link_and_nobody_else(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    slot = await marketplace.slot(consultant, capacity=3)
    clients = [await marketplace.client() for _ in range(3)]
    confirmed = [await marketplace.confirmed_booking(client, slot) for client in clients[:2]]
    held = await marketplace.booking(clients[2], slot)
    command = SetSessionLinkCommand(slot_id=slot.id, platform=" Jitsi ", link=f" {LINK} ")
    assert await marketplace.product.set_session_link(consultant, command) == 2
    for client, booking in zip(clients, [*confirmed, held], strict=True):
        shown = await marketplace.details(client, booking.id)
        assert (shown.meeting_platform, shown.meeting_link) == (
            ("Jitsi", LINK) if booking is not held else (None, None)
        )


async def test_a_session_without_confirmed_bookings_a_bad_link_and_a_stranger_are_refused(
    marketplace: Marketplace,
) -> None:
    consultant, stranger = await marketplace.consultant(), await marketplace.consultant()
    slot = await marketplace.slot(consultant, price=FREE, capacity=2)
    command = SetSessionLinkCommand(slot_id=slot.id, platform="Jitsi", link=LINK)
    with pytest.raises(NobodyConfirmed):
        await marketplace.product.set_session_link(consultant, command)
    await marketplace.booking(await marketplace.client(), slot)
    with pytest.raises(NotFound):
        await marketplace.product.set_session_link(stranger, command)
    with pytest.raises(Invalid):
        await marketplace.product.set_session_link(
            consultant, SetSessionLinkCommand(slot_id=slot.id, platform="Jitsi", link="http://meet.example.com")
        )
    assert await marketplace.product.set_session_link(consultant, command) == 1
