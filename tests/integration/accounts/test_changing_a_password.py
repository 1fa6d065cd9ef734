"""Changing a password, knowing the present one."""

from __future__ import annotations

import pytest

from application.accounts.callers import Caller
from application.accounts.change_password import ChangePasswordCommand
from domain.accounts import InvalidCredentials, WrongCurrentPassword
from domain.refusals import Invalid, Throttled
from tests.integration.accounts.people import log_in, session_caller, token_caller
from tests.marketplace import PASSWORD, Marketplace

NEW = "a quite different evening"


async def change(marketplace: Marketplace, caller: Caller, current: str = PASSWORD, new: str = NEW) -> str | None:
    return await marketplace.product.change_password(
        caller, ChangePasswordCommand(current_password=current, new_password=new)
    )


async def test_the_new_password_opens_the_account_and_the_old_one_does_not(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    assert await change(marketplace, client) is None
    assert (await log_in(marketplace, client.username, NEW)).key
    with pytest.raises(InvalidCredentials):
        await log_in(marketplace, client.username)


async def test_every_session_and_token_ends_and_the_browser_goes_on_under_a_new_key(
    marketplace: Marketplace,
) -> None:
    client, other = await marketplace.client(), await marketplace.client()
    here, elsewhere = await log_in(marketplace, client.username), await log_in(marketplace, client.username)
    untouched = await log_in(marketplace, other.username)
    token = await marketplace.token(client)
    caller = await session_caller(marketplace, here.key)
    assert caller is not None

    key = await change(marketplace, caller)
    assert key is not None
    assert key not in (here.key, elsewhere.key)
    assert await session_caller(marketplace, key) is not None
    assert await session_caller(marketplace, here.key) is None
    assert await session_caller(marketplace, elsewhere.key) is None
    assert await token_caller(marketplace, token) is None
    assert await session_caller(marketplace, untouched.key) is not None


async def test_a_wrong_present_password_changes_nothing(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    session = await log_in(marketplace, client.username)
    with pytest.raises(WrongCurrentPassword):
        await change(marketplace, client, current="wrong password")
    assert await session_caller(marketplace, session.key) is not None
    assert (await log_in(marketplace, client.username)).key


async def test_wrong_present_passwords_are_counted(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    for _ in range(10):
        with pytest.raises(WrongCurrentPassword):
            await change(marketplace, client, current="wrong password")
    with pytest.raises(Throttled):
        await change(marketplace, client)


@pytest.mark.parametrize("new", ["short", "half \ud800 a pair", "x" * 257], ids=ascii)
async def test_a_poor_new_password_changes_nothing(marketplace: Marketplace, new: str) -> None:
    client = await marketplace.client()
    token = await marketplace.token(client)
    with pytest.raises(Invalid):
        await change(marketplace, client, new=new)
    assert await token_caller(marketplace, token) is not None
    assert (await log_in(marketplace, client.username)).key
