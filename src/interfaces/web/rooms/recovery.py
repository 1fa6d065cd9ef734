"""Back into an account by a recovery code or by its security question, in three steps.

Where a journey stands is known by two short-lived cookies that scripts cannot read: nothing secret is ever
part of an address.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency

from application.accounts.answer_recovery import RESET_LIFE, AnswerRecovery
from application.accounts.reset_password import ResetPassword, ResetPasswordCommand
from application.accounts.start_recovery import LIFE, StartRecovery
from domain.accounts import RecoveryFailed
from domain.refusals import Refusal
from interfaces.http.client_address import client_address
from interfaces.web.forms.accounts import AnswerForm, CodeForm, IdentifierForm, NewPasswordForm
from interfaces.web.language import gettext
from interfaces.web.pages import Page, SeeOther, refused
from interfaces.web.visitors import submission_of, visitor_of

RECOVERY = "recovery"
RESET = "reset"
NO_REFERRER = {"Referrer-Policy": "no-referrer"}


class RecoveryController(Controller):
    """For everybody; it says the same whether or not there is such an account."""

    path = "/recover"

    @get("/")
    async def identifier_form(self) -> Page:
        """1 of 3: whose account."""
        return Page("account/recover.html", form=IdentifierForm(), headers=NO_REFERRER)

    @post("/")
    async def start(
        self, request: Request[Any, Any, Any], start_recovery: NamedDependency[StartRecovery]
    ) -> Response[str]:
        """Begin; the next page is the same for everybody."""
        form = IdentifierForm(submission_of(request))
        try:
            recovery = await start_recovery(form.identifier(), address=client_address(request))
        except Refusal as refusal:
            return refused(form, refusal, "account/recover.html")
        visitor_of(request).keep(RECOVERY, str(recovery.id), max_age=int(LIFE.total_seconds()))
        return SeeOther("/recover/answer")

    @get("/answer")
    async def answer_form(self, request: Request[Any, Any, Any]) -> Response[str]:
        """2 of 3: a recovery code; or pick the question, and answer it."""
        if _recovery_id(request) is None:
            return _start_again()
        return Page("account/recover_answer.html", form=CodeForm(), headers=NO_REFERRER)

    @post("/code")
    async def use_code(
        self, request: Request[Any, Any, Any], answer_recovery: NamedDependency[AnswerRecovery]
    ) -> Response[str]:
        """A good code opens the last step."""
        form = CodeForm(submission_of(request))
        return await _prove(request, answer_recovery, form)

    @post("/answer")
    async def answer(
        self, request: Request[Any, Any, Any], answer_recovery: NamedDependency[AnswerRecovery]
    ) -> Response[str]:
        """The right answer opens the last step."""
        form = AnswerForm(submission_of(request))
        return await _prove(request, answer_recovery, form)

    @get("/password")
    async def password_form(self, request: Request[Any, Any, Any]) -> Response[str]:
        """3 of 3: the new password."""
        if not visitor_of(request).kept(request, RESET):
            return _start_again()
        return Page("account/recover_password.html", form=NewPasswordForm(), headers=NO_REFERRER)

    @post("/password")
    async def reset(
        self, request: Request[Any, Any, Any], reset_password: NamedDependency[ResetPassword]
    ) -> Response[str]:
        """Set it; every session of the account ends, this browser's included."""
        form = NewPasswordForm(submission_of(request))
        visitor = visitor_of(request)
        try:
            await reset_password(
                ResetPasswordCommand(
                    reset_token=visitor.kept(request, RESET) or "",
                    new_password=form.new_password(),
                    address=client_address(request),
                )
            )
        except RecoveryFailed:
            visitor.forget(RESET)
            return _start_again()
        except Refusal as refusal:
            return refused(form, refusal, "account/recover_password.html")
        visitor.forget(RESET)
        visitor.end_session()
        return SeeOther("/login", success=gettext("Your password is new. Log in with it."))


def _recovery_id(request: Request[Any, Any, Any]) -> UUID | None:
    try:
        return UUID(visitor_of(request).kept(request, RECOVERY))
    except (TypeError, ValueError):
        return None


async def _prove(
    request: Request[Any, Any, Any], answer_recovery: AnswerRecovery, form: CodeForm | AnswerForm
) -> Response[str]:
    recovery_id = _recovery_id(request)
    if recovery_id is None:
        return _start_again()
    try:
        granted = await answer_recovery(form.command(recovery_id, client_address(request)))
    except Refusal as refusal:
        return refused(form, refusal, "account/recover_answer.html")
    visitor = visitor_of(request)
    visitor.forget(RECOVERY)
    visitor.keep(RESET, granted.reset_token, max_age=int(RESET_LIFE.total_seconds()))
    return SeeOther("/recover/password")


def _start_again() -> SeeOther:
    return SeeOther("/recover", info=gettext("That took too long, or was not begun here. Start again."))
