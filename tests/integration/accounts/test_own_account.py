"""One's own details and picture."""

from __future__ import annotations

import io
import os
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from PIL import Image

from application.accounts.set_picture import PER_ACCOUNT
from application.accounts.update_account import UpdateAccountCommand
from domain.accounts import EmailTaken
from domain.pictures import small_picture
from domain.refusals import Invalid, StaleVersion, Throttled
from infrastructure.postgres.unit_of_work import SqlUnitOfWork
from infrastructure.settings import Settings
from tests.integration.accounts.people import proven
from tests.marketplace import Marketplace


def picture(colour: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 40), colour).save(file, "PNG")
    return file.getvalue()


async def test_what_is_given_changes_and_the_rest_stays(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    before = await marketplace.product.account_queries.account(client.account_id)
    await marketplace.product.update_account(
        await proven(marketplace, client), UpdateAccountCommand(last_name=" Okafor ", phone_number="0803 123 4567")
    )
    after = await marketplace.product.account_queries.account(client.account_id)
    assert before is not None
    assert after is not None
    assert (after.last_name, after.phone_number, after.version) == ("Okafor", "0803 123 4567", before.version + 1)
    assert (after.username, after.email, after.first_name) == (before.username, before.email, before.first_name)


async def test_an_empty_phone_number_removes_it(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    client = await proven(marketplace, client)
    await marketplace.product.update_account(client, UpdateAccountCommand(phone_number="0803 123 4567"))
    account = await marketplace.product.update_account(client, UpdateAccountCommand(phone_number=" "))
    assert account.person.phone_number is None


async def test_the_address_of_somebody_else_is_refused_whatever_its_case(marketplace: Marketplace) -> None:
    client, other = await marketplace.client(), await marketplace.client()
    with pytest.raises(EmailTaken):
        await marketplace.product.update_account(
            await proven(marketplace, client), UpdateAccountCommand(email=f"{other.username.upper()}@example.com")
        )


async def test_ones_own_address_may_change_its_case(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    address = f"{client.username.upper()}@example.com"
    account = await marketplace.product.update_account(
        await proven(marketplace, client), UpdateAccountCommand(email=address)
    )
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
    await marketplace.product.relay_outbox()
    old, new = [await marketplace.product.pictures.read(name) for name in names]
    assert old is None
    assert new is not None


async def test_a_removed_picture_is_gone_from_account_and_disk(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    await marketplace.product.set_picture(client, picture("red"))
    name = await marketplace.database.pool.fetchval("SELECT picture FROM accounts WHERE picture IS NOT NULL")
    await marketplace.product.set_picture(client, None)
    await marketplace.product.relay_outbox()
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


async def test_a_picture_that_is_replaced_stays_until_the_replacement_is_sure(
    marketplace: Marketplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = await marketplace.client()
    await marketplace.product.set_picture(client, picture("red"))

    async def breaks(*_: object) -> None:
        raise RuntimeError("no commit")

    with monkeypatch.context() as patch:
        patch.setattr(SqlUnitOfWork, "commit", breaks)
        with pytest.raises(RuntimeError):
            await marketplace.product.set_picture(client, picture("blue"))
    await marketplace.product.relay_outbox()
    shown = await marketplace.database.pool.fetchval("SELECT picture FROM accounts WHERE picture IS NOT NULL")
    assert await marketplace.product.pictures.read(shown) is not None


async def test_pictures_that_nobody_shows_are_tidied_away_once_they_are_old(
    marketplace: Marketplace, settings: Settings
) -> None:
    client = await marketplace.client()
    await marketplace.product.set_picture(client, picture("red"))
    shown = await marketplace.database.pool.fetchval("SELECT picture FROM accounts WHERE picture IS NOT NULL")
    lost, fresh = [await marketplace.product.pictures.store(picture(colour)) for colour in ("blue", "green")]
    two_days_ago = time.time() - 2 * 86_400
    folder = Path(urlsplit(settings.media.url).path)
    for name in (shown, lost):
        for file in (name, small_picture(name)):
            os.utime(folder / file, (two_days_ago, two_days_ago))
    assert await marketplace.product.tidy_pictures() >= 1
    kept = [await marketplace.product.pictures.read(name) is not None for name in (shown, lost, fresh)]
    assert kept == [True, False, True]
    assert await marketplace.product.pictures.read(small_picture(lost)) is None


async def test_ten_pictures_a_day_are_enough(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    for _ in range(PER_ACCOUNT.attempts):
        with pytest.raises(Invalid):
            await marketplace.product.set_picture(client, b"no picture")
    with pytest.raises(Throttled):
        await marketplace.product.set_picture(client, picture("red"))
    await marketplace.product.set_picture(client, None)
