"""What clients say of a consultant, and what the consultant answers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from application.consultants.views import ConsultantQueries
from application.paging import Page as ListPage
from application.paging import PageRequest
from application.reviews.reply_to_review import ReplyToReview
from domain.accounts import Role
from domain.refusals import NotFound, Refusal
from interfaces.http.cursors import Cursors
from interfaces.http.settings import HttpSettings
from interfaces.web.forms.reviews import ReplyForm
from interfaces.web.language import gettext
from interfaces.web.pages import Page, SeeOther, refused
from interfaces.web.rooms.consultant import own_profile, zone_of
from interfaces.web.visitors import OnlyFor, caller_of, submission_of

ADDRESS = "/consultant/reviews"
TEMPLATE = "consultant/reviews.html"
ONE = "consultant/review.html"
STARS = {str(number): number for number in range(1, 6)}


class ConsultantReviewsController(Controller):
    """Only for consultants; each sees the reviews of their own sessions."""

    path = ADDRESS
    guards = (OnlyFor(Role.CONSULTANT),)

    @get("/")
    async def reviews(
        self,
        request: Request[Any, Any, Any],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Page:
        """Newest first; with `?stars=` those of so many stars."""
        account_id = caller_of(request).account_id
        profile = await own_profile(request, consultant_queries)
        stars = STARS.get(request.query_params.get("stars", ""))
        cursors = Cursors(http_settings.cursor_key, f"own-reviews:{account_id}:{stars}")
        page = PageRequest(after=cursors.read(request.query_params.get("cursor")))
        found: ListPage[Any] = await consultant_queries.own_reviews(account_id, page, stars=stars)
        return Page(
            TEMPLATE,
            profile=profile,
            rated={"rating_spread": await consultant_queries.own_rating_spread(account_id)},
            stars=stars,
            reviews=found.items,
            next_cursor=cursors.write(found.next_key),
            is_first=page.after is None,
            address=ADDRESS + (f"?stars={stars}" if stars else ""),
            zone=zone_of(profile),
            blank_form=ReplyForm(),
        )

    @get("/{review_id:uuid}/reply")
    async def ask(
        self,
        request: Request[Any, Any, Any],
        review_id: FromPath[UUID],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
    ) -> Page:
        """One review by itself."""
        return Page(ONE, form=ReplyForm(), **await _one(request, review_id, consultant_queries))

    @post("/{review_id:uuid}/reply")
    async def reply(
        self,
        request: Request[Any, Any, Any],
        review_id: FromPath[UUID],
        reply_to_review: NamedDependency[ReplyToReview],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
    ) -> Response[str]:
        """Answer it, for everybody to read."""
        form = ReplyForm(submission_of(request))
        try:
            await reply_to_review(caller_of(request), form.command(review_id))
        except Refusal as refusal:
            return refused(form, refusal, ONE, **await _one(request, review_id, consultant_queries))
        return SeeOther(
            f"{ADDRESS}#review-{review_id}",
            success=gettext("Reply published. Everybody can read it under the review."),
        )


async def _one(
    request: Request[Any, Any, Any], review_id: UUID, consultant_queries: ConsultantQueries
) -> dict[str, Any]:
    review = await consultant_queries.own_review(caller_of(request).account_id, review_id)
    if review is None:
        raise NotFound
    profile = await own_profile(request, consultant_queries)
    return {"review": review, "profile": profile, "zone": zone_of(profile)}
