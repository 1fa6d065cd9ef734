"""One's own details and picture."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from application.accounts.update_account import UpdateAccountCommand
from domain.accounts import EmailTaken
from domain.refusals import Invalid, StaleVersion
from tests.marketplace import Marketplace


def picture(colour: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 40), colour).save(file, "PNG")
    return file.getvalue()


async def test_what_is_given_changes_and_the_rest_stays(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    before = await marketplace.product.account_queries.account(client.account_id)
    await marketplace.product.update_account(
        client, UpdateAccountCommand(last_name=" Okafor ", phone_number="0803 123 4567")
    )
    after = await marketplace.product.account_queries.account(client.account_id)
    assert before is not None
    assert after is not None
    assert (after.last_name, after.phone_number, after.version) == ("Okafor", "0803 123 4567", before.version + 1)
    assert (after.username, after.email, after.first_name) == (before.username, before.email, before.first_name)


async def test_an_empty_phone_number_removes_it(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    await marketplace.product.update_account(client, UpdateAccountCommand(phone_number="0803 123 4567"))
    account = await marketplace.product.update_account(client, UpdateAccountCommand(phone_number=" "))
    assert account.person.phone_number is None


async def test_the_address_of_somebody_else_is_refused_whatever_its_case(marketplace: Marketplace) -> None:
    client, other = await marketplace.client(), await marketplace.client()
    with pytest.raises(EmailTaken):
        await marketplace.product.update_account(
            client, UpdateAccountCommand(email=f"{other.username.upper()}@example.com")
        )


async def test_ones_own_address_may_change_its_case(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    address = f"{client.username.upper()}@example.com"
    account = await marketplace.product.update_account(client, UpdateAccountCommand(email=address))
    assert account.person.email == address


async def test_a_change_to_something_that_was_changed_in_the_meantime_is_refused(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    await marketplace.product.update_account(client, UpdateAccountCommand(first_name="Bola", expected_version=1))
    with pytest.raises(StaleVersion):
        await marketplace.product.update_account(
            client, UpdateAccountCommand(first_name="Chika", expected_version=1)
        )
    account = await marketplace.product.account_queries.account(client.account_id)
    assert account is not None
    assert account.first_name == "Bola"


async def test_a_name_in_disguise_is_refused(marketplace: Marketplace) -> None:
    with pytest.raises(Invalid):
        await marketplace.product.update_account(
            await marketplace.client(), UpdateAccountCommand(first_name="A\u202eda")
        )


async def test_a_new_picture_takes_the_place_of_the_old_one_whose_file_goes(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    names = []
    for colour in ("red", "blue"):
        await marketplace.product.set_picture(client, picture(colour))
        account = await marketplace.product.account_queries.account(client.account_id)
        assert account is not None
        assert account.picture_url is not None
        names.append(account.picture_url.removeprefix("/media/"))
    old, new = [await marketplace.product.pictures.read(name) for name in names]
    assert old is None
    assert new is not None


async def test_a_removed_picture_is_gone_from_account_and_disk(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    await marketplace.product.set_picture(client, picture("red"))
    name = await marketplace.database.pool.fetchval("SELECT picture FROM accounts WHERE picture IS NOT NULL")
    await marketplace.product.set_picture(client, None)
    account = await marketplace.product.account_queries.account(client.account_id)
    assert account is not None
    assert account.picture_url is None
    assert await marketplace.product.pictures.read(name) is None


async def test_what_is_no_picture_leaves_the_present_one(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    await marketplace.product.set_picture(client, picture("red"))
    name = await marketplace.database.pool.fetchval("SELECT picture FROM accounts WHERE picture IS NOT NULL")
    with pytest.raises(Invalid):
        await marketplace.product.set_picture(client, b"<svg/>")
    assert await marketplace.product.pictures.read(name) is not None
