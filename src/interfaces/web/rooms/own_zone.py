"""The time zone of one page becomes that of one's account."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from litestar import Controller, Request, post
from litestar.di import NamedDependency

from application.accounts.choose_preferences import ChoosePreferences
from interfaces.web.language import gettext
from interfaces.web.own_paths import own_path
from interfaces.web.pages import SeeOther
from interfaces.web.visitors import OnlyFor, caller_of, submission_of, visitor_of
from interfaces.web.zones import known_zone


class OwnZoneController(Controller):
    """For everybody who is signed in."""

    path = "/zone"
    guards = (OnlyFor(),)

    @post("/")
    async def keep(
        self, request: Request[Any, Any, Any], choose_preferences: NamedDependency[ChoosePreferences]
    ) -> SeeOther:
        """Remember it with the account, and go back to the page. A zone that there is not changes nothing."""
        chosen, caller = submission_of(request), caller_of(request)
        back = own_path(chosen.get("next"), "/")
        zone = known_zone(chosen.get("tz"))
        if zone is None:
            return SeeOther(back)
        await choose_preferences(caller, replace(caller.preferences, time_zone=zone.key))
        visitor_of(request).remember_zone(zone.key)
        said = gettext("All your times are in {zone} from now on.").format(zone=zone.key)
        return SeeOther(back, success=said)
