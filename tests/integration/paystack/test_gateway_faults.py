"""Everything that a network or Paystack can do to a call, at each call that money depends on.

While it goes wrong nothing is confirmed on garbage, and everybody gets an answer in time; once all is well again
everything ends where it should, and no money went twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import httpx
import pytest

from application.accounts.callers import Caller
from application.bookings.views import BookingView
from application.payments.owe_back import owe_back
from application.payments.send_refund import SendRefund
from application.product import Product
from domain.money import Money
from domain.payments import PaymentGatewayUnavailable, PaymentStatus
from infrastructure.embedded.postgres import EmbeddedPostgres
from infrastructure.embedded.valkey import EmbeddedValkey
from infrastructure.identity import new_id
from infrastructure.paystack.breaker import CircuitBreaker
from infrastructure.paystack.connection import Patience, paystack_client
from infrastructure.paystack.gateway import PaystackGateway
from infrastructure.paystack.sandbox.app import build_sandbox
from infrastructure.paystack.sandbox.settings import SandboxSettings
from infrastructure.postgres.database import Database
from infrastructure.postgres.unit_of_work import SqlUnitsOfWork
from infrastructure.queue import SaqNudge, open_queue
from infrastructure.settings import Settings
from interfaces.app import build_web_app
from main import build_product, http_settings
from tests.conftest import SECRET_KEY, TEMPLATE, database_url_of, execute
from tests.integration.api.program import Program
from tests.integration.earnings.conftest import SHARE, Till
from tests.integration.paystack.faulty_line import FaultyLine, LineFault
from tests.invariants import broken_invariants
from tests.lifespans import running
from tests.marketplace import Marketplace

HASTY = Patience(deadline_s=0.3, connect_s=0.15, read_s=0.15, first_pause_s=0.01, turn_s=0.01)
"""As in production, but much shorter: whoever meets with a fault gives up soon."""
LATE_S = 0.35
ANSWERS_WITHIN_S = 8
DATABASE = "test_gateway_faults"
CALLS = {
    "initialize": "POST /transaction/initialize",
    "verify": "GET /transaction/verify/.*",
    "refund": "POST /refund",
    "list_refunds": "GET /refund",
    "list_transactions": "GET /transaction",
    "transfer": "POST /transfer",
    "verify_transfer": "GET /transfer/verify/.*",
}
SENT = 200_000
"""Some of a payment: Paystack would send that much a second time."""

GARBAGE: dict[str, LineFault | dict[str, object]] = {
    "late, before it takes effect": {"delay_before_s": LATE_S},
    "late, after it took effect": {"delay_after_s": LATE_S},
    **{str(fault): fault for fault in LineFault},
    "400": {"status": 400},
    "400 after it took effect": {"status": 400, "acts": True},
    "404": {"status": 404},
    "404 in HTML": {"status": 404, "body": "html"},
    "422 with nothing": {"status": 422, "body": "empty"},
    "401": {"status": 401},
    "500": {"status": 500},
    "500 after it took effect": {"status": 500, "acts": True},
    "502 in HTML": {"status": 502, "body": "html"},
    "502 in HTML after it took effect": {"status": 502, "body": "html", "acts": True},
    "503 with nothing": {"status": 503, "body": "empty"},
    "200 in HTML": {"status": 200, "body": "html", "acts": True},
    "200 with nothing": {"status": 200, "body": "empty", "acts": True},
    "cut short": {"body": "truncated", "acts": True},
    "ten megabytes": {"body": "huge", "acts": True},
    "status true alone": {"content": '{"status": true}', "acts": True},
    "wrong types": {"data": {"id": "1", "amount": "5", "reference": 7, "status": 1, "access_code": []}},
    "numbers too large": {"data": {"id": 10**30, "amount": 10**30}, "without": ["access_code", "transfer_code"]},
    "missing fields": {"without": ["id", "amount", "reference", "status", "currency"]},
    "unknown words": {"data": {"status": "teleported"}},
    "too many calls": {"error": "rate_limited"},
    "a duplicate": {"error": "duplicate_reference"},
}
LIES: dict[str, dict[str, object]] = {
    "another amount": {"data": {"amount": 777}},
    "another currency": {"data": {"currency": "GHS"}},
    "another customer": {"data": {"customer": {"email": "mallory@example.com"}}},
    "another mode": {"data": {"domain": "live"}},
}
"""Answers that make sense and are not true."""
CHANGES_OF_MIND = ["abandoned", "failed", "ongoing", "pending", "reversed"]
EACH_FAULT = pytest.mark.parametrize("fault", [*GARBAGE, *LIES])


@dataclass(frozen=True)
class Hasty:
    """Everything through a gateway that gives up soon."""

    product: Product
    gateway: PaystackGateway


@dataclass(frozen=True)
class Rig:
    """One marketplace for all of these tests, with a gateway of its own for each time of trouble."""

    marketplace: Marketplace
    gateway: PaystackGateway
    line: FaultyLine
    make_hasty: Callable[[], Hasty]
    hasty_site: httpx.AsyncClient

    @property
    def product(self) -> Product:
        """While all is well."""
        return self.marketplace.product

    @asynccontextmanager
    async def trouble(self, call: str, fault: str) -> AsyncIterator[Hasty]:
        """This call, which has to be made, goes wrong all the time. What it does when nobody waits for it any more
        is done when all is well again.
        """
        await self._damage(call, (GARBAGE | LIES)[fault])
        met_before = self.line.met(CALLS[call])
        try:
            async with asyncio.timeout(ANSWERS_WITHIN_S):
                yield self.make_hasty()
        finally:
            self.line.mend()
            await self.marketplace.sandbox.delete("/_sandbox/faults")
            await self.line.quiet()
        assert self.line.met(CALLS[call]) > met_before

    async def _damage(self, call: str, fault: LineFault | dict[str, object]) -> None:
        if isinstance(fault, LineFault):
            self.line.damage(CALLS[call], fault)
            return
        answer = await self.marketplace.sandbox.post(
            "/_sandbox/faults", json={"endpoint": call, "count": None} | fault
        )
        assert answer.is_success, answer.text

    async def held_seat(self) -> tuple[Caller, BookingView]:
        """Somebody who is about to pay."""
        client = await self.marketplace.client()
        slot = await self.marketplace.slot(await self.marketplace.consultant())
        return client, await self.marketplace.booking(client, slot)

    async def paid(self) -> tuple[BookingView, str]:
        """Somebody who paid, and nobody was told."""
        client, booking = await self.held_seat()
        payment = await self.marketplace.started_payment(client, booking)
        await self.marketplace.pay(payment.reference)
        return booking, payment.reference

    async def status(self, booking: BookingView) -> str:
        return cast(str, await self.fetchval("SELECT status FROM bookings WHERE id = $1", booking.id))

    async def fetchval(self, statement: str, *values: object) -> Any:
        return await self.marketplace.database.pool.fetchval(statement, *values)

    async def refund_owed(self) -> tuple[UUID, int]:
        """Some of a payment goes back: the refund, and Paystack's number of the charge."""
        booking, reference = await self.paid()
        await self.product.settle_payment(reference)
        async with SqlUnitsOfWork(self.marketplace.database, new_id)() as uow:
            locked = await uow.bookings.lock(booking.id)
            payment = await uow.payments.lock(reference)
            await owe_back(uow, new_id, payment, Money(SENT, "NGN"), booking=locked, reason="the lights went out")
            await uow.commit()
        assert payment.charge is not None
        refund_id = await self.fetchval("SELECT id FROM refunds WHERE payment_id = $1", payment.id)
        return refund_id, payment.charge.paystack_id

    async def send(self, refund_id: UUID, gateway: PaystackGateway) -> None:
        """As the errand does, an hour later: long enough for everything that has to wait."""
        await self.marketplace.database.pool.execute(
            "UPDATE refunds SET sent_at = sent_at - interval '1 hour' WHERE id = $1", refund_id
        )
        open_uow = SqlUnitsOfWork(self.marketplace.database, new_id)
        with suppress(PaymentGatewayUnavailable):
            await SendRefund(open_uow, gateway)(refund_id)

    async def send_until_sent(self, refund_id: UUID) -> None:
        """All is well again."""
        for _ in range(2):
            await self.send(refund_id, self.gateway)

    async def refunds_at_paystack(self, paystack_id: int) -> list[dict[str, Any]]:
        answer = await self.marketplace.sandbox.get("/refund", params={"transaction": str(paystack_id)})
        return cast(list[dict[str, Any]], answer.json()["data"])

    async def earner(self) -> Till:
        """A consultant with something to be paid."""
        till = Till(self.marketplace, await self.marketplace.consultant(), await self.marketplace.client())
        await till.behaves(transfer_s=0)
        await till.session()
        await till.account()
        return till


