"""One's picture."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from application.accounts.set_picture import SetPicture
from application.accounts.views import AccountQueries, AccountView
from domain.refusals import Invalid, NotFound, Refusal
from interfaces.web.forms.pictures import PictureForm
from interfaces.web.language import gettext
from interfaces.web.pages import Page, SeeOther, refused
from interfaces.web.submissions import submitted_file
from interfaces.web.visitors import OnlyFor, caller_of, submission_of

LARGEST_UPLOAD = 6 * 1024 * 1024
ADDRESS = "/account/picture"
TEMPLATE = "account/picture.html"


class PictureController(Controller):
    """For everybody who is signed in."""

    path = ADDRESS
    guards = (OnlyFor(),)

    @get("/")
    async def picture(
        self, request: Request[Any, Any, Any], account_queries: NamedDependency[SkipValidation[AccountQueries]]
    ) -> Page:
        """The present picture as it is stored, and the form for another."""
        return Page(TEMPLATE, form=PictureForm(), account=await _own(request, account_queries))

    @post("/", request_max_body_size=LARGEST_UPLOAD)
    async def change(
        self,
        request: Request[Any, Any, Any],
        set_picture: NamedDependency[SetPicture],
        account_queries: NamedDependency[SkipValidation[AccountQueries]],
    ) -> Response[str]:
        """Store the chosen part of the file in place of the present picture."""
        form = PictureForm(submission_of(request))
        try:
            upload = await submitted_file(request, "picture")
            if not upload:
                raise Invalid.field("picture", "Choose a picture.")
            await set_picture(caller_of(request), upload, form.crop())
        except Refusal as refusal:
            return refused(form, refusal, TEMPLATE, account=await _own(request, account_queries))
        return SeeOther(ADDRESS, success=gettext("Your picture is saved."))

    @get("/remove")
    async def ask_to_remove(
        self, request: Request[Any, Any, Any], account_queries: NamedDependency[SkipValidation[AccountQueries]]
    ) -> Page | Response[str]:
        """The question before it is removed."""
        account = await _own(request, account_queries)
        if account.picture_url is None:
            return SeeOther(ADDRESS)
        return Page("account/remove_picture.html", account=account)

    @post("/remove")
    async def remove(
        self, request: Request[Any, Any, Any], set_picture: NamedDependency[SetPicture]
    ) -> Response[str]:
        """Back to initials."""
        await set_picture(caller_of(request), None)
        return SeeOther(ADDRESS, success=gettext("Your picture is removed."))


async def _own(request: Request[Any, Any, Any], account_queries: AccountQueries) -> AccountView:
    account = await account_queries.account(caller_of(request).account_id)
    if account is None:
        raise NotFound
    return account
