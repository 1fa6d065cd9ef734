"""The benchmark: the same SQL driven bare and through our HTTP stack, side by side in one run.

- A consultant's slots: our API against a bare Litestar handler with one asyncpg fetch of the same rows.
- Booking a seat: our API against pgbench doing the same statements.

`make bench` runs it; `ARGS=--seconds 2` makes it shorter. Quote medians and ratios, not single figures.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from statistics import median
from typing import Any, cast

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT)]

import httpx  # noqa: E402 - the path above comes first
import uvloop  # noqa: E402

from infrastructure.embedded.ports import free_port  # noqa: E402
from infrastructure.embedded.postgres import EmbeddedPostgres  # noqa: E402
from infrastructure.embedded.valkey import EmbeddedValkey  # noqa: E402
from infrastructure.postgres.bookings import ADD, LOCK_SEAT, STANDING  # noqa: E402
from infrastructure.postgres.callers import TOKEN_OWNER  # noqa: E402
from infrastructure.postgres.migrations import migrate  # noqa: E402
from infrastructure.settings import Settings  # noqa: E402
from interfaces.app import build_web_app  # noqa: E402
from main import compose, http_settings  # noqa: E402
from tests.benchmarks.load import Load, get_request, post_request, run_load  # noqa: E402
from tests.benchmarks.seed import CLIENTS, CONSULTANTS, SLOTS_EACH, bench_id, seed  # noqa: E402
from tests.statements import recorded_statements  # noqa: E402

HOST = "127.0.0.1"
CONNECTIONS = 16
SLOTS_AIM = 0.7
BOOKING_AIM = 0.3


@contextmanager
def server(target: str, port: int, environment: dict[str, str]) -> Iterator[int]:
    """One granian worker; the id of its main process."""
    argv = [
        sys.executable, "-m", "granian", target, "--interface", "asgi", "--host", HOST, "--port", str(port),
        "--workers", "1", "--no-ws", "--no-log",
    ]  # fmt: skip
    if target.endswith("create_web_app"):
        argv.append("--factory")
    process = subprocess.Popen(argv, cwd=ROOT, env=os.environ | environment)  # noqa: S603 - our own command
    try:
        wait_for(f"http://{HOST}:{port}/")
        yield process.pid
    finally:
        process.terminate()
        process.wait(20)


def wait_for(url: str) -> None:
    """Until something answers there."""
    for _ in range(200):
        try:
            httpx.get(url, trust_env=False, timeout=2)
        except httpx.TransportError:
            asyncio.run(asyncio.sleep(0.05))
        else:
            return
    raise TimeoutError(url)


def memory_mib(pid: int) -> float:
    """Resident memory of a server's worker: the largest of the process and its children."""
    pids = [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]
    pages = [int(Path(f"/proc/{one}/statm").read_text().split()[1]) for one in pids]
    return max(pages) * os.sysconf("SC_PAGE_SIZE") / 2**20


def drive(port: int, requests: Iterator[bytes], seconds: float) -> Load:
    """Load from this process, on a loop of its own."""
    return uvloop.run(run_load(HOST, port, requests, connections=CONNECTIONS, seconds=seconds))


def slot_requests() -> Iterator[bytes]:
    """Slots of consultants in random order."""
    random = Random(7)  # noqa: S311 - a load, not a secret
    while True:
        yield get_request(f"/api/consultants/consultant-{random.randint(1, CONSULTANTS)}/slots")


