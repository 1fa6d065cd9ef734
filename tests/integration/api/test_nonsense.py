"""Whatever comes in, the API understands it or says what is wrong; it never breaks."""

from __future__ import annotations

import httpx
import pytest

from tests.integration.api.program import Program, session
from tests.marketplace import PASSWORD, Marketplace

QUERIES = [
    ("q=%00", 400),
    ("limit=1&limit=2", 400),
    ("cursor=%FF", 400),
    ("cursor=" + "A" * 3000, 400),
    ("q=" + "a" * 201, 422),
    ("min_rating=nan", 422),
    ("min_rating=1e400", 422),
    ("min_rating=5.1", 422),
    ("max_price=1.5", 422),
    ("max_price=-1", 422),
    ("max_price=99999999999999999999", 422),
    ("available_from=2030-01-01T00:00:00", 422),
    ("available_from=0001-01-01T00:00:00%2B14:00", 422),
    ("available_to=9999-12-31T23:59:59Z", 422),
    ("available_to=", 422),
    ("sort=price;drop", 422),
    ("q=%25_%5C'\"--", 200),
    ("language=%FF&specialization=%F0%9F%99%82", 200),
    ("something=unknown", 200),
]


@pytest.mark.parametrize(("query", "status"), QUERIES)
async def test_every_query_is_understood_or_refused(client: httpx.AsyncClient, query: str, status: int) -> None:
    answer = await client.get(f"/api/consultants?{query}")
    assert answer.status_code == status, answer.text
    if status == 422:
        [error] = answer.json()["errors"]
        assert error["field"] == query.partition("=")[0]
        assert "Expected" not in error["message"]


async def test_every_wrong_parameter_is_named_at_once(client: httpx.AsyncClient, marketplace: Marketplace) -> None:
    slug = await marketplace.slug(await marketplace.consultant())
    answer = await client.get(f"/api/consultants/{slug}/slots?limit=x&from=y&to=z")
    assert {error["field"] for error in answer.json()["errors"]} == {"limit", "from", "to"}


