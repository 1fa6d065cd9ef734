"""Sixty-four clients at once, over HTTP, against two server processes: nobody gets what is not there."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncIterator, Iterator

import asyncpg
import httpx
import pytest

from infrastructure.embedded.postgres import EmbeddedPostgres
from infrastructure.embedded.valkey import EmbeddedValkey
from tests.e2e.crowd import Crowd, a_crowd
from tests.e2e.databases import fresh_database
from tests.e2e.site import Site, running_site
from tests.integration.api.program import Json, Program, session

SIZE = 64
RUNS = 3
TRIES = 3
PROVES_NOTHING = "without its guard this race finds nothing, so that with it, it proves nothing"
names = (f"race{number}" for number in itertools.count())


@pytest.fixture
async def crowd(site: Site) -> AsyncIterator[Crowd]:
    """Everything ends without a deadlock, and with all that always holds."""
    async with a_crowd(site, next(names), SIZE) as crowd:
        before = await crowd.deadlocks()
        yield crowd
        assert await crowd.broken_invariants() == []
        assert await crowd.deadlocks() == before


@pytest.fixture(scope="module")
def unguarded_site(
    postgres: EmbeddedPostgres, valkey: EmbeddedValkey, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """The same without the locks on slots, and without the constraint behind them."""
    url = fresh_database(postgres, "ALTER TABLE slots DROP CONSTRAINT ck_slots_seats_taken")
    folder = tmp_path_factory.mktemp("unguarded")
    with running_site(url, f"{valkey.url}?db=1", folder, WEB_WORKERS="2", RATE_LIMITS="off") as running:
        running.kill("web")
        running.start_web(command=("-m", "tests.e2e.unguarded_web"))
        yield running


@pytest.fixture
async def unguarded_crowd(unguarded_site: Site) -> AsyncIterator[Crowd]:
    """A crowd that nothing keeps from overselling."""
    async with a_crowd(unguarded_site, next(names), SIZE) as crowd:
        yield crowd


def codes(answers: list[httpx.Response]) -> Counter[str]:
    """What everybody got."""
    return Counter(answer.json().get("code") or answer.json()["status"] for answer in answers)


def booking_of(slot: Json) -> Json:
    """The body that books it."""
    return {"slot_id": slot["id"], "reason_for_session": "A race"}


async def race_for(crowd: Crowd, slot: Json) -> Counter[str]:
    """Everybody books it."""
    return codes(
        await crowd.at_once(lambda client, _: client.call("POST", "/client/bookings", json=booking_of(slot)))
    )


@pytest.mark.parametrize("capacity", [1, 3, 10])
async def test_each_seat_is_sold_once_and_none_is_left(crowd: Crowd, capacity: int) -> None:
    for run in range(RUNS):
        slot = await crowd.slot(in_days=run + 1, seats=capacity, price=0)
        assert await race_for(crowd, slot) == {"confirmed": capacity, "slot_full": SIZE - capacity}
        assert await crowd.taken(slot) == capacity


async def test_this_race_oversells_without_the_guards(unguarded_crowd: Crowd) -> None:
    for run in range(5):
        slot = await unguarded_crowd.slot(in_days=run + 1, seats=1, price=0)
        if (await race_for(unguarded_crowd, slot))["confirmed"] > 1:
            return
    pytest.fail(PROVES_NOTHING)


async def test_of_staggered_overlapping_sessions_a_client_gets_one(site: Site, crowd: Crowd) -> None:
    async with a_crowd(site, next(names), 0) as other, a_crowd(site, next(names), 0) as third:
        slots = [
            await host.slot(in_days=1 + offset / 24, seats=SIZE, price=0)
            for offset, host in zip((0, 0.4, 0.8), (crowd, other, third), strict=True)
        ]
        crowded = [client for client in crowd.clients[:16] for _ in slots]
        answers = await crowd.at_once(
            lambda client, number: client.call("POST", "/client/bookings", json=booking_of(slots[number % 3])),
            crowded,
        )
        assert codes(answers) == {"confirmed": 16, "booking_overlap": 32}


async def test_of_staggered_overlapping_slots_none_is_published_over_another(crowd: Crowd) -> None:
    async def publish(_: Program, number: int) -> httpx.Response:
        body = session(in_days=1 + number % 4 + number % 7 / 50, price=0)
        return await crowd.consultant.call("POST", "/consultant/availabilities", json=body)

    outcome = codes(await crowd.at_once(publish, crowd.clients[:40]))
    assert set(outcome) == {"open", "slot_overlap"}


async def fill_and_move(crowd: Crowd, *, first_day: int = 1) -> Counter[str]:
    """Sixteen clients with a seat elsewhere move into a session of one seat."""
    movers = crowd.clients[:16]
    crowded = await crowd.slot(in_days=first_day, seats=16, price=0)
    target = await crowd.slot(in_days=first_day + 1, seats=1, price=0)
    held = [await client.post("/client/bookings", booking_of(crowded)) for client in movers]
    answers = await crowd.at_once(
        lambda client, number: client.call(
            "POST", f"/client/bookings/{held[number]['id']}/reschedule", json={"slot_id": target["id"]}
        ),
        movers,
    )
    return codes(answers)


async def test_the_last_seat_goes_to_one_of_those_who_move_into_it(crowd: Crowd) -> None:
    assert await fill_and_move(crowd) == {"confirmed": 1, "slot_full": 15}


async def test_this_race_of_moves_oversells_without_the_guards(unguarded_crowd: Crowd) -> None:
    for run in range(5):
        if (await fill_and_move(unguarded_crowd, first_day=2 * run + 1))["confirmed"] > 1:
            return
    pytest.fail(PROVES_NOTHING)


async def lower_while_booking(crowd: Crowd, *, in_days: int = 1) -> tuple[int, int]:
    """Seats and capacity of a session that shrinks while everybody books it."""
    slot = await crowd.slot(in_days=in_days, seats=30, price=0)
    path = f"/consultant/availabilities/{slot['id']}"

    async def shrink() -> None:
        for capacity in range(29, 2, -1):
            answer = await crowd.consultant.call("PATCH", path, json={"max_slots": capacity})
            assert answer.status_code in (200, 409), answer.text

    await asyncio.gather(race_for(crowd, slot), shrink())
    connection = await asyncpg.connect(crowd.site.environment["DATABASE_URL"])
    try:
        row = await connection.fetchrow("SELECT seats_taken, capacity FROM slots WHERE id = $1", slot["id"])
    finally:
        await connection.close()
    return row["seats_taken"], row["capacity"]


async def test_capacity_that_shrinks_while_everybody_books_stays_above_the_seats_taken(crowd: Crowd) -> None:
    taken, capacity = await lower_while_booking(crowd)
    assert taken == capacity, "every seat that was left has a taker among sixty-four clients"


async def test_this_race_of_capacity_oversells_without_the_guards(unguarded_crowd: Crowd) -> None:
    for run in range(5):
        taken, capacity = await lower_while_booking(unguarded_crowd, in_days=run + 1)
        if taken > capacity:
            return
    pytest.fail(PROVES_NOTHING)


async def free_seats_of_a_line(crowd: Crowd, *, in_days: int = 1) -> tuple[Json, list[Program], Counter[str]]:
    """Three holders cancel, thirty people are in line, and thirty-one others try to book all the while."""
    holders, line, others = crowd.clients[:3], crowd.clients[3:33], crowd.clients[33:]
    slot = await crowd.slot(in_days=in_days, seats=3, price=0)
    held = [await client.post("/client/bookings", booking_of(slot)) for client in holders]
    body = {"slot_id": slot["id"]}
    joined = await crowd.at_once(lambda client, _: client.call("POST", "/client/waiting-list", json=body), line)
    assert codes(joined) == {"waiting": 30}

    async def snatch() -> Counter[str]:
        outcome: Counter[str] = Counter()
        for _ in range(TRIES):
            outcome += codes(await crowd.at_once(book, others))
        return outcome

    async def book(client: Program, _: int) -> httpx.Response:
        return await client.call("POST", "/client/bookings", json=booking_of(slot))

    async def cancel(client: Program, number: int) -> httpx.Response:
        return await client.call("POST", f"/client/bookings/{held[number]['id']}/cancel")

    cancelled, snatched = await asyncio.gather(crowd.at_once(cancel, holders), snatch())
    assert codes(cancelled) == {"cancelled": 3}
    return slot, line, snatched


async def test_seats_that_come_free_go_to_the_first_in_line_and_to_nobody_else(crowd: Crowd) -> None:
    slot, line, others = await free_seats_of_a_line(crowd)
    assert others == {"slot_full": 31 * TRIES}

    async def offered() -> list[Program]:
        entries = [(await client.get("/client/waiting-list"))["items"][0] for client in line]
        ranked = sorted(zip(entries, line, strict=True), key=lambda pair: (pair[0]["joined_at"], pair[0]["id"]))
        first = [entry["status"] for entry, _ in ranked[:3]]
        assert all(entry["status"] == "waiting" for entry, _ in ranked[3:])
        return [client for _, client in ranked[:3]] if first == ["offered"] * 3 else []

    async with asyncio.timeout(30):
        while not (winners := await offered()):  # noqa: ASYNC110 - another process makes the offers
            await asyncio.sleep(0.2)
    answers = await crowd.at_once(
        lambda client, _: client.call("POST", "/client/bookings", json=booking_of(slot)), line
    )
    assert codes(answers) == {"confirmed": 3, "slot_full": 27}
    assert [line[number] for number, answer in enumerate(answers) if answer.status_code == 201] == [
        client for client in line if client in winners
    ]


async def test_without_their_claim_people_in_line_lose_the_seats(unguarded_crowd: Crowd) -> None:
    for run in range(5):
        _, _, others = await free_seats_of_a_line(unguarded_crowd, in_days=run + 1)
        if others["confirmed"] > 0:
            return
    pytest.fail(PROVES_NOTHING)
