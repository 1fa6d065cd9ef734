"""The hot statements at full size: 5,000 consultants, 500,000 slots, 1,000,000 bookings.

Prints for each how long it takes and what its plan consists of, and fails when a plan reads all of the slots or
all of the bookings. `--folder` keeps the data for the next run, for filling it takes minutes.

    make scale
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import Any
from uuid import UUID, uuid4

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT)]

import asyncpg  # noqa: E402 - the path above comes first

from application.consultants.views import DiscoveryQuery, Sorting  # noqa: E402
from application.paging import PageRequest  # noqa: E402
from infrastructure.embedded.postgres import EmbeddedPostgres  # noqa: E402
from infrastructure.postgres.bookings import ADD, LOCK_SEAT, STANDING  # noqa: E402
from infrastructure.postgres.database import SERVER_SETTINGS  # noqa: E402
from infrastructure.postgres.migrations import migrate  # noqa: E402
from infrastructure.postgres.queries.consultants import SLOTS  # noqa: E402
from infrastructure.postgres.queries.discovery import Discovery  # noqa: E402
from tests.benchmarks.scale_seed import CONSULTANTS, seed  # noqa: E402

LARGE = {"slots", "bookings"}
"""Tables that nothing may read from end to end."""


@dataclass(frozen=True, slots=True)
class Case:
    """Statements of one kind; each run takes the next set of arguments."""

    name: str
    statement: str
    arguments: Iterator[tuple[object, ...]]
    times: list[float] = field(default_factory=list)


def searches() -> Iterator[Case]:
    """Every order, with and without words; filters; typing errors."""
    now = datetime.now(UTC)
    words = {
        "no words": None,
        "a rare word": "adebayo",
        "common words": "tax advice",
        "a typing error": "contarcts",
    }
    for (kind, typed), sorting in product(words.items(), Sorting):
        if typed or sorting is not Sorting.RELEVANCE:
            yield _search(f"{kind}, by {sorting}", DiscoveryQuery(words=typed, sorting=sorting))
    for sorting in (Sorting.NEXT_FREE, Sorting.PRICE):
        yield _search(f"bookable, by {sorting}", DiscoveryQuery(is_bookable=True, sorting=sorting))
    week = {"available_from": now + timedelta(days=3), "available_to": now + timedelta(days=10)}
    yield _search("free within a week", DiscoveryQuery(**week))  # type: ignore[arg-type]  # both are instants
    end = PageRequest(after=("9999-01-01T00:00:00+00:00", str(UUID(int=0))))
    yield _search("no words, by next_free, the last page", DiscoveryQuery(page=end))
    yield _search("specialisation, language", DiscoveryQuery(specialization="tax", language="yoruba"))
    yield _search("rating, price", DiscoveryQuery(min_rating=3.5, max_price=5_000_000))
    yield _search(
        "ten common words", DiscoveryQuery(words="advice draft review growth market people small large tax law")
    )
    yield _search(
        "ten typing errors", DiscoveryQuery(words="advcie drfat reveiw grwoth markte poeple smlal lareg txaes lwa")
    )
    yield _search(
        "everything",
        DiscoveryQuery(
            words="tax",
            specialization="tax",
            language="english",
            min_rating=3,
            max_price=15_000_000,
            is_bookable=True,
            **week,  # type: ignore[arg-type]  # both are instants
        ),
    )


def _search(name: str, query: DiscoveryQuery) -> Case:
    discovery = Discovery(query)
    return Case(f"search: {name}", discovery.statement, _again(tuple(discovery.arguments)))


def _again(arguments: tuple[object, ...]) -> Iterator[tuple[object, ...]]:
    while True:
        yield arguments


def slot_list() -> Case:
    """A consultant's public slots, each time of another one."""

    def arguments() -> Iterator[tuple[object, ...]]:
        number = 0
        while True:
            number = (number + 7919) % CONSULTANTS
            yield (f"consultant-{number + 1}", 21, None, None, None, None, None)

    return Case("slot list", SLOTS, arguments())


FREE_SEATS = """
SELECT s.id, s.consultant_id, s.starts_at, s.ends_at, client.id AS client_id
FROM (
  SELECT * FROM slots TABLESAMPLE BERNOULLI (1) REPEATABLE (1)
  WHERE starts_at > now() + interval '2 days' AND seats_taken < capacity LIMIT $1
) s, LATERAL (
  SELECT id FROM accounts a
  WHERE role = 'client' AND status = 'active' AND 0 = (SELECT count(*) FROM bookings b
    WHERE b.client_id = a.id AND b.status IN ('pending', 'confirmed', 'completed', 'no_show')
      AND tstzrange(b.starts_at, b.ends_at, '[)') && tstzrange(s.starts_at, s.ends_at, '[)'))
  LIMIT 1
) client
"""
"""Slots with a seat, each with somebody who has time for it."""


