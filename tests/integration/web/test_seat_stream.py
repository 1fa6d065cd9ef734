"""The stream of seats over HTTP, without a server: who is let in, and that everybody is let go."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any, cast
from uuid import uuid4

import httpx
import pytest
from litestar import Litestar

from infrastructure.live_seats.watchers import SeatWatchers
from infrastructure.postgres.database import Database
from infrastructure.postgres.queries.live_seats import SqlSeatReads
from infrastructure.settings import Settings
from interfaces.app import build_web_app
from interfaces.web.rooms import live_seats
from main import http_settings
from tests.lifespans import running
from tests.marketplace import Marketplace

AT_MOST_S = 10.0


@pytest.fixture
def watchers(database: Database) -> SeatWatchers:
    """With room for two, and for one from each address."""
    return SeatWatchers(SqlSeatReads(database), most=2, most_per_address=1)


@pytest.fixture
def app(marketplace: Marketplace, settings: Settings, watchers: SeatWatchers) -> Litestar:
    """The web application, around these watchers."""
    return build_web_app(replace(marketplace.product, seat_watches=watchers), http_settings(settings), lifespan=[])


@pytest.fixture
async def address(marketplace: Marketplace) -> str:
    """Where the seats of a consultant with one session are."""
    consultant = await marketplace.consultant()
    slot = await marketplace.slot(consultant, capacity=3)
    return f"/consultants/{await marketplace.slug(consultant)}/seats?slot={slot.id}"


async def test_it_says_how_the_slots_stand_and_ends_by_itself(
    client: httpx.AsyncClient, address: str, watchers: SeatWatchers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_seats, "LONGEST_S", 0.3)
    monkeypatch.setattr(live_seats, "HEARTBEAT_S", 0.1)
    answer = await client.get(address)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-accel-buffering"] == "no"
    assert "set-cookie" not in answer.headers
    first, event, *heartbeats = answer.text.replace("\r\n", "\n").strip().split("\n\n")
    assert first == "retry: 5000"
    slot_id = address.rpartition("=")[2]
    assert event == f'event: seats\ndata: {{"slot_id":"{slot_id}","seats_left":3,"status":"open"}}'
    assert {heartbeat.strip() for heartbeat in heartbeats} == {":"}
    assert watchers.number == 0


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/consultants/nobody-at-all/seats", 404),
        ("/consultants/No%00body/seats", 404),
        ("{address}&slot=not-an-id", 422),
        ("{address}" + "".join(f"&slot={uuid4()}" for _ in range(live_seats.MOST_SLOTS)), 422),
    ],
)
async def test_what_is_not_there_cannot_be_watched(
    client: httpx.AsyncClient, address: str, watchers: SeatWatchers, path: str, status: int
) -> None:
    answer = await client.get(path.format(address=address))
    assert answer.status_code == status
    assert "set-cookie" not in answer.headers
    assert watchers.number == 0


async def test_whoever_is_too_many_is_told_when_to_come_again(
    client: httpx.AsyncClient, address: str, watchers: SeatWatchers
) -> None:
    slug = address.split("/")[2]
    watches = [await watchers.watch(slug, [], address="127.0.0.1")]
    too_many_from_here = await client.get(address)
    assert (too_many_from_here.status_code, int(too_many_from_here.headers["retry-after"]) > 0) == (429, True)
    watches.append(await watchers.watch(slug, [], address="192.0.2.1"))
    too_many = await client.get(address)
    assert (too_many.status_code, int(too_many.headers["retry-after"]) > 0) == (503, True)


class Reader:
    """A client at the other end of a connection, who may stop reading, and may go away."""

    def __init__(self, app: Litestar, address: str, *, reads: bool = True) -> None:
        self._app = app
        self._path, _, self._query = address.partition("?")
        self._reads = reads
        self._is_sent = False
        self.has_begun = asyncio.Event()
        self.is_gone = asyncio.Event()

    async def __call__(self) -> None:
        """Until the answer ends."""
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": self._path,
            "raw_path": self._path.encode(),
            "query_string": self._query.encode(),
            "root_path": "",
            "headers": [],
            "client": ("192.0.2.7", 4711),
            "server": ("testserver", 80),
            "state": {},
        }
        await cast(Any, self._app)(scope, self._receive, self._send)

    async def _receive(self) -> dict[str, object]:
        if not self._is_sent:
            self._is_sent = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self.is_gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, object]) -> None:
        if message.get("body"):
            self.has_begun.set()
            if not self._reads:
                await asyncio.Event().wait()


@pytest.mark.parametrize("reads", [True, False])
async def test_whoever_goes_away_is_let_go(
    app: Litestar, address: str, watchers: SeatWatchers, reads: bool
) -> None:
    reader = Reader(app, address, reads=reads)
    async with running(app), asyncio.timeout(AT_MOST_S):
        answering = asyncio.create_task(reader())
        await reader.has_begun.wait()
        assert watchers.number == 1
        reader.is_gone.set()
        await answering
    assert watchers.number == 0


async def test_whoever_stays_and_reads_nothing_is_let_go_in_the_end(
    app: Litestar, address: str, watchers: SeatWatchers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_seats, "LONGEST_S", 0.1)
    monkeypatch.setattr(live_seats, "HEARTBEAT_S", 0.1)
    async with running(app), asyncio.timeout(AT_MOST_S):
        await Reader(app, address, reads=False)()
    assert watchers.number == 0