@pytest.fixture(scope="module")
async def rig(
    postgres: EmbeddedPostgres, valkey: EmbeddedValkey, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Rig]:
    async with AsyncExitStack() as stack:
        sandbox = await stack.enter_async_context(own_sandbox())
        line = await stack.enter_async_context(FaultyLine(sandbox).running())
        client = await stack.enter_async_context(paystack_client(f"http://127.0.0.1:{line.port}", SECRET_KEY))
        database = await stack.enter_async_context(own_database(postgres))
        settings = settings_of(database_url_of(postgres, DATABASE), valkey, tmp_path_factory.mktemp("media"))
        queue = open_queue(settings.redis_url)
        stack.push_async_callback(queue.disconnect)

        def make_hasty() -> Hasty:
            hasty = PaystackGateway(client, SECRET_KEY, patience=HASTY, breaker=CircuitBreaker(open_for_s=0))
            return Hasty(build_product(settings, database, hasty, SaqNudge(queue)), hasty)

        gateway = PaystackGateway(client, SECRET_KEY)
        product = build_product(settings, database, gateway, SaqNudge(queue))
        site = await stack.enter_async_context(site_of(make_hasty().product, settings))
        yield Rig(Marketplace(product, database, sandbox), gateway, line, make_hasty, site)


@asynccontextmanager
async def own_sandbox() -> AsyncIterator[httpx.AsyncClient]:
    app = build_sandbox(
        SandboxSettings(
            secret_key=SECRET_KEY,
            public_key="pk_test_of_the_tests",
            public_url="http://paystack.test",
            webhook_url=None,
            database=":memory:",
        )
    )
    transport = httpx.ASGITransport(app=cast(Any, app))
    headers = {"Authorization": f"Bearer {SECRET_KEY}"}
    async with (
        running(app),
        httpx.AsyncClient(transport=transport, base_url="http://paystack.test", headers=headers) as client,
    ):
        yield client


