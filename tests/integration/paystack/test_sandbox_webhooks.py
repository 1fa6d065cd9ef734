import asyncio
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar import Litestar, Request, post
from litestar.datastructures import State

from infrastructure.paystack.sandbox.app import build_sandbox

from .sandbox_driver import (
    SECRET_KEY,
    WEBHOOK_URL,
    Inbox,
    SandboxDriver,
    StandingClock,
    free_port,
    running_sandbox,
    served,
    settings_for,
)

CHARGE_KEYS = [
    *(
        "id",
        "domain",
        "status",
        "reference",
        "amount",
        "message",
        "gateway_response",
        "paid_at",
        "created_at",
    ),
    *("channel", "currency", "ip_address", "metadata", "fees_breakdown", "log", "fees", "fees_split"),
    *("authorization", "customer", "plan", "subaccount", "split", "order_id", "paidAt", "requested_amount"),
    *("pos_transaction_data", "source"),
]


def is_signed(body: bytes, signature: str, key: str = SECRET_KEY) -> bool:
    return hmac.compare_digest(hmac.new(key.encode(), body, hashlib.sha512).hexdigest(), signature)


async def deliveries(sandbox: SandboxDriver) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = (await sandbox.control("GET", "/webhooks")).json()
    return rows


async def test_a_success_arrives_as_compact_json_signed_over_the_same_bytes() -> None:
    async with running_sandbox() as sandbox:
        await sandbox.paid(reference="im-1", metadata={"booking": "é/1"})
        await sandbox.run_due()

    (request,) = sandbox.inbox.received
    body = request.content
    event = json.loads(body)
    assert request.method == "POST"
    assert str(request.url) == WEBHOOK_URL
    assert is_signed(body, request.headers["x-paystack-signature"])
    assert body == json.dumps(event, separators=(",", ":"), ensure_ascii=False).encode()
    assert request.headers["content-type"] == "application/json"
    assert request.headers["accept"] == "application/json, text/plain, */*"
    assert request.headers["user-agent"] == "Paystack/2.0"
    assert list(event) == ["event", "data"]
    assert event["event"] == "charge.success"
    assert list(event["data"]) == CHARGE_KEYS
    assert event["data"]["metadata"] == {"booking": "é/1"}
    assert (event["data"]["status"], event["data"]["fees"], event["data"]["plan"]) == ("success", 17_500, {})


async def test_nothing_is_sent_for_a_payment_that_fails() -> None:
    async with running_sandbox() as sandbox:
        opened = await sandbox.initialize()
        await sandbox.press_card(opened, "507850785078507812")
        await sandbox.act(opened, "steps/pin", answer="9999")
        await sandbox.run_due()
        assert await deliveries(sandbox) == []


@pytest.mark.parametrize("answer", [201, 204, 302, 401, 500])
async def test_anything_but_200_is_tried_again_after_an_hour_in_test_mode(answer: int) -> None:
    async with running_sandbox() as sandbox:
        sandbox.inbox.answers = [answer]
        await sandbox.paid()
        await sandbox.run_due()
        await sandbox.wait_and_run(3599)
        assert len(sandbox.inbox.received) == 1
        await sandbox.wait_and_run(1)
        (delivery,) = await deliveries(sandbox)

    assert len(sandbox.inbox.received) == 2
    assert sandbox.inbox.received[0].content == sandbox.inbox.received[1].content
    assert (delivery["state"], delivery["attempts"], delivery["last_answer"]) == ("acknowledged", 2, "200")


async def test_a_receiver_that_cannot_be_reached_is_tried_again() -> None:
    class Unreachable(Inbox):
        async def __call__(self, request: httpx.Request) -> httpx.Response:
            await super().__call__(request)
            raise httpx.ConnectError("nobody listens")

    async with running_sandbox(inbox=Unreachable()) as sandbox:
        await sandbox.paid()
        await sandbox.run_due()
        (delivery,) = await deliveries(sandbox)

    assert (delivery["state"], delivery["attempts"]) == ("pending", 1)
    assert delivery["last_answer"] == "ConnectError: nobody listens"


@pytest.mark.parametrize(
    ("key", "waits"),
    [("sk_test_x", [3600] * 10), ("sk_live_x", [180] * 4 + [3600] * 72)],
)
async def test_retries_follow_the_schedule_of_the_mode_and_end(key: str, waits: list[int]) -> None:
    async with running_sandbox(secret_key=key, webhook_time_scale=0.5) as sandbox:
        sandbox.inbox.answers = [500] * 100
        await sandbox.control("POST", "/webhooks", json={"event": "charge.success"})
        await sandbox.run_due()
        for attempt, wait in enumerate(waits, start=1):
            assert len(sandbox.inbox.received) == attempt
            await sandbox.wait_and_run(wait / 2)
        await sandbox.wait_and_run(1_000_000)
        (delivery,) = await deliveries(sandbox)

    assert len(sandbox.inbox.received) == len(waits) + 1
    assert delivery["state"] == "given_up"
    assert is_signed(sandbox.inbox.received[0].content, delivery["signature"], key)


async def test_pending_deliveries_survive_a_restart(tmp_path: Path) -> None:
    clock, database = StandingClock(), str(tmp_path / "sandbox.db")
    async with running_sandbox(clock, database=database) as sandbox:
        sandbox.inbox.answers = [503]
        await sandbox.paid()
        await sandbox.run_due()
        first = sandbox.inbox.received[0]
    clock.pass_by(3600)
    async with running_sandbox(clock, database=database) as sandbox:
        await sandbox.run_due()

    (again,) = sandbox.inbox.received
    assert again.content == first.content
    assert again.headers["x-paystack-signature"] == first.headers["x-paystack-signature"]


