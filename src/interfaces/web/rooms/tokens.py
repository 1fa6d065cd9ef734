"""One's bearer tokens, for programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from application.accounts.confirm_identity import ConfirmIdentity
from application.accounts.make_token import MakeToken
from application.accounts.ports import Secrets
from application.accounts.revoke_token import RevokeToken
from application.accounts.views import AccountQueries
from application.paging import PageRequest
from domain.refusals import Refusal
from interfaces.http.cursors import Cursors
from interfaces.http.settings import HttpSettings
from interfaces.web.forms.accounts import TokenForm
from interfaces.web.language import gettext
from interfaces.web.pages import Page, SeeOther, refused
from interfaces.web.proofs import proven_caller
from interfaces.web.visitors import OnlyFor, caller_of, submission_of, visitor_of

PAGE = "/account/tokens"
TEMPLATE = "account/tokens.html"
SHOWN_ONCE = "token"
LIFE_S = 120
"""How long the browser may take from making a token to showing it."""
SECRETIVE = {"Referrer-Policy": "no-referrer"}
AS_USUAL = {"may_read": "yes", "life": "30"}


class TokensController(Controller):
    """For everybody who is signed in. A token is shown once: right after it was made."""

    path = PAGE
    guards = (OnlyFor(),)

    @get("/")
    async def tokens(
        self,
        request: Request[Any, Any, Any],
        account_queries: NamedDependency[SkipValidation[AccountQueries]],
        secrets: NamedDependency[SkipValidation[Secrets]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Page:
        """The live ones, and the form for another; the token itself only for whoever comes from making it."""
        visitor = visitor_of(request)
        token = visitor.kept(request, SHOWN_ONCE) or ""
        if token:
            visitor.forget(SHOWN_ONCE)
        return Page(
            TEMPLATE,
            headers=SECRETIVE,
            form=TokenForm(AS_USUAL),
            token=token if secrets.is_api_token(token) else None,
            was_made="made" in request.query_params,
            **await _listed(request, account_queries, http_settings),
        )

    @post("/")
    async def make(
        self,
        request: Request[Any, Any, Any],
        confirm_identity: NamedDependency[ConfirmIdentity],
        make_token: NamedDependency[MakeToken],
        account_queries: NamedDependency[SkipValidation[AccountQueries]],
        http_settings: NamedDependency[HttpSettings],
    ) -> Response[str]:
        """Another one."""
        form = TokenForm(submission_of(request))
        try:
            command = form.command()
            issued = await make_token(await proven_caller(request, confirm_identity, form), command)
        except Refusal as refusal:
            listed = await _listed(request, account_queries, http_settings)
            return refused(form, refusal, TEMPLATE, token=None, was_made=False, **listed)
        visitor_of(request).keep(SHOWN_ONCE, issued.token, max_age=LIFE_S)
        return SeeOther(f"{PAGE}?made=yes", headers=SECRETIVE)

    @post("/{token_id:uuid}/revoke")
    async def revoke(
        self,
        request: Request[Any, Any, Any],
        token_id: FromPath[UUID],
        revoke_token: NamedDependency[RevokeToken],
    ) -> Response[str]:
        """It opens nothing from the next call on."""
        await revoke_token(caller_of(request), token_id)
        visitor_of(request).forget(SHOWN_ONCE)
        return SeeOther(PAGE, success=gettext("The token is revoked. It opens nothing any more."))


async def _listed(
    request: Request[Any, Any, Any], account_queries: AccountQueries, settings: HttpSettings
) -> dict[str, Any]:
    account_id = caller_of(request).account_id
    cursors = Cursors(settings.cursor_key, f"tokens:{account_id}")
    page = PageRequest(after=cursors.read(request.query_params.get("cursor")))
    found = await account_queries.api_tokens(account_id, page)
    return {
        "tokens": found.items,
        "next_cursor": cursors.write(found.next_key),
        "is_first": page.after is None,
    }
