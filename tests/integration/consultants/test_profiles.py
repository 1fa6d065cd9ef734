"""A consultant's own profile: changed, published, and hidden again."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from application.consultants.update_profile import UpdateProfileCommand
from domain.accounts import Role
from domain.consultants import CancellationPolicy, ProfileIncomplete, SlugTaken
from domain.money import Money
from domain.refusals import Invalid, NotFound, StaleVersion
from tests.marketplace import Marketplace

PUBLISHABLE = UpdateProfileCommand(headline="Leases", bio="Lagos.", specializations=("Law",), is_published=True)


async def test_what_is_given_changes_and_the_rest_stays(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    before = await marketplace.product.consultant_queries.own_profile(consultant.account_id)
    profile = await marketplace.product.update_profile(
        consultant,
        UpdateProfileCommand(
            headline="  Leases  ", policy=CancellationPolicy.STRICT, default_price=Money(0, "GHS")
        ),
    )
    after = await marketplace.product.consultant_queries.own_profile(consultant.account_id)
    assert before is not None
    assert after is not None
    assert (after.headline, after.cancellation_policy) == ("Leases", "strict")
    assert (after.default_price.amount, after.default_price.currency) == (0, "GHS")
    assert (after.bio, after.slug, after.languages) == (before.bio, before.slug, before.languages)
    assert after.version == profile.version == before.version + 1


async def test_tags_are_kept_once_each_without_blanks(marketplace: Marketplace) -> None:
    profile = await marketplace.product.update_profile(
        await marketplace.consultant(), UpdateProfileCommand(specializations=(" Law ", "", "law", "Tax", "  "))
    )
    assert [tag.casefold() for tag in profile.specializations] == ["law", "tax"]


@pytest.mark.parametrize("missing", ["headline", "bio", "specializations"])
async def test_an_incomplete_profile_is_not_published(marketplace: Marketplace, missing: str) -> None:
    consultant = await marketplace.account(Role.CONSULTANT)
    empty: object = () if missing == "specializations" else " "
    with pytest.raises(ProfileIncomplete):
        await marketplace.product.update_profile(consultant, replace(PUBLISHABLE, **{missing: empty}))  # type: ignore[arg-type]  # each value fits its field
    await marketplace.product.update_profile(consultant, PUBLISHABLE)
    assert await marketplace.product.consultant_queries.consultant(await marketplace.slug(consultant))


async def test_a_published_profile_is_not_emptied(marketplace: Marketplace) -> None:
    with pytest.raises(ProfileIncomplete):
        await marketplace.product.update_profile(await marketplace.consultant(), UpdateProfileCommand(bio=""))


@pytest.mark.parametrize(
    ("field", "command"),
    [
        ("slug", UpdateProfileCommand(slug="A B")),
        ("slug", UpdateProfileCommand(slug="ab")),
        ("slug", UpdateProfileCommand(slug="a--b")),
        ("slug", UpdateProfileCommand(slug="../admin")),
        ("headline", UpdateProfileCommand(headline="x" * 121)),
        ("headline", UpdateProfileCommand(headline="two\nlines")),
        ("headline", UpdateProfileCommand(headline="nul\x00")),
        ("bio", UpdateProfileCommand(bio="x" * 5001)),
        ("bio", UpdateProfileCommand(bio="nul\x00")),
        ("specializations", UpdateProfileCommand(specializations=tuple(map(str, range(13))))),
        ("languages", UpdateProfileCommand(languages=("x" * 61,))),
        ("languages", UpdateProfileCommand(languages=("nul\x00",))),
        ("time_zone", UpdateProfileCommand(time_zone="Lagos")),
        ("time_zone", UpdateProfileCommand(time_zone="../../etc/passwd")),
        ("time_zone", UpdateProfileCommand(time_zone="")),
    ],
)
async def test_a_field_out_of_bounds_is_named(
    marketplace: Marketplace, field: str, command: UpdateProfileCommand
) -> None:
    with pytest.raises(Invalid) as refusal:
        await marketplace.product.update_profile(await marketplace.consultant(), command)
    assert [error.field for error in refusal.value.errors] == [field]


async def test_the_address_of_another_consultant_is_refused(marketplace: Marketplace) -> None:
    consultant, other = await marketplace.consultant(), await marketplace.consultant()
    with pytest.raises(SlugTaken):
        await marketplace.product.update_profile(
            consultant, UpdateProfileCommand(slug=await marketplace.slug(other))
        )


async def test_a_change_to_something_that_was_changed_in_the_meantime_is_refused(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    profile = await marketplace.product.update_profile(consultant, UpdateProfileCommand(headline="One"))
    stale = UpdateProfileCommand(headline="Two", expected_version=profile.version - 1)
    with pytest.raises(StaleVersion):
        await marketplace.product.update_profile(consultant, stale)
    await marketplace.product.update_profile(consultant, replace(stale, expected_version=profile.version))


async def test_of_many_changes_to_one_version_exactly_one_is_kept(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    profile = await marketplace.product.consultant_queries.own_profile(consultant.account_id)
    assert profile is not None
    outcomes = await asyncio.gather(
        *(
            marketplace.product.update_profile(
                consultant, UpdateProfileCommand(headline=str(number), expected_version=profile.version)
            )
            for number in range(6)
        ),
        return_exceptions=True,
    )
    names = sorted(type(outcome).__name__ for outcome in outcomes)
    assert names == ["ConsultantProfile"] + ["StaleVersion"] * 5


async def test_a_client_has_no_profile(marketplace: Marketplace) -> None:
    with pytest.raises(NotFound):
        await marketplace.product.update_profile(await marketplace.client(), UpdateProfileCommand(headline="x"))


async def test_bookings_keep_the_cancellation_policy_that_they_were_made_under(marketplace: Marketplace) -> None:
    consultant, client = await marketplace.consultant(), await marketplace.client()
    booking = await marketplace.booking(client, await marketplace.slot(consultant))
    await marketplace.product.update_profile(consultant, UpdateProfileCommand(policy=CancellationPolicy.STRICT))
    assert (await marketplace.details(client, booking.id)).cancellation_policy == "flexible"
