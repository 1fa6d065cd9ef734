"""Earnings and payouts, by API."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from domain.accounts import Role
from tests.integration.api.program import Program
from tests.integration.earnings.conftest import SHARE, Till
from tests.marketplace import PRICE, Marketplace


@pytest.fixture
async def till(marketplace: Marketplace) -> Till:
    till = Till(marketplace, await marketplace.consultant(), await marketplace.client())
    await till.behaves(transfer_s=0)
    return till


async def program(client: httpx.AsyncClient, till: Till) -> Program:
    """A script of the consultant's."""
    return Program(client, await till.marketplace.token(till.consultant))


def naira(amount: int) -> dict[str, object]:
    return {"amount": amount, "currency": "NGN"}


async def test_earnings_are_told_in_sums_by_month_and_by_booking(client: httpx.AsyncClient, till: Till) -> None:
    await till.session()
    await till.session(ended=timedelta(days=1))
    earner = await program(client, till)
    first = await earner.get("/consultant/earnings?limit=1")
    assert first["balances"] == [
        {"pending": naira(SHARE), "available": naira(SHARE), "on_its_way": naira(0), "paid": naira(0)}
    ]
    [month] = first["months"]
    assert month["gross"] == naira(2 * PRICE.amount)
    assert month["commission"] == naira(2 * (PRICE.amount - SHARE))
    assert (month["refunds"], month["net"], month["paid_out"]) == (naira(0), naira(2 * SHARE), naira(0))
    [latest] = first["items"]
    assert (latest["gross"], latest["net"], latest["owed"]) == (naira(PRICE.amount), naira(SHARE), naira(SHARE))
    rest = await earner.get(f"/consultant/earnings?limit=1&cursor={first['next_cursor']}")
    assert rest["next_cursor"] is None
    assert rest["items"][0]["booking_id"] != latest["booking_id"]


async def test_everything_available_is_paid_out_on_demand(client: httpx.AsyncClient, till: Till) -> None:
    await till.session()
    await till.account()
    earner = await program(client, till)
    answer = await earner.call("POST", "/consultant/payouts")
    assert answer.status_code == 201, answer.text
    payout = answer.json()
    assert answer.headers["location"] == f"/api/consultant/payouts/{payout['id']}"
    assert (payout["amount"], payout["status"], payout["last_four"]) == (naira(SHARE), "requested", "6789")
    assert "0123456789" not in answer.text
    await till.session()
    assert (await earner.call("POST", "/consultant/payouts")).json()["code"] == "payout_under_way"
    await till.send()
    await till.follow()
    assert (await earner.get(f"/consultant/payouts/{payout['id']}"))["status"] == "paid"
    assert [one["id"] for one in (await earner.get("/consultant/payouts"))["items"]] == [payout["id"]]
    [balance] = (await earner.get("/consultant/earnings"))["balances"]
    assert (balance["available"], balance["paid"]) == (naira(SHARE), naira(SHARE))


async def test_a_request_sent_twice_under_its_key_is_one_payout(client: httpx.AsyncClient, till: Till) -> None:
    await till.session()
    await till.account()
    earner = await program(client, till)
    keyed = {"Idempotency-Key": "a-payout-of-all-there-is"}
    first = await earner.call("POST", "/consultant/payouts", headers=keyed)
    again = await earner.call("POST", "/consultant/payouts", headers=keyed)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert len((await earner.get("/consultant/payouts"))["items"]) == 1


@pytest.mark.parametrize(
    ("has_session", "has_account", "code"),
    [(True, False, "no_payout_account"), (False, True, "nothing_to_pay_out")],
)
async def test_what_cannot_be_paid_out_is_refused_with_its_reason(
    client: httpx.AsyncClient, till: Till, has_session: bool, has_account: bool, code: str
) -> None:
    if has_session:
        await till.session()
    if has_account:
        await till.account()
    answer = await (await program(client, till)).call("POST", "/consultant/payouts")
    assert (answer.status_code, answer.json()["code"]) == (409, code)


async def test_the_schedule_is_chosen(client: httpx.AsyncClient, till: Till) -> None:
    earner = await program(client, till)
    for weekly in (True, False):
        answer = await earner.call("PUT", "/consultant/payout-schedule", json={"weekly": weekly})
        assert (answer.status_code, answer.json()) == (200, {"weekly": weekly})
        settings = await till.product.earning_queries.payout_settings(till.consultant.account_id)
        assert settings.weekly is weekly
    wrong = await earner.call("PUT", "/consultant/payout-schedule", json={"weekly": "often"})
    assert wrong.status_code == 422


async def test_no_token_says_where_the_money_goes(client: httpx.AsyncClient, till: Till) -> None:
    schema = (await client.get("/api/schema/")).json()
    named = [path for path in schema["paths"] if "payout" in path]
    assert sorted(named) == [
        "/api/consultant/payout-schedule",
        "/api/consultant/payouts",
        "/api/consultant/payouts/{payout_id}",
    ]


async def test_the_money_of_others_is_nobodys_business(client: httpx.AsyncClient, till: Till) -> None:
    await till.session()
    await till.account()
    payout = await till.request()
    other = Program(client, await till.marketplace.token(await till.marketplace.consultant()))
    assert (await other.call("GET", f"/consultant/payouts/{payout.id}")).status_code == 404
    assert (await other.get("/consultant/payouts"))["items"] == []
    overview = await other.get("/consultant/earnings")
    assert (overview["balances"], overview["months"], overview["items"]) == ([], [], [])
    for role in (Role.CLIENT, Role.OPERATOR):
        token = await till.marketplace.token(await till.marketplace.account(role))
        for method, path, body in (
            ("GET", "/consultant/earnings", None),
            ("GET", "/consultant/payouts", None),
            ("GET", f"/consultant/payouts/{payout.id}", None),
            ("POST", "/consultant/payouts", None),
            ("PUT", "/consultant/payout-schedule", {"weekly": True}),
        ):
            assert (await Program(client, token).call(method, path, json=body)).status_code == 403, (role, path)
            assert (await Program(client).call(method, path, json=body)).status_code == 401
