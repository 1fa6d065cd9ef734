"""Accounts from outside: opening one, bearer tokens, and the way back in."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import UUID

from litestar import Controller, Request, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, SkipValidation
from litestar.response.base import ASGIResponse

from application.accounts.answer_recovery import AnswerRecovery, AnswerRecoveryCommand
from application.accounts.callers import Caller
from application.accounts.issue_token import IssueToken, IssueTokenCommand
from application.accounts.register_account import RegisterAccount, RegisterAccountCommand
from application.accounts.reset_password import ResetPassword, ResetPasswordCommand
from application.accounts.revoke_token import RevokeToken
from application.accounts.start_recovery import StartRecovery
from application.accounts.views import AccountQueries, AccountView
from application.paging import DEFAULT_LIMIT
from domain.accounts import SECURITY_QUESTIONS, Role
from domain.refusals import FieldCheck
from interfaces.api.answers import (
    ApiTokenList,
    GrantedReset,
    NewToken,
    SecurityQuestion,
    SecurityQuestionList,
    StartedRecovery,
)
from interfaces.api.json_answers import answer, public_answer
from interfaces.api.lists import Cursor, Limit, ListReader
from interfaces.api.operations import operation
from interfaces.api.policies import ANY_ROLE, PUBLIC, Body
from interfaces.api.requests import (
    RecoveryAnswerRequest,
    RecoveryRequest,
    RegisterRequest,
    ResetRequest,
    TokenRequest,
)
from interfaces.http.client_address import client_address

FAR_FROM_LAWFUL_S = 10**9
QUESTIONS = [SecurityQuestion(key, text) for key, text in SECURITY_QUESTIONS.items()]


class AuthController(Controller):
    """Registration, tokens, recovery."""

    path = "/auth"
    tags = ("Accounts",)

    @post(
        "/register",
        **operation(
            "registerAccount",
            "Open an account",
            policy=PUBLIC,
            explained_by=RegisterAccount,
            method="POST",
            reads=Body.JSON,
            gives=AccountView,
            status=201,
            refuses=(409,),
        ),
    )
    async def register(
        self,
        data: JSONBody[RegisterRequest],
        register_account: NamedDependency[RegisterAccount],
        account_queries: NamedDependency[SkipValidation[AccountQueries]],
    ) -> ASGIResponse:
        """201 with the account."""
        account = await register_account(
            RegisterAccountCommand(
                username=data.username,
                email=data.email,
                password=data.password,
                role=Role(data.role),
                first_name=data.first_name,
                last_name=data.last_name,
                phone_number=data.phone_number,
                security_question=data.security_question,
                security_answer=data.security_answer,
            )
        )
        return answer(await account_queries.account(account.id), 201, version=account.version, location="/api/me")

    @get(
        "/security-questions",
        **operation(
            "listSecurityQuestions",
            "The security questions on offer",
            policy=PUBLIC,
            explained_by=SecurityQuestionList,
            gives=SecurityQuestionList,
            refuses=(304,),
        ),
    )
    async def security_questions(self, request: Request[Any, Any, Any]) -> ASGIResponse:
        """All of them."""
        return public_answer(request, SecurityQuestionList(QUESTIONS))

    @post(
        "/tokens",
        **operation(
            "createToken",
            "Mint a bearer token",
            policy=PUBLIC,
            explained_by=IssueToken,
            method="POST",
            reads=Body.JSON,
            gives=NewToken,
            status=201,
            refuses=(401, 429),
        ),
    )
    async def create_token(
        self,
        request: Request[Any, Any, Any],
        data: JSONBody[TokenRequest],
        issue_token: NamedDependency[IssueToken],
    ) -> ASGIResponse:
        """201 with the token."""
        issued = await issue_token(
            IssueTokenCommand(
                identifier=data.identifier,
                password=data.password,
                address=client_address(request),
                name=data.name,
                scopes=tuple(data.scopes or ()),
                life=None if data.expires_in is None else _life(data.expires_in),
            )
        )
        token = NewToken(
            token=issued.token,
            id=issued.record.id,
            name=issued.record.name,
            scopes=issued.record.scopes,
            expires_at=issued.record.expires_at,
        )
        return answer(token, 201)

    @get(
        "/tokens",
        **operation(
            "listTokens",
            "One's own live tokens",
            policy=ANY_ROLE,
            explained_by=AccountQueries.api_tokens,
            gives=ApiTokenList,
            refuses=(422,),
        ),
    )
    async def list_tokens(
        self,
        request: Request[Caller, Any, Any],
        account_queries: NamedDependency[SkipValidation[AccountQueries]],
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> ASGIResponse:
        """Newest first."""
        reader = ListReader(request, limit, cursor)
        page = await account_queries.api_tokens(request.user.account_id, reader.page)
        next_cursor, link = reader.next(page.next_key)
        return answer(ApiTokenList(page.items, next_cursor), link=link)

    @delete(
        "/tokens/{token_id:uuid}",
        **operation(
            "revokeToken",
            "Revoke a token",
            policy=ANY_ROLE,
            explained_by=RevokeToken,
            method="DELETE",
            status=204,
            refuses=(404,),
        ),
    )
    async def revoke_token(
        self,
        request: Request[Caller, Any, Any],
        token_id: FromPath[UUID],
        revoke_token: NamedDependency[RevokeToken],
    ) -> None:
        """204."""
        await revoke_token(request.user, token_id)

    @post(
        "/recovery",
        **operation(
            "startRecovery",
            "Begin to get back into an account",
            policy=PUBLIC,
            explained_by=StartRecovery,
            method="POST",
            reads=Body.JSON,
            gives=StartedRecovery,
            refuses=(429,),
        ),
    )
    async def start_recovery(
        self,
        request: Request[Any, Any, Any],
        data: JSONBody[RecoveryRequest],
        start_recovery: NamedDependency[StartRecovery],
    ) -> ASGIResponse:
        """The questions on offer, for everybody."""
        recovery = await start_recovery(data.identifier, address=client_address(request))
        return answer(
            StartedRecovery(recovery_id=recovery.id, questions=QUESTIONS, expires_at=recovery.expires_at)
        )

    @post(
        "/recovery/{recovery_id:uuid}/answer",
        **operation(
            "answerRecovery",
            "Prove that a forgotten account is one's own",
            policy=PUBLIC,
            explained_by=AnswerRecovery,
            method="POST",
            reads=Body.JSON,
            gives=GrantedReset,
            refuses=(429,),
        ),
    )
    async def answer_recovery(
        self,
        request: Request[Any, Any, Any],
        recovery_id: FromPath[UUID],
        data: JSONBody[RecoveryAnswerRequest],
        answer_recovery: NamedDependency[AnswerRecovery],
    ) -> ASGIResponse:
        """A reset token."""
        if data.recovery_code is None:
            _require_answer(data)
        granted = await answer_recovery(
            AnswerRecoveryCommand(
                recovery_id=recovery_id,
                question=data.question,
                answer=data.answer,
                recovery_code=data.recovery_code,
                address=client_address(request),
            )
        )
        return answer(GrantedReset(**asdict(granted)))

    @post(
        "/recovery/reset",
        **operation(
            "resetPassword",
            "Set a new password with a reset token",
            policy=PUBLIC,
            explained_by=ResetPassword,
            method="POST",
            reads=Body.JSON,
            status=204,
        ),
    )
    async def reset_password(
        self,
        request: Request[Any, Any, Any],
        data: JSONBody[ResetRequest],
        reset_password: NamedDependency[ResetPassword],
    ) -> None:
        """204."""
        await reset_password(
            ResetPasswordCommand(
                reset_token=data.reset_token, new_password=data.new_password, address=client_address(request)
            )
        )


def _require_answer(data: RecoveryAnswerRequest) -> None:
    """Raises `Invalid` for what proves nothing."""
    check = FieldCheck()
    check.require(bool(data.question), "question", "Pick a question from the list, or send a recovery_code.")
    check.require(bool(data.answer), "answer", "Answer the security question, or send a recovery_code.")
    check.done()


def _life(seconds: int) -> timedelta:
    """Numbers that no `timedelta` holds become one that is as far from lawful."""
    return timedelta(seconds=max(-FAR_FROM_LAWFUL_S, min(FAR_FROM_LAWFUL_S, seconds)))
