"""Bearer tokens: scopes, life and end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from application.accounts.callers import Caller, Scope
from application.accounts.issue_token import IssuedToken, IssueTokenCommand
from application.paging import FIRST_PAGE, PageRequest
from domain.accounts import InvalidCredentials
from domain.refusals import Invalid, NotFound, Throttled
from tests.integration.accounts.people import an_address, log_in, suspend, token_caller
from tests.marketplace import PASSWORD, Marketplace


async def issue(marketplace: Marketplace, caller: Caller, password: str = PASSWORD, **changes: Any) -> IssuedToken:
    return await marketplace.product.issue_token(
        IssueTokenCommand(identifier=caller.username, password=password, address=an_address(), **changes)
    )


async def test_a_token_opens_its_account_with_all_scopes_for_thirty_days(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    issued = await issue(marketplace, client)
    caller = await token_caller(marketplace, issued.token)
    assert caller is not None
    assert (caller.account_id, caller.scopes, caller.session_id) == (client.account_id, frozenset(Scope), None)
    assert issued.record.expires_at - issued.record.created_at == timedelta(days=30)
    assert issued.token not in repr(issued)
    stored = await marketplace.database.pool.fetchrow("SELECT * FROM api_tokens")
    assert not [value for value in map(str, stored.values()) if issued.token in value]


async def test_a_token_does_what_it_was_made_for_and_no_more(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    issued = await issue(marketplace, client, scopes=("read", "read"), name="a phone")
    caller = await token_caller(marketplace, issued.token)
    assert caller is not None
    assert caller.scopes == {Scope.READ}
    assert (issued.record.name, issued.record.scopes) == ("a phone", ("read",))


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("scopes", {"scopes": ("read", "admin")}),
        ("name", {"name": "x" * 81}),
        ("name", {"name": "nul\x00"}),
        ("expires_in", {"life": timedelta(0)}),
        ("expires_in", {"life": timedelta(days=365, seconds=1)}),
    ],
)
async def test_a_wish_out_of_bounds_is_refused(
    marketplace: Marketplace, field: str, changes: dict[str, Any]
) -> None:
    client = await marketplace.client()
    with pytest.raises(Invalid) as refusal:
        await issue(marketplace, client, **changes)
    assert [error.field for error in refusal.value.errors] == [field]


@pytest.mark.parametrize("life", [timedelta(seconds=1), timedelta(days=365)])
async def test_a_token_lives_as_long_as_was_asked_for(marketplace: Marketplace, life: timedelta) -> None:
    issued = await issue(marketplace, await marketplace.client(), life=life)
    assert issued.record.expires_at - issued.record.created_at == life


async def test_a_token_that_has_run_out_opens_nothing_and_is_not_listed(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    issued = await issue(marketplace, client)
    await marketplace.database.pool.execute("UPDATE api_tokens SET expires_at = clock_timestamp()")
    assert await token_caller(marketplace, issued.token) is None
    assert (await marketplace.product.account_queries.api_tokens(client.account_id, FIRST_PAGE)).items == []


async def test_a_revoked_token_is_refused_from_the_next_request_on(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    issued, other = await issue(marketplace, client), await issue(marketplace, client)
    await marketplace.product.revoke_token(client, issued.record.id)
    assert await token_caller(marketplace, issued.token) is None
    assert await token_caller(marketplace, other.token) is not None
    with pytest.raises(NotFound):
        await marketplace.product.revoke_token(client, issued.record.id)


async def test_nobody_revokes_the_token_of_somebody_else(marketplace: Marketplace) -> None:
    owner, stranger = await marketplace.client(), await marketplace.client()
    issued = await issue(marketplace, owner)
    for token_id in (issued.record.id, uuid4()):
        with pytest.raises(NotFound):
            await marketplace.product.revoke_token(stranger, token_id)
    assert await token_caller(marketplace, issued.token) is not None


async def test_a_suspended_account_has_no_tokens(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    issued = await issue(marketplace, client)
    await suspend(marketplace, client.account_id)
    assert await token_caller(marketplace, issued.token) is None


async def test_tokens_and_log_ins_share_one_budget_of_guesses(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    for _ in range(5):
        with pytest.raises(InvalidCredentials):
            await log_in(marketplace, client.username, "wrong password")
        with pytest.raises(InvalidCredentials):
            await issue(marketplace, client, "wrong password")
    with pytest.raises(Throttled):
        await issue(marketplace, client)
    with pytest.raises(Throttled):
        await log_in(marketplace, client.username)


async def test_tokens_are_listed_newest_first_without_loss_or_repetition(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    made = [(await issue(marketplace, client)).record.id for _ in range(5)]
    await issue(marketplace, await marketplace.client())
    listed, after = [], None
    while True:
        page = await marketplace.product.account_queries.api_tokens(
            client.account_id, PageRequest(limit=2, after=after)
        )
        listed += [token.id for token in page.items]
        after = page.next_key
        if after is None:
            break
    assert listed == made[::-1]


async def test_an_unknown_token_opens_nothing(marketplace: Marketplace) -> None:
    assert await token_caller(marketplace, marketplace.product.secrets.new_api_token().plain) is None