@asynccontextmanager
async def own_database(postgres: EmbeddedPostgres) -> AsyncIterator[Database]:
    await execute(postgres.url, f"CREATE DATABASE {DATABASE} TEMPLATE {TEMPLATE} STRATEGY file_copy")
    database = Database(database_url_of(postgres, DATABASE))
    await database.open()
    yield database
    await database.close()
    await execute(postgres.url, f"DROP DATABASE {DATABASE} WITH (FORCE)")


@asynccontextmanager
async def site_of(product: Product, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    app = build_web_app(product, http_settings(settings), lifespan=[])
    transport = httpx.ASGITransport(app=cast(Any, app), raise_app_exceptions=False)
    async with running(app), httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        yield client


def settings_of(database_url: str, valkey: EmbeddedValkey, media: Path) -> Settings:
    return Settings.from_environment(
        {
            "ENVIRONMENT": "development",
            "DATABASE_URL": database_url,
            "REDIS_URL": valkey.url,
            "SECRET_KEY": "a secret of the tests, long enough to be one",
            "PAYSTACK_SECRET_KEY": SECRET_KEY,
            "PAYSTACK_PUBLIC_KEY": "pk_test_of_the_tests",
            "PAYSTACK_BASE_URL": "http://paystack.test",
            "PUBLIC_URL": "http://testserver",
            "MEDIA_URL": f"file://{media}",
        }
    )


@EACH_FAULT
async def test_a_payment_that_could_not_be_started_can_be_started_again(rig: Rig, fault: str) -> None:
    client, booking = await rig.held_seat()
    async with rig.trouble("initialize", fault) as hasty:
        with suppress(PaymentGatewayUnavailable):
            await hasty.product.start_payment(client, booking.id)
    assert await rig.status(booking) == "pending"
    payment = await rig.product.start_payment(client, booking.id)
    await rig.marketplace.pay(payment.reference)
    assert await rig.product.settle_payment(payment.reference) is PaymentStatus.SUCCESS
    assert await rig.status(booking) == "confirmed"
    await pay_what_was_lost(rig, booking, payment.reference)


async def pay_what_was_lost(rig: Rig, booking: BookingView, but: str) -> None:
    """Whoever kept the address of an attempt whose answer we never got pays a second time: that goes back."""
    rows = await rig.marketplace.database.pool.fetch(
        "SELECT reference FROM payments WHERE booking_id = $1 AND reference <> $2", booking.id, but
    )
    for reference in (row["reference"] for row in rows):
        if await rig.gateway.verify(reference) is not None:
            await rig.marketplace.pay(reference)
            assert await rig.product.settle_payment(reference) is PaymentStatus.REFUND_PENDING


@pytest.mark.parametrize("fault", ["silence after", "reset after", "drip", "502 in HTML", "wrong types", "400"])
async def test_a_program_hears_at_once_what_is_the_matter(rig: Rig, fault: str) -> None:
    client, booking = await rig.held_seat()
    token = await rig.marketplace.token(client)
    async with rig.trouble("initialize", fault):
        answer = await Program(rig.hasty_site, token).call("POST", f"/client/bookings/{booking.id}/payment")
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (503, "payment_gateway_unavailable")
    assert problem["detail"] == PaymentGatewayUnavailable.sentence
    assert int(answer.headers["retry-after"]) > 0


@EACH_FAULT
async def test_a_payment_is_confirmed_by_the_truth_only(rig: Rig, fault: str) -> None:
    booking, reference = await rig.paid()
    async with rig.trouble("verify", fault) as hasty:
        with suppress(PaymentGatewayUnavailable):
            assert await hasty.product.settle_payment(reference) is not PaymentStatus.SUCCESS
    assert await rig.status(booking) == "pending"
    is_mismatched = fault in LIES
    expected = PaymentStatus.MISMATCHED if is_mismatched else PaymentStatus.SUCCESS
    assert await rig.product.settle_payment(reference) is expected
    assert await rig.status(booking) == ("pending" if is_mismatched else "confirmed")
    listed = await rig.fetchval("SELECT count(*) FROM operator_items WHERE subject = $1", reference)
    assert listed == is_mismatched


@pytest.mark.parametrize("word", CHANGES_OF_MIND)
async def test_a_paystack_that_changes_its_mind_is_believed_when_it_says_success(rig: Rig, word: str) -> None:
    booking, reference = await rig.paid()
    fault = {"endpoint": "verify", "count": 1, "data": {"status": word}}
    assert (await rig.marketplace.sandbox.post("/_sandbox/faults", json=fault)).is_success
    assert await rig.product.settle_payment(reference) is not PaymentStatus.SUCCESS
    assert await rig.status(booking) == "pending"
    assert await rig.product.settle_payment(reference) is PaymentStatus.SUCCESS
    assert await rig.status(booking) == "confirmed"


@EACH_FAULT
async def test_a_refund_goes_once(rig: Rig, fault: str) -> None:
    refund_id, paystack_id = await rig.refund_owed()
    async with rig.trouble("refund", fault) as hasty:
        await rig.send(refund_id, hasty.gateway)
    await rig.send_until_sent(refund_id)
    await went_once(rig, refund_id, paystack_id)


@EACH_FAULT
async def test_a_refund_that_is_looked_for_in_vain_is_not_sent_again(rig: Rig, fault: str) -> None:
    refund_id, paystack_id = await rig.refund_owed()
    async with rig.trouble("refund", str(LineFault.RESET_AFTER)) as hasty:
        await rig.send(refund_id, hasty.gateway)
    async with rig.trouble("list_refunds", fault) as hasty:
        await rig.send(refund_id, hasty.gateway)
    await rig.send_until_sent(refund_id)
    await went_once(rig, refund_id, paystack_id)


async def went_once(rig: Rig, refund_id: UUID, paystack_id: int) -> None:
    [known] = await rig.refunds_at_paystack(paystack_id)
    assert known["amount"] == SENT
    body = {"status": "processed"}
    assert (await rig.marketplace.sandbox.put(f"/_sandbox/refunds/{known['id']}", json=body)).is_success
    await rig.send(refund_id, rig.gateway)
    assert await rig.fetchval("SELECT status FROM refunds WHERE id = $1", refund_id) == "processed"


@EACH_FAULT
async def test_a_payment_that_is_only_in_paystacks_list_is_found(rig: Rig, fault: str) -> None:
    booking, reference = await rig.paid()
    async with rig.trouble("list_transactions", fault) as hasty:
        found = await hasty.product.compare_with_paystack()
    assert fault in LIES or found.was_interrupted or reference not in found.settled
    assert not found.failed
    again = await rig.product.compare_with_paystack()
    assert not again.failed
    assert not again.was_interrupted
    assert await rig.status(booking) == "confirmed"


@EACH_FAULT
async def test_a_payout_goes_once(rig: Rig, fault: str) -> None:
    till = await rig.earner()
    payout = await till.request()
    async with rig.trouble("transfer", fault) as hasty:
        await hasty.product.relay_outbox()
    await until_paid(rig, till, payout.id)


@EACH_FAULT
async def test_a_payout_that_is_looked_for_in_vain_goes_once(rig: Rig, fault: str) -> None:
    till = await rig.earner()
    payout = await till.request()
    async with rig.trouble("transfer", str(LineFault.RESET_AFTER)) as hasty:
        await hasty.product.relay_outbox()
    async with rig.trouble("verify_transfer", fault) as hasty:
        with suppress(PaymentGatewayUnavailable):
            await hasty.product.follow_payouts.follow_payout(payout.id)
    await until_paid(rig, till, payout.id)


async def until_paid(rig: Rig, till: Till, payout_id: UUID) -> None:
    """Once all is well; what was refused is owed again, and asked for again."""
    await follow(rig, payout_id)
    if await till.owed():
        await follow(rig, (await till.request()).id)
    assert await till.owed() == 0
    rows = await rig.marketplace.database.pool.fetch(
        "SELECT reference FROM payouts WHERE consultant_id = $1", till.consultant.account_id
    )
    ours = {row["reference"] for row in rows}
    sent = [row for row in await till.transfers() if row["reference"] in ours]
    assert [(row["amount"], row["status"]) for row in sent] == [(SHARE, "success")]
    in_flight = await rig.fetchval(
        "SELECT count(*) FROM payouts WHERE consultant_id = $1 AND status NOT IN ('paid', 'failed')",
        till.consultant.account_id,
    )
    assert in_flight == 0


async def follow(rig: Rig, payout_id: UUID) -> None:
    """It is sent if it has to be, and its transfer ends."""
    for _ in range(3):
        await rig.product.follow_payouts.follow_payout(payout_id)
        await rig.marketplace.sandbox.post("/_sandbox/run-due")


async def test_afterwards_all_accounts_are_in_order(rig: Rig) -> None:
    await rig.product.relay_outbox()
    assert await broken_invariants(rig.marketplace.database) == []
