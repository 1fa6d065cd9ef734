from pathlib import Path

from redis.asyncio import Redis

from infrastructure.embedded.valkey import EmbeddedValkey

from .programs import is_gone, next_line, running, wait_until

_OWNER = """
import sys, time
from pathlib import Path
from infrastructure.embedded.valkey import EmbeddedValkey
valkey = EmbeddedValkey(Path(sys.argv[1]))
valkey.start()
if "unguarded" in sys.argv:
    valkey._process._watchdog.kill()
print(valkey.pid)
time.sleep(600)
"""


async def _count(server: EmbeddedValkey) -> int:
    async with Redis.from_url(server.url) as client:
        counted: int = await client.incr("counter")
        return counted


async def test_a_durable_server_remembers_over_a_restart(folder: Path) -> None:
    with EmbeddedValkey(folder / "valkey") as server:
        assert await _count(server) == 1
    with EmbeddedValkey(folder / "valkey") as server:
        assert await _count(server) == 2


async def test_a_server_that_is_not_durable_starts_empty(folder: Path) -> None:
    for _ in range(2):
        with EmbeddedValkey(folder / "valkey", durable=False) as server:
            assert await _count(server) == 1


async def test_a_deep_folder_with_odd_characters_serves_and_leaves_no_socket_folder(folder: Path) -> None:
    with EmbeddedValkey(folder / ("d" * 120) / "a space, 100%") as server:
        sockets = server.socket_folder
        assert await _count(server) == 1
    assert not sockets.exists()


async def test_two_servers_run_side_by_side(folder: Path) -> None:
    with EmbeddedValkey(folder / "one") as one, EmbeddedValkey(folder / "two") as two:
        assert await _count(one) == 1
        assert await _count(two) == 1


async def test_nothing_listens_on_a_tcp_port(folder: Path) -> None:
    with EmbeddedValkey(folder / "valkey") as server:
        async with Redis.from_url(server.url) as client:
            assert (await client.info("server"))["tcp_port"] == 0


def test_server_ends_when_its_owner_is_killed(folder: Path) -> None:
    with running(_OWNER, folder / "valkey") as owner:
        server_pid = int(next_line(owner))
        owner.kill()
        wait_until(lambda: is_gone(server_pid))


async def test_an_orphan_is_replaced_by_the_next_start(folder: Path) -> None:
    with running(_OWNER, folder / "valkey", "unguarded") as owner:
        orphan_pid = int(next_line(owner))
        owner.kill()
        owner.wait()
        assert not is_gone(orphan_pid)
        with EmbeddedValkey(folder / "valkey") as server:
            wait_until(lambda: is_gone(orphan_pid))
            assert await _count(server) == 1
