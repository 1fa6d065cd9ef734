"""Finding a consultant: who is there, who is not, and pages that lose nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import httpx
import pytest

from application.consultants.update_profile import UpdateProfileCommand
from application.consultants.views import DiscoveryQuery, Sorting
from application.paging import PageRequest
from domain.consultants import BookingLimits
from domain.money import Money
from tests.integration.accounts.people import suspend
from tests.integration.consultants.crowd import crowd
from tests.integration.consultants.finding import consultant, found, rate, walk
from tests.marketplace import Marketplace


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
    assert [(entry.name, entry.count) for entry in (await queries.tags()).specializations] == [("Law", 1)]
    seen = [await marketplace.product.booking_queries.bookable_slot(slot.id) for slot in slots]
    assert [slot is not None for slot in seen] == [True, False, False]


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


ORDERS = {
    Sorting.RELEVANCE: ["c", "a", "b", "d", "e"],
    Sorting.NEXT_FREE: ["c", "a", "b", "d", "e"],
    Sorting.RATING: ["e", "b", "a", "d", "c"],
    Sorting.PRICE: ["d", "c", "b", "a", "e"],
    Sorting.NAME: ["a", "b", "c", "d", "e"],
}
"""Without words nobody is more relevant than anybody else, and the soonest come first."""


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


@pytest.mark.parametrize("sorting", Sorting)
async def test_each_order_is_kept_over_pages_of_any_size(marketplace: Marketplace, sorting: Sorting) -> None:
    await five(marketplace)
    expected = [f"{letter}-consultant" for letter in ORDERS[sorting]]
    for limit in (1, 2, 3, 5, 100):
        assert await walk(marketplace, DiscoveryQuery(sorting=sorting), limit) == expected


async def alike(marketplace: Marketplace) -> None:
    """Twelve consultants of whom many are equal in each sort."""
    for number in range(12):
        caller = await consultant(
            marketplace,
            slug=f"alike-{number}",
            name=f"Bola {'Ade' if number % 2 else 'Obi'}",
            default_price=Money(100_000 * (number % 3), "NGN"),
            headline="Leases" if number % 4 else "Lagos",
        )
        await rate(marketplace, caller, 2 * (number % 2), 10 * (number % 2))
        if number % 3:
            await marketplace.slot(caller, starts_in=timedelta(days=1 + number % 2))


async def test_pages_joined_are_the_whole_list_in_every_order_with_every_kind_of_filter(
    marketplace: Marketplace,
) -> None:
    await alike(marketplace)
    now = datetime.now(UTC)
    filters: list[dict[str, object]] = [
        {},
        {"words": "bola leases"},
        {"words": "boal"},
        {"is_bookable": True},
        {"words": "leases", "is_bookable": True},
        {"available_from": now, "available_to": now + timedelta(days=10)},
    ]
    for sorting, wanted in product([None, *Sorting], filters):
        query = DiscoveryQuery(sorting=sorting, **wanted)  # type: ignore[arg-type]  # one of the filters above
        whole = await walk(marketplace, query, 100)
        assert len(whole) >= 6
        for limit in (1, 2, 5):
            assert await walk(marketplace, query, limit) == whole, (sorting, wanted, limit)


@pytest.mark.parametrize("seed", [0.1, 0.2, 0.3])
async def test_the_soonest_are_the_same_on_small_pages_and_on_one_that_holds_everybody(
    marketplace: Marketplace, seed: float
) -> None:
    await crowd(marketplace, seed)
    start = datetime.now(UTC) + timedelta(hours=20)
    for wanted in (
        DiscoveryQuery(),
        DiscoveryQuery(is_bookable=True),
        DiscoveryQuery(available_from=start, available_to=start + timedelta(days=2)),
        DiscoveryQuery(specialization="law", is_bookable=True),
    ):
        whole = await walk(marketplace, wanted, 100)
        assert len(whole) > 15
        for limit in (1, 3, 10):
            assert await walk(marketplace, wanted, limit) == whole


async def test_sessions_that_nobody_can_book_any_more_do_not_push_themselves_forward(
    marketplace: Marketplace,
) -> None:
    """More of them than are looked at first, of consultants who are free only later than somebody else."""
    for number in range(18):
        caller = await consultant(
            marketplace, slug=f"slow-{number}", limits=BookingLimits(minimum_notice=timedelta(days=2))
        )
        await marketplace.slot(caller, starts_in=timedelta(days=1))
        await marketplace.slot(caller, starts_in=timedelta(days=5))
    await marketplace.slot(await consultant(marketplace, slug="quick"), starts_in=timedelta(days=3))
    assert await found(marketplace, page=PageRequest(limit=1)) == ["quick"]


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


async def test_words_bookable_and_relevance_by_api(marketplace: Marketplace, client: httpx.AsyncClient) -> None:
    for number in range(3):
        caller = await consultant(marketplace, slug=f"free-{number}", headline="Pensions")
        await marketplace.slot(caller)
    await consultant(marketplace, slug="never", headline="Pensions")
    address = "/api/consultants?q=pensoin&bookable=true&limit=2"
    seen = []
    for sort in ("", "&sort=relevance"):
        first = (await client.get(address + sort)).json()
        rest = (await client.get(f"{address}{sort}&cursor={first['next_cursor']}")).json()
        assert rest["next_cursor"] is None
        seen.append([item["slug"] for item in first["items"] + rest["items"]])
    assert sorted(seen[0]) == ["free-0", "free-1", "free-2"]
    assert seen[1] == seen[0]
    for wrong in ("bookable=perhaps", "sort=best", f"q={'x' * 201}"):
        assert (await client.get(f"/api/consultants?{wrong}")).status_code == 422
