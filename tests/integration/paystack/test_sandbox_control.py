import httpx
import pytest

from .sandbox_driver import SandboxDriver, StandingClock, running_sandbox, settings_for


async def set_outcome(sandbox: SandboxDriver, **outcome: object) -> None:
    await sandbox.control("PUT", "/transactions/im-1/outcome", json=outcome)


@pytest.mark.parametrize("status", ["failed", "abandoned", "ongoing", "pending", "queued", "teleported"])
async def test_any_status_can_be_ordered(status: str) -> None:
    async with running_sandbox() as sandbox:
        await sandbox.initialize(reference="im-1")
        await set_outcome(sandbox, status=status)
        await sandbox.run_due()
        data = await sandbox.verify("im-1")

    assert (data["status"], data["paid_at"], data["authorization"]) == (status, None, {})
    assert sandbox.inbox.events == []


async def test_an_ordered_success_is_like_one_from_the_page() -> None:
    async with running_sandbox() as sandbox:
        await sandbox.initialize(reference="im-1")
        await set_outcome(sandbox, status="abandoned")
        await set_outcome(sandbox, status="success")
        await sandbox.run_due()
        data = await sandbox.verify("im-1")

    assert (data["status"], data["fees"], data["authorization"]["last4"]) == ("success", 17_500, "4081")
    assert sandbox.inbox.events == ["charge.success"]


async def test_a_success_can_be_ordered_without_its_event_and_taken_back() -> None:
    async with running_sandbox() as sandbox:
        await sandbox.initialize(reference="im-1")
        await set_outcome(sandbox, status="success", is_announced=False)
        await sandbox.run_due()
        paid = await sandbox.verify("im-1")
        await set_outcome(sandbox, status="failed", gateway_response="Denied by fraud system")
        unpaid = await sandbox.verify("im-1")

    assert sandbox.inbox.events == []
    assert paid["status"] == "success"
    assert (unpaid["status"], unpaid["fees"]) == ("failed", None)
    assert unpaid["gateway_response"] == "Denied by fraud system"


@pytest.mark.parametrize(
    ("change", "field", "value"),
    [
        ({"amount": 499_999}, "amount", 499_999),
        ({"requested_amount": 1}, "requested_amount", 1),
        ({"currency": "GHS"}, "currency", "GHS"),
        ({"domain": "live"}, "domain", "live"),
        ({"channel": "bank_transfer"}, "channel", "bank_transfer"),
    ],
)
async def test_a_success_can_differ_from_what_was_asked_for(
    change: dict[str, object], field: str, value: object
) -> None:
    async with running_sandbox() as sandbox:
        await sandbox.initialize(reference="im-1")
        await set_outcome(sandbox, status="success", **change)
        data = await sandbox.verify("im-1")

    assert (data["status"], data[field]) == ("success", value)


async def test_a_currency_that_paystack_does_not_know_is_refused() -> None:
    async with running_sandbox() as sandbox:
        await sandbox.initialize(reference="im-1")
        outcome = {"status": "success", "currency": "XYZ"}
        response = await sandbox.client.put("/_sandbox/transactions/im-1/outcome", json=outcome)
        assert response.status_code == 400
        assert (await sandbox.verify("im-1"))["status"] == "abandoned"


@pytest.mark.parametrize(
    "change",
    [
        {"secret_key": "pk_test_x"},
        {"public_url": "http://sandbox.test/"},
        {"webhook_url": "shop.test"},
        {"currencies": ("EUR",)},
    ],
)
def test_settings_that_cannot_work_are_refused_at_the_start(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"ha(s|ve) to"):
        settings_for(StandingClock(), **change)


async def test_a_success_can_be_somebody_elses() -> None:
    async with running_sandbox() as sandbox:
        asked = await sandbox.verify((await sandbox.initialize(reference="im-1"))["reference"])
        await set_outcome(sandbox, status="success", email="mallory@example.com")
        data = await sandbox.verify("im-1")

    assert data["customer"]["email"] == "mallory@example.com"
    assert data["customer"]["id"] != asked["customer"]["id"]


async def test_an_ordered_success_decides_how_its_refund_ends() -> None:
    async with running_sandbox() as sandbox:
        await sandbox.initialize(reference="im-1")
        await set_outcome(sandbox, status="success", card="4084 0800 0067 1803")
        await sandbox.call("POST", "/refund", json={"transaction": "im-1"})
        await sandbox.wait_and_run(600)
        await sandbox.wait_and_run(3600)
        (refund,) = (await sandbox.control("GET", "/refunds")).json()

    assert refund["status"] == "failed"


async def test_reset_forgets_records_faults_and_switches() -> None:
    async with running_sandbox() as sandbox:
        await sandbox.paid(reference="im-1")
        await sandbox.control("POST", "/faults", json={"endpoint": "*", "status": 500, "count": None})
        await sandbox.control("PATCH", "/behaviour", json={"webhooks": False, "time_scale": 0.25})
        await sandbox.control("POST", "/reset")
        behaviour = (await sandbox.control("GET", "/behaviour")).json()
        listed = (await sandbox.call("GET", "/transaction")).json()
        opened = await sandbox.initialize(reference="im-1")

    assert (behaviour["webhooks"], behaviour["time_scale"]) == (True, 1.0)
    assert listed["data"] == []
    assert opened["reference"] == "im-1"


@pytest.mark.parametrize(
    "switches", [{"webhooks": "perhaps"}, {"time_scale": 0}, {"no_such_switch": 1}, {"webhook_copies": 0}]
)
async def test_a_switch_that_does_not_fit_changes_nothing(switches: dict[str, object]) -> None:
    async with running_sandbox() as sandbox:
        before = (await sandbox.control("GET", "/behaviour")).json()
        response: httpx.Response = await sandbox.client.patch("/_sandbox/behaviour", json=switches)
        after = (await sandbox.control("GET", "/behaviour")).json()

    assert response.status_code == 400
    assert after == before


async def test_transactions_are_listed_with_their_way_in() -> None:
    async with running_sandbox() as sandbox:
        opened = await sandbox.initialize(reference="im-1")
        (listed,) = (await sandbox.control("GET", "/transactions")).json()

    assert listed["authorization_url"] == opened["authorization_url"]
    assert (listed["reference"], listed["status"], listed["checkout_step"]) == ("im-1", "abandoned", None)


async def test_the_front_page_shows_transactions_events_and_test_cards() -> None:
    async with running_sandbox() as sandbox:
        empty = (await sandbox.client.get("/")).text
        await sandbox.paid(reference="im-1")
        await sandbox.run_due()
        filled = (await sandbox.client.get("/")).text

    assert "No transactions yet" in empty
    for text in ("im-1", "₦5,000.00", "success", "charge.success", "acknowledged", "4084 0800 0067 1902"):
        assert text in filled
