"""What keeps one's account: security question, recovery codes, browser sessions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Controller, Request, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, SkipValidation
from litestar.response.base import ASGIResponse

from application.accounts.callers import Caller
from application.accounts.change_question import ChangeQuestion, ChangeQuestionCommand, SwitchQuestionRecovery
from application.accounts.confirm_identity import ConfirmIdentity
from application.accounts.end_sessions import EndOtherSessions, EndSession
from application.accounts.make_recovery_codes import MakeRecoveryCodes
from application.accounts.views import AccountQueries, RecoveryCodesView
from interfaces.api.answers import EndedSessions, NewRecoveryCodes, SessionList
from interfaces.api.json_answers import answer
from interfaces.api.operations import operation
from interfaces.api.policies import ANY_ROLE, Body
from interfaces.api.requests import ProofRequest, QuestionRecoveryRequest, QuestionRequest


class SecurityController(Controller):
    """For every role."""

    path = "/me"
    tags = ("Own account",)

    @put(
        "/security-question",
        **operation(
            "changeSecurityQuestion",
            "Change one's security question",
            policy=ANY_ROLE,
            explained_by=ChangeQuestion,
            method="PUT",
            reads=Body.JSON,
            status=204,
            refuses=(429,),
        ),
    )
    async def change_question(
        self,
        request: Request[Caller, Any, Any],
        data: JSONBody[QuestionRequest],
        confirm_identity: NamedDependency[ConfirmIdentity],
        change_question: NamedDependency[ChangeQuestion],
    ) -> None:
        """204."""
        confirmed = await confirm_identity(request.user, data.current_password)
        await change_question(
            confirmed.caller,
            ChangeQuestionCommand(security_question=data.security_question, security_answer=data.security_answer),
        )

    @put(
        "/question-recovery",
        **operation(
            "switchQuestionRecovery",
            "Let the security question open one's account, or not",
            policy=ANY_ROLE,
            explained_by=SwitchQuestionRecovery,
            method="PUT",
            reads=Body.JSON,
            status=204,
            refuses=(409, 429),
        ),
    )
    async def switch_question_recovery(
        self,
        request: Request[Caller, Any, Any],
        data: JSONBody[QuestionRecoveryRequest],
        confirm_identity: NamedDependency[ConfirmIdentity],
        switch_question_recovery: NamedDependency[SwitchQuestionRecovery],
    ) -> None:
        """204."""
        confirmed = await confirm_identity(request.user, data.current_password)
        await switch_question_recovery(confirmed.caller, is_on=data.is_on)

    @get(
        "/recovery-codes",
        **operation(
            "getRecoveryCodes",
            "How many recovery codes are left",
            policy=ANY_ROLE,
            explained_by=RecoveryCodesView,
            gives=RecoveryCodesView,
        ),
    )
    async def recovery_codes(
        self,
        request: Request[Caller, Any, Any],
        account_queries: NamedDependency[SkipValidation[AccountQueries]],
    ) -> ASGIResponse:
        """Their number."""
        return answer(await account_queries.recovery_codes(request.user.account_id))

    @post(
        "/recovery-codes",
        **operation(
            "makeRecoveryCodes",
            "Make recovery codes",
            policy=ANY_ROLE,
            explained_by=MakeRecoveryCodes,
            method="POST",
            holds_secret=True,
            reads=Body.JSON,
            gives=NewRecoveryCodes,
            status=201,
            refuses=(429,),
        ),
    )
    async def make_recovery_codes(
        self,
        request: Request[Caller, Any, Any],
        data: JSONBody[ProofRequest],
        confirm_identity: NamedDependency[ConfirmIdentity],
        make_recovery_codes: NamedDependency[MakeRecoveryCodes],
    ) -> ASGIResponse:
        """201 with the codes."""
        confirmed = await confirm_identity(request.user, data.current_password)
        return answer(NewRecoveryCodes(await make_recovery_codes(confirmed.caller)), 201)

    @get(
        "/sessions",
        **operation(
            "listSessions",
            "The browsers that one is logged in with",
            policy=ANY_ROLE,
            explained_by=AccountQueries.sessions,
            gives=SessionList,
        ),
    )
    async def sessions(
        self,
        request: Request[Caller, Any, Any],
        account_queries: NamedDependency[SkipValidation[AccountQueries]],
    ) -> ASGIResponse:
        """Last seen first; at most twenty."""
        return answer(SessionList(await account_queries.sessions(request.user.account_id, None)))

    @delete(
        "/sessions",
        **operation(
            "endSessions",
            "Log all of one's browsers out",
            policy=ANY_ROLE,
            explained_by=EndOtherSessions,
            method="DELETE",
            gives=EndedSessions,
        ),
    )
    async def end_sessions(
        self, request: Request[Caller, Any, Any], end_other_sessions: NamedDependency[EndOtherSessions]
    ) -> ASGIResponse:
        """How many there were."""
        return answer(EndedSessions(await end_other_sessions(request.user)))

    @delete(
        "/sessions/{session_id:uuid}",
        **operation(
            "endSession",
            "Log one of one's browsers out",
            policy=ANY_ROLE,
            explained_by=EndSession,
            method="DELETE",
            status=204,
            refuses=(404,),
        ),
    )
    async def end_session(
        self,
        request: Request[Caller, Any, Any],
        session_id: FromPath[UUID],
        end_session: NamedDependency[EndSession],
    ) -> None:
        """204."""
        await end_session(request.user, session_id)
