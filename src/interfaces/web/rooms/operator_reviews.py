"""Operators hide a review, or show it again."""

from __future__ import annotations

from enum import StrEnum
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from application.operations.hide_review import HideReview
from application.operations.record_views import RecordQueries, ReviewRecord
from domain.refusals import NotFound, Refusal
from interfaces.http.client_address import client_address
from interfaces.web.forms.operations import OperatorForm
from interfaces.web.language import gettext
from interfaces.web.pages import Page, SeeOther, refused
from interfaces.web.rooms.operators_only import OperatorsOnly
from interfaces.web.visitors import caller_of, submission_of

TEMPLATE = "operator/act_on_review.html"


class ReviewAction(StrEnum):
    """What can be done with a review."""

    HIDE = "hide"
    SHOW = "show"


class OperatorReviewsController(Controller):
    """Only for operators."""

    path = "/operator/reviews/{review_id:uuid}"
    guards = (OperatorsOnly(),)

    @get([f"/{action.value}" for action in ReviewAction])
    async def ask(
        self,
        request: Request[Any, Any, Any],
        review_id: FromPath[UUID],
        record_queries: NamedDependency[SkipValidation[RecordQueries]],
    ) -> Response[str]:
        """What the action does, before it is done."""
        action = _action_of(request)
        review = await _review(record_queries, review_id)
        if (review.hidden_at is not None) == (action is ReviewAction.HIDE):
            return SeeOther(f"/operator/reviews/{review_id}", info=gettext("That is done already."))
        return Page(TEMPLATE, action=action, review=review, form=OperatorForm())

    @post([f"/{action.value}" for action in ReviewAction])
    async def act(
        self,
        request: Request[Any, Any, Any],
        review_id: FromPath[UUID],
        record_queries: NamedDependency[SkipValidation[RecordQueries]],
        hide_review: NamedDependency[HideReview],
    ) -> Response[str]:
        """Take it away from everybody's eyes, or bring it back."""
        action = _action_of(request)
        form = OperatorForm(submission_of(request))
        try:
            proof = form.proof(client_address(request))
            await hide_review(caller_of(request), review_id, proof, is_hidden=action is ReviewAction.HIDE)
        except Refusal as refusal:
            review = await _review(record_queries, review_id)
            return refused(form, refusal, TEMPLATE, action=action, review=review)
        return SeeOther(f"/operator/reviews/{review_id}", success=_told(action))


def _action_of(request: Request[Any, Any, Any]) -> ReviewAction:
    return ReviewAction(request.url.path.rpartition("/")[2])


async def _review(record_queries: RecordQueries, review_id: UUID) -> ReviewRecord:
    review = await record_queries.review(review_id)
    if review is None:
        raise NotFound
    return review


def _told(action: ReviewAction) -> str:
    if action is ReviewAction.HIDE:
        return gettext("The review is hidden, and no longer counts.")
    return gettext("Everybody can read the review again, and it counts.")
