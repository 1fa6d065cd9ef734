"""A server dies, or loses its database, between work and answer: whoever asks again gets the one true answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import httpx
import pytest

from application.accounts.callers import Caller
from application.fault_points import FaultPoint, set_trap
from infrastructure.postgres.bookings import SqlBookings
from infrastructure.postgres.queries.services import SqlServiceQueries
from tests.integration.api.program import Json, session
from tests.integration.idempotency.conftest import Dying
from tests.integration.idempotency.keyed import (
    BOOKINGS,
    SERVICE,
    Keyed,
    booking_of,
    is_replayed,
    new_key,
    what_is_kept,
)
from tests.marketplace import Marketplace


async def test_a_seat_that_was_taken_before_the_server_died_is_the_answer(
    keyed: Keyed, marketplace: Marketplace, dying: Dying
) -> None:
    slot = await marketplace.slot(await marketplace.consultant())
    key = new_key()
    dying(FaultPoint.IDEM_BEFORE_STORE)
    assert (await keyed.post(BOOKINGS, booking_of(slot), key=key)).status_code == 500
    [booking_id] = await keyed.bookings()
    waiting = await keyed.post(BOOKINGS, booking_of(slot), key=key)
    assert waiting.json()["code"] == "idempotency_in_flight"
    await keyed.lock_runs_out()
    continued = await keyed.post(BOOKINGS, booking_of(slot), key=key)
    assert continued.status_code == 201, continued.text
    assert not is_replayed(continued)
    assert continued.json()["id"] == str(booking_id)
    assert continued.json()["status"] == "pending"
    assert await keyed.bookings() == [booking_id]
    again = await keyed.post(BOOKINGS, booking_of(slot), key=key)
    assert is_replayed(again)
    assert what_is_kept(again) == what_is_kept(continued)


async def test_a_call_that_never_began_is_done_once_the_lock_has_run_out(
    keyed: Keyed, marketplace: Marketplace, dying: Dying
) -> None:
    slot = await marketplace.slot(await marketplace.consultant())
    key = new_key()
    dying(FaultPoint.IDEM_AFTER_INSERT)
    assert (await keyed.post(BOOKINGS, booking_of(slot), key=key)).status_code == 500
    assert await keyed.bookings() == []
    await keyed.lock_runs_out()
    assert (await keyed.post(BOOKINGS, booking_of(slot), key=key)).status_code == 201


async def test_another_request_cannot_take_over(keyed: Keyed, marketplace: Marketplace, dying: Dying) -> None:
    slot = await marketplace.slot(await marketplace.consultant())
    key = new_key()
    dying(FaultPoint.IDEM_AFTER_INSERT)
    await keyed.post(BOOKINGS, booking_of(slot), key=key)
    await keyed.lock_runs_out()
    other = await keyed.post(BOOKINGS, booking_of(slot, "Another lease"), key=key)
    assert other.json()["code"] == "idempotency_mismatch"
    assert await keyed.bookings() == []


async def test_the_seat_is_told_as_it_is_by_now(keyed: Keyed, marketplace: Marketplace, dying: Dying) -> None:
    slot = await marketplace.slot(await marketplace.consultant())
    key = new_key()
    dying(FaultPoint.IDEM_BEFORE_STORE)
    await keyed.post(BOOKINGS, booking_of(slot), key=key)
    [booking_id] = await keyed.bookings()
    await keyed.program.post(f"{BOOKINGS}/{booking_id}/cancel", status=200)
    await keyed.lock_runs_out()
    continued = await keyed.post(BOOKINGS, booking_of(slot), key=key)
    assert (continued.status_code, continued.json()["id"]) == (201, str(booking_id))
    assert continued.json()["status"] == "cancelled"
    assert await keyed.bookings() == [booking_id]


async def test_a_dead_servers_call_can_be_carried_on_with_after_a_tidying(
    keyed: Keyed, marketplace: Marketplace, dying: Dying
) -> None:
    slot = await marketplace.slot(await marketplace.consultant())
    dying(FaultPoint.IDEM_AFTER_INSERT)
    await keyed.post(BOOKINGS, booking_of(slot), key=new_key())
    assert await marketplace.product.tidy_keys() == 0
    await keyed.lock_runs_out()
    assert await marketplace.product.tidy_keys() == 1
    running = await keyed.database.pool.fetchval(
        "SELECT count(*) FROM idempotency_keys WHERE locked_until IS NOT NULL"
    )
    assert running == 0


async def test_an_answer_that_came_too_late_does_not_replace_the_other_one(
    keyed: Keyed, marketplace: Marketplace
) -> None:
    """The first process was not dead, but slow: the second took over and answered."""
    slot = await marketplace.slot(await marketplace.consultant())
    key = new_key()
    answers: list[httpx.Response] = []

    async def take_over(point: FaultPoint) -> None:
        if point is FaultPoint.IDEM_BEFORE_STORE:
            set_trap(None)
            await keyed.lock_runs_out()
            answers.append(await keyed.post(BOOKINGS, booking_of(slot), key=key))

    set_trap(take_over)
    slow = await keyed.post(BOOKINGS, booking_of(slot), key=key)
    [second] = answers
    assert second.status_code == slow.status_code == 201
    assert second.json() == slow.json()
    assert what_is_kept(await keyed.post(BOOKINGS, booking_of(slot), key=key)) == what_is_kept(second)


async def test_after_a_fault_of_ours_the_same_key_carries_on_at_once(
    client: httpx.AsyncClient, marketplace: Marketplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database goes away between the commit and the look at what was made."""
    keyed = await Keyed.of(client, marketplace, await marketplace.consultant())
    own_service = SqlServiceQueries.own_service

    async def away(*_: object, **__: object) -> None:
        raise ConnectionError("the database is away")

    key = new_key()
    monkeypatch.setattr(SqlServiceQueries, "own_service", away)
    assert (await keyed.post("/consultant/services", SERVICE, key=key)).status_code == 503
    monkeypatch.setattr(SqlServiceQueries, "own_service", own_service)
    changed = await keyed.post("/consultant/services", SERVICE | {"name": "Another"}, key=key)
    assert changed.json()["code"] == "idempotency_mismatch"
    answer = await keyed.post("/consultant/services", SERVICE, key=key)
    assert answer.status_code == 201, answer.text
    assert await keyed.database.pool.fetchval("SELECT count(*) FROM services") == 1


