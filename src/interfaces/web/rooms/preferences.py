"""How pages speak to an account, and how they look."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency

from application.accounts.choose_preferences import ChoosePreferences
from domain.refusals import Refusal
from interfaces.web.forms.accounts import PreferencesForm
from interfaces.web.language import LANGUAGES, gettext, speak
from interfaces.web.pages import Page, SeeOther, refused
from interfaces.web.visitors import OnlyFor, caller_of, submission_of, visitor_of
from interfaces.web.zones import known_zone

PAGE = "/account/preferences"
TEMPLATE = "account/preferences.html"


class PreferencesController(Controller):
    """For everybody who is signed in."""

    path = PAGE
    guards = (OnlyFor(),)

    @get("/")
    async def preferences(self, request: Request[Any, Any, Any]) -> Page:
        """What is stored. `?tz=` fills another zone in; so does the one that was last looked at, as an offer."""
        form = PreferencesForm.of(caller_of(request).preferences)
        asked = known_zone(request.query_params.get("tz"))
        if asked:
            form.typed["time_zone"] = asked.key
        return Page(TEMPLATE, form=form, **_shown(request, form))

    @post("/")
    async def choose(
        self, request: Request[Any, Any, Any], choose_preferences: NamedDependency[ChoosePreferences]
    ) -> Response[str]:
        """From now on, on every device."""
        form = PreferencesForm(submission_of(request))
        caller, visitor = caller_of(request), visitor_of(request)
        try:
            preferences = form.preferences()
            await choose_preferences(caller, preferences)
        except Refusal as refusal:
            return refused(form, refusal, TEMPLATE, **_shown(request, form))
        visitor.language = preferences.language or visitor.language
        speak(visitor.speech)
        return SeeOther(PAGE, success=gettext("Your preferences are saved."))


def _shown(request: Request[Any, Any, Any], form: PreferencesForm) -> dict[str, Any]:
    looked_at = known_zone(request.cookies.get("tz"))
    offered = looked_at.key if looked_at and looked_at.key != form["time_zone"] else None
    languages = {PreferencesForm.OPEN: (gettext("As chosen on each device"), "")}
    languages |= {code: (name, "") for code, name in LANGUAGES.items()}
    return {"languages": languages, "offered_zone": offered}
