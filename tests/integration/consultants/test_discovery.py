"""Finding a consultant: who is there, who is not, and pages that lose nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from application.accounts.callers import Caller
from application.consultants.update_profile import UpdateProfileCommand
from application.consultants.views import DiscoveryQuery, Sorting
from application.paging import PageRequest
from domain.money import Money
from tests.integration.accounts.people import suspend
from tests.marketplace import Marketplace


async def consultant(marketplace: Marketplace, **profile: Any) -> Caller:
    caller = await marketplace.consultant()
    await marketplace.product.update_profile(caller, UpdateProfileCommand(**profile))
    return caller


async def found(marketplace: Marketplace, **query: Any) -> list[str]:
    page = await marketplace.product.consultant_queries.discover(DiscoveryQuery(**query))
    return [card.slug for card in page.items]


async def rate(marketplace: Marketplace, caller: Caller, count: int, total: int) -> None:
    """A rating summary without the sessions behind it."""
    await marketplace.database.pool.execute(
        "UPDATE consultant_profiles SET rating_count = $2, rating_sum = $3 WHERE account_id = $1",
        caller.account_id,
        count,
        total,
    )


async def test_unpublished_and_suspended_consultants_are_nowhere(marketplace: Marketplace) -> None:
    shown = await consultant(marketplace, slug="shown")
    hidden, suspended = (
        await consultant(marketplace, slug="hidden"),
        await consultant(marketplace, slug="suspended"),
    )
    slots = [await marketplace.slot(caller) for caller in (shown, hidden, suspended)]
    await marketplace.product.update_profile(hidden, UpdateProfileCommand(is_published=False))
    await suspend(marketplace, suspended.account_id)
    queries, page = marketplace.product.consultant_queries, PageRequest()

    assert await found(marketplace) == ["shown"]
    for slug, is_there in (("shown", True), ("hidden", False), ("suspended", False), ("nobody", False)):
        assert bool(await queries.consultant(slug)) == is_there
        assert (await queries.slots(slug, since=None, until=None, page=page) is not None) == is_there
        assert (await queries.reviews(slug, page) is not None) == is_there
    assert [(entry.name, entry.count) for entry in await queries.specializations()] == [("Law", 1)]
    seen = [await marketplace.product.booking_queries.bookable_slot(slot.id) for slot in slots]
    assert [slot is not None for slot in seen] == [True, False, False]


async def test_every_word_has_to_occur_somewhere_whatever_its_case(marketplace: Marketplace) -> None:
    await consultant(
        marketplace, slug="leases", headline="Commercial leases", bio="Ibadan", specializations=("Law",)
    )
    await consultant(
        marketplace, slug="taxes", headline="Taxes", bio="Commercial and private", specializations=("Tax",)
    )
    assert sorted(await found(marketplace, words="COMMERCIAL")) == ["leases", "taxes"]
    assert await found(marketplace, words="ibadan law leases ada") == ["leases"]
    assert await found(marketplace, words="commercial nothing") == []
    assert sorted(await found(marketplace, words="   ")) == ["leases", "taxes"]


@pytest.mark.parametrize("wildcard", ["%", "_", "\\", "a%a", "t_x", "\\%", "'", "100%"])
async def test_what_a_pattern_would_take_for_a_wildcard_is_meant_literally(
    marketplace: Marketplace, wildcard: str
) -> None:
    await consultant(marketplace, slug="plain", headline="tax and law", bio="x")
    await consultant(marketplace, slug="odd", headline=f"before {wildcard} after", bio="x")
    assert await found(marketplace, words=wildcard) == ["odd"]


async def test_words_that_nobody_can_have_written_find_nobody(marketplace: Marketplace) -> None:
    await consultant(marketplace)
    assert await found(marketplace, words="nul\x00") == []


async def test_specialisation_and_language_are_whole_tags_whatever_their_case(marketplace: Marketplace) -> None:
    await consultant(marketplace, slug="law", specializations=("Law", "Leases"), languages=("Hausa",))
    await consultant(marketplace, slug="lawn", specializations=("Lawns",), languages=("English", "Igbo"))
    assert await found(marketplace, specialization="LAW") == ["law"]
    assert await found(marketplace, language="igbo") == ["lawn"]
    assert await found(marketplace, specialization="law", language="igbo") == []
    assert await found(marketplace, specialization="La%") == []


async def test_a_price_filter_includes_its_bound(marketplace: Marketplace) -> None:
    await consultant(marketplace, slug="free", default_price=Money(0, "NGN"))
    await consultant(marketplace, slug="dear", default_price=Money(900_000, "NGN"))
    assert await found(marketplace, max_price=0) == ["free"]
    assert await found(marketplace, max_price=899_999) == ["free"]
    assert sorted(await found(marketplace, max_price=900_000)) == ["dear", "free"]


async def test_a_rating_filter_leaves_out_who_has_no_reviews(marketplace: Marketplace) -> None:
    good, middling = await consultant(marketplace, slug="good"), await consultant(marketplace, slug="middling")
    await consultant(marketplace, slug="new")
    await rate(marketplace, good, 2, 9)
    await rate(marketplace, middling, 3, 10)
    assert await found(marketplace, min_rating=4.5) == ["good"]
    assert sorted(await found(marketplace, min_rating=1)) == ["good", "middling"]


async def test_a_time_filter_wants_a_free_seat_in_that_time(marketplace: Marketplace) -> None:
    early, late = await consultant(marketplace, slug="early"), await consultant(marketplace, slug="late")
    await consultant(marketplace, slug="never")
    now = datetime.now(UTC)
    slot = await marketplace.slot(early, starts_in=timedelta(days=1))
    await marketplace.slot(late, starts_in=timedelta(days=3))
    assert await found(marketplace, available_from=now) == ["early", "late"]
    assert await found(marketplace, available_to=now + timedelta(days=2)) == ["early"]
    assert await found(marketplace, available_from=now + timedelta(days=2)) == ["late"]
    await marketplace.booking(await marketplace.client(), slot)
    assert await found(marketplace, available_to=now + timedelta(days=2)) == []


async def test_the_next_free_session_is_the_next_one_with_a_seat(marketplace: Marketplace) -> None:
    caller = await consultant(marketplace, slug="busy")
    taken = await marketplace.slot(caller, starts_in=timedelta(days=1))
    free = await marketplace.slot(caller, starts_in=timedelta(days=2), capacity=2)
    booking = await marketplace.booking(await marketplace.client(), taken)
    for expected in (free, taken):
        card = await marketplace.product.consultant_queries.consultant("busy")
        assert card is not None
        assert card.next_free_slot is not None
        assert card.next_free_slot.id == expected.id
        await marketplace.lapse_hold(booking.id)


ORDERS = {
    Sorting.NEXT_FREE: ["c", "a", "b", "d", "e"],
    Sorting.RATING: ["e", "b", "a", "d", "c"],
    Sorting.PRICE: ["d", "c", "b", "a", "e"],
    Sorting.NAME: ["a", "b", "c", "d", "e"],
}


async def five(marketplace: Marketplace) -> None:
    """Five consultants whom each sort puts into another order; `d` and `e` have no session on offer."""
    prices = {"a": 300_000, "b": 200_000, "c": 100_000, "d": 0, "e": 400_000}
    days = {"a": 2, "b": 3, "c": 1}
    ratings = {"a": (3, 10), "b": (1, 4), "d": (2, 3), "e": (2, 9)}
    for slug, price in prices.items():
        caller = await consultant(marketplace, slug=f"{slug}-consultant", default_price=Money(price, "NGN"))
        if slug in days:
            await marketplace.slot(caller, starts_in=timedelta(days=days[slug]))
        if slug in ratings:
            await rate(marketplace, caller, *ratings[slug])


async def walk(marketplace: Marketplace, query: DiscoveryQuery, limit: int) -> list[str]:
    slugs: list[str] = []
    after = None
    while True:
        page = await marketplace.product.consultant_queries.discover(
            replace(query, page=PageRequest(limit=limit, after=after))
        )
        assert len(page.items) <= limit
        slugs += [card.slug for card in page.items]
        after = page.next_key
        assert len(slugs) == len(set(slugs)), "somebody is there twice"
        if after is None:
            return slugs


@pytest.mark.parametrize("sorting", Sorting)
async def test_each_order_is_kept_over_pages_of_any_size(marketplace: Marketplace, sorting: Sorting) -> None:
    await five(marketplace)
    expected = [f"{letter}-consultant" for letter in ORDERS[sorting]]
    for limit in (1, 2, 3, 5, 100):
        assert await walk(marketplace, DiscoveryQuery(sorting=sorting), limit) == expected


@pytest.mark.parametrize("sorting", Sorting)
async def test_equals_are_neither_lost_nor_repeated_between_pages(
    marketplace: Marketplace, sorting: Sorting
) -> None:
    everybody = []
    for number in range(7):
        caller = await consultant(marketplace, slug=f"equal-{number}")
        await rate(marketplace, caller, 3, 10)
        everybody.append(f"equal-{number}")
    assert sorted(await walk(marketplace, DiscoveryQuery(sorting=sorting), 2)) == everybody


async def test_a_page_that_begins_after_somebody_who_left_loses_nobody(marketplace: Marketplace) -> None:
    await five(marketplace)
    query = DiscoveryQuery(sorting=Sorting.PRICE, page=PageRequest(limit=2))
    first = await marketplace.product.consultant_queries.discover(query)
    await marketplace.database.pool.execute(
        "UPDATE consultant_profiles SET is_published = false WHERE slug = 'c-consultant'"
    )
    rest = await marketplace.product.consultant_queries.discover(
        replace(query, page=PageRequest(limit=5, after=first.next_key))
    )
    assert [card.slug for card in rest.items] == ["b-consultant", "a-consultant", "e-consultant"]


async def test_public_slots_are_open_future_ones_full_ones_included(marketplace: Marketplace) -> None:
    caller = await consultant(marketplace, slug="busy")
    over = await marketplace.slot(caller, starts_in=timedelta(hours=1))
    await marketplace.move_into_past(over.id)
    slots = [await marketplace.slot(caller, starts_in=timedelta(days=day)) for day in range(1, 6)]
    await marketplace.booking(await marketplace.client(), slots[0])
    seen, left, after = [], [], None
    while True:
        page = await marketplace.product.consultant_queries.slots(
            "busy", since=None, until=None, page=PageRequest(limit=2, after=after)
        )
        assert page is not None
        seen += [slot.id for slot in page.items]
        left += [slot.seats_left for slot in page.items]
        after = page.next_key
        if after is None:
            break
    assert seen == [slot.id for slot in slots]
    assert left == [0, 1, 1, 1, 1]


async def test_a_consultant_without_sessions_has_an_empty_page_of_them(marketplace: Marketplace) -> None:
    await consultant(marketplace, slug="new")
    page = await marketplace.product.consultant_queries.slots("new", since=None, until=None, page=PageRequest())
    assert page is not None
    assert (page.items, page.next_key) == ([], None)
