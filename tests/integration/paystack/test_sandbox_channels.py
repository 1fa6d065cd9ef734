import pytest

from .sandbox_driver import running_sandbox

CHANNELS = [
    ("ussd", "NGN", "Pay by USSD"),
    ("bank", "NGN", "Pay from a bank account"),
    ("mobile_money", "GHS", "Pay with mobile money"),
    ("mobile_money", "KES", "Pay with mobile money"),
    ("eft", "ZAR", "Pay by EFT"),
]


@pytest.mark.parametrize(("channel", "currency", "offer"), CHANNELS)
async def test_money_that_is_sent_from_elsewhere_comes_after_a_while(
    channel: str, currency: str, offer: str
) -> None:
    async with running_sandbox() as sandbox:
        opened = await sandbox.initialize(reference="im-1", currency=currency)
        page = (await sandbox.look(opened)).text
        await sandbox.act(opened, "transfer", channel=channel)
        asked = await sandbox.verify("im-1")
        await sandbox.act(opened, "transfer/sent", answer="0551234987")
        waiting = await sandbox.verify("im-1")
        await sandbox.wait_and_run(60)
        paid = await sandbox.verify("im-1")

    assert offer in page
    assert [row["status"] for row in (asked, waiting, paid)] == ["ongoing", "pending", "success"]
    assert (paid["channel"], paid["authorization"]["channel"]) == (channel, channel)
    assert paid["authorization"]["reusable"] is False
    assert sandbox.inbox.events == ["charge.success"]


async def test_money_from_elsewhere_can_fail_to_come() -> None:
    async with running_sandbox() as sandbox:
        await sandbox.control("PATCH", "/behaviour", json={"channel_ending": "failed"})
        opened = await sandbox.initialize(reference="im-1")
        await sandbox.act(opened, "transfer", channel="ussd")
        await sandbox.act(opened, "transfer/sent")
        await sandbox.wait_and_run(60)
        assert (await sandbox.verify("im-1"))["status"] == "failed"

    assert sandbox.inbox.events == []


@pytest.mark.parametrize(
    ("account", "ending"), [("1012204936", "failed"), ("1012204935", "needs-attention"), ("1", "processed")]
)
async def test_an_eft_account_decides_how_its_refund_ends(account: str, ending: str) -> None:
    async with running_sandbox() as sandbox:
        opened = await sandbox.initialize(reference="im-1", currency="ZAR")
        await sandbox.act(opened, "transfer", channel="eft")
        await sandbox.act(opened, "transfer/sent", answer=account)
        await sandbox.wait_and_run(60)
        await sandbox.call("POST", "/refund", json={"transaction": "im-1"})
        await sandbox.wait_and_run(600)
        await sandbox.wait_and_run(3600)
        (refund,) = (await sandbox.control("GET", "/refunds")).json()

    assert refund["status"] == ending


async def test_a_channel_that_the_currency_does_not_have_is_no_way_to_pay() -> None:
    async with running_sandbox() as sandbox:
        opened = await sandbox.initialize(reference="im-1", currency="NGN", channels=["card", "ussd"])
        page = (await sandbox.look(opened)).text
        for channel in ("eft", "bank_transfer", "pigeon"):
            await sandbox.act(opened, "transfer", channel=channel)
        assert (await sandbox.verify("im-1"))["status"] == "abandoned"

    assert ("Pay by USSD" in page, "Pay by EFT" in page, "Pay by bank transfer" in page) == (True, False, False)


async def test_a_payment_session_times_out_where_the_business_wants_it() -> None:
    async with running_sandbox() as sandbox:
        path = "/integration/payment_session_timeout"
        before = (await sandbox.call("GET", path)).json()["data"]
        await sandbox.call("PUT", path, json={"timeout": 600})
        after = (await sandbox.call("GET", path)).json()["data"]
        nonsense = await sandbox.call("PUT", path, json={"timeout": "soon"})
        opened = await sandbox.initialize(reference="im-1")
        sandbox.clock.pass_by(600)
        page = (await sandbox.look(opened)).text
        await sandbox.press_card(opened, "4084084084084081")
        assert (await sandbox.verify("im-1"))["status"] == "abandoned"

    assert (before, after) == ({"payment_session_timeout": 0}, {"payment_session_timeout": 600})
    assert nonsense.status_code == 400
    assert "exceeded the time to pay" in page
