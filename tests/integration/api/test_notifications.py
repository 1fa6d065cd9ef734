"""Notifications through the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import jsonschema
import pytest

from application.accounts.callers import Caller, Scope
from application.accounts.make_token import MakeTokenCommand
from domain.accounts import Preferences, Role
from tests.integration.accounts.people import proven
from tests.integration.notifications.ear import forget, heard
from tests.marketplace import Marketplace

LIST = "/api/me/notifications"


@pytest.fixture
async def owner(marketplace: Marketplace) -> Caller:
    return await marketplace.client()


@pytest.fixture
async def program(client: httpx.AsyncClient, marketplace: Marketplace, owner: Caller) -> httpx.AsyncClient:
    """The owner's program; what was told is forgotten."""
    token = await marketplace.token(owner)
    client.headers["Authorization"] = f"Bearer {token}"
    await forget(marketplace)
    return client


async def tell(marketplace: Marketplace, caller: Caller, *sources: str) -> None:
    """Something about the account, in this order."""
    for source in sources:
        await marketplace.database.pool.execute(
            "SELECT tell_account($1, 'token.created', $2, NULL, '{}')", caller.account_id, source
        )


async def items(program: httpx.AsyncClient, query: str = "") -> list[dict[str, Any]]:
    answer = await program.get(f"{LIST}{query}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def test_what_happened_in_words_and_as_ids(
    program: httpx.AsyncClient, marketplace: Marketplace, owner: Caller
) -> None:
    slot = await marketplace.slot(await marketplace.consultant())
    booking = await marketplace.confirmed_booking(owner, slot)
    answer = await program.get(LIST)
    schema = (await program.get("/api/schema/")).json()
    shape = {**schema, "$ref": "#/components/schemas/NotificationList"}
    jsonschema.validate(answer.json(), shape)
    [told] = answer.json()["items"]
    assert (told["kind"], told["subject"], told["subject_id"]) == ("booking.confirmed", "booking", str(booking.id))
    assert told["read_at"] is None
    assert told["text"].startswith("Your session with Ada Number 2 on ")
    assert told["text"].endswith("(UTC) is confirmed.")


async def test_instants_are_in_the_zone_that_one_prefers(
    program: httpx.AsyncClient, marketplace: Marketplace, owner: Caller
) -> None:
    preferences = Preferences(time_zone="Africa/Lagos")
    await marketplace.product.choose_preferences(owner, preferences)
    await marketplace.confirmed_booking(owner, await marketplace.slot(await marketplace.consultant()))
    [told] = await items(program)
    assert told["text"].endswith("(Africa/Lagos) is confirmed.")


async def test_one_is_read_and_then_the_rest(
    program: httpx.AsyncClient, marketplace: Marketplace, owner: Caller
) -> None:
    await tell(marketplace, owner, "one", "two", "three")
    newest, middle, oldest = await items(program)
    for _ in range(2):
        assert (await program.post(f"{LIST}/{middle['id']}/read")).status_code == 204
    assert [told["id"] for told in await items(program, "?unread=true")] == [newest["id"], oldest["id"]]
    assert (await items(program))[1]["read_at"] is not None
    marked = await program.post(f"{LIST}/read", json={"until": oldest["created_at"]})
    assert (marked.status_code, marked.json()) == (200, {"marked": 1})
    assert [told["id"] for told in await items(program, "?unread=true")] == [newest["id"]]
    assert (await program.post(f"{LIST}/read")).json() == {"marked": 1}
    assert (await program.post(f"{LIST}/read")).json() == {"marked": 0}
    assert await items(program, "?unread=true") == []


@pytest.mark.parametrize("query", ["", "unread=true&"])
async def test_pages_joined_are_all_of_it(
    program: httpx.AsyncClient, marketplace: Marketplace, owner: Caller, query: str
) -> None:
    await tell(marketplace, owner, *(f"{number}" for number in range(5)))
    path, seen = f"{LIST}?{query}limit=2", []
    for size in (2, 2, 1):
        answer = await program.get(path)
        page = answer.json()
        assert len(page["items"]) == size
        seen += [told["id"] for told in page["items"]]
        if page["next_cursor"]:
            assert 'rel="next"' in answer.headers["link"]
            path = f"{LIST}?{query}limit=2&cursor={page['next_cursor']}"
    assert page["next_cursor"] is None
    assert seen == [str(told.id) for told in reversed(await heard(marketplace, owner))]


async def test_nobody_reads_what_others_were_told(
    program: httpx.AsyncClient, marketplace: Marketplace, owner: Caller
) -> None:
    stranger = await marketplace.account(Role.CONSULTANT)
    await tell(marketplace, stranger, "one")
    [told] = await heard(marketplace, stranger)
    assert await items(program) == []
    for notification_id in (told.id, UUID(int=1)):
        assert (await program.post(f"{LIST}/{notification_id}/read")).status_code == 404
    assert (await program.post(f"{LIST}/read")).json() == {"marked": 0}
    assert [told.read_at for told in await heard(marketplace, stranger)] == [None]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "?unread=perhaps", None, 422),
        ("GET", "?limit=0", None, 422),
        ("GET", "?cursor=made-up", None, 400),
        ("POST", "/read", {"until": "yesterday"}, 422),
        ("POST", "/read", {"since": "2026-01-01T00:00:00Z"}, 422),
        ("POST", "/not-an-id/read", None, 404),
    ],
)
async def test_nonsense_is_refused(
    program: httpx.AsyncClient, method: str, path: str, body: dict[str, str] | None, status: int
) -> None:
    answer = await program.request(method, f"{LIST}{path}", json=body)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")


@pytest.mark.parametrize(("scope", "reads", "writes"), [(Scope.READ, 200, 403), (Scope.WRITE, 403, 200)])
async def test_a_token_does_what_it_was_made_for(
    client: httpx.AsyncClient, marketplace: Marketplace, owner: Caller, scope: Scope, reads: int, writes: int
) -> None:
    command = MakeTokenCommand(name="script", scopes=(scope,), life=timedelta(days=1))
    issued = await marketplace.product.make_token(await proven(marketplace, owner), command)
    client.headers["Authorization"] = f"Bearer {issued.token}"
    assert (await client.get(LIST)).status_code == reads
    assert (await client.post(f"{LIST}/read")).status_code == writes
