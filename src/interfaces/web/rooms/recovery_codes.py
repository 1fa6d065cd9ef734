"""Recovery codes: how many are left, and new ones, which are shown once."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from application.accounts.confirm_identity import ConfirmIdentity
from application.accounts.make_recovery_codes import MakeRecoveryCodes
from application.accounts.views import AccountQueries
from domain.refusals import Refusal
from interfaces.web.forms.accounts import PasswordAloneForm
from interfaces.web.language import gettext
from interfaces.web.own_paths import own_path
from interfaces.web.pages import Page, SeeOther, refused
from interfaces.web.proofs import proven_caller
from interfaces.web.visitors import OnlyFor, Visitor, caller_of, submission_of, visitor_of

PAGE = "/account/recovery-codes"
TEMPLATE = "account/recovery_codes.html"
SHOWN_ONCE = "codes"
LIFE_S = 120
"""How long the browser may take from making codes to showing them."""
SECRETIVE = {"Referrer-Policy": "no-referrer"}


def show_codes(visitor: Visitor, codes: list[str], *, on_to: str) -> SeeOther:
    """To the page that shows them, and from there on to another one."""
    visitor.keep(SHOWN_ONCE, ".".join(codes), max_age=LIFE_S)
    address = f"{PAGE}?next={quote(on_to, safe='/')}" if on_to else PAGE
    return SeeOther(address, headers=SECRETIVE)


class RecoveryCodesController(Controller):
    """For everybody who is signed in."""

    path = PAGE
    guards = (OnlyFor(),)

    @get("/")
    async def codes(
        self, request: Request[Any, Any, Any], account_queries: NamedDependency[SkipValidation[AccountQueries]]
    ) -> Page:
        """How many are left; the codes themselves only for whoever comes from making them."""
        visitor = visitor_of(request)
        fresh = (visitor.kept(request, SHOWN_ONCE) or "").split(".") if visitor.kept(request, SHOWN_ONCE) else []
        if fresh:
            visitor.forget(SHOWN_ONCE)
        return Page(
            TEMPLATE,
            headers=SECRETIVE,
            form=PasswordAloneForm(),
            fresh=fresh,
            state=await account_queries.recovery_codes(caller_of(request).account_id),
            on_to=own_path(request.query_params.get("next"), ""),
        )

    @post("/")
    async def make(
        self,
        request: Request[Any, Any, Any],
        confirm_identity: NamedDependency[ConfirmIdentity],
        make_recovery_codes: NamedDependency[MakeRecoveryCodes],
        account_queries: NamedDependency[SkipValidation[AccountQueries]],
    ) -> Response[str]:
        """Ten new ones; the earlier ones open nothing any more."""
        form = PasswordAloneForm(submission_of(request))
        try:
            codes = await make_recovery_codes(await proven_caller(request, confirm_identity, form))
        except Refusal as refusal:
            state = await account_queries.recovery_codes(caller_of(request).account_id)
            return refused(form, refusal, TEMPLATE, fresh=[], state=state, on_to="")
        return show_codes(visitor_of(request), codes, on_to="")

    @post("/saved")
    async def saved(self, request: Request[Any, Any, Any]) -> Response[str]:
        """On to where one was going."""
        on_to = own_path(submission_of(request).get("next"), PAGE)
        return SeeOther(on_to, success=gettext("Good. Keep the codes where only you find them."))
