"""Opening an account, on the real database."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from domain.accounts import Account, EmailTaken, Role, UsernameTaken
from domain.refusals import Invalid
from tests.integration.accounts.people import registration
from tests.marketplace import ANSWER, PASSWORD, Marketplace, RememberedHashes


async def register(marketplace: Marketplace, **changes: object) -> Account:
    register_account = marketplace.product.register_account
    quick = replace(register_account, hasher=RememberedHashes(register_account.hasher))
    return await quick(registration(**changes))


async def test_an_account_is_kept_without_its_secrets(marketplace: Marketplace) -> None:
    account = await register(marketplace)
    row = await marketplace.database.pool.fetchrow("SELECT * FROM accounts WHERE id = $1", account.id)
    assert row["username"] == "ada.obi"
    assert row["password_hash"].startswith("$argon2id$")
    assert not [value for value in map(str, row.values()) if PASSWORD in value or ANSWER in value]
    assert PASSWORD not in f"{account!r} {registration()!r}"
    assert ANSWER not in f"{registration()!r}"


async def test_a_username_belongs_to_one_account_whatever_its_case(marketplace: Marketplace) -> None:
    await register(marketplace)
    with pytest.raises(UsernameTaken):
        await register(marketplace, username="Ada.OBI", email="other@example.com")


async def test_an_address_belongs_to_one_account_whatever_its_case(marketplace: Marketplace) -> None:
    await register(marketplace)
    with pytest.raises(EmailTaken):
        await register(marketplace, username="other", email="ADA.Obi@Example.COM")
    assert await marketplace.database.pool.fetchval("SELECT count(*) FROM accounts") == 1


async def test_of_many_who_want_one_username_at_once_exactly_one_gets_it(marketplace: Marketplace) -> None:
    outcomes = await asyncio.gather(
        *(register(marketplace, email=f"ada{number}@example.com") for number in range(8)), return_exceptions=True
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Account"] + ["UsernameTaken"] * 7


async def test_every_mistake_of_a_form_is_told_at_once(marketplace: Marketplace) -> None:
    with pytest.raises(Invalid) as refusal:
        await register(marketplace, username="x", email="nowhere", first_name=" ", phone_number="call me")
    told = {error.field for error in refusal.value.errors}
    assert told == {"username", "email", "first_name", "phone_number"}


async def test_mistakes_about_person_and_secrets_are_told_together(marketplace: Marketplace) -> None:
    with pytest.raises(Invalid) as refusal:
        await register(marketplace, email="nowhere", password="short", security_answer="Lagos")
    assert {error.field for error in refusal.value.errors} == {"email", "password", "security_answer"}
    assert await marketplace.database.pool.fetchval("SELECT count(*) FROM accounts") == 0


@pytest.mark.parametrize("name", ["Ada\u202e", "\u200bAda", "Ada\x00"], ids=ascii)
async def test_names_in_disguise_are_refused(marketplace: Marketplace, name: str) -> None:
    with pytest.raises(Invalid):
        await register(marketplace, first_name=name)


async def test_nobody_registers_as_an_operator(marketplace: Marketplace) -> None:
    with pytest.raises(Invalid) as refusal:
        await register(marketplace, role=Role.OPERATOR)
    assert [error.field for error in refusal.value.errors] == ["role"]


async def test_a_client_gets_no_profile(marketplace: Marketplace) -> None:
    account = await register(marketplace)
    assert await marketplace.product.consultant_queries.own_profile(account.id) is None


@pytest.mark.parametrize(
    ("first", "last", "slug"),
    [
        ("Ada", "Obioma", "ada-obioma"),
        ("Ìmọ̀ràn", "O’Brien", "imoran-obrien"),
        ("李", "明", "ada-obi"),
        ("x" * 80, "y" * 80, "x" * 50),
    ],
)
async def test_a_consultant_gets_an_unpublished_profile_under_the_name(
    marketplace: Marketplace, first: str, last: str, slug: str
) -> None:
    account = await register(marketplace, role=Role.CONSULTANT, first_name=first, last_name=last)
    profile = await marketplace.product.consultant_queries.own_profile(account.id)
    assert profile is not None
    assert (profile.slug, profile.is_published, profile.rating.count) == (slug, False, 0)
    assert await marketplace.product.consultant_queries.consultant(slug) is None


async def test_namesakes_get_addresses_of_their_own(marketplace: Marketplace) -> None:
    slugs = []
    for number in range(3):
        account = await register(
            marketplace, role=Role.CONSULTANT, username=f"ada{number}", email=f"ada{number}@example.com"
        )
        profile = await marketplace.product.consultant_queries.own_profile(account.id)
        assert profile is not None
        slugs.append(profile.slug)
    assert slugs == ["ada-obioma", "ada-obioma-2", "ada-obioma-3"]


async def test_namesakes_who_register_at_once_all_get_an_account(marketplace: Marketplace) -> None:
    outcomes = await asyncio.gather(
        *(
            register(marketplace, role=Role.CONSULTANT, username=f"ada{n}", email=f"ada{n}@example.com")
            for n in range(4)
        ),
        return_exceptions=True,
    )
    assert [type(outcome).__name__ for outcome in outcomes] == ["Account"] * 4


async def test_registering_is_on_record(marketplace: Marketplace) -> None:
    account = await register(marketplace)
    kinds = await marketplace.database.pool.fetch(
        "SELECT kind FROM audit_entries WHERE account_id = $1", account.id
    )
    assert [row["kind"] for row in kinds] == ["account.registered"]