async def test_refunds_and_transfers_under_way_survive_a_restart(tmp_path: Path) -> None:
    clock, database = StandingClock(), str(tmp_path / "sandbox.db")
    async with running_sandbox(clock, database=database) as sandbox:
        await sandbox.paid(reference="im-refunded")
        await sandbox.call("POST", "/refund", json={"transaction": "im-refunded"})
        opened = await sandbox.initialize(reference="im-transfer")
        await sandbox.act(opened, "transfer")
        await sandbox.act(opened, "transfer/sent")
    clock.pass_by(1800)
    async with running_sandbox(clock, database=database) as sandbox:
        await sandbox.wait_and_run(3600)
        assert (await sandbox.verify("im-refunded"))["status"] == "reversed"
        assert (await sandbox.verify("im-transfer"))["status"] == "success"


async def test_webhooks_can_be_turned_off_and_a_dropped_one_sent_later() -> None:
    async with running_sandbox() as sandbox:
        await sandbox.control("PATCH", "/behaviour", json={"webhooks": False})
        await sandbox.paid()
        await sandbox.wait_and_run(1_000_000)
        assert sandbox.inbox.received == []
        (dropped,) = await deliveries(sandbox)
        assert dropped["state"] == "dropped"
        await sandbox.control("POST", f"/webhooks/{dropped['id']}/resend")
        await sandbox.run_due()

    assert sandbox.inbox.events == ["charge.success"]


async def test_copies_delay_and_damage_are_switches() -> None:
    async with running_sandbox() as sandbox:
        switches = {"webhook_copies": 3, "webhook_delay_s": 60, "webhook_tampering": "signature"}
        await sandbox.control("PATCH", "/behaviour", json=switches)
        await sandbox.paid()
        await sandbox.wait_and_run(59)
        assert sandbox.inbox.received == []
        await sandbox.wait_and_run(1)

    assert sandbox.inbox.events == ["charge.success"] * 3
    for request in sandbox.inbox.received:
        assert not is_signed(request.content, request.headers["x-paystack-signature"])


async def test_an_altered_body_is_still_json_but_no_longer_what_was_signed() -> None:
    async with running_sandbox() as sandbox:
        paid = await sandbox.paid(reference="im-1")
        await sandbox.run_due()
        sending = {"times": 2, "delay_s": 5, "tampering": "body"}
        await sandbox.control("POST", f"/transactions/{paid['reference']}/webhooks", json=sending)
        await sandbox.wait_and_run(5)

    honest, *altered = sandbox.inbox.received
    assert len(altered) == 2
    for request in altered:
        assert request.headers["x-paystack-signature"] == honest.headers["x-paystack-signature"]
        assert json.loads(request.content)["data"]["altered"] is True


async def test_a_success_can_be_told_before_the_payer_is_sent_back() -> None:
    async with running_sandbox() as sandbox:
        await sandbox.control("PATCH", "/behaviour", json={"webhook_before_redirect": True})
        opened = await sandbox.initialize()
        await sandbox.press_card(opened, "4084084084084081")

        assert sandbox.inbox.events == ["charge.success"]


async def test_any_event_can_be_sent_even_one_that_is_not_true() -> None:
    async with running_sandbox() as sandbox:
        await sandbox.initialize(reference="im-1")
        await sandbox.control("POST", "/transactions/im-1/webhooks", json={})
        await sandbox.control("POST", "/webhooks", json={"event": "charge.dispute.create", "data": {"id": 7}})
        await sandbox.run_due()

    untrue, dispute = (json.loads(request.content) for request in sandbox.inbox.received)
    assert (untrue["event"], untrue["data"]["status"]) == ("charge.success", "abandoned")
    assert dispute == {"event": "charge.dispute.create", "data": {"id": 7}}


async def test_without_an_address_events_are_dropped() -> None:
    async with running_sandbox(webhook_url=None) as sandbox:
        await sandbox.paid()
        await sandbox.run_due()
        (delivery,) = await deliveries(sandbox)

    assert delivery["state"] == "dropped"


async def test_over_real_sockets_a_payment_reaches_its_receiver_by_itself() -> None:
    arrived: asyncio.Queue[tuple[bytes, str]] = asyncio.Queue()

    @post("/webhooks/paystack", status_code=200)
    async def receive(request: Request[Any, Any, State]) -> None:
        await arrived.put((await request.body(), request.headers["x-paystack-signature"]))

    receiver_port, sandbox_port = free_port(), free_port()
    settings = settings_for(
        StandingClock(),
        public_url=f"http://127.0.0.1:{sandbox_port}",
        webhook_url=f"http://127.0.0.1:{receiver_port}/webhooks/paystack",
    )
    async with (
        served(Litestar([receive], openapi_config=None), receiver_port),
        served(build_sandbox(settings), sandbox_port),
        httpx.AsyncClient(base_url=settings.public_url, trust_env=False) as client,
    ):
        sandbox = SandboxDriver(client, StandingClock(), Inbox())
        await sandbox.paid(reference="im-1")
        async with asyncio.timeout(10):
            body, signature = await arrived.get()

    assert is_signed(body, signature)
    assert json.loads(body)["data"]["reference"] == "im-1"
