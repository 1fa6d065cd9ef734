"""Real PostgreSQL and Valkey for every test that asks, the real Paystack adapter against the sandbox.

Each worker runs servers of its own and migrates one template, which is cloned for every test.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any, cast

import asyncpg
import httpx
import pytest
from litestar import Litestar

from application.product import Product
from infrastructure.embedded.postgres import EmbeddedPostgres
from infrastructure.embedded.valkey import EmbeddedValkey
from infrastructure.paystack.breaker import CircuitBreaker
from infrastructure.paystack.connection import Patience
from infrastructure.paystack.gateway import PaystackGateway
from infrastructure.paystack.sandbox.app import build_sandbox
from infrastructure.paystack.sandbox.settings import SandboxSettings
from infrastructure.postgres.database import Database
from infrastructure.postgres.migrations import migrate
from infrastructure.queue import SaqNudge, open_queue
from infrastructure.settings import Settings
from main import build_product, http_settings
from tests.lifespans import running
from tests.marketplace import Marketplace
from tests.memory_disk import quick_folder
from tests.shared_app import SharedApp

TEMPLATE = "imoran_template"
SECRET_KEY = "sk_test_of_the_tests"
PATIENCE_S = 20
"""For a connection: a crowd of sixty-four on a busy machine is not what these tests are about."""
MOST_CONNECTIONS = 400
"""Several sites of two processes each may be about at once, each with a crowd before it."""
_numbers = count()


@pytest.fixture(scope="session")
def server_folder() -> Iterator[Path]:
    """For the worker's servers."""
    folder = quick_folder()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgres(server_folder: Path) -> Iterator[EmbeddedPostgres]:
    """A server with a migrated template."""
    with (
        EmbeddedPostgres(server_folder / "postgres", max_connections=MOST_CONNECTIONS, durable=False) as server,
        ThreadPoolExecutor(1) as thread,
    ):
        thread.submit(_make_template, server).result()
        yield server


def _make_template(server: EmbeddedPostgres) -> None:

    asyncio.run(execute(server.url, f"CREATE DATABASE {TEMPLATE}"))
    migrate(database_url_of(server, TEMPLATE))


async def execute(url: str, statement: str) -> None:
    """Run one statement on a connection of its own."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def database_url_of(server: EmbeddedPostgres, name: str) -> str:
    """The address of another database on the same server."""
    return server.url.replace("/postgres?", f"/{name}?")


@pytest.fixture(scope="session")
def valkey(server_folder: Path) -> Iterator[EmbeddedValkey]:
    """A queue server that begins empty."""
    with EmbeddedValkey(server_folder / "valkey", durable=False) as server:
        yield server


@pytest.fixture
async def database_url(postgres: EmbeddedPostgres) -> AsyncIterator[str]:
    """A migrated database of one's own, without any rows."""
    name = f"test_{next(_numbers)}"
    await execute(postgres.url, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY file_copy")
    yield database_url_of(postgres, name)
    await execute(postgres.url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Connections to it."""
    database = Database(database_url, most_connections=40, pool_wait_s=PATIENCE_S)
    await database.open()
    yield database
    await database.close()


@pytest.fixture
def settings(database_url: str, valkey: EmbeddedValkey, tmp_path: Path) -> Settings:
    """As on a developer's machine."""
    return settings_of(database_url, valkey.url, tmp_path)


def settings_of(database_url: str, redis_url: str, folder: Path) -> Settings:
    """The same for everybody, but for where things are."""
    return Settings.from_environment(
        {
            "ENVIRONMENT": "development",
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "SECRET_KEY": "a secret of the tests, long enough to be one",
            "PAYSTACK_SECRET_KEY": SECRET_KEY,
            "PAYSTACK_PUBLIC_KEY": "pk_test_of_the_tests",
            "PAYSTACK_BASE_URL": "http://paystack.test",
            "PUBLIC_URL": "http://testserver",
            "MEDIA_URL": f"file://{folder}/media",
            "WEBHOOKS_TO_LOOPBACK": "on",
        }
    )


@pytest.fixture(scope="session")
async def running_sandbox() -> AsyncIterator[httpx.AsyncClient]:
    """Paystack's local double."""
    app = build_sandbox(
        SandboxSettings(
            secret_key=SECRET_KEY,
            public_key="pk_test_of_the_tests",
            public_url="http://paystack.test",
            webhook_url=None,
            database=":memory:",
        )
    )
    headers = {"Authorization": f"Bearer {SECRET_KEY}"}
    transport = httpx.ASGITransport(app=cast(Any, app))
    async with (
        running(app),
        httpx.AsyncClient(transport=transport, base_url="http://paystack.test", headers=headers) as client,
    ):
        yield client


@pytest.fixture
async def sandbox(running_sandbox: httpx.AsyncClient) -> httpx.AsyncClient:
    """The same without any transaction or fault: a client that the gateway and the test share."""
    await running_sandbox.post("/_sandbox/reset")
    await running_sandbox.delete("/_sandbox/faults")
    return running_sandbox


def hasty_gateway(sandbox: httpx.AsyncClient) -> PaystackGateway:
    """As in production, but that its pauses are short, and an open circuit breaker tries again at once."""
    return PaystackGateway(
        sandbox, SECRET_KEY, patience=Patience(first_pause_s=0.01), breaker=CircuitBreaker(open_for_s=0)
    )


@pytest.fixture
async def product(settings: Settings, database: Database, sandbox: httpx.AsyncClient) -> AsyncIterator[Product]:
    """Every use case, on real adapters."""
    queue = open_queue(settings.redis_url)
    yield build_product(settings, database, hasty_gateway(sandbox), SaqNudge(queue))
    await queue.disconnect()


@pytest.fixture
def marketplace(product: Product, database: Database, sandbox: httpx.AsyncClient) -> Marketplace:
    """People, sessions and payments, made through the use cases."""
    return Marketplace(product, database, sandbox)


_shared_apps: list[SharedApp] = []


@pytest.fixture
def app(product: Product, settings: Settings) -> Litestar:
    """The web application."""
    http = http_settings(settings)
    if not _shared_apps:
        _shared_apps.append(SharedApp(product, http))
    [shared] = _shared_apps
    assert shared.settings == http, "build an application of your own"
    shared.serve(product)
    return shared.app


@pytest.fixture
async def client(app: Litestar) -> AsyncIterator[httpx.AsyncClient]:
    """A browser or a program without a log-in."""
    transport = httpx.ASGITransport(app=cast(Any, app), raise_app_exceptions=False)
    async with running(app), httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        yield client
