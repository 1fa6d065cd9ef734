"""One's own account: names, e-mail address, picture, password."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from application.accounts.change_password import ChangePassword
from application.accounts.confirm_identity import ConfirmIdentity
from application.accounts.update_account import UpdateAccount
from application.accounts.views import AccountQueries, AccountView
from domain.refusals import NotFound, Refusal
from interfaces.http.client_address import client_address
from interfaces.web.forms.accounts import AccountForm, PasswordForm
from interfaces.web.language import gettext
from interfaces.web.pages import Page, SeeOther, refused
from interfaces.web.proofs import proven_caller
from interfaces.web.visitors import OnlyFor, caller_of, submission_of, visitor_of


class AccountController(Controller):
    """For everybody who is signed in."""

    path = "/account"
    guards = (OnlyFor(),)

    @get("/")
    async def account(
        self, request: Request[Any, Any, Any], account_queries: NamedDependency[SkipValidation[AccountQueries]]
    ) -> Page:
        """What is stored, to be changed."""
        account = await _own(request, account_queries)
        return Page("account/account.html", form=AccountForm.of(account), account=account)

    @post("/")
    async def change(
        self,
        request: Request[Any, Any, Any],
        confirm_identity: NamedDependency[ConfirmIdentity],
        update_account: NamedDependency[UpdateAccount],
        account_queries: NamedDependency[SkipValidation[AccountQueries]],
    ) -> Response[str]:
        """Save names, e-mail address and phone number."""
        form = AccountForm(submission_of(request))
        try:
            command = form.command()
            await update_account(await proven_caller(request, confirm_identity, form), command)
        except Refusal as refusal:
            account = await _own(request, account_queries)
            return refused(form, refusal, "account/account.html", account=account)
        return SeeOther("/account", success=gettext("Your details are saved."))

    @get("/password")
    async def password(self) -> Page:
        """The form."""
        return Page("account/password.html", form=PasswordForm())

    @post("/password")
    async def set_password(
        self, request: Request[Any, Any, Any], change_password: NamedDependency[ChangePassword]
    ) -> Response[str]:
        """A new password; this browser goes on under a new key, all others are logged out."""
        form = PasswordForm(submission_of(request))
        try:
            command = form.command(
                user_agent=request.headers.get("user-agent", ""), address=client_address(request)
            )
            session_key = await change_password(caller_of(request), command)
        except Refusal as refusal:
            return refused(form, refusal, "account/password.html")
        if session_key:
            visitor_of(request).begin_session(session_key)
        return SeeOther("/account", success=gettext("Password changed. Other devices are logged out."))


async def _own(request: Request[Any, Any, Any], account_queries: AccountQueries) -> AccountView:
    account = await account_queries.account(caller_of(request).account_id)
    if account is None:
        raise NotFound
    return account
