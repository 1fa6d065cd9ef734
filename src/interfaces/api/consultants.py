"""Discovery: consultants, their sessions on offer, and what clients say of them. Open to anybody."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter, SkipValidation
from litestar.response.base import ASGIResponse

from application.consultants.views import ConsultantQueries, ConsultantView, DiscoveryQuery, Sorting
from application.paging import DEFAULT_LIMIT
from domain.money import LARGEST_AMOUNT
from domain.refusals import NotFound
from interfaces.api.answers import ConsultantList, ReviewList, SlotList
from interfaces.api.instants import From, To, require_sensible
from interfaces.api.json_answers import public_answer
from interfaces.api.lists import Cursor, Limit, ListReader
from interfaces.api.operations import operation
from interfaces.api.policies import PUBLIC

Words = Annotated[
    str | None,
    QueryParameter(
        max_length=200,
        description="Up to ten words that all say something about the consultant: their name, headline, "
        "specialisations, languages, bio. Accents, endings and typing errors are forgiven; the last word may be "
        "unfinished.",
    ),
]
Tag = Annotated[str | None, QueryParameter(max_length=60, description="One of a consultant's own, in any case.")]
MinRating = Annotated[float | None, QueryParameter(ge=0, le=5, description="An average from 0 to 5.")]
MaxPrice = Annotated[
    int | None,
    QueryParameter(
        ge=0,
        le=LARGEST_AMOUNT,
        description="A number of subunits, 0 or more: their usual price, or that of one of their services, is no "
        "higher.",
    ),
]
FreeFrom = Annotated[
    datetime | None, QueryParameter(description="An instant: with a seat in a session that starts then or later.")
]
FreeTo = Annotated[
    datetime | None, QueryParameter(description="An instant: with a seat in a session that starts before then.")
]
Bookable = Annotated[
    bool, QueryParameter(description="Whether only consultants with a session that can be booked are wanted.")
]
Sort = Annotated[
    Sorting | None,
    QueryParameter(
        description="One of relevance, next_free, rating, price, name; by default relevance for words, next_free "
        "without any."
    ),
]
Stars = Annotated[
    int | None, QueryParameter(ge=1, le=5, description="Only reviews that gave so many stars, from 1 to 5.")
]
Service = Annotated[
    UUID | None, QueryParameter(description="The id of one of the consultant's services: only its sessions.")
]


class ConsultantController(Controller):
    """Public reads, with entity tags."""

    path = "/consultants"
    tags = ("Discovery",)

    @get(
        "/",
        **operation(
            "listConsultants",
            "Find consultants",
            policy=PUBLIC,
            explained_by=ConsultantQueries.discover,
            gives=ConsultantList,
            refuses=(304, 422),
        ),
    )
    async def discover(
        self,
        request: Request[Any, Any, Any],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
        q: Words = None,
        specialization: Tag = None,
        language: Tag = None,
        min_rating: MinRating = None,
        max_price: MaxPrice = None,
        available_from: FreeFrom = None,
        available_to: FreeTo = None,
        bookable: Bookable = False,
        sort: Sort = None,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> ASGIResponse:
        """A page of cards."""
        require_sensible(available_from=available_from, available_to=available_to)
        reader = ListReader(request, limit, cursor)
        page = await consultant_queries.discover(
            DiscoveryQuery(
                words=q,
                specialization=specialization,
                language=language,
                min_rating=min_rating,
                max_price=max_price,
                available_from=available_from,
                available_to=available_to,
                is_bookable=bookable,
                sorting=sort,
                page=reader.page,
            )
        )
        next_cursor, link = reader.next(page.next_key)
        return public_answer(request, ConsultantList(page.items, next_cursor), link=link)

    @get(
        "/{slug:str}",
        **operation(
            "getConsultant",
            "A consultant's public profile",
            policy=PUBLIC,
            explained_by=ConsultantView,
            gives=ConsultantView,
            refuses=(304, 404),
        ),
    )
    async def show(
        self,
        request: Request[Any, Any, Any],
        slug: FromPath[str],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
    ) -> ASGIResponse:
        """With rating and next free slot."""
        consultant = await consultant_queries.consultant(slug)
        if consultant is None:
            raise NotFound
        return public_answer(request, consultant)

    @get(
        "/{slug:str}/slots",
        **operation(
            "listConsultantSlots",
            "A consultant's sessions on offer",
            policy=PUBLIC,
            explained_by=ConsultantQueries.slots,
            gives=SlotList,
            refuses=(304, 404, 422),
        ),
    )
    async def slots(
        self,
        request: Request[Any, Any, Any],
        slug: FromPath[str],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
        from_: From = None,
        to: To = None,
        service: Service = None,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> ASGIResponse:
        """By time."""
        require_sensible(from_=from_, to=to)
        reader = ListReader(request, limit, cursor)
        page = await consultant_queries.slots(slug, since=from_, until=to, page=reader.page, service_id=service)
        if page is None:
            raise NotFound
        next_cursor, link = reader.next(page.next_key)
        return public_answer(request, SlotList(page.items, next_cursor), link=link)

    @get(
        "/{slug:str}/reviews",
        **operation(
            "listConsultantReviews",
            "What clients say of a consultant",
            policy=PUBLIC,
            explained_by=ConsultantQueries.reviews,
            gives=ReviewList,
            refuses=(304, 404, 422),
        ),
    )
    async def reviews(
        self,
        request: Request[Any, Any, Any],
        slug: FromPath[str],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
        rating: Stars = None,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> ASGIResponse:
        """Newest first."""
        reader = ListReader(request, limit, cursor)
        page = await consultant_queries.reviews(slug, reader.page, rating=rating)
        if page is None:
            raise NotFound
        next_cursor, link = reader.next(page.next_key)
        return public_answer(request, ReviewList(page.items, next_cursor), link=link)