async def booking(connection: asyncpg.Connection, runs: int) -> list[Case]:
    """The three statements of a booking, in the order in which one transaction sends them."""
    seats = await connection.fetch(FREE_SEATS, runs)
    return [
        Case("booking: LOCK_SEAT", LOCK_SEAT, iter([(seat["id"], seat["client_id"], None) for seat in seats])),
        Case("booking: STANDING", STANDING, iter([_standing(seat) for seat in seats])),
        Case("booking: ADD", ADD, iter([_new_booking(seat) for seat in seats])),
    ]


def _standing(seat: asyncpg.Record) -> tuple[object, ...]:
    return ([seat["id"]], seat["client_id"], seat["id"], None, seat["starts_at"], seat["ends_at"])


def _new_booking(seat: asyncpg.Record) -> tuple[object, ...]:
    now = datetime.now(UTC)
    history = [[None], ["pending"], ["client"], [seat["client_id"]], [now], [None]]
    session = (seat["id"], seat["client_id"], seat["consultant_id"], seat["starts_at"], seat["ends_at"])
    terms = ("A benchmark", 500_000, "NGN", "flexible", "pending", now + timedelta(minutes=15), "client", now)
    return (uuid4(), *history, *session, *terms)


async def measure(connection: asyncpg.Connection, cases: list[Case], runs: int) -> None:
    """Every run sends the statements of all the cases in one transaction, which is taken back."""
    for _ in range(runs):
        transaction = connection.transaction()
        await transaction.start()
        for case in cases:
            arguments = next(case.arguments)
            before = perf_counter()
            await connection.fetch(case.statement, *arguments)
            case.times.append((perf_counter() - before) * 1000)
        await transaction.rollback()


async def plan_of(connection: asyncpg.Connection, case: Case) -> list[dict[str, Any]]:
    """The nodes of the plan that was carried out, and taken back again."""
    transaction = connection.transaction()
    await transaction.start()
    explained = await connection.fetchval(
        f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {case.statement}", *next(case.arguments)
    )
    await transaction.rollback()
    return list(_nodes(json.loads(explained)[0]["Plan"]))


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from _nodes(inner)


def in_short(plan: list[dict[str, Any]]) -> str:
    """Which tables and indexes were read, in which way."""
    return ", ".join(
        sorted(
            {
                f"{node['Node Type']} {node.get('Index Name') or node.get('Relation Name')}"
                for node in plan
                if node["Node Type"].endswith("Scan")
                and {"Index Name", "Relation Name"} & node.keys()
                and node["Actual Loops"]
            }
        )
    )


def refuse_full_reads(case: Case, plan: list[dict[str, Any]]) -> None:
    """Raises `RuntimeError` when a large table is read from end to end, by itself or along an index."""
    for node in plan:
        is_scan = node["Node Type"] in {"Seq Scan", "Index Scan", "Index Only Scan"}
        if is_scan and node["Relation Name"] in LARGE and "Index Cond" not in node:
            raise RuntimeError(f"{case.name} reads all of {node['Relation Name']}")


def report(case: Case, plan: list[dict[str, Any]]) -> None:
    """Two lines for people."""
    buffers = plan[0]["Shared Hit Blocks"] + plan[0]["Shared Read Blocks"]
    slowest = quantiles(case.times, n=20)[-1]
    print(f"{case.name:<48}{median(case.times):9.2f}{slowest:9.2f} ms {buffers:>8} buffers")  # noqa: T201
    print(f"    {in_short(plan)}")  # noqa: T201


async def run(url: str, runs: int) -> None:
    """Measure and explain everything."""
    connection = await asyncpg.connect(url, server_settings=SERVER_SETTINGS)
    try:
        one_by_one = [[case] for case in (*searches(), slot_list())]
        for cases in (*one_by_one, await booking(connection, runs + 1)):
            await measure(connection, cases, runs)
            for case in cases:
                plan = await plan_of(connection, case)
                report(case, plan)
                refuse_full_reads(case, plan)
    finally:
        await connection.close()


def main() -> None:
    """Fill a database, unless the folder has one, then run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=30, help="of each statement")
    parser.add_argument("--folder", type=Path, help="where the data stay for the next run")
    options = parser.parse_args()
    folder = options.folder or Path(tempfile.mkdtemp(prefix="imoran-scale-"))
    is_new = not (folder / "postgres" / "data").exists()
    folder.mkdir(exist_ok=True)
    folder.chmod(0o711)
    try:
        with EmbeddedPostgres(folder / "postgres") as postgres:
            if is_new:
                migrate(postgres.url)
                asyncio.run(seed(postgres.url))
            print(f"{'':<48}{'median':>9}{'p95':>9}")  # noqa: T201
            asyncio.run(run(postgres.url, options.runs))
    finally:
        if not options.folder:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
