"""The security question: another one, or none at all."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from application.accounts.change_question import ChangeQuestion, SwitchQuestionRecovery
from application.accounts.confirm_identity import ConfirmIdentity
from application.accounts.views import AccountQueries
from domain.accounts import ProofNeeded
from domain.refusals import NotFound, Refusal
from interfaces.web.forms.accounts import PasswordAloneForm, QuestionForm
from interfaces.web.language import gettext
from interfaces.web.pages import Page, SeeOther, refused
from interfaces.web.proofs import proven_caller
from interfaces.web.visitors import OnlyFor, caller_of, submission_of

PAGE = "/account/security-question"
TEMPLATE = "account/security_question.html"
SWITCH = "account/question_switch.html"


class SecurityQuestionController(Controller):
    """For everybody who is signed in."""

    path = PAGE
    guards = (OnlyFor(),)

    @get("/")
    async def question(
        self, request: Request[Any, Any, Any], account_queries: NamedDependency[SkipValidation[AccountQueries]]
    ) -> Page:
        """Which question it is; the answer is shown to nobody."""
        return Page(TEMPLATE, form=QuestionForm(), **await _shown(request, account_queries))

    @post("/")
    async def change(
        self,
        request: Request[Any, Any, Any],
        confirm_identity: NamedDependency[ConfirmIdentity],
        change_question: NamedDependency[ChangeQuestion],
        account_queries: NamedDependency[SkipValidation[AccountQueries]],
    ) -> Response[str]:
        """Another question and its answer."""
        form = QuestionForm(submission_of(request))
        try:
            command = form.command()
            await change_question(await proven_caller(request, confirm_identity, form), command)
        except Refusal as refusal:
            return refused(form, refusal, TEMPLATE, **await _shown(request, account_queries))
        return SeeOther(PAGE, success=gettext("Your security question is changed."))

    @post("/{choice:str}")
    async def switch(
        self,
        request: Request[Any, Any, Any],
        choice: FromPath[str],
        confirm_identity: NamedDependency[ConfirmIdentity],
        switch_question_recovery: NamedDependency[SwitchQuestionRecovery],
    ) -> Response[str]:
        """Whether the question opens the account: `on` or `off`. Asks for the password first where it has to."""
        if choice not in ("on", "off"):
            raise NotFound
        form = PasswordAloneForm(submission_of(request))
        try:
            caller = await proven_caller(request, confirm_identity, form)
            await switch_question_recovery(caller, is_on=choice == "on")
        except ProofNeeded:
            return Page(SWITCH, form=PasswordAloneForm(), is_on=choice == "on")
        except Refusal as refusal:
            return refused(form, refusal, SWITCH, is_on=choice == "on")
        if choice == "on":
            return SeeOther(PAGE, success=gettext("The security question opens your account again."))
        return SeeOther(PAGE, success=gettext("From now on only recovery codes open your account."))


async def _shown(request: Request[Any, Any, Any], account_queries: AccountQueries) -> dict[str, Any]:
    account_id = caller_of(request).account_id
    account = await account_queries.account(account_id)
    if account is None:
        raise NotFound
    return {"account": account, "codes": await account_queries.recovery_codes(account_id)}
