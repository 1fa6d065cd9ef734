"""One's own account."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Controller, Request, delete, get, patch, post, put
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import JSONBody, MultipartBody, SkipValidation
from litestar.response.base import ASGIResponse
from msgspec import UNSET, Meta, Struct

from application.accounts.callers import Caller
from application.accounts.change_password import ChangePassword, ChangePasswordCommand
from application.accounts.confirm_identity import ConfirmIdentity
from application.accounts.set_picture import SetPicture
from application.accounts.update_account import UpdateAccount, UpdateAccountCommand
from application.accounts.views import AccountQueries, AccountView
from domain.refusals import NotFound
from interfaces.api.json_answers import answer
from interfaces.api.operations import operation
from interfaces.api.policies import ANY_ROLE, Body
from interfaces.api.requests import AccountRequest, PasswordRequest
from interfaces.api.unset import given
from interfaces.http.conditional import expected_version

LARGEST_UPLOAD = 6 * 1024 * 1024


class PictureForm(Struct, frozen=True, kw_only=True):
    """A JPEG, PNG or WebP file of at most 5 MiB, under the name `picture`."""

    picture: Annotated[UploadFile, Meta(description="JPEG, PNG or WebP, at most 5 MiB.")]


class MeController(Controller):
    """For every role."""

    path = "/me"
    tags = ("Own account",)

    @get(
        "/",
        **operation("getMe", "One's own account", policy=ANY_ROLE, explained_by=AccountView, gives=AccountView),
    )
    async def show(
        self,
        request: Request[Caller, Any, Any],
        account_queries: NamedDependency[SkipValidation[AccountQueries]],
    ) -> ASGIResponse:
        """With its version as entity tag."""
        return await _answer(request, account_queries)

    @patch(
        "/",
        **operation(
            "updateMe",
            "Change one's account",
            policy=ANY_ROLE,
            explained_by=UpdateAccount,
            method="PATCH",
            reads=Body.JSON,
            gives=AccountView,
            refuses=(409, 412, 429),
        ),
    )
    async def update(
        self,
        request: Request[Caller, Any, Any],
        data: JSONBody[AccountRequest],
        confirm_identity: NamedDependency[ConfirmIdentity],
        update_account: NamedDependency[UpdateAccount],
        account_queries: NamedDependency[SkipValidation[AccountQueries]],
    ) -> ASGIResponse:
        """Honours If-Match."""
        command = UpdateAccountCommand(
            email=given(data.email),
            first_name=given(data.first_name),
            last_name=given(data.last_name),
            phone_number=None if data.phone_number is UNSET else data.phone_number or "",
            expected_version=expected_version(request),
        )
        caller = request.user
        if data.current_password is not UNSET:
            caller = (await confirm_identity(caller, data.current_password)).caller
        await update_account(caller, command)
        return await _answer(request, account_queries)

    @put(
        "/picture",
        dto=None,
        request_max_body_size=LARGEST_UPLOAD,
        **operation(
            "setPicture",
            "Set one's picture",
            policy=ANY_ROLE,
            explained_by=SetPicture,
            method="PUT",
            reads=Body.MULTIPART,
            gives=AccountView,
        ),
    )
    async def set_picture(
        self,
        request: Request[Caller, Any, Any],
        data: MultipartBody[PictureForm],
        set_picture: NamedDependency[SetPicture],
        account_queries: NamedDependency[SkipValidation[AccountQueries]],
    ) -> ASGIResponse:
        """The account with the picture's address."""
        await set_picture(request.user, await data.picture.read())
        return await _answer(request, account_queries)

    @delete(
        "/picture",
        **operation(
            "removePicture",
            "Remove one's picture",
            policy=ANY_ROLE,
            explained_by=SetPicture,
            method="DELETE",
            status=204,
        ),
    )
    async def remove_picture(
        self, request: Request[Caller, Any, Any], set_picture: NamedDependency[SetPicture]
    ) -> None:
        """204, also when there was none."""
        await set_picture(request.user, None)

    @post(
        "/password",
        **operation(
            "changePassword",
            "Change one's password",
            policy=ANY_ROLE,
            explained_by=ChangePassword,
            method="POST",
            holds_secret=True,
            reads=Body.JSON,
            status=204,
            refuses=(429,),
        ),
    )
    async def change_password(
        self,
        request: Request[Caller, Any, Any],
        data: JSONBody[PasswordRequest],
        change_password: NamedDependency[ChangePassword],
    ) -> None:
        """204; the token that this was asked with has ended too."""
        await change_password(
            request.user,
            ChangePasswordCommand(current_password=data.current_password, new_password=data.new_password),
        )


async def _answer(request: Request[Caller, Any, Any], account_queries: AccountQueries) -> ASGIResponse:
    account = await account_queries.account(request.user.account_id)
    if account is None:
        raise NotFound
    return answer(account, version=account.version)
