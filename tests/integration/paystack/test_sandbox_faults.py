import asyncio
from typing import Any

import httpx
import pytest

from infrastructure.paystack.sandbox.app import build_sandbox

from .sandbox_driver import (
    Inbox,
    SandboxDriver,
    StandingClock,
    free_port,
    running_sandbox,
    served,
    settings_for,
)

BODY = {"email": "ada@example.com", "amount": 500_000, "currency": "NGN", "reference": "im-1"}


async def initialize(sandbox: SandboxDriver) -> httpx.Response:
    return await sandbox.call("POST", "/transaction/initialize", json=BODY)


async def exists(sandbox: SandboxDriver, reference: str = "im-1") -> bool:
    return (await sandbox.client.get(f"/_sandbox/transactions/{reference}")).status_code == 200


async def test_a_fault_hits_as_many_calls_of_its_endpoint_as_it_counts() -> None:
    async with running_sandbox() as sandbox:
        await sandbox.initialize(reference="im-1")
        await sandbox.control("POST", "/faults", json={"endpoint": "verify", "status": 503, "count": 2})
        listed = await sandbox.call("GET", "/transaction")
        codes = [(await sandbox.call("GET", "/transaction/verify/im-1")).status_code for _ in range(3)]

    assert listed.status_code == 200
    assert codes == [503, 503, 200]


async def test_a_fault_without_a_count_lasts_until_cleared() -> None:
    async with running_sandbox() as sandbox:
        await sandbox.control("POST", "/faults", json={"endpoint": "*", "status": 500, "count": None})
        codes = [(await sandbox.call("GET", "/transaction")).status_code for _ in range(3)]
        assert len((await sandbox.control("GET", "/faults")).json()) == 1
        await sandbox.control("DELETE", "/faults")
        after = await sandbox.call("GET", "/transaction")

    assert codes == [500] * 3
    assert after.status_code == 200


@pytest.mark.parametrize(("acts", "is_kept"), [(None, False), (False, False), (True, True)])
async def test_an_error_leaves_the_books_alone_unless_told_to_act(acts: bool | None, is_kept: bool) -> None:
    async with running_sandbox() as sandbox:
        await sandbox.control("POST", "/faults", json={"endpoint": "initialize", "status": 500, "acts": acts})
        response = await initialize(sandbox)
        assert response.status_code == 500
        assert response.json()["type"] == "api_error"
        assert await exists(sandbox) is is_kept


@pytest.mark.parametrize(
    ("body", "content_type", "size"),
    [("html", "text/html", range(1, 1000)), ("empty", "application/json", range(1))],
)
async def test_a_gateway_can_answer_in_html_or_with_nothing(body: str, content_type: str, size: range) -> None:
    async with running_sandbox() as sandbox:
        await sandbox.control("POST", "/faults", json={"endpoint": "verify", "status": 502, "body": body})
        response = await sandbox.call("GET", "/transaction/verify/im-1")

    assert response.status_code == 502
    assert response.headers["content-type"].startswith(content_type)
    assert len(response.content) in size


async def test_an_answer_can_be_cut_short_after_acting() -> None:
    async with running_sandbox() as sandbox:
        await sandbox.control("POST", "/faults", json={"endpoint": "initialize", "body": "truncated"})
        response = await initialize(sandbox)
        assert await exists(sandbox)

    assert response.status_code == 200
    assert response.content.startswith(b'{"status":true')
    assert not response.content.endswith(b"}")


async def test_an_answer_can_be_ten_megabytes_of_good_json() -> None:
    async with running_sandbox() as sandbox:
        await sandbox.initialize(reference="im-1")
        await sandbox.control("POST", "/faults", json={"endpoint": "verify", "body": "huge"})
        response = await sandbox.call("GET", "/transaction/verify/im-1")

    assert len(response.content) > 10_000_000
    assert response.json()["data"]["reference"] == "im-1"


async def test_any_text_can_stand_for_the_body() -> None:
    async with running_sandbox() as sandbox:
        await sandbox.control("POST", "/faults", json={"endpoint": "list_transactions", "content": "[null]"})
        assert (await sandbox.call("GET", "/transaction")).text == "[null]"


async def test_fields_can_change_their_value_or_be_missing_without_changing_the_books() -> None:
    async with running_sandbox() as sandbox:
        await sandbox.paid(reference="im-1")
        change: dict[str, Any] = {"data": {"status": "teleported", "amount": "1"}, "without": ["currency"]}
        for endpoint in ("verify", "list_transactions"):
            await sandbox.control("POST", "/faults", json={"endpoint": endpoint, **change})
        odd = await sandbox.verify("im-1")
        (odd_row,) = (await sandbox.call("GET", "/transaction")).json()["data"]
        true = await sandbox.verify("im-1")

    for shown in (odd, odd_row):
        assert (shown["status"], shown["amount"]) == ("teleported", "1")
        assert "currency" not in shown
    assert (true["status"], true["amount"], true["currency"]) == ("success", 500_000, "NGN")


async def test_a_known_refusal_can_be_ordered_by_its_code() -> None:
    async with running_sandbox() as sandbox:
        fault = {"endpoint": "initialize", "error": "duplicate_reference"}
        await sandbox.control("POST", "/faults", json=fault)
        response = await initialize(sandbox)
        unknown = await sandbox.client.post("/_sandbox/faults", json=fault | {"error": "nonsense"})

    assert (response.status_code, response.json()["code"]) == (400, "duplicate_reference")
    assert unknown.status_code == 400


async def test_the_rate_limit_answers_with_its_headers() -> None:
    async with running_sandbox() as sandbox:
        fault = {"endpoint": "verify", "error": "rate_limited", "headers": {"x-ratelimit-reset": "7"}}
        await sandbox.control("POST", "/faults", json=fault)
        response = await sandbox.call("GET", "/transaction/verify/im-1")

    assert response.status_code == 429
    assert response.json()["message"] == "Rate limit exceeded!"
    assert response.headers["x-ratelimit-limit"] == "100"
    assert response.headers["x-ratelimit-remaining"] == "0"
    assert response.headers["x-ratelimit-reset"] == "7"


@pytest.mark.parametrize(("delay", "is_kept"), [("delay_before_s", False), ("delay_after_s", True)])
async def test_a_caller_who_gives_up_waiting_cannot_tell_whether_the_call_acted(delay: str, is_kept: bool) -> None:
    async with running_sandbox() as sandbox:
        await sandbox.control("POST", "/faults", json={"endpoint": "initialize", delay: 60})
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await initialize(sandbox)
        assert await exists(sandbox) is is_kept


async def test_over_a_real_socket_the_connection_can_break_after_acting_and_bytes_can_drip() -> None:
    port = free_port()
    settings = settings_for(StandingClock(), public_url=f"http://127.0.0.1:{port}", webhook_url=None)
    async with (
        served(build_sandbox(settings), port),
        httpx.AsyncClient(base_url=settings.public_url, trust_env=False) as client,
    ):
        sandbox = SandboxDriver(client, StandingClock(), Inbox())
        await sandbox.control("POST", "/faults", json={"endpoint": "initialize", "drop": True})
        with pytest.raises(httpx.RemoteProtocolError):
            await initialize(sandbox)
        assert await exists(sandbox)

        await sandbox.control("POST", "/faults", json={"endpoint": "verify", "drip_s": 0.2})
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await sandbox.verify("im-1")
        await sandbox.control("POST", "/faults", json={"endpoint": "verify", "drip_s": 0.001})
        assert (await sandbox.verify("im-1"))["status"] == "abandoned"
