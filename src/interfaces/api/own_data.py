"""One's preferences, and one's data: taken along, or deleted."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, get, post, put
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody, SkipValidation
from litestar.response import Stream
from litestar.response.base import ASGIResponse

from application.accounts.callers import Caller
from application.accounts.choose_preferences import ChoosePreferences
from application.accounts.confirm_identity import ConfirmIdentity
from application.accounts.erase_account import EraseAccount
from application.accounts.export_account import ExportAccount
from application.accounts.views import AccountQueries
from domain.accounts import Preferences, Theme
from interfaces.api.answers import PreferencesState
from interfaces.api.json_answers import answer
from interfaces.api.operations import operation
from interfaces.api.policies import ANY_ROLE, Body
from interfaces.api.requests import PreferencesRequest, ProofRequest
from interfaces.http.account_archives import archive_of


def _export_operation() -> dict[str, Any]:
    described = operation(
        "exportMe",
        "Everything that is stored about one, as a ZIP file",
        policy=ANY_ROLE,
        explained_by=ExportAccount,
        method="POST",
        holds_secret=True,
        reads=Body.JSON,
        gives=bytes,
        refuses=(429,),
    )
    described["responses"][200] = ResponseSpec(
        bytes,
        generate_examples=False,
        description="`account.json`, and the picture.",
        media_type="application/zip",
    )
    return described


class OwnDataController(Controller):
    """For every role."""

    path = "/me"
    tags = ("Own account",)

    @get(
        "/preferences",
        **operation(
            "getPreferences",
            "How pages speak and look to one",
            policy=ANY_ROLE,
            explained_by=PreferencesState,
            gives=PreferencesState,
        ),
    )
    async def preferences(
        self,
        request: Request[Caller, Any, Any],
        account_queries: NamedDependency[SkipValidation[AccountQueries]],
    ) -> ASGIResponse:
        """All of them."""
        return answer(_state(await account_queries.preferences(request.user.account_id)))

    @put(
        "/preferences",
        **operation(
            "choosePreferences",
            "Say how pages should speak and look",
            policy=ANY_ROLE,
            explained_by=ChoosePreferences,
            method="PUT",
            reads=Body.JSON,
            gives=PreferencesState,
        ),
    )
    async def choose_preferences(
        self,
        request: Request[Caller, Any, Any],
        data: JSONBody[PreferencesRequest],
        choose_preferences: NamedDependency[ChoosePreferences],
    ) -> ASGIResponse:
        """All of them, as they are now."""
        preferences = Preferences(
            time_zone=data.time_zone,
            has_long_day=data.has_long_day,
            theme=Theme(data.theme) if data.theme else None,
            language=data.language,
        )
        await choose_preferences(request.user, preferences)
        return answer(_state(preferences))

    @post("/export", **_export_operation())
    async def export(
        self,
        request: Request[Caller, Any, Any],
        data: JSONBody[ProofRequest],
        confirm_identity: NamedDependency[ConfirmIdentity],
        export_account: NamedDependency[ExportAccount],
    ) -> Stream:
        """The file."""
        confirmed = await confirm_identity(request.user, data.current_password)
        return await archive_of(await export_account(confirmed.caller))

    @post(
        "/erase",
        **operation(
            "eraseMe",
            "Delete one's account for good",
            policy=ANY_ROLE,
            explained_by=EraseAccount,
            method="POST",
            holds_secret=True,
            reads=Body.JSON,
            status=204,
            refuses=(409, 429),
        ),
    )
    async def erase(
        self,
        request: Request[Caller, Any, Any],
        data: JSONBody[ProofRequest],
        confirm_identity: NamedDependency[ConfirmIdentity],
        erase_account: NamedDependency[EraseAccount],
    ) -> None:
        """204; the token that this was asked with opens nothing any more."""
        confirmed = await confirm_identity(request.user, data.current_password)
        await erase_account(confirmed.caller)


def _state(preferences: Preferences) -> PreferencesState:
    return PreferencesState(
        time_zone=preferences.time_zone,
        has_long_day=preferences.has_long_day,
        theme=preferences.theme,
        language=preferences.language,
    )