async def test_after_a_cut_connection_the_same_key_carries_on_at_once(
    keyed: Keyed, marketplace: Marketplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    slot = await marketplace.slot(await marketplace.consultant())
    is_working = asyncio.Event()

    async def hang(*_: object, **__: object) -> None:
        is_working.set()
        await asyncio.Event().wait()

    key = new_key()
    with monkeypatch.context() as patched:
        patched.setattr(SqlBookings, "add", hang)
        call = asyncio.create_task(keyed.post(BOOKINGS, booking_of(slot), key=key))
        await is_working.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
    assert (await keyed.post(BOOKINGS, booking_of(slot), key=key)).status_code == 201


async def test_when_paystack_is_away_the_same_key_tries_again(keyed: Keyed, marketplace: Marketplace) -> None:
    slot = await marketplace.slot(await marketplace.consultant())
    booking = (await keyed.post(BOOKINGS, booking_of(slot), key=new_key())).json()
    fault = {"endpoint": "initialize", "count": 1, "status": 502}
    assert (await marketplace.sandbox.post("/_sandbox/faults", json=fault)).is_success
    key = new_key()
    assert (await keyed.post(f"{BOOKINGS}/{booking['id']}/payment", key=key)).status_code == 503
    assert (await keyed.post(f"{BOOKINGS}/{booking['id']}/payment", key=key)).status_code == 201


@dataclass(frozen=True)
class Scene:
    """People whose programs do something that takes effect once."""

    http: httpx.AsyncClient
    marketplace: Marketplace
    client: Caller
    consultant: Caller

    async def as_client(self) -> Keyed:
        """The client's program."""
        return await Keyed.of(self.http, self.marketplace, self.client)

    async def as_consultant(self) -> Keyed:
        """The consultant's program."""
        return await Keyed.of(self.http, self.marketplace, self.consultant)

    async def confirmed(self, *, past: timedelta | None = None) -> str:
        """A booking that is paid for; its session was some time ago."""
        slot = await self.marketplace.slot(self.consultant)
        booking = await self.marketplace.confirmed_booking(self.client, slot)
        if past:
            await self.marketplace.move_into_past(slot.id, by=past)
        return str(booking.id)


Act = tuple[Keyed, str, Json | None]
YESTERDAY = timedelta(days=2)


async def cancelling(scene: Scene) -> Act:
    return await scene.as_client(), f"{BOOKINGS}/{await scene.confirmed()}/cancel", None


async def calling_off(scene: Scene) -> Act:
    return await scene.as_consultant(), f"/consultant/bookings/{await scene.confirmed()}/cancel", {"reason": "Ill"}


async def moving(scene: Scene) -> Act:
    other = await scene.marketplace.slot(scene.consultant, starts_in=timedelta(days=3))
    return await scene.as_client(), f"{BOOKINGS}/{await scene.confirmed()}/reschedule", {"slot_id": str(other.id)}


async def completing(scene: Scene) -> Act:
    booking_id = await scene.confirmed(past=YESTERDAY)
    return await scene.as_consultant(), f"/consultant/bookings/{booking_id}/complete", None


async def missing_the_client(scene: Scene) -> Act:
    booking_id = await scene.confirmed(past=YESTERDAY)
    return await scene.as_consultant(), f"/consultant/bookings/{booking_id}/no-show", None


async def missing_the_consultant(scene: Scene) -> Act:
    return await scene.as_client(), f"{BOOKINGS}/{await scene.confirmed(past=YESTERDAY)}/no-show", None


async def answering(scene: Scene) -> Act:
    booking_id = await scene.confirmed(past=YESTERDAY)
    await (await scene.as_client()).program.post(f"{BOOKINGS}/{booking_id}/no-show", status=200)
    body = {"attended": False}
    return await scene.as_consultant(), f"/consultant/bookings/{booking_id}/no-show-answer", body


async def reviewing(scene: Scene) -> Act:
    booking_id = await scene.confirmed(past=YESTERDAY)
    await (await scene.as_consultant()).program.post(f"/consultant/bookings/{booking_id}/complete", status=200)
    return await scene.as_client(), f"{BOOKINGS}/{booking_id}/review", {"rating": 5, "comment": "Clear"}


async def getting_in_line(scene: Scene) -> Act:
    slot = await scene.marketplace.slot(scene.consultant)
    await scene.marketplace.booking(await scene.marketplace.client(), slot)
    return await scene.as_client(), "/client/waiting-list", {"slot_id": str(slot.id)}


async def offering_a_session(scene: Scene) -> Act:
    return await scene.as_consultant(), "/consultant/availabilities", session(in_days=9)


async def offering_a_service(scene: Scene) -> Act:
    return await scene.as_consultant(), "/consultant/services", SERVICE


async def paying(scene: Scene) -> Act:
    booking = await scene.marketplace.booking(scene.client, await scene.marketplace.slot(scene.consultant))
    return await scene.as_client(), f"{BOOKINGS}/{booking.id}/payment", None


@pytest.mark.parametrize(
    "act",
    [
        cancelling,
        calling_off,
        moving,
        completing,
        missing_the_client,
        missing_the_consultant,
        answering,
        reviewing,
        getting_in_line,
        offering_a_session,
        offering_a_service,
        paying,
    ],
)
async def test_what_was_done_before_the_server_died_is_answered_as_done(
    act: Callable[[Scene], Awaitable[Act]],
    client: httpx.AsyncClient,
    marketplace: Marketplace,
) -> None:
    scene = Scene(client, marketplace, await marketplace.client(), await marketplace.consultant())
    keyed, path, body = await act(scene)
    key = new_key()
    lost = await _answered_and_lost(keyed, path, body, key)
    await keyed.lock_runs_out()
    continued = await keyed.post(path, body, key=key)
    assert what_is_kept(continued) == what_is_kept(lost), continued.text
    assert continued.is_success
    assert not is_replayed(continued)


async def _answered_and_lost(keyed: Keyed, path: str, body: Json | None, key: str) -> httpx.Response:
    """What the server answered; in the database it looks as if it had died before it kept that."""
    answer = await keyed.post(path, body, key=key)
    await keyed.database.pool.execute(
        "UPDATE idempotency_keys SET status = NULL, headers = NULL, body = NULL, locked_until = clock_timestamp() "
        "WHERE account_id = $1 AND key = $2",
        keyed.caller.account_id,
        key,
    )
    return answer


async def test_a_seat_that_somebody_else_took_meanwhile_is_no_answer(
    keyed: Keyed, marketplace: Marketplace, dying: Dying
) -> None:
    slot = await marketplace.slot(await marketplace.consultant())
    key = new_key()
    dying(FaultPoint.IDEM_AFTER_INSERT)
    await keyed.post(BOOKINGS, booking_of(slot), key=key)
    await marketplace.booking(await marketplace.client(), slot)
    await keyed.lock_runs_out()
    assert (await keyed.post(BOOKINGS, booking_of(slot), key=key)).json()["code"] == "slot_full"
