"""What somebody is told, as the list behind their bell has it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import msgspec

from application.accounts.callers import Caller
from application.notifications.views import NotificationFilter, NotificationView
from application.paging import PageRequest
from domain.notifications import CONTENTS, Kind
from interfaces.web import notification_words
from tests.marketplace import Marketplace

ALL = PageRequest(limit=100)


async def heard(marketplace: Marketplace, caller: Caller) -> list[NotificationView]:
    """In the order in which it came; each can be said, and has the facts of its kind and no others."""
    wanted = NotificationFilter(page=ALL)
    page = await marketplace.product.notification_queries.of_account(caller.account_id, wanted)
    for told in page.items:
        content = CONTENTS[Kind(told.kind)]
        has = {name for name, fact in msgspec.structs.asdict(told.facts).items() if fact is not None}
        assert content.facts <= has <= content.facts | content.maybe, (told.kind, has)
        assert (told.subject_id is None) == (content.subject is None), told.kind
        assert notification_words.text(told, ZoneInfo("UTC"))
        assert notification_words.address(told)
    return page.items[::-1]


async def kinds(marketplace: Marketplace, caller: Caller) -> list[str]:
    """Of all of it."""
    return [told.kind for told in await heard(marketplace, caller)]


async def latest(marketplace: Marketplace, caller: Caller, kind: Kind) -> NotificationView:
    """The last one, which is of that kind."""
    told = (await heard(marketplace, caller))[-1]
    assert told.kind == kind
    return told


async def sentence(marketplace: Marketplace, caller: Caller) -> str:
    """What the last one says."""
    return notification_words.text((await heard(marketplace, caller))[-1], ZoneInfo("UTC"))


async def forget(marketplace: Marketplace) -> None:
    """What comes from now on is all that there is."""
    await marketplace.database.pool.execute("DELETE FROM notifications")
