"""What is stored about one: taken along, or deleted."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from litestar.response import Stream

from application.accounts.confirm_identity import ConfirmIdentity
from application.accounts.erase_account import EraseAccount
from application.accounts.export_account import ExportAccount
from application.accounts.views import AccountQueries
from domain.erasure import CannotErase, Hindrance
from domain.refusals import Refusal
from interfaces.http.account_archives import archive_of
from interfaces.web import drafts
from interfaces.web.forms.accounts import ErasureForm, PasswordAloneForm
from interfaces.web.language import gettext
from interfaces.web.pages import Page, SeeOther, refused
from interfaces.web.proofs import proven_caller
from interfaces.web.visitors import OnlyFor, caller_of, submission_of, visitor_of

PAGE = "/account/data"
TEMPLATE = "account/data.html"
ERASURE = "account/delete.html"


class OwnDataController(Controller):
    """For everybody who is signed in."""

    path = PAGE
    guards = (OnlyFor(),)

    @get("/")
    async def data(self) -> Page:
        """What one can have, and the way to leave."""
        return Page(TEMPLATE, form=PasswordAloneForm())

    @post("/export")
    async def export(
        self,
        request: Request[Any, Any, Any],
        confirm_identity: NamedDependency[ConfirmIdentity],
        export_account: NamedDependency[ExportAccount],
    ) -> Response[str] | Stream:
        """Everything, as one file."""
        form = PasswordAloneForm(submission_of(request))
        try:
            export = await export_account(await proven_caller(request, confirm_identity, form))
        except Refusal as refusal:
            return refused(form, refusal, TEMPLATE)
        file = await archive_of(export)
        for cookie in visitor_of(request).taken.values():
            file.set_cookie(cookie)
        return file

    @get("/delete")
    async def erasure(
        self, request: Request[Any, Any, Any], account_queries: NamedDependency[SkipValidation[AccountQueries]]
    ) -> Page:
        """What will go, what will stay, and what stands in the way."""
        hindrances = await account_queries.hindrances(caller_of(request).account_id)
        return Page(ERASURE, form=ErasureForm(), hindrances=hindrances)

    @post("/delete")
    async def erase(
        self,
        request: Request[Any, Any, Any],
        confirm_identity: NamedDependency[ConfirmIdentity],
        erase_account: NamedDependency[EraseAccount],
    ) -> Response[str]:
        """For good."""
        form = ErasureForm(submission_of(request))
        hindrances: tuple[Hindrance, ...] = ()
        try:
            form.password()
            await erase_account(await proven_caller(request, confirm_identity, form, always=True))
        except Refusal as refusal:
            if isinstance(refusal, CannotErase):
                hindrances = refusal.hindrances
            return refused(form, refusal, ERASURE, hindrances=hindrances)
        visitor = visitor_of(request)
        visitor.end_session()
        drafts.forget_all(visitor)
        return SeeOther(
            "/",
            success=gettext("Your account is deleted. Thank you for having been here."),
            headers={"Clear-Site-Data": '"cache", "storage"'},
        )
