"""Read a calendar feed by its secret token."""

from __future__ import annotations

from dataclasses import dataclass

from application.accounts.ports import Secrets
from application.calendars.views import CalendarQueries, FeedEvent
from domain.accounts import Role
from domain.refusals import NotFound


@dataclass(frozen=True, slots=True)
class ReadFeed:
    """The sessions of the account whose feed has this token.

    - A client sees their own bookings, a consultant one event for each session that has seats taken.
    - A token that is unknown, was replaced or revoked, or is a suspended account's: no difference.
    """

    queries: CalendarQueries
    secrets: Secrets

    async def __call__(self, token: str) -> list[FeedEvent]:
        """By their start. Raises `NotFound`."""
        owner = await self.queries.feed_owner(self.secrets.hash_of(token))
        if owner is None:
            raise NotFound
        if owner.role == Role.CONSULTANT:
            return await self.queries.events_of_consultant(owner.account_id)
        return await self.queries.events_of_client(owner.account_id)
