"""PostgreSQL and Redis are away, slow, silent or cut off: quick and clear answers, and recovery by itself."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import httpx
import pytest

from infrastructure.embedded.postgres import EmbeddedPostgres
from infrastructure.embedded.valkey import EmbeddedValkey
from tests.e2e.databases import fresh_database
from tests.e2e.site import Site, running_site
from tests.faults.tcp_proxy import TcpProxy
from tests.integration.api.program import PROFILE, Json, Program, session

AWAY_S = 4.0
ANSWERS_WITHIN_S = 3.0
RECOVERS_WITHIN_S = 10.0
GIVES_UP_WITHIN_S = 10.0
BOOKING = "/api/client/bookings"


@dataclass
class Street:
    """The site, and the proxies on its way to PostgreSQL and to Redis."""

    site: Site
    postgres: TcpProxy
    redis: TcpProxy


@pytest.fixture(scope="module")
def street(
    postgres: EmbeddedPostgres, valkey: EmbeddedValkey, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Street]:
    with ExitStack() as stack:
        database_url = fresh_database(postgres)
        to_postgres = stack.enter_context(TcpProxy(postgres.socket_folder / ".s.PGSQL.5432"))
        to_redis = stack.enter_context(TcpProxy(valkey.socket_folder / "valkey.sock"))
        name = database_url.split("/")[3].split("?")[0]
        site = stack.enter_context(
            running_site(
                f"postgresql://imoran@127.0.0.1:{to_postgres.port}/{name}",
                f"redis://127.0.0.1:{to_redis.port}",
                tmp_path_factory.mktemp("street"),
                RATE_LIMITS="off",
            )
        )
        yield Street(site, to_postgres, to_redis)


@pytest.fixture
async def http(street: Street) -> AsyncIterator[httpx.AsyncClient]:
    """Everything is well when a test begins and when it ends."""
    limits = httpx.Limits(max_connections=100)
    async with httpx.AsyncClient(base_url=street.site.url, timeout=30, trust_env=False, limits=limits) as http:
        await until_well(http)
        yield http
        street.postgres.mend()
        street.redis.mend()
        await until_well(http)


async def until_well(http: httpx.AsyncClient) -> float:
    """How long it takes until pages, programs and the load balancer are all content."""
    began = time.monotonic()
    async with asyncio.timeout(30):
        for path in ("/readyz", "/", "/api/consultants"):
            while not (await http.get(path)).is_success:  # noqa: ASYNC110 - the server tells nobody
                await asyncio.sleep(0.1)
    return time.monotonic() - began


async def timed(
    http: httpx.AsyncClient, method: str, path: str, **request: object
) -> tuple[httpx.Response, float]:
    began = time.monotonic()
    answer = await http.request(method, path, **request)  # type: ignore[arg-type]  # handed on as they are
    return answer, time.monotonic() - began


def is_said_to_be_away(answer: httpx.Response) -> bool:
    """For programs."""
    return (
        answer.status_code == 503
        and answer.headers["content-type"] == "application/problem+json"
        and "retry-after" in answer.headers
    )


async def buyer_and_slot(http: httpx.AsyncClient, name: str, *, seats: int = 1) -> tuple[Program, Json]:
    consultant = await Program.of(http, "consultant", f"{name}-ada")
    assert (await consultant.call("PATCH", "/consultant/profile", json=PROFILE)).status_code == 200
    slot = await consultant.post("/consultant/availabilities", session(in_days=3, seats=seats))
    return await Program.of(http, "client", f"{name}-chidi"), slot


async def until_status(buyer: Program, booking: Json, status: str) -> None:
    async with asyncio.timeout(30):
        while (await buyer.get(f"/client/bookings/{booking['id']}"))["status"] != status:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.1)


async def pay_unheard(street: Street, reference: str) -> None:
    outcome = {"status": "success", "is_announced": False}
    async with httpx.AsyncClient(base_url=street.site.paystack_url, trust_env=False) as paystack:
        assert (await paystack.put(f"/_sandbox/transactions/{reference}/outcome", json=outcome)).is_success


async def test_without_postgres_everybody_is_told_so_at_once_and_it_recovers_by_itself(
    street: Street, http: httpx.AsyncClient
) -> None:
    buyer, slot = await buyer_and_slot(http, "away")
    booking = await buyer.post("/client/bookings", {"slot_id": slot["id"], "reason_for_session": "A lease"})
    payment = await buyer.post(f"/client/bookings/{booking['id']}/payment")
    body = {"slot_id": slot["id"], "reason_for_session": "Another lease"}
    street.postgres.cut()
    await pay_unheard(street, payment["reference"])
    ends_at = time.monotonic() + AWAY_S
    rounds = 0
    while time.monotonic() < ends_at:
        rounds += 1
        for method, path in (("GET", "/api/consultants"), ("POST", BOOKING), ("GET", "/readyz")):
            headers = {"Authorization": f"Bearer {buyer.token}"}
            answer, took_s = await timed(
                http, method, path, headers=headers, json=body if method == "POST" else None
            )
            assert is_said_to_be_away(answer), (path, answer.status_code, answer.text)
            assert took_s < ANSWERS_WITHIN_S
        page, took_s = await timed(http, "GET", "/")
        assert page.status_code == 503
        assert "text/html" in page.headers["content-type"]
        assert "try again" in page.text.casefold()
        assert took_s < ANSWERS_WITHIN_S
        assert (await http.get("/healthz")).status_code == 200
        await asyncio.sleep(0.2)
    assert rounds > 3
    street.postgres.mend()
    assert await until_well(http) < RECOVERS_WITHIN_S
    await until_status(buyer, booking, "confirmed")


async def test_without_postgres_paystack_is_asked_to_tell_us_again(
    street: Street, http: httpx.AsyncClient
) -> None:
    buyer, slot = await buyer_and_slot(http, "told")
    booking = await buyer.post("/client/bookings", {"slot_id": slot["id"], "reason_for_session": "A lease"})
    payment = await buyer.post(f"/client/bookings/{booking['id']}/payment")
    async with httpx.AsyncClient(base_url=street.site.paystack_url, trust_env=False) as paystack:
        street.postgres.cut()
        paid = await paystack.put(
            f"/_sandbox/transactions/{payment['reference']}/outcome", json={"status": "success"}
        )
        assert paid.is_success
        async with asyncio.timeout(30):
            while not (answers := await webhook_answers(paystack, payment["reference"])):  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.1)
        assert answers == ["503"]
    street.postgres.mend()
    await until_status(buyer, booking, "confirmed")


async def webhook_answers(paystack: httpx.AsyncClient, reference: str) -> list[str]:
    deliveries = (await paystack.get("/_sandbox/webhooks")).json()
    return [
        delivery["last_answer"]
        for delivery in deliveries
        if reference in delivery["body"] and delivery["last_answer"] is not None
    ]


async def test_connections_that_break_off_in_the_middle_cost_no_more_than_an_answer(
    street: Street, http: httpx.AsyncClient
) -> None:
    for _ in range(5):
        reads = [asyncio.create_task(http.get("/api/consultants")) for _ in range(10)]
        await asyncio.sleep(0.02)
        street.postgres.reset()
        street.redis.reset()
        answers = await asyncio.gather(*reads)
        assert {answer.status_code for answer in answers} <= {200, 503}
    assert await until_well(http) < RECOVERS_WITHIN_S


async def test_a_crowd_at_a_slow_database_is_served_or_turned_away_but_never_kept_waiting(
    street: Street, http: httpx.AsyncClient
) -> None:
    """There are fewer connections than there are people."""
    street.postgres.latency_s = 0.5
    answers = await asyncio.gather(*(timed(http, "GET", "/api/consultants") for _ in range(60)))
    assert {answer.status_code for answer, _ in answers} == {200, 503}
    turned_away = [(answer, took_s) for answer, took_s in answers if answer.status_code == 503]
    assert all(is_said_to_be_away(answer) for answer, _ in turned_away)
    assert max(took_s for _, took_s in turned_away) < ANSWERS_WITHIN_S + 0.5
    street.postgres.mend()
    assert await until_well(http) < RECOVERS_WITHIN_S


async def test_a_postgres_that_has_fallen_silent_is_given_up(street: Street, http: httpx.AsyncClient) -> None:
    """Its connections look alive: nothing tells but that no answer comes."""
    street.postgres.black_hole = True
    answers = await asyncio.gather(
        timed(http, "GET", "/api/consultants"), timed(http, "GET", "/"), timed(http, "GET", "/readyz")
    )
    for answer, took_s in answers:
        assert answer.status_code == 503
        assert took_s < GIVES_UP_WITHIN_S
    assert answers[2][1] < ANSWERS_WITHIN_S, "the load balancer hears of it first"
    street.postgres.mend()
    assert await until_well(http) < RECOVERS_WITHIN_S


async def test_a_postgres_behind_a_poor_line_gives_right_answers(street: Street, http: httpx.AsyncClient) -> None:
    street.postgres.slice_bytes, street.postgres.latency_s = 100, 0.01
    buyer, slot = await buyer_and_slot(http, "poor")
    body = {"slot_id": slot["id"], "reason_for_session": "A lease"}
    assert (await buyer.post("/client/bookings", body))["status"] == "pending"
    assert (await buyer.call("POST", "/client/bookings", json=body)).json()["code"] == "already_booked"


@pytest.mark.parametrize("is_silent", [False, True])
async def test_without_redis_people_book_and_pay_as_if_nothing_were(
    street: Street, http: httpx.AsyncClient, is_silent: bool
) -> None:
    buyer, slot = await buyer_and_slot(http, "silent" if is_silent else "gone")
    if is_silent:
        street.redis.black_hole = True
    else:
        street.redis.cut()
    await asyncio.sleep(1)
    answer, took_s = await timed(
        http, "POST", BOOKING, headers={"Authorization": f"Bearer {buyer.token}"},
        json={"slot_id": slot["id"], "reason_for_session": "A lease"},
    )  # fmt: skip
    assert answer.status_code == 201, answer.text
    assert took_s < ANSWERS_WITHIN_S
    booking = answer.json()
    payment = await buyer.post(f"/client/bookings/{booking['id']}/payment")
    await pay_unheard(street, payment["reference"])
    await until_status(buyer, booking, "confirmed")
    cancelled, took_s = await timed(
        http, "POST", f"{BOOKING}/{booking['id']}/cancel", headers={"Authorization": f"Bearer {buyer.token}"}
    )
    assert cancelled.is_success, cancelled.text
    assert took_s < ANSWERS_WITHIN_S
    async with asyncio.timeout(30):
        while not await refunds_of(street, payment["reference"]):  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.1)
    assert (await http.get("/readyz")).status_code == 200


async def refunds_of(street: Street, reference: str) -> list[Json]:
    async with httpx.AsyncClient(base_url=street.site.paystack_url, trust_env=False) as paystack:
        refunds: list[Json] = (await paystack.get("/_sandbox/refunds")).json()
        number = (await paystack.get(f"/_sandbox/transactions/{reference}")).json()["id"]
    return [refund for refund in refunds if number in (refund["transaction"], refund.get("transaction_id"))]
