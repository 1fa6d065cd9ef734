"""Short ways to consultants who can be found, and to who is found."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from application.accounts.callers import Caller
from application.accounts.update_account import UpdateAccountCommand
from application.consultants.update_profile import UpdateProfileCommand
from application.consultants.views import ConsultantView, DiscoveryQuery
from application.paging import PageRequest
from tests.marketplace import Marketplace


async def consultant(marketplace: Marketplace, *, name: str | None = None, **profile: Any) -> Caller:
    """A published consultant; the name is a first and a last one."""
    caller = await marketplace.consultant()
    if name is not None:
        await rename(marketplace, caller, name)
    await marketplace.product.update_profile(caller, UpdateProfileCommand(**profile))
    return caller


async def rename(marketplace: Marketplace, caller: Caller, name: str) -> None:
    """Change somebody's first and last name."""
    first, last = name.split(" ", 1)
    await marketplace.product.update_account(caller, UpdateAccountCommand(first_name=first, last_name=last))


async def rate(marketplace: Marketplace, caller: Caller, count: int, total: int) -> None:
    """A rating summary without the sessions behind it."""
    await marketplace.database.pool.execute(
        "UPDATE consultant_profiles SET rating_count = $2, rating_sum = $3 WHERE account_id = $1",
        caller.account_id,
        count,
        total,
    )


async def found(marketplace: Marketplace, **query: Any) -> list[str]:
    """The public addresses of those who are found, in order."""
    page = await marketplace.product.consultant_queries.discover(DiscoveryQuery(**query))
    return [card.slug for card in page.items]


async def walk(marketplace: Marketplace, query: DiscoveryQuery, limit: int) -> list[str]:
    """The same, page by page to the end."""
    slugs: list[str] = []
    after = None
    while True:
        page = await marketplace.product.consultant_queries.discover(
            replace(query, page=PageRequest(limit=limit, after=after))
        )
        assert len(page.items) <= limit
        slugs += [card.slug for card in page.items]
        after = page.next_key
        assert len(slugs) == len(set(slugs)), "somebody is there twice"
        if after is None:
            return slugs


async def shown(marketplace: Marketplace, slug: str) -> ConsultantView:
    """A public profile."""
    view = await marketplace.product.consultant_queries.consultant(slug)
    assert view is not None
    return view
