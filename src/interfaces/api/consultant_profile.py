"""A consultant's own profile and reviews."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from litestar import Controller, Request, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, SkipValidation
from litestar.response.base import ASGIResponse
from msgspec import UNSET, UnsetType

from application.accounts.callers import Caller
from application.consultants.update_profile import LimitsChange, UpdateProfile, UpdateProfileCommand
from application.consultants.views import ConsultantQueries, ProfileView, ReviewView
from application.paging import DEFAULT_LIMIT
from application.reviews.reply_to_review import ReplyToReview, ReplyToReviewCommand
from domain.consultants import CancellationPolicy
from domain.refusals import NotFound
from interfaces.api.answers import ReviewList
from interfaces.api.json_answers import answer
from interfaces.api.lists import Cursor, Limit, ListReader
from interfaces.api.operations import operation
from interfaces.api.policies import CONSULTANTS, Body
from interfaces.api.prices import money
from interfaces.api.requests import ProfileRequest, ReplyRequest
from interfaces.api.unset import given
from interfaces.http.conditional import expected_version
from interfaces.http.idempotency import changed
from interfaces.http.settings import HttpSettings


class ConsultantProfileController(Controller):
    """For consultants."""

    path = "/consultant"
    tags = ("Consultant",)

    @get(
        "/profile",
        **operation(
            "getConsultantProfile",
            "One's own profile",
            policy=CONSULTANTS,
            explained_by=ProfileView,
            gives=ProfileView,
            refuses=(404,),
        ),
    )
    async def show(
        self,
        request: Request[Caller, Any, Any],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
    ) -> ASGIResponse:
        """With its version as entity tag."""
        return _answer(await _own_profile(request, consultant_queries))

    @patch(
        "/profile",
        **operation(
            "updateConsultantProfile",
            "Change, publish or unpublish one's profile",
            policy=CONSULTANTS,
            explained_by=UpdateProfile,
            method="PATCH",
            reads=Body.JSON,
            gives=ProfileView,
            refuses=(404, 409, 412),
        ),
    )
    async def update(
        self,
        request: Request[Caller, Any, Any],
        data: JSONBody[ProfileRequest],
        update_profile: NamedDependency[UpdateProfile],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> ASGIResponse:
        """Honours If-Match."""
        await update_profile(request.user, _command(data, expected_version(request), http_settings.currency))
        return _answer(await _own_profile(request, consultant_queries))

    @get(
        "/reviews",
        **operation(
            "listOwnReviews",
            "What clients say of one",
            policy=CONSULTANTS,
            explained_by=ConsultantQueries.own_reviews,
            gives=ReviewList,
            refuses=(422,),
        ),
    )
    async def reviews(
        self,
        request: Request[Caller, Any, Any],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> ASGIResponse:
        """Newest first."""
        reader = ListReader(request, limit, cursor)
        page = await consultant_queries.own_reviews(request.user.account_id, reader.page)
        next_cursor, link = reader.next(page.next_key)
        return answer(ReviewList(page.items, next_cursor), link=link)

    @post(
        "/reviews/{review_id:uuid}/reply",
        **operation(
            "replyToReview",
            "Reply to a review",
            policy=CONSULTANTS,
            explained_by=ReplyToReview,
            method="POST",
            reads=Body.JSON,
            gives=ReviewView,
            status=201,
            refuses=(404, 409),
        ),
    )
    async def reply_to_review(
        self,
        request: Request[Caller, Any, Any],
        review_id: FromPath[UUID],
        data: JSONBody[ReplyRequest],
        reply_to_review: NamedDependency[ReplyToReview],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
    ) -> ASGIResponse:
        """201 with the review as it is afterwards."""
        review = await changed(
            request,
            reply_to_review(request.user, ReplyToReviewCommand(review_id=review_id, reply=data.reply)),
            lambda: _own_review(request, review_id, consultant_queries),
            lambda now: now.reply is not None and now.reply.text == data.reply.strip(),
        )
        return answer(review, 201)


async def _own_review(
    request: Request[Caller, Any, Any], review_id: UUID, consultant_queries: ConsultantQueries
) -> ReviewView:
    review = await consultant_queries.own_review(request.user.account_id, review_id)
    if review is None:
        raise NotFound
    return review


def _command(data: ProfileRequest, version: int | None, default_currency: str) -> UpdateProfileCommand:
    price, policy = data.default_price, data.cancellation_policy
    return UpdateProfileCommand(
        slug=given(data.slug),
        headline=given(data.headline),
        specializations=None if isinstance(data.specializations, UnsetType) else tuple(data.specializations),
        languages=None if isinstance(data.languages, UnsetType) else tuple(data.languages),
        bio=given(data.bio),
        time_zone=given(data.time_zone),
        default_price=None
        if isinstance(price, UnsetType)
        else money(price, field="default_price", default_currency=default_currency),
        policy=None if isinstance(policy, UnsetType) else CancellationPolicy(policy),
        is_published=given(data.is_published),
        limits=_limits(data),
        expected_version=version,
    )


def _limits(data: ProfileRequest) -> LimitsChange:
    notice, window = data.minimum_notice_minutes, data.booking_window_days
    return LimitsChange(
        minimum_notice=UNSET if isinstance(notice, UnsetType) else timedelta(minutes=notice),
        window=UNSET if isinstance(window, UnsetType) else timedelta(days=window),
        sessions_per_day=data.sessions_per_day,
    )


async def _own_profile(request: Request[Caller, Any, Any], consultant_queries: ConsultantQueries) -> ProfileView:
    profile = await consultant_queries.own_profile(request.user.account_id)
    if profile is None:
        raise NotFound
    return profile


def _answer(profile: ProfileView) -> ASGIResponse:
    return answer(profile, version=profile.version)
