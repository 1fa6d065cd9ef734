"""A consultant's profile, and what clients paid."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from application.consultants.update_profile import UpdateProfile
from application.consultants.views import ConsultantQueries, ProfileView
from application.paging import PageRequest
from application.payments.views import PaymentQueries
from domain.accounts import Role
from domain.refusals import NotFound, Refusal
from interfaces.http.cursors import Cursors
from interfaces.http.settings import HttpSettings
from interfaces.web import consultant_words
from interfaces.web.forms.profile import ProfileForm
from interfaces.web.language import gettext
from interfaces.web.pages import Page, SeeOther, refused
from interfaces.web.visitors import OnlyFor, caller_of, submission_of
from interfaces.web.zones import zone_or_utc

TEMPLATE = "consultant/profile.html"


class ConsultantController(Controller):
    """Only for consultants; each sees their own."""

    path = "/consultant"
    guards = (OnlyFor(Role.CONSULTANT),)

    @get("/profile")
    async def profile(
        self,
        request: Request[Any, Any, Any],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
    ) -> Page:
        """What clients see, to be changed."""
        profile = await own_profile(request, consultant_queries)
        return Page(TEMPLATE, form=ProfileForm.of(profile), **_shown(profile))

    @post("/profile")
    async def change_profile(
        self,
        request: Request[Any, Any, Any],
        update_profile: NamedDependency[UpdateProfile],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Response[str]:
        """Save the profile, or show with `step=preview` what clients would see of it."""
        submission = submission_of(request)
        form = ProfileForm(submission)
        if submission.get("step") == "preview":
            profile = await own_profile(request, consultant_queries)
            return Page(TEMPLATE, form=form, **_shown(profile) | {"preview": form.preview()})
        try:
            changed = await update_profile(caller_of(request), form.command(http_settings.currency))
        except Refusal as refusal:
            profile = await own_profile(request, consultant_queries)
            return refused(form, refusal, TEMPLATE, **_shown(profile))
        told = (
            gettext("Profile saved. Clients can find you.")
            if changed.is_published
            else gettext("Profile saved, not published.")
        )
        return SeeOther("/consultant/profile", success=told)

    @get("/payments")
    async def payments(
        self,
        request: Request[Any, Any, Any],
        payment_queries: NamedDependency[SkipValidation[PaymentQueries]],
        consultant_queries: NamedDependency[SkipValidation[ConsultantQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Page:
        """What clients paid, newest first."""
        cursors = Cursors(http_settings.cursor_key, f"received-payments:{caller_of(request).account_id}")
        page = PageRequest(after=cursors.read(request.query_params.get("cursor")))
        found = await payment_queries.of_consultant(caller_of(request).account_id, page)
        return Page(
            "consultant/payments.html",
            payments=found.items,
            next_cursor=cursors.write(found.next_key),
            is_first=page.after is None,
            zone=zone_of(await own_profile(request, consultant_queries)),
        )


def _shown(profile: ProfileView) -> dict[str, Any]:
    """What the page needs beside the form."""
    return {
        "profile": profile,
        "lacking": consultant_words.lacks_for_publication(profile),
        "preview": None,
    }


async def own_profile(request: Request[Any, Any, Any], consultant_queries: ConsultantQueries) -> ProfileView:
    """The signed-in consultant's profile."""
    profile = await consultant_queries.own_profile(caller_of(request).account_id)
    if profile is None:
        raise NotFound
    return profile


def zone_of(profile: ProfileView) -> ZoneInfo:
    """A consultant's pages speak in the consultant's own zone."""
    return zone_or_utc(profile.time_zone)