def booking_requests(tokens: list[str]) -> Iterator[bytes]:
    """Every client books one seat, each of another slot."""
    for number, token in enumerate(tokens[: CLIENTS // 2], start=1):
        slot = bench_id(3, 1 + number * 7 % (CONSULTANTS * SLOTS_EACH))
        body = f'{{"slot_id": "{slot}", "reason_for_session": "A benchmark"}}'
        yield post_request("/api/client/bookings", body, token)


def pgbench_script() -> str:
    """The statements of a booking, with their parameters computed from a counter."""
    slot = f"bench_id(3, 1 + (:n * 7) % {CONSULTANTS * SLOTS_EACH})"
    client, booking = "bench_id(2, :n)", "bench_id(9, :n)"
    starts = f"(SELECT starts_at FROM slots WHERE id = {slot})"
    ends = f"(SELECT ends_at FROM slots WHERE id = {slot})"
    consultant = f"(SELECT consultant_id FROM slots WHERE id = {slot})"
    token = f"(SELECT token_hash FROM api_tokens WHERE account_id = {client} LIMIT 1)"
    history = [
        "ARRAY[NULL]",
        "ARRAY['pending']",
        "ARRAY['client']",
        f"ARRAY[{client}]",
        "ARRAY[now()]",
        "ARRAY[NULL]",
    ]
    terms = [
        "'A benchmark'",
        "500000",
        "'NGN'",
        "'flexible'",
        "'pending'",
        "now() + interval '15 minutes'",
        "'client'",
    ]
    add = [booking, *history, slot, client, consultant, starts, ends, *terms, "now()", "1500"]
    statements = [
        _filled(TOKEN_OWNER, [token]),
        "BEGIN",
        _filled(LOCK_SEAT, [slot, client, "NULL"]),
        _filled(STANDING, [f"ARRAY[{slot}]", client, slot, "NULL", starts, ends]),
        _filled(ADD, add),
        "COMMIT",
    ]
    counter = f"\\set i :i + 1\n\\set n {CLIENTS // 2} + :round * 10000 + :client_id * 600 + :i\n"
    return counter + "".join(f"{' '.join(statement.split())};\n" for statement in statements)


def _filled(statement: str, values: list[str]) -> str:
    return re.sub(r"\$(\d+)", lambda match: values[int(match[1]) - 1], statement)


def pgbench(url: str, script: Path, round_number: int) -> float:
    """Transactions in a second; every client connection makes 500."""
    program = shutil.which("pgbench", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}") or "pgbench"
    argv = [
        program, "-n", "-M", "prepared", "-c", str(CONNECTIONS), "-j", "1", "-t", "500", "-f", str(script),
        "-D", "i=0", "-D", f"round={round_number}", url,
    ]  # fmt: skip
    output = subprocess.run(argv, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own command
    found = re.search(r"tps = ([\d.]+)", output)
    if found is None or "number of failed transactions: 0 " not in output:
        raise RuntimeError(output)
    return float(found[1])


def compare(
    rounds: int, ours: Callable[[int], float], theirs: Callable[[int], float]
) -> tuple[float, float, float]:
    """Medians of both, taken in turn, and of their ratio pair by pair."""
    pairs = [(theirs(number), ours(number)) for number in range(rounds)]
    return (
        median(their for their, _ in pairs),
        median(our for _, our in pairs),
        median(our / their for their, our in pairs),
    )


def report(what: str, bare: str, figures: tuple[float, float, float], aim: float) -> None:
    """Three lines for people."""
    theirs, ours, ratio = figures
    print(f"\n{what}\n  {bare:<34}{theirs:9.0f} /s\n  {'through our HTTP stack':<34}{ours:9.0f} /s")  # noqa: T201
    print(f"  {'ratio':<34}{ratio:9.2f}     (aim {aim})")  # noqa: T201


def main() -> None:
    """Seed, run both in turn, report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=4.0, help="of load in each round")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="imoran-bench-"))
    folder.chmod(0o711)
    try:
        with EmbeddedPostgres(folder / "postgres") as postgres, EmbeddedValkey(folder / "valkey") as valkey:
            migrate(postgres.url)
            tokens = uvloop.run(seed(postgres.url))
            environment = _environment(postgres.url, valkey.url, folder)
            counts = uvloop.run(statements_of(environment, _one_of_each(tokens[-1])))
            print("Statements for a request:", ", ".join(f"{name} {count}" for name, count in counts.items()))  # noqa: T201
            _slots(environment, options.rounds, options.seconds)
            _bookings(environment, folder, tokens, options.rounds, options.seconds)
    finally:
        shutil.rmtree(folder)


def _one_of_each(token: str) -> dict[str, httpx.Request]:
    base = "http://testserver/api"
    body = {"slot_id": bench_id(3, 1), "reason_for_session": "A benchmark"}
    bearer = {"Authorization": f"Bearer {token}"}
    return {
        "discovery": httpx.Request("GET", f"{base}/consultants"),
        "a consultant's slots": httpx.Request("GET", f"{base}/consultants/consultant-1/slots"),
        "booking a seat": httpx.Request("POST", f"{base}/client/bookings", json=body, headers=bearer),
    }


def _environment(database_url: str, redis_url: str, folder: Path) -> dict[str, str]:
    return {
        "ENVIRONMENT": "development",
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "SECRET_KEY": "a secret of the benchmark, long enough",
        "PAYSTACK_SECRET_KEY": "sk_test_of_the_benchmark",
        "PAYSTACK_PUBLIC_KEY": "pk_test_of_the_benchmark",
        "PUBLIC_URL": f"http://{HOST}",
        "MEDIA_URL": f"file://{folder}/media",
        "LOG_LEVEL": "WARNING",
        "PYTHONPATH": str(ROOT),
    }


def _slots(environment: dict[str, str], rounds: int, seconds: float) -> None:
    bare_port, our_port = free_port(18080), free_port(18090)
    with (
        server("tests.benchmarks.bare:app", bare_port, environment) as bare_pid,
        server("main:create_web_app", our_port, environment) as our_pid,
    ):
        for port in (bare_port, our_port):
            drive(port, slot_requests(), 1.0)
        figures = compare(
            rounds,
            ours=lambda _: _good(drive(our_port, slot_requests(), seconds), 200),
            theirs=lambda _: _good(drive(bare_port, slot_requests(), seconds), 200),
        )
        report("A consultant's slots, 20 of 100", "bare Litestar handler, one fetch", figures, SLOTS_AIM)
        print(f"  memory: bare {memory_mib(bare_pid):.0f} MiB, ours {memory_mib(our_pid):.0f} MiB")  # noqa: T201


def _bookings(environment: dict[str, str], folder: Path, tokens: list[str], rounds: int, seconds: float) -> None:
    script = folder / "booking.sql"
    script.write_text(pgbench_script())
    port = free_port(18100)
    requests = booking_requests(tokens)
    with server("main:create_web_app", port, environment) as pid:
        drive(port, itertools.islice(requests, 200), seconds)
        figures = compare(
            min(rounds, 3),
            ours=lambda _: _good(drive(port, requests, seconds), 201),
            theirs=lambda number: pgbench(environment["DATABASE_URL"], script, number),
        )
        report("Booking a seat", "pgbench, the same statements", figures, BOOKING_AIM)
        print(f"  memory: ours {memory_mib(pid):.0f} MiB")  # noqa: T201


async def statements_of(environment: dict[str, str], requests: dict[str, httpx.Request]) -> dict[str, int]:
    """How many statements one request of each kind sends to PostgreSQL, `BEGIN` and `COMMIT` included."""
    settings = Settings.from_environment(environment)
    product, connections = compose(settings)
    app = build_web_app(product, http_settings(settings), lifespan=[])
    counts: dict[str, int] = {}
    async with (
        connections.opened(),
        httpx.AsyncClient(transport=httpx.ASGITransport(app=cast(Any, app))) as client,
    ):
        with recorded_statements() as sent:
            for name, request in requests.items():
                sent.clear()
                (await client.send(request)).raise_for_status()
                counts[name] = len(sent)
    return counts


def _good(load: Load, status: int) -> float:
    """Answers in a second. Raises when any of them is not what was asked for."""
    if set(load.answers) != {status}:
        raise RuntimeError(f"unexpected answers: {load.answers}")
    return load.per_second


if __name__ == "__main__":
    main()
