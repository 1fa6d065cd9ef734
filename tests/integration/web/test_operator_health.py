"""The page about the queue and the health of the product."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from application.operations.job_runs import NotedRun
from application.outbox.ports import Topic
from application.product import Product
from domain.accounts import Role
from infrastructure.identity import new_id
from infrastructure.paystack.breaker import CircuitBreaker
from infrastructure.postgres import invariants
from infrastructure.postgres.database import Database
from infrastructure.postgres.job_runs import SqlJobRuns
from infrastructure.postgres.unit_of_work import SqlUnitsOfWork
from infrastructure.queue import open_queue
from infrastructure.services import ServiceLook
from infrastructure.settings import Settings
from interfaces.jobs.schedule import build_schedule
from interfaces.web import health_words
from tests.integration.web.browser import Browser
from tests.integration.web.html import mistakes_in
from tests.marketplace import Marketplace

EVERY = timedelta(minutes=5)


@pytest.fixture
async def operator(marketplace: Marketplace, browser: Browser) -> Browser:
    """An operator's browser."""
    await browser.log_in(await marketplace.account(Role.OPERATOR))
    return browser


async def noted(database: Database, name: str, *, fails: bool = False, every: timedelta = EVERY) -> None:
    """One run of a job."""

    async def job() -> None:
        if fails:
            raise ValueError("a secret that no page shows")

    run = NotedRun(SqlJobRuns(database), name, every, job)
    if fails:
        with pytest.raises(ValueError, match="secret"):
            await run()
    else:
        await run()


async def test_a_product_that_has_just_begun_says_what_is_not_known_yet(operator: Browser) -> None:
    await operator.open("/operator/health")
    assert mistakes_in(operator.page) == []
    for said in (
        "Nothing waits, and nothing was given up.",
        "No job has run yet.",
        "It was not looked at yet.",
        "Closed: calls go through",
        "Answers",
        "schema 0005",
    ):
        assert said in operator.main


async def test_work_that_waits_is_counted_by_topic_with_its_age(
    marketplace: Marketplace, operator: Browser
) -> None:
    async with SqlUnitsOfWork(marketplace.database, new_id)() as uow:
        for number in range(3):
            await uow.outbox.add(Topic.SEND_REFUND, str(number), dedupe_key=f"test:{number}")
        await uow.operator_items.add("errand_failed:refunds.send", subject="9", reason="It failed")
        await uow.commit()
    await marketplace.database.pool.execute(
        "UPDATE outbox SET available_at = clock_timestamp() - interval '3 hours' WHERE subject = '0'"
    )
    await operator.open("/operator/health")
    assert mistakes_in(operator.page) == []
    assert "Refunds to be sent refunds.send 3 3 3 hours 1" in operator.main
    await operator.open("/operator")
    assert "Work that waits 3 (the oldest for 3 hours)" in operator.main


def test_every_job_kind_of_work_and_rule_has_words(product: Product) -> None:
    jobs = [job.name for job in build_schedule(product, reconcile_every_s=1)]
    rules = [invariant.name for invariant in invariants.ALL]
    assert [name for name in jobs if health_words.job(name) == name] == []
    assert [topic for topic in Topic if health_words.topic(topic) == topic] == []
    assert [name for name in rules if health_words.rule(name) == name] == []


async def test_jobs_say_when_they_ran_and_how_it_went(marketplace: Marketplace, operator: Browser) -> None:
    database = marketplace.database
    await noted(database, "payments.compare")
    await noted(database, "disputes.find", fails=True)
    await noted(database, "payouts.follow")
    await database.pool.execute(
        "UPDATE job_runs SET ended_at = ended_at - interval '1 hour' WHERE name = 'payouts.follow'"
    )
    await operator.open("/operator/health")
    assert mistakes_in(operator.page) == []
    rows = {row.all("code")[0].text: row.text for row in operator.page.all("tr") if row.all("code")}
    assert "On time" in rows["payments.compare"]
    assert "Failed ValueError" in rows["disputes.find"]
    assert "Late" in rows["payouts.follow"]
    assert "5 minutes" in rows["payments.compare"]
    assert "secret" not in operator.answer.text
    await operator.open("/operator")
    assert "1 failed" in operator.main


async def test_a_run_is_noted_a_few_times_in_a_minute_only_and_a_change_at_once(marketplace: Marketplace) -> None:
    database = marketplace.database
    await noted(database, "outbox.relay")
    first = await database.pool.fetchrow("SELECT * FROM job_runs")
    await noted(database, "outbox.relay")
    assert await database.pool.fetchrow("SELECT * FROM job_runs") == first
    await noted(database, "outbox.relay", fails=True)
    assert await database.pool.fetchval("SELECT problem FROM job_runs") == "ValueError"
    await noted(database, "outbox.relay")
    assert await database.pool.fetchval("SELECT problem FROM job_runs") is None


async def test_a_job_does_its_work_when_its_run_cannot_be_noted(settings: Settings) -> None:
    busy = Database(settings.database_url, most_connections=2, pool_wait_s=0.05)
    await busy.open()
    done = []

    async def job() -> None:
        done.append(1)

    async with busy.pool.acquire():
        await NotedRun(SqlJobRuns(busy), "outbox.relay", EVERY, job)()
    assert done == [1]
    assert await busy.pool.fetch("SELECT FROM job_runs") == []
    await busy.close()


@contextmanager
def silent_server() -> Iterator[str]:
    """Something that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"redis://127.0.0.1:{listening.getsockname()[1]}/0"


async def test_redis_is_looked_at_and_missed_without_waiting_long(settings: Settings) -> None:
    there = await ServiceLook(settings.redis_url, CircuitBreaker(), most_calls=60).states()
    assert there.queue is not None
    assert there.queue.used_memory > 0
    assert (there.most_calls, there.circuit.is_open) == (60, False)
    with silent_server() as address:
        for url in (address, "redis://127.0.0.1:9/0"):
            assert (await ServiceLook(url, CircuitBreaker(), most_calls=0).states()).queue is None


async def test_an_open_circuit_says_for_how_long(settings: Settings) -> None:
    breaker = CircuitBreaker()
    for _ in range(5):
        with pytest.raises(OSError, match="away"), breaker.watching(OSError):
            raise OSError("away")
    states = await ServiceLook(settings.redis_url, breaker, most_calls=0).states()
    assert states.circuit.is_open
    assert 0 < states.circuit.left_s <= 30


async def test_jobs_in_the_queue_are_counted(settings: Settings) -> None:
    queue = open_queue(settings.redis_url)
    await queue.enqueue("a job of the tests")
    states = await ServiceLook(settings.redis_url, CircuitBreaker(), most_calls=0).states()
    assert states.queue is not None
    assert states.queue.queued >= 1
    await queue.redis.flushdb()
    await queue.disconnect()
