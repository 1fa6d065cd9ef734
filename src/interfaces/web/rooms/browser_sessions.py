"""The browsers that one is logged in with."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from application.accounts.end_sessions import EndOtherSessions, EndSession
from application.accounts.views import AccountQueries
from domain.refusals import NotFound
from interfaces.web.language import gettext, ngettext
from interfaces.web.pages import Page, SeeOther
from interfaces.web.visitors import OnlyFor, caller_of, visitor_of

PAGE = "/account/sessions"


class BrowserSessionsController(Controller):
    """For everybody who is signed in."""

    path = PAGE
    guards = (OnlyFor(),)

    @get("/")
    async def sessions(
        self, request: Request[Any, Any, Any], account_queries: NamedDependency[SkipValidation[AccountQueries]]
    ) -> Page:
        """This one first."""
        caller = caller_of(request)
        return Page(
            "account/sessions.html", sessions=await account_queries.sessions(caller.account_id, caller.session_id)
        )

    @post("/{session_id:uuid}/end")
    async def end(
        self,
        request: Request[Any, Any, Any],
        session_id: FromPath[UUID],
        end_session: NamedDependency[EndSession],
    ) -> Response[str]:
        """Log that browser out. One that is logged out already is what was wanted."""
        try:
            is_own = await end_session(caller_of(request), session_id)
        except NotFound:
            return SeeOther(PAGE, info=gettext("That browser was logged out already."))
        if is_own:
            visitor_of(request).end_session()
            return SeeOther("/", success=gettext("You are logged out."))
        return SeeOther(PAGE, success=gettext("That browser is logged out."))

    @post("/end-others")
    async def end_others(
        self, request: Request[Any, Any, Any], end_other_sessions: NamedDependency[EndOtherSessions]
    ) -> Response[str]:
        """Log all others out."""
        count = await end_other_sessions(caller_of(request))
        said = ngettext("One other browser is logged out.", "{count} other browsers are logged out.", count)
        return SeeOther(PAGE, success=said.format(count=count))
