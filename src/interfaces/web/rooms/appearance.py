"""How pages look and speak: chosen in the frame of any page, with or without an account."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from litestar import Controller, Request, post
from litestar.di import NamedDependency

from application.accounts.choose_preferences import ChoosePreferences
from domain.accounts import Theme
from interfaces.web.language import LANGUAGES
from interfaces.web.own_paths import own_path
from interfaces.web.pages import SeeOther
from interfaces.web.visitors import THEMES, submission_of, visitor_of


class AppearanceController(Controller):
    """For everybody."""

    path = "/appearance"

    @post("/")
    async def choose(
        self, request: Request[Any, Any, Any], choose_preferences: NamedDependency[ChoosePreferences]
    ) -> SeeOther:
        """Remember what was chosen, on the device and with the account, and go back to the page.

        What is not on offer changes nothing.
        """
        chosen, visitor = submission_of(request), visitor_of(request)
        theme, language = chosen.get("theme"), chosen.get("language")
        changes: dict[str, Any] = {}
        if theme in THEMES:
            visitor.remember_theme(theme)
            changes["theme"] = Theme(theme)
        if language in LANGUAGES:
            visitor.remember_language(language)
            changes["language"] = language
        if visitor.caller and changes:
            await choose_preferences(visitor.caller, replace(visitor.caller.preferences, **changes))
        return SeeOther(own_path(chosen.get("next"), "/"))
