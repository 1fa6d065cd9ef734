import os
import signal
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from infrastructure.embedded.postgres import EmbeddedPostgres
from infrastructure.embedded.server import ServerFailedError

from .programs import is_gone, next_line, running, wait_until

_OWNER = """
import sys, time
from pathlib import Path
from infrastructure.embedded.postgres import EmbeddedPostgres
postgres = EmbeddedPostgres(Path(sys.argv[1]), durable=False)
postgres.start()
if "unguarded" in sys.argv:
    postgres._process._watchdog.kill()
print(postgres.pid)
time.sleep(600)
"""


def _server(folder: Path) -> EmbeddedPostgres:
    return EmbeddedPostgres(folder / "postgres", durable=False)


async def _execute(server: EmbeddedPostgres, statement: str) -> None:
    connection = await asyncpg.connect(server.url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def _value(server: EmbeddedPostgres, query: str) -> object:
    connection = await asyncpg.connect(server.url)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def test_data_survives_a_restart(folder: Path) -> None:
    with _server(folder) as server:
        await _execute(server, "CREATE TABLE kept AS SELECT 7 AS number")
    with _server(folder) as server:
        assert await _value(server, "SELECT number FROM kept") == 7


async def test_sqlalchemy_takes_the_url_with_its_driver_named(folder: Path) -> None:
    with _server(folder) as server:
        engine = create_async_engine(server.url.replace("postgresql://", "postgresql+asyncpg://"))
        async with engine.connect() as connection:
            assert await connection.scalar(text("SELECT lower('ÉLODIE')")) == "élodie"
        await engine.dispose()


async def test_extensions_of_the_product_are_available(folder: Path) -> None:
    with _server(folder) as server:
        for extension in ("btree_gist", "pg_trgm", "unaccent", "citext"):
            await _execute(server, f"CREATE EXTENSION {extension}")
        assert await _value(server, "SELECT 'José' % 'Josè'") is True


async def test_settings_reach_the_server(folder: Path) -> None:
    with EmbeddedPostgres(folder / "postgres", max_connections=17, durable=False) as server:
        assert await _value(server, "SHOW max_connections") == "17"
        assert await _value(server, "SHOW fsync") == "off"
        assert await _value(server, "SHOW listen_addresses") == ""


async def test_server_is_durable_unless_told_otherwise(folder: Path) -> None:
    with EmbeddedPostgres(folder / "postgres") as server:
        assert await _value(server, "SHOW fsync") == "on"
        assert await _value(server, "SHOW synchronous_commit") == "on"


async def test_a_deep_folder_with_odd_characters_serves_and_leaves_no_socket_folder(folder: Path) -> None:
    deep = folder / ("d" * 120) / "a space, a comma, 100%"
    with _server(deep) as server:
        sockets = server.socket_folder
        assert sockets.stat().st_mode & 0o077 == 0
        assert await _value(server, "SELECT 1") == 1
    assert not sockets.exists()


def test_socket_folder_is_private_and_removed_at_the_end(folder: Path) -> None:
    with _server(folder) as server:
        sockets = server.socket_folder
        assert sockets.is_relative_to(folder)
        assert sockets.stat().st_mode & 0o077 == 0
    assert not sockets.exists()


async def test_two_servers_run_side_by_side(folder: Path) -> None:
    with _server(folder / "one") as one, _server(folder / "two") as two:
        await _execute(one, "CREATE TABLE only_here ()")
        assert await _value(one, "SELECT to_regclass('only_here') IS NOT NULL") is True
        assert await _value(two, "SELECT to_regclass('only_here') IS NOT NULL") is False


async def test_server_killed_outright_starts_again_with_its_data(folder: Path) -> None:
    server = EmbeddedPostgres(folder / "postgres")
    server.start()
    await _execute(server, "CREATE TABLE kept AS SELECT 7 AS number")
    os.kill(server.pid, signal.SIGKILL)
    wait_until(lambda: server.poll() is not None)
    server.stop()
    assert (folder / "postgres/data/postmaster.pid").exists()
    with _server(folder) as again:
        assert await _value(again, "SELECT number FROM kept") == 7


async def test_a_stale_process_number_that_somebody_else_has_now_does_no_harm(folder: Path) -> None:
    with _server(folder):
        recorded = (folder / "postgres/data/postmaster.pid").read_text().splitlines()
    recorded[0] = str(os.getpid())
    (folder / "postgres/data/postmaster.pid").write_text("\n".join(recorded) + "\n")
    with _server(folder) as server:
        assert await _value(server, "SELECT 1") == 1


def test_server_ends_when_its_owner_is_killed(folder: Path) -> None:
    with running(_OWNER, folder / "postgres") as owner:
        server_pid = int(next_line(owner))
        owner.kill()
        wait_until(lambda: is_gone(server_pid))
    # Asked to stop, not killed: a clean end leaves no process number behind.
    assert not (folder / "postgres/data/postmaster.pid").exists()


async def test_an_orphan_is_replaced_by_the_next_start(folder: Path) -> None:
    with running(_OWNER, folder / "postgres", "unguarded") as owner:
        orphan_pid = int(next_line(owner))
        owner.kill()
        owner.wait()
        assert not is_gone(orphan_pid)
        with _server(folder) as server:
            wait_until(lambda: is_gone(orphan_pid))
            assert await _value(server, "SELECT 1") == 1


async def test_an_interrupted_initialisation_is_not_taken_for_data(folder: Path) -> None:
    unfinished = folder / "postgres/data.unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    with _server(folder) as server:
        assert await _value(server, "SELECT 1") == 1
    assert not unfinished.exists()


def test_a_server_that_cannot_start_says_why_and_leaves_nothing_running(folder: Path) -> None:
    with _server(folder):
        pass
    (folder / "postgres/data/PG_VERSION").write_text("9\n")
    server = _server(folder)
    with pytest.raises(ServerFailedError, match="incompatible with server"):
        server.start()
    with pytest.raises(RuntimeError, match="has not been started"):
        server.poll()


def test_no_file_of_the_data_is_open_to_others(folder: Path) -> None:
    with _server(folder):
        assert (folder / "postgres/data").stat().st_mode & 0o077 == 0