@pytest.mark.parametrize(
    "path", ["/api/consultants/a%00b", "/api/consultants/%FF", "/api/consultants/" + "a" * 5000]
)
async def test_an_odd_name_is_nobodys(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code in (400, 404)


@pytest.mark.parametrize("seconds", [0, -1, 365 * 24 * 60 * 60 + 1, 10**30, -(10**30)])
async def test_a_token_lives_within_bounds(client: httpx.AsyncClient, seconds: int) -> None:
    body = {"identifier": "ada", "password": "some password", "expires_in": seconds}
    answer = await client.post("/api/auth/tokens", json=body)
    assert [error["field"] for error in answer.json()["errors"]] == ["expires_in"]


async def test_instants_and_prices_without_sense_are_refused(
    client: httpx.AsyncClient, marketplace: Marketplace
) -> None:
    consultant = Program(client, await marketplace.token(await marketplace.consultant()))
    for change in (
        {"starts_at": "0001-01-01T00:00:00+14:00"},
        {"ends_at": "9999-12-31T23:59:59-14:00"},
        {"price": 10**30},
        {"price": {"amount": 5, "currency": "EUR"}},
        {"max_slots": 10**30},
    ):
        answer = await consultant.call("POST", "/consultant/availabilities", json=session() | change)
        assert answer.status_code == 422, answer.text
        assert answer.json()["errors"][0]["field"] in change


async def test_a_bare_price_is_in_the_default_currency(
    client: httpx.AsyncClient, marketplace: Marketplace
) -> None:
    consultant = Program(client, await marketplace.token(await marketplace.consultant()))
    slot = await consultant.post("/consultant/availabilities", session() | {"price": 250_000})
    assert slot["price"] == {"amount": 250_000, "currency": "NGN"}


async def test_a_wrong_default_price_is_found_under_its_own_name(
    client: httpx.AsyncClient, marketplace: Marketplace
) -> None:
    consultant = Program(client, await marketplace.token(await marketplace.consultant()))
    answer = await consultant.call("PATCH", "/consultant/profile", json={"default_price": -1})
    assert [error["field"] for error in answer.json()["errors"]] == ["default_price"]


async def test_null_removes_a_phone_number_and_nothing_else(
    client: httpx.AsyncClient, marketplace: Marketplace
) -> None:
    buyer = Program(client, await marketplace.token(await marketplace.client()))
    proof = {"current_password": PASSWORD}
    await buyer.call("PATCH", "/me", json={"phone_number": "+234 803 123 4567"} | proof)
    assert (await buyer.call("PATCH", "/me", json={"last_name": "Obi"})).json()["phone_number"] is not None
    assert (await buyer.call("PATCH", "/me", json={"phone_number": None} | proof)).json()["phone_number"] is None
    assert (await buyer.call("PATCH", "/me", json={"last_name": None})).status_code == 422


async def test_uploads_that_are_no_picture_are_refused(
    client: httpx.AsyncClient, marketplace: Marketplace
) -> None:
    buyer = Program(client, await marketplace.token(await marketplace.client()))
    other = await buyer.call("PUT", "/me/picture", files={"other": b"abc"})
    assert (other.status_code, other.json()["errors"][0]["field"]) == (422, "picture")
    text = await buyer.call("PUT", "/me/picture", files={"x": b"y"}, data={"picture": "abc"})
    assert (text.status_code, text.json()["errors"][0]["field"]) == (422, "picture")
    assert (await buyer.call("PUT", "/me/picture", files={"picture": b"a" * 7_000_000})).status_code == 413
    assert (await buyer.call("PUT", "/me/picture", json={"picture": "abc"})).status_code == 415


async def test_a_delivery_larger_than_any_event_is_refused(client: httpx.AsyncClient) -> None:
    assert (await client.post("/webhooks/paystack", content=b"x" * 300_000)).status_code == 413


async def test_a_doubled_signature_is_no_signature(client: httpx.AsyncClient) -> None:
    headers = [("x-paystack-signature", "a"), ("x-paystack-signature", "b")]
    answer = await client.post("/webhooks/paystack", content=b"{}", headers=headers)
    assert (answer.status_code, answer.content) == (401, b"")


async def test_two_authorization_headers_are_none(client: httpx.AsyncClient, marketplace: Marketplace) -> None:
    token = await marketplace.token(await marketplace.client())
    headers = [("Authorization", f"Bearer {token}"), ("Authorization", f"Bearer {token}")]
    assert (await client.get("/api/me", headers=headers)).status_code == 401


async def test_a_token_in_the_address_is_not_looked_at(
    client: httpx.AsyncClient, marketplace: Marketplace
) -> None:
    token = await marketplace.token(await marketplace.client())
    assert (await client.get(f"/api/me?access_token={token}")).status_code == 401


async def test_a_cursor_of_somebody_elses_list_is_refused(
    client: httpx.AsyncClient, marketplace: Marketplace
) -> None:
    mine = Program(client, await marketplace.token(await marketplace.client()))
    their_account = await marketplace.client()
    theirs = Program(client, await marketplace.token(their_account))
    await marketplace.token(their_account)
    page = await theirs.get("/auth/tokens?limit=1")
    assert len((await theirs.get(f"/auth/tokens?limit=1&cursor={page['next_cursor']}"))["items"]) == 1
    stolen = await mine.call("GET", f"/auth/tokens?limit=1&cursor={page['next_cursor']}")
    assert (stolen.status_code, stolen.json()["code"]) == (400, "invalid_cursor")


async def test_the_link_header_leads_to_the_next_page(client: httpx.AsyncClient, marketplace: Marketplace) -> None:
    account = await marketplace.client()
    buyer = Program(client, await marketplace.token(account))
    await marketplace.token(account)
    first = await buyer.call("GET", "/auth/tokens?limit=1")
    path = first.links["next"]["url"].removeprefix("/api")
    second = await buyer.call("GET", path)
    assert first.json()["items"] != second.json()["items"]
    assert "next" not in second.links
