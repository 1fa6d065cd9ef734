import hashlib
import hmac
from typing import Any

import pytest

from infrastructure.paystack.sandbox.settings import OtherMode

from .sandbox_driver import SECRET_KEY, StandingClock, running_sandbox, settings_for

LIVE_KEY = "sk_live_of_the_sandbox"
LIVE = {"authorization": f"Bearer {LIVE_KEY}"}
BOTH: dict[str, Any] = {
    "other_mode": OtherMode(secret_key=LIVE_KEY, webhook_url="http://shop.test/live", database=":memory:")
}
BODY: dict[str, Any] = {"email": "ada@example.com", "amount": 500_000, "currency": "NGN", "reference": "im-1"}


async def test_two_keys_open_two_stores() -> None:
    async with running_sandbox(**BOTH) as sandbox:
        await sandbox.paid(reference="im-1")
        unknown = await sandbox.client.get("/transaction/verify/im-1", headers=LIVE)
        opened = await sandbox.client.post("/transaction/initialize", headers=LIVE, json=BODY)
        await sandbox.press_card(opened.json()["data"], "4084084084084081")
        live = (await sandbox.client.get("/transaction/verify/im-1", headers=LIVE)).json()["data"]
        test = await sandbox.verify("im-1")
        listed = (await sandbox.control("GET", "/transactions", params={"mode": "live"})).json()
        await sandbox.run_due()
        await sandbox.control("POST", "/run-due", params={"mode": "live"})
        stranger = await sandbox.client.get("/balance", headers={"authorization": "Bearer sk_live_x"})

    assert unknown.json()["code"] == "transaction_not_found"
    assert (live["domain"], test["domain"]) == ("live", "test")
    assert [row["domain"] for row in listed] == ["live"]
    assert stranger.status_code == 401
    addresses = {str(request.url): request for request in sandbox.inbox.received}
    assert set(addresses) == {"http://shop.test/webhooks/paystack", "http://shop.test/live"}
    for address, key in (("http://shop.test/live", LIVE_KEY), ("http://shop.test/webhooks/paystack", SECRET_KEY)):
        request = addresses[address]
        signature = hmac.new(key.encode(), request.content, hashlib.sha512).hexdigest()
        assert request.headers["x-paystack-signature"] == signature


async def test_faults_and_switches_are_of_one_mode() -> None:
    async with running_sandbox(**BOTH) as sandbox:
        fault = {"endpoint": "*", "status": 500, "count": None}
        await sandbox.control("POST", "/faults", json=fault, params={"mode": "live"})
        live = await sandbox.client.get("/balance", headers=LIVE)
        test = await sandbox.call("GET", "/balance")

    assert (live.status_code, test.status_code) == (500, 200)


def test_the_other_mode_needs_a_key_of_the_other_mode() -> None:
    other = OtherMode(secret_key="sk_test_too", webhook_url=None, database=":memory:")
    with pytest.raises(ValueError, match="key of the other mode"):
        settings_for(StandingClock(), other_mode=other)
