"""What operators do with an account: suspend it, let it in again, end its sessions, call off what is to come."""

from __future__ import annotations

from enum import StrEnum
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from application.operations.cancel_coming import CancelComingSessions, ComingQueries
from application.operations.record_views import AccountRecord, RecordQueries
from application.operations.suspend_account import EndAllSessions, ReinstateAccount, SuspendAccount
from domain.refusals import NotFound, Refusal
from interfaces.http.client_address import client_address
from interfaces.web.forms.operations import AccountForm
from interfaces.web.language import gettext, ngettext
from interfaces.web.pages import Page, SeeOther, refused
from interfaces.web.rooms.operators_only import OperatorsOnly
from interfaces.web.visitors import caller_of, submission_of

TEMPLATE = "operator/act_on_account.html"


class AccountAction(StrEnum):
    """What can be done with an account."""

    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    END_SESSIONS = "end-sessions"
    CANCEL_SESSIONS = "cancel-sessions"


class OperatorAccountsController(Controller):
    """Only for operators. Each action says what it does, and asks why and for the password."""

    path = "/operator/accounts/{account_id:uuid}"
    guards = (OperatorsOnly(),)

    @get([f"/{action.value}" for action in AccountAction])
    async def ask(
        self,
        request: Request[Any, Any, Any],
        account_id: FromPath[UUID],
        record_queries: NamedDependency[SkipValidation[RecordQueries]],
        coming_queries: NamedDependency[SkipValidation[ComingQueries]],
    ) -> Response[str]:
        """What the action does, before it is done."""
        action = AccountAction(request.url.path.rpartition("/")[2])
        account = await _account(record_queries, account_id)
        if obstacle := _obstacle(action, account):
            return SeeOther(_page(account_id), info=obstacle)
        coming = await coming_queries.coming_sessions(account_id)
        if action is AccountAction.CANCEL_SESSIONS and not coming.count:
            return SeeOther(_page(account_id), info=gettext("No session is to come."))
        form = AccountForm({"agreement": coming.agreement})
        return Page(TEMPLATE, action=action, account=account, coming=coming, form=form)

    @post("/suspend")
    async def suspend(
        self,
        request: Request[Any, Any, Any],
        account_id: FromPath[UUID],
        record_queries: NamedDependency[SkipValidation[RecordQueries]],
        coming_queries: NamedDependency[SkipValidation[ComingQueries]],
        suspend_account: NamedDependency[SuspendAccount],
    ) -> Response[str]:
        """Keep somebody out."""
        form = AccountForm(submission_of(request))
        try:
            await suspend_account(caller_of(request), account_id, form.proof(client_address(request)))
        except Refusal as refusal:
            asked = await _asked(AccountAction.SUSPEND, account_id, record_queries, coming_queries)
            return refused(form, refusal, TEMPLATE, **asked)
        return SeeOther(_page(account_id), success=gettext("The account is suspended, and logged out everywhere."))

    @post("/reinstate")
    async def reinstate(
        self,
        request: Request[Any, Any, Any],
        account_id: FromPath[UUID],
        record_queries: NamedDependency[SkipValidation[RecordQueries]],
        coming_queries: NamedDependency[SkipValidation[ComingQueries]],
        reinstate_account: NamedDependency[ReinstateAccount],
    ) -> Response[str]:
        """Let somebody in again."""
        form = AccountForm(submission_of(request))
        try:
            await reinstate_account(caller_of(request), account_id, form.proof(client_address(request)))
        except Refusal as refusal:
            asked = await _asked(AccountAction.REINSTATE, account_id, record_queries, coming_queries)
            return refused(form, refusal, TEMPLATE, **asked)
        return SeeOther(_page(account_id), success=gettext("The account is active again."))

    @post("/end-sessions")
    async def end_sessions(
        self,
        request: Request[Any, Any, Any],
        account_id: FromPath[UUID],
        record_queries: NamedDependency[SkipValidation[RecordQueries]],
        coming_queries: NamedDependency[SkipValidation[ComingQueries]],
        end_all_sessions: NamedDependency[EndAllSessions],
    ) -> Response[str]:
        """Have somebody log in again everywhere."""
        form = AccountForm(submission_of(request))
        try:
            proof = form.proof(client_address(request))
            ended = await end_all_sessions(caller_of(request), account_id, proof, with_tokens=form.with_tokens)
        except Refusal as refusal:
            asked = await _asked(AccountAction.END_SESSIONS, account_id, record_queries, coming_queries)
            return refused(form, refusal, TEMPLATE, **asked)
        told = ngettext("{count} device is logged out.", "{count} devices are logged out.", ended).format(
            count=ended
        )
        return SeeOther(_page(account_id), success=told)

    @post("/cancel-sessions")
    async def cancel_sessions(
        self,
        request: Request[Any, Any, Any],
        account_id: FromPath[UUID],
        record_queries: NamedDependency[SkipValidation[RecordQueries]],
        coming_queries: NamedDependency[SkipValidation[ComingQueries]],
        cancel_coming_sessions: NamedDependency[CancelComingSessions],
    ) -> Response[str]:
        """Call off everything that a suspended account has before it."""
        form = AccountForm(submission_of(request))
        try:
            proof = form.proof(client_address(request))
            cancelled = await cancel_coming_sessions(caller_of(request), account_id, form.agreement, proof)
        except Refusal as refusal:
            asked = await _asked(AccountAction.CANCEL_SESSIONS, account_id, record_queries, coming_queries)
            form.agree_to(asked["coming"].agreement)
            return refused(form, refusal, TEMPLATE, **asked)
        told = ngettext(
            "{count} session is cancelled. Its money goes back.",
            "{count} sessions are cancelled. Their money goes back.",
            cancelled,
        )
        return SeeOther(_page(account_id), success=told.format(count=cancelled))


async def _asked(
    action: AccountAction, account_id: UUID, record_queries: RecordQueries, coming_queries: ComingQueries
) -> dict[str, Any]:
    """What the question shows."""
    account = await _account(record_queries, account_id)
    coming = await coming_queries.coming_sessions(account_id)
    return {"action": action, "account": account, "coming": coming}


async def _account(record_queries: RecordQueries, account_id: UUID) -> AccountRecord:
    account = await record_queries.account(account_id)
    if account is None:
        raise NotFound
    return account


def _obstacle(action: AccountAction, account: AccountRecord) -> str | None:
    """Why there is nothing to ask."""
    if account.status == "erased":
        return gettext("Its owner had this account deleted.")
    if action is AccountAction.SUSPEND and account.status == "suspended":
        return gettext("This account is suspended already.")
    needs_suspended = (AccountAction.REINSTATE, AccountAction.CANCEL_SESSIONS)
    if action in needs_suspended and account.status != "suspended":
        return gettext("This account is not suspended.")
    return None


def _page(account_id: UUID) -> str:
    return f"/operator/accounts/{account_id}"
