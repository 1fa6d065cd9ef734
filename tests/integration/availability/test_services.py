"""Services: offered, changed and withdrawn, and the sessions that are made of them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from application.accounts.callers import Caller
from application.availability.save_availability import RowRefused, SlotRow
from application.availability.save_service import SaveServiceCommand
from application.availability.services_views import ServiceView
from application.availability.views import AvailabilityView
from application.paging import FIRST_PAGE, PageRequest
from domain.availability import Slot, SlotHasSeatsTaken, SlotOverlap
from domain.money import Money
from domain.refusals import Invalid, NotFound, Refusal, StaleVersion
from domain.services import Service, ServiceNameTaken, ServiceNotOffered
from tests.invariants import broken_invariants
from tests.marketplace import PRICE, Marketplace

MINUTE = timedelta(minutes=1)
TOMORROW = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
REVIEW = SaveServiceCommand(
    name="Contract review",
    description="Send me the contract a day before.",
    length=45 * MINUTE,
    price=Money(250_000, "NGN"),
    capacity=2,
    buffer_before=10 * MINUTE,
    buffer_after=15 * MINUTE,
)


async def save(marketplace: Marketplace, consultant: Caller, **changes: Any) -> Service:
    """A new service, or a change of one."""
    command = SaveServiceCommand(**changes) if "service_id" in changes else replace(REVIEW, **changes)
    return await marketplace.product.save_service(consultant, command)


async def shown(marketplace: Marketplace, consultant: Caller, service_id: UUID) -> ServiceView:
    """A service as its consultant sees it."""
    view = await marketplace.product.service_queries.own_service(consultant.account_id, service_id)
    assert view is not None
    return view


async def publish(marketplace: Marketplace, consultant: Caller, *rows: SlotRow) -> list[Slot]:
    return await marketplace.product.save_availability(consultant, list(rows))


async def slot_shown(marketplace: Marketplace, consultant: Caller, slot_id: UUID) -> AvailabilityView:
    view = await marketplace.product.availability_queries.own_slot(consultant.account_id, slot_id)
    assert view is not None
    return view


async def refused(marketplace: Marketplace, consultant: Caller, row: SlotRow, because: type[Refusal]) -> Refusal:
    """Why the row is refused."""
    with pytest.raises(RowRefused) as refusal:
        await publish(marketplace, consultant, row)
    assert type(refusal.value.refusal) is because
    return refusal.value.refusal


async def test_a_service_is_stored_as_it_was_given(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    service = await save(marketplace, consultant, name="  Contract review  ")
    view = await shown(marketplace, consultant, service.id)
    assert (view.name, view.description) == ("Contract review", "Send me the contract a day before.")
    assert (view.length_minutes, view.price.amount, view.price.currency, view.max_slots) == (45, 250_000, "NGN", 2)
    assert (view.buffer_before_minutes, view.buffer_after_minutes, view.is_offered) == (10, 15, True)
    assert view.version == service.version == 1


async def test_the_least_that_a_service_needs_is_a_name_a_length_and_a_price(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    with pytest.raises(Invalid) as refusal:
        await marketplace.product.save_service(consultant, SaveServiceCommand())
    assert [error.field for error in refusal.value.errors] == ["name", "length_minutes", "price"]
    least = SaveServiceCommand(name="Introduction", length=15 * MINUTE, price=Money(0, "NGN"))
    service = await marketplace.product.save_service(consultant, least)
    view = await shown(marketplace, consultant, service.id)
    assert (view.description, view.max_slots, view.buffer_before_minutes, view.buffer_after_minutes) == (
        "",
        1,
        0,
        0,
    )


async def test_faults_of_the_service_and_of_its_buffers_are_told_together(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    service = await save(marketplace, consultant)
    faults = {"name": "", "buffer_after": timedelta(hours=5)}
    for changes in (faults, {"service_id": service.id} | faults):
        with pytest.raises(Invalid) as refusal:
            await save(marketplace, consultant, **changes)
        assert {error.field for error in refusal.value.errors} == {"name", "buffer_after_minutes"}


async def test_what_is_given_changes_and_the_rest_stays(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    before = await save(marketplace, consultant)
    changed = await save(
        marketplace, consultant, service_id=before.id, length=30 * MINUTE, buffer_before=timedelta(0)
    )
    after = await shown(marketplace, consultant, before.id)
    assert (after.length_minutes, after.buffer_before_minutes, after.buffer_after_minutes) == (30, 0, 15)
    assert (after.name, after.max_slots, after.price.amount) == ("Contract review", 2, 250_000)
    assert after.version == changed.version == 2


async def test_a_change_of_what_somebody_else_changed_is_refused(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    service = await save(marketplace, consultant)
    await save(marketplace, consultant, service_id=service.id, capacity=3, expected_version=1)
    with pytest.raises(StaleVersion):
        await save(marketplace, consultant, service_id=service.id, capacity=4, expected_version=1)
    assert (await shown(marketplace, consultant, service.id)).max_slots == 3


async def test_of_two_changes_of_one_version_at_once_one_is_stale(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    service = await save(marketplace, consultant)
    changes = (
        save(marketplace, consultant, service_id=service.id, capacity=capacity, expected_version=1)
        for capacity in (3, 4)
    )
    results = await asyncio.gather(*changes, return_exceptions=True)
    assert [type(result) for result in results].count(StaleVersion) == 1


async def test_nobody_sees_or_changes_the_services_of_others(marketplace: Marketplace) -> None:
    consultant, stranger = await marketplace.consultant(), await marketplace.consultant()
    service = await save(marketplace, consultant)
    with pytest.raises(NotFound):
        await save(marketplace, stranger, service_id=service.id, capacity=3)
    queries = marketplace.product.service_queries
    assert await queries.own_service(stranger.account_id, service.id) is None
    assert (await queries.own_services(stranger.account_id, page=FIRST_PAGE)).items == []


async def test_clients_offer_nothing(marketplace: Marketplace) -> None:
    with pytest.raises(NotFound):
        await save(marketplace, await marketplace.client())


async def test_offered_services_of_a_consultant_have_different_names(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    service = await save(marketplace, consultant)
    with pytest.raises(ServiceNameTaken):
        await save(marketplace, consultant, name="CONTRACT review")
    other = await save(marketplace, consultant, name="Introduction")
    with pytest.raises(ServiceNameTaken):
        await save(marketplace, consultant, service_id=other.id, name="Contract Review")
    await save(marketplace, await marketplace.consultant())

    await save(marketplace, consultant, service_id=service.id, is_offered=False)
    await save(marketplace, consultant)
    with pytest.raises(ServiceNameTaken):
        await save(marketplace, consultant, service_id=service.id, is_offered=True)


async def test_of_two_services_of_one_name_at_once_one_is_refused(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    results = await asyncio.gather(
        *(save(marketplace, consultant, name=name) for name in ("Advice", "advice")), return_exceptions=True
    )
    assert sorted(type(result).__name__ for result in results) == ["Service", "ServiceNameTaken"]


async def test_own_services_come_by_name_page_by_page(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    for name in ("beta", "Alpha", "gamma", "Delta"):
        service = await save(marketplace, consultant, name=name)
    await save(marketplace, consultant, service_id=service.id, is_offered=False)
    queries = marketplace.product.service_queries
    names: list[str] = []
    page = await queries.own_services(consultant.account_id, page=PageRequest(limit=3))
    names += [service.name for service in page.items]
    page = await queries.own_services(consultant.account_id, page=PageRequest(limit=3, after=page.next_key))
    names += [service.name for service in page.items]
    assert (names, page.next_key) == (["Alpha", "beta", "Delta", "gamma"], None)
    for is_offered, expected in ((True, ["Alpha", "beta", "gamma"]), (False, ["Delta"])):
        page = await queries.own_services(consultant.account_id, is_offered=is_offered, page=FIRST_PAGE)
        assert [service.name for service in page.items] == expected


async def test_the_public_sees_what_is_offered_by_published_consultants(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    slug = await marketplace.slug(consultant)
    offered = marketplace.product.service_queries.offered
    page = await offered(slug, FIRST_PAGE)
    assert page is not None
    assert page.items == []

    service = await save(marketplace, consultant)
    gone = await save(marketplace, consultant, name="Introduction")
    await save(marketplace, consultant, service_id=gone.id, is_offered=False)
    page = await offered(slug, FIRST_PAGE)
    assert page is not None
    assert [(view.id, view.length_minutes) for view in page.items] == [(service.id, 45)]
    assert not hasattr(page.items[0], "buffer_before_minutes")

    assert await offered("nobody", FIRST_PAGE) is None
    await marketplace.database.pool.execute("UPDATE consultant_profiles SET is_published = false")
    assert await offered(slug, FIRST_PAGE) is None


async def test_a_session_of_a_service_begins_with_what_the_service_says(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    service = await save(marketplace, consultant)
    [slot] = await publish(marketplace, consultant, SlotRow(starts_at=TOMORROW, service_id=service.id))
    view = await slot_shown(marketplace, consultant, slot.id)
    assert view.service_id == service.id
    assert (view.ends_at - view.starts_at, view.max_slots, view.price.amount) == (45 * MINUTE, 2, 250_000)
    assert (view.buffer_before_minutes, view.buffer_after_minutes) == (10, 15)


async def test_what_the_row_says_comes_before_what_the_service_says(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    service = await save(marketplace, consultant)
    row = SlotRow(
        starts_at=TOMORROW,
        ends_at=TOMORROW + 60 * MINUTE,
        capacity=5,
        price=PRICE,
        service_id=service.id,
        buffer_before=timedelta(0),
    )
    [slot] = await publish(marketplace, consultant, row)
    view = await slot_shown(marketplace, consultant, slot.id)
    assert (view.ends_at - view.starts_at, view.max_slots, view.price.amount) == (60 * MINUTE, 5, PRICE.amount)
    assert (view.buffer_before_minutes, view.buffer_after_minutes) == (0, 15)


async def test_without_a_service_a_session_needs_its_end_and_its_price_and_has_no_buffers(
    marketplace: Marketplace,
) -> None:
    consultant = await marketplace.consultant()
    refusal = await refused(marketplace, consultant, SlotRow(starts_at=TOMORROW), Invalid)
    assert isinstance(refusal, Invalid)
    assert [error.field for error in refusal.errors] == ["ends_at", "price"]
    row = SlotRow(starts_at=TOMORROW, ends_at=TOMORROW + 60 * MINUTE, price=PRICE)
    [slot] = await publish(marketplace, consultant, row)
    view = await slot_shown(marketplace, consultant, slot.id)
    assert (view.service_id, view.buffer_before_minutes, view.buffer_after_minutes) == (None, 0, 0)


async def test_a_session_of_a_service_needs_its_start(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    service = await save(marketplace, consultant)
    refusal = await refused(marketplace, consultant, SlotRow(service_id=service.id), Invalid)
    assert isinstance(refusal, Invalid)
    assert [error.field for error in refusal.errors] == ["starts_at"]


async def test_sessions_are_made_of_ones_own_offered_services_only(marketplace: Marketplace) -> None:
    consultant, stranger = await marketplace.consultant(), await marketplace.consultant()
    service = await save(marketplace, consultant)
    for caller, service_id in ((stranger, service.id), (consultant, uuid4())):
        refusal = await refused(marketplace, caller, SlotRow(starts_at=TOMORROW, service_id=service_id), Invalid)
        assert isinstance(refusal, Invalid)
        assert [error.field for error in refusal.errors] == ["service_id"]
    await save(marketplace, consultant, service_id=service.id, is_offered=False)
    await refused(marketplace, consultant, SlotRow(starts_at=TOMORROW, service_id=service.id), ServiceNotOffered)


async def test_changing_a_service_changes_no_session_that_is_published(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    service = await save(marketplace, consultant)
    [slot] = await publish(marketplace, consultant, SlotRow(starts_at=TOMORROW, service_id=service.id))
    before = await slot_shown(marketplace, consultant, slot.id)
    await save(
        marketplace,
        consultant,
        service_id=service.id,
        length=90 * MINUTE,
        price=PRICE,
        capacity=9,
        buffer_after=timedelta(0),
    )
    assert await slot_shown(marketplace, consultant, slot.id) == before


async def test_sessions_of_a_withdrawn_service_are_booked_and_changed_as_before(marketplace: Marketplace) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    service = await save(marketplace, consultant, price=Money(0, "NGN"))
    [slot] = await publish(marketplace, consultant, SlotRow(starts_at=TOMORROW, service_id=service.id))
    await save(marketplace, consultant, service_id=service.id, is_offered=False)
    booking = await marketplace.booking(client, slot)
    assert (booking.status, booking.service) == ("confirmed", "Contract review")
    await publish(marketplace, consultant, SlotRow(slot_id=slot.id, service_id=service.id, capacity=7))
    assert (await slot_shown(marketplace, consultant, slot.id)).max_slots == 7


async def test_a_session_becomes_one_of_a_service_with_its_buffers_and_keeps_the_rest(
    marketplace: Marketplace,
) -> None:
    consultant = await marketplace.consultant()
    service = await save(marketplace, consultant)
    slot = await marketplace.slot(consultant)
    await publish(marketplace, consultant, SlotRow(slot_id=slot.id, service_id=service.id))
    view = await slot_shown(marketplace, consultant, slot.id)
    assert (view.service_id, view.buffer_before_minutes, view.buffer_after_minutes) == (service.id, 10, 15)
    assert (view.starts_at, view.ends_at, view.max_slots) == (slot.span.starts_at, slot.span.ends_at, 1)
    assert view.price.amount == PRICE.amount


async def test_a_session_in_which_somebody_has_a_seat_becomes_no_other_service(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    service = await save(marketplace, consultant)
    slot = await marketplace.slot(consultant)
    await marketplace.booking(await marketplace.client(), slot)
    row = SlotRow(slot_id=slot.id, service_id=service.id)
    assert "another service" in str(await refused(marketplace, consultant, row, SlotHasSeatsTaken))


@pytest.mark.parametrize(("gap", "fits"), [(25, True), (24, False), (10, False), (0, False)])
async def test_two_sessions_never_share_a_buffer(marketplace: Marketplace, gap: int, fits: bool) -> None:
    consultant = await marketplace.consultant()
    service = await save(marketplace, consultant)  # 10 minutes before and 15 after
    await publish(marketplace, consultant, SlotRow(starts_at=TOMORROW, service_id=service.id))
    row = SlotRow(starts_at=TOMORROW + (45 + gap) * MINUTE, service_id=service.id)
    if fits:
        await publish(marketplace, consultant, row)
    else:
        assert "keep free" in str(await refused(marketplace, consultant, row, SlotOverlap))
    assert await broken_invariants(marketplace.database) == []


async def test_a_buffer_counts_against_sessions_without_one_and_within_a_save(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    plain = SlotRow(starts_at=TOMORROW, ends_at=TOMORROW + 60 * MINUTE, price=PRICE)
    touching = replace(
        plain,
        starts_at=TOMORROW + 60 * MINUTE,
        ends_at=TOMORROW + 120 * MINUTE,
        buffer_before=MINUTE,
    )
    with pytest.raises(RowRefused) as refusal:
        await publish(marketplace, consultant, plain, touching)
    assert (refusal.value.row, type(refusal.value.refusal)) == (1, SlotOverlap)
    await publish(marketplace, consultant, plain, replace(touching, buffer_before=timedelta(0)))


async def test_a_buffer_can_grow_as_far_as_the_next_session_whoever_has_a_seat(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    rows = [
        SlotRow(starts_at=TOMORROW + start * MINUTE, ends_at=TOMORROW + (start + 60) * MINUTE, price=PRICE)
        for start in (0, 90)
    ]
    first, _ = await publish(marketplace, consultant, *rows)
    await marketplace.booking(await marketplace.client(), first)
    await publish(marketplace, consultant, SlotRow(slot_id=first.id, buffer_after=30 * MINUTE))
    await refused(marketplace, consultant, SlotRow(slot_id=first.id, buffer_after=31 * MINUTE), SlotOverlap)
    assert (await slot_shown(marketplace, consultant, first.id)).buffer_after_minutes == 30


@pytest.mark.parametrize("buffer", [timedelta(hours=4, minutes=1), -MINUTE, timedelta(seconds=30)])
async def test_a_buffer_out_of_bounds_is_named(marketplace: Marketplace, buffer: timedelta) -> None:
    consultant = await marketplace.consultant()
    row = SlotRow(
        starts_at=TOMORROW, ends_at=TOMORROW + 60 * MINUTE, price=PRICE, buffer_before=buffer, buffer_after=buffer
    )
    refusal = await refused(marketplace, consultant, row, Invalid)
    assert isinstance(refusal, Invalid)
    assert [error.field for error in refusal.errors] == ["buffer_before_minutes", "buffer_after_minutes"]


async def test_withdrawing_a_service_while_a_session_of_it_is_published_leaves_no_half_truth(
    marketplace: Marketplace,
) -> None:
    consultant = await marketplace.consultant()
    service = await save(marketplace, consultant)
    published, withdrawn = await asyncio.gather(
        publish(marketplace, consultant, SlotRow(starts_at=TOMORROW, service_id=service.id)),
        save(marketplace, consultant, service_id=service.id, is_offered=False),
        return_exceptions=True,
    )
    assert isinstance(withdrawn, Service)
    if isinstance(published, RowRefused):
        assert isinstance(published.refusal, ServiceNotOffered)
    else:
        assert isinstance(published, list)
    assert await broken_invariants(marketplace.database) == []
