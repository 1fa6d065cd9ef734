"""Services as their consultant and as the public see them."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

import msgspec

from application.money_view import MoneyView
from application.paging import Page, PageRequest


class OfferedServiceView(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of session that a consultant offers. Single sessions of it can differ in length, seats and price."""

    id: UUID
    name: str
    description: str
    length_minutes: int
    price: MoneyView
    max_slots: int


class ServiceView(OfferedServiceView, frozen=True, kw_only=True):
    """One of a consultant's own services. `version` is what If-Match refers to.

    New sessions of a service that is not offered any more cannot be published; those that are there stay.
    """

    buffer_before_minutes: int
    buffer_after_minutes: int
    is_offered: bool
    version: int


class ServiceQueries(Protocol):
    """Reads about services; one statement each."""

    async def own_services(
        self, consultant_id: UUID, *, is_offered: bool | None = None, page: PageRequest
    ) -> Page[ServiceView]:
        """A consultant's services by name: all of them, or those that are offered, or those that are not."""
        ...

    async def own_service(self, consultant_id: UUID, service_id: UUID) -> ServiceView | None:
        """One service of the consultant, offered or not."""
        ...

    async def offered(self, slug: str, page: PageRequest) -> Page[OfferedServiceView] | None:
        """What a published consultant offers, by name; nothing when there is no such consultant."""
        ...
