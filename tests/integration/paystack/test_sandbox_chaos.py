import asyncio
from typing import Any

import pytest

from infrastructure.paystack.sandbox.chaos import HONEST

from .sandbox_driver import Json, SandboxDriver, running_sandbox

AT_ONCE = {"seed": 7, "rate": 0.5, "longest_delay_s": 0}
ANSWERING = [kind for kind in HONEST if kind not in {"never_before", "never_after", "reset_before", "reset_after"}]


async def begin(sandbox: SandboxDriver, **plan: Any) -> None:
    await sandbox.control("PUT", "/chaos", json=AT_ONCE | plan)


async def hits(sandbox: SandboxDriver) -> list[Json]:
    found: list[Json] = (await sandbox.control("GET", "/chaos")).json()["hits"]
    return found


async def story(seed: int, *, calls_between: int = 0) -> list[tuple[int, bytes]]:
    """What twenty verifies answer, with other calls in between."""
    async with running_sandbox() as sandbox:
        await sandbox.paid(reference="im-1")
        await begin(sandbox, seed=seed, kinds=ANSWERING)
        told = []
        for _ in range(20):
            for _ in range(calls_between):
                await sandbox.call("GET", "/balance")
            answer = await sandbox.call("GET", "/transaction/verify/im-1")
            told.append((answer.status_code, answer.content[:200]))
    return told


async def test_a_seed_makes_the_same_faults_whatever_is_called_in_between() -> None:
    first = await story(1)
    assert await story(1, calls_between=1) == first
    assert await story(2) != first
    assert len({status for status, _ in first}) > 1


@pytest.mark.parametrize("kind", ANSWERING)
async def test_every_kind_of_fault_hits_and_leaves_the_books_right(kind: str) -> None:
    async with running_sandbox() as sandbox:
        await sandbox.paid(reference="im-1")
        await begin(sandbox, rate=1, kinds=[kind])
        answer = await sandbox.call("GET", "/transaction/verify/im-1")
        assert await hits(sandbox) == [{"target": "verify", "number": 1, "kind": kind}]
        await sandbox.control("DELETE", "/chaos")
        true = await sandbox.verify("im-1")

    assert answer.content != b"" or kind in {"empty"}
    assert (true["status"], true["amount"]) == ("success", 500_000)


@pytest.mark.parametrize(("kind", "acts"), [("never_before", False), ("never_after", True)])
async def test_an_answer_that_never_comes_may_have_acted(kind: str, acts: bool) -> None:
    async with running_sandbox() as sandbox:
        await begin(sandbox, rate=1, kinds=[kind], endpoints=["initialize"])
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await sandbox.initialize(reference="im-1")
        found = await sandbox.client.get("/_sandbox/transactions/im-1")

    assert (found.status_code == 200) is acts


@pytest.mark.parametrize(
    ("kind", "field"), [("other_amount", "amount"), ("other_currency", "currency"), ("other_domain", "domain")]
)
async def test_lies_are_told_only_on_request(kind: str, field: str) -> None:
    async with running_sandbox() as sandbox:
        await sandbox.paid(reference="im-1")
        true = await sandbox.verify("im-1")
        await begin(sandbox, rate=1, kinds=[kind])
        assert (await sandbox.verify("im-1"))[field] != true[field]

    assert kind not in HONEST


async def test_only_the_endpoints_of_the_plan_are_hit() -> None:
    async with running_sandbox() as sandbox:
        await begin(sandbox, rate=1, kinds=["client_error"], endpoints=["balance"])
        hit = await sandbox.call("GET", "/balance")
        spared = await sandbox.call("GET", "/transaction")
        await sandbox.control("POST", "/reset")
        after = await sandbox.call("GET", "/balance")

    assert [answer.status_code for answer in (hit, spared, after)] == [400, 200, 200]


@pytest.mark.parametrize(
    ("kind", "events"),
    [("dropped", 0), ("doubled", 2), ("late", 1), ("altered", 1), ("forged", 1)],
)
async def test_webhooks_go_wrong_by_the_same_seed(kind: str, events: int) -> None:
    async with running_sandbox() as sandbox:
        await begin(sandbox, rate=0, webhook_rate=1, webhook_kinds=[kind])
        await sandbox.paid(reference="im-1")
        await sandbox.wait_and_run(1)
        assert (await hits(sandbox))[-1]["target"] == "charge.success"

    assert sandbox.inbox.events == ["charge.success"] * events
    if events:
        tampered = b'"altered":true' in sandbox.inbox.received[0].content
        assert tampered is (kind == "altered")


async def test_events_can_overtake_each_other() -> None:
    async with running_sandbox() as sandbox:
        await sandbox.control("PATCH", "/behaviour", json={"webhook_disorder_s": 5})
        await sandbox.paid(reference="im-1")
        await sandbox.call("POST", "/refund", json={"transaction": "im-1"})
        await sandbox.run_due()
        await sandbox.wait_and_run(5)

    assert sandbox.inbox.events == ["refund.pending", "charge.success"]


async def test_a_webhook_can_come_before_the_api_knows() -> None:
    async with running_sandbox() as sandbox:
        await sandbox.control("PATCH", "/behaviour", json={"api_lag_s": 30})
        paid = await sandbox.paid(reference="im-1")
        await sandbox.run_due()
        (row,) = (await sandbox.call("GET", "/transaction")).json()["data"]
        sandbox.clock.pass_by(30)
        later = await sandbox.verify("im-1")

    assert sandbox.inbox.events == ["charge.success"]
    assert (paid["status"], paid["paid_at"], paid["fees"], row["status"]) == ("ongoing", None, None, "ongoing")
    assert (later["status"], later["fees"]) == ("success", 17_500)


async def test_the_documented_rate_limit_can_be_switched_on() -> None:
    async with running_sandbox() as sandbox:
        await sandbox.control("PATCH", "/behaviour", json={"rate_limits": True})
        codes = {(await sandbox.call("GET", "/balance")).status_code for _ in range(100)}
        sandbox.clock.pass_by(20)
        refused = await sandbox.call("GET", "/transaction")
        sandbox.clock.pass_by(40)
        after = await sandbox.call("GET", "/balance")

    assert codes == {200}
    assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
    assert refused.headers["x-ratelimit-limit"] == "100"
    assert refused.headers["x-ratelimit-reset"] == "40"
    assert after.status_code == 200
