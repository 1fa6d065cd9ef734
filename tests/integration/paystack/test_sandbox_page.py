import re

import httpx
import pytest

from .sandbox_driver import SandboxDriver, running_sandbox

TRANSFER = {
    "source": "balance",
    "amount": 1_000,
    "currency": "NGN",
    "reference": "imo-payout-000001",
}
RECIPIENT = {"type": "nuban", "name": "Ngozi Eze", "account_number": "0123456789", "bank_code": "058"}


async def press(sandbox: SandboxDriver, act: str, **form: str) -> httpx.Response:
    """Press a button of the front page, and come back to it."""
    answer = await sandbox.client.post(f"/panel/{act}", data=form, params={"mode": "test"})
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"] == "/?mode=test"
    return await sandbox.client.get("/")


async def test_a_dispute_is_opened_and_decided_on_the_page() -> None:
    async with running_sandbox() as sandbox:
        await sandbox.paid(reference="im-1")
        page = (await press(sandbox, "transactions/im-1/dispute")).text
        found = re.search(r"/panel/disputes/(\d+)", page)
        assert found is not None
        decided = (await press(sandbox, f"disputes/{found[1]}", resolution="auto-accepted")).text
        await sandbox.run_due()
        assert (await sandbox.verify("im-1"))["status"] == "reversed"

    assert "awaiting-merchant-feedback" in page
    assert "auto-accepted" in decided
    assert sandbox.inbox.events[-2:] == ["charge.dispute.create", "charge.dispute.resolve"]


async def test_how_refunds_and_transfers_end_is_decided_on_the_page() -> None:
    async with running_sandbox() as sandbox:
        await sandbox.paid(reference="im-1")
        refund = (await sandbox.call("POST", "/refund", json={"transaction": "im-1", "amount": 1_000})).json()
        recipient = (await sandbox.call("POST", "/transferrecipient", json=RECIPIENT)).json()["data"]
        sent = TRANSFER | {"recipient": recipient["recipient_code"]}
        await sandbox.call("POST", "/transfer", json=sent)
        await press(sandbox, f"refunds/{refund['data']['id']}", status="failed")
        page = (await press(sandbox, "transfers/imo-payout-000001", status="reversed")).text
        verified = (await sandbox.call("GET", "/transfer/verify/imo-payout-000001")).json()["data"]
        (listed,) = (await sandbox.control("GET", "/refunds")).json()

    assert (listed["status"], verified["status"]) == ("failed", "reversed")
    assert "Ngozi Eze, Guaranty Trust Bank" in page
    assert "₦4,825.00" in page


async def test_switches_are_saved_and_shown_as_they_are() -> None:
    async with running_sandbox() as sandbox:
        page = (
            await press(
                sandbox,
                "switches",
                transfer_ending='"failed"',
                refund_ending="null",
                webhooks="false",
                webhook_copies="5",
                api_lag_s="600",
                time_scale="9",
            )
        ).text
        behaviour = (await sandbox.control("GET", "/behaviour")).json()
        nonsense = await sandbox.client.post("/panel/switches", data={"transfer_ending": '"perhaps"'})

    assert (behaviour["transfer_ending"], behaviour["refund_ending"]) == ("failed", None)
    assert (behaviour["webhooks"], behaviour["webhook_copies"], behaviour["api_lag_s"]) == (False, 5, 600)
    assert behaviour["time_scale"] == 1.0
    assert '<option value="&#34;failed&#34;" selected>' in page
    assert nonsense.status_code == 400


async def test_faults_are_set_and_cleared_on_the_page() -> None:
    async with running_sandbox() as sandbox:
        page = (await press(sandbox, "faults", kind="server_error_before", endpoint="verify", count="2")).text
        hit = await sandbox.call("GET", "/transaction/verify/im-1")
        cleared = (await press(sandbox, "faults/clear")).text
        after = await sandbox.call("GET", "/transaction/verify/im-1")

    assert "2 more" in page
    assert "Everything works." in cleared
    assert (hit.status_code >= 500, after.status_code) == (True, 400)


@pytest.mark.parametrize("percent", ["100", "900"])
async def test_chaos_begins_and_ends_on_the_page(percent: str) -> None:
    async with running_sandbox() as sandbox:
        page = (await press(sandbox, "chaos", seed="3", percent=percent, webhook_percent="0")).text
        plan = (await sandbox.control("GET", "/chaos")).json()["plan"]
        ended = (await press(sandbox, "chaos/end")).text

    assert (plan["seed"], plan["rate"]) == (3, 1.0)
    assert "Seed 3: 100 % of calls" in page
    assert "Begin" in ended
