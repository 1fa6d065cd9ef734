"""A web server that is asked to end says so first, serves on for a while, and leaves nobody without an answer."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx

from infrastructure.embedded.postgres import EmbeddedPostgres
from infrastructure.embedded.valkey import EmbeddedValkey
from tests.e2e.databases import fresh_database
from tests.e2e.site import running_site

DRAIN_S = 3


async def test_a_server_that_ends_is_not_ready_but_answers_until_it_closes_its_door(
    postgres: EmbeddedPostgres, valkey: EmbeddedValkey, tmp_path: Path
) -> None:
    with running_site(fresh_database(postgres), valkey.url, tmp_path, DRAIN_SECONDS=str(DRAIN_S)) as site:
        loop = asyncio.get_running_loop()
        async with httpx.AsyncClient(base_url=site.url, trust_env=False, timeout=10) as http:
            assert (await http.get("/readyz")).status_code == 200
            site.processes["web"].terminate()
            asked_at = loop.time()
            while (await http.get("/readyz")).status_code == 200:
                assert loop.time() - asked_at < DRAIN_S, "it still says that it is ready"
            answered = 0
            try:
                while loop.time() - asked_at < DRAIN_S + 10:
                    headers = {"Connection": "close"}
                    answer = await http.get("/api/consultants", headers=headers)
                    assert answer.status_code == 200
                    served_s = loop.time() - asked_at
                    answered += 1
                    await asyncio.sleep(0.05)
            except (httpx.ConnectError, httpx.RemoteProtocolError, httpx.ReadError):
                # In the instant in which the door closes, the kernel may still take a call for the server.
                assert loop.time() - asked_at > DRAIN_S - 0.5, "a call was lost before the door closed"
            assert answered > 3
            assert DRAIN_S - 0.5 < served_s < DRAIN_S + 5
        assert await asyncio.to_thread(site.processes["web"].wait, 60) == 0
