"""Who looks at a page, and what their browser brought along and takes back."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.handlers import BaseRouteHandler

from application.accounts.callers import Caller, Callers
from application.accounts.ports import Secrets
from application.accounts.proof import is_recent
from domain.accounts import Role
from domain.refusals import Refusal
from interfaces.http.settings import HttpSettings
from interfaces.web import csrf, flashes, zones
from interfaces.web.csrf import ForeignRequest, Lapsed
from interfaces.web.flashes import Flash, FlashWriter
from interfaces.web.language import LANGUAGES, Speech, language_for, speak
from interfaces.web.own_paths import own_path
from interfaces.web.submissions import Submission, submitted
from interfaces.web.zones import ZoneChoice

PRE_SESSION_LIFE_S = 2 * 60 * 60
YEAR_S = 365 * 24 * 60 * 60
_KEY = re.compile(r"[A-Za-z0-9_-]{20,200}\Z")
THEMES = ("dark", "light", "system")
FLASH_COOKIES = ("flash=", "__Host-flash=")
"""How cookies begin that carry a message to the next page."""


class SignInNeeded(Exception):
    """The page is for people who are signed in; `return_to` is where they wanted to go."""

    def __init__(self, return_to: str) -> None:
        super().__init__()
        self.return_to = return_to


class WrongRole(Refusal):
    """The page belongs to people of another role."""


@dataclass(slots=True, kw_only=True)
class Visitor:
    """One request's visitor. `taken` are the cookies that the answer sets or clears.

    `caller` is nothing for people who are not signed in; `was_signed_in` says that their session has just
    ended. `session_key` and `pre_session` are what the cookies of those names held.
    """

    settings: HttpSettings
    session_key: str | None
    pre_session: str | None
    flash: Flash | None
    theme: str
    zone_name: str | None
    language: str
    caller: Caller | None = None
    was_signed_in: bool = False
    broken_rules: int = 0
    """What must always hold and does not: operators read it on every page of theirs."""
    taken: dict[str, Cookie] = field(default_factory=dict)

    @classmethod
    def of(cls, connection: ASGIConnection[Any, Any, Any, Any], settings: HttpSettings) -> Visitor:
        """From the cookies alone; nobody is signed in yet."""
        cookies = connection.cookies
        names = _CookieNames(settings)
        return cls(
            settings=settings,
            session_key=_well_formed(cookies.get(names("sid"))),
            pre_session=_well_formed(cookies.get(names("visit"))),
            flash=FlashWriter(settings.csrf_key).open(cookies.get(names("flash"))),
            theme=theme_of(cookies),
            zone_name=cookies.get("tz"),
            language=language_of(connection),
        )

    def recognise(self, caller: Caller) -> None:
        """The browser is signed in: what its account prefers goes before what its cookies say."""
        self.caller = caller
        self.theme = caller.preferences.theme or self.theme
        self.zone_name = caller.preferences.time_zone or self.zone_name
        self.language = caller.preferences.language or self.language

    @property
    def speech(self) -> Speech:
        """The manner in which pages speak to this visitor; other languages than English have long days."""
        chosen = self.caller.preferences.has_long_day if self.caller else None
        return Speech(self.language, self.language != "en" if chosen is None else chosen)

    @property
    def binding(self) -> str | None:
        """What CSRF tokens are bound to, as the browser's cookies stand."""
        if self.session_key:
            return f"session:{self.session_key}"
        return f"visit:{self.pre_session}" if self.pre_session else None

    def csrf_token(self) -> str:
        """For a form of this answer; begins or prolongs a pre-session for people who are not signed in."""
        if self.session_key is None:
            self.pre_session = self.pre_session or secrets.token_urlsafe(32)
            self._take("visit", self.pre_session, max_age=PRE_SESSION_LIFE_S)
        return csrf.issue_token(self.settings.csrf_key, self.binding or "")

    @property
    def is_proven(self) -> bool:
        """Whether the password was given so lately that nobody need ask for it again."""
        return self.caller is not None and is_recent(self.caller.proven_at, datetime.now(UTC))

    def begin_session(self, key: str) -> None:
        """The browser goes on under this key."""
        self.session_key = key
        self._take("sid", key, max_age=None)
        self._drop("visit")

    def end_session(self) -> None:
        """The browser's key opens nothing any more."""
        self.session_key = None
        self.caller = None
        self._drop("sid")

    def tell(self, flash: Flash) -> None:
        """Have the next page say it."""
        self._take("flash", FlashWriter(self.settings.csrf_key).seal(flash), max_age=flashes.LIFE_S)

    def hear(self) -> Flash | None:
        """What the page before wanted said; said once."""
        if self.flash:
            self._drop("flash")
        return self.flash

    def keep(self, name: str, value: str, *, max_age: int) -> None:
        """A short-lived secret of a journey."""
        self._take(name, value, max_age=max_age)

    def forget(self, name: str) -> None:
        """End of the journey."""
        self._drop(name)

    def kept(self, request: Request[Any, Any, Any], name: str) -> str | None:
        """What `keep` gave to the browser."""
        return request.cookies.get(_CookieNames(self.settings)(name))

    def choose_zone(self, request: Request[Any, Any, Any], *, fallback: str = "UTC") -> ZoneChoice:
        """The zone of this page; a choice in the address is remembered."""
        choice = zones.choose_zone(
            asked=request.query_params.get("tz"), remembered=self.zone_name, fallback=fallback
        )
        if self.caller and choice.was_asked_for and choice.zone.key != self.caller.preferences.time_zone:
            choice = replace(choice, can_be_preferred=True)
        if choice.was_chosen and choice.zone.key != self.zone_name:
            self.remember_zone(choice.zone.key)
        return choice

    def remember_zone(self, name: str) -> None:
        """Speak in this zone from now on."""
        self.zone_name = name
        self._remember("tz", name)

    def remember_theme(self, theme: str) -> None:
        """Look like this from now on: one of `THEMES`."""
        self.theme = theme
        self._remember("theme", theme)

    def remember_language(self, language: str) -> None:
        """Speak this from now on: one of `LANGUAGES`."""
        self.language = language
        self._remember("lang", language)

    def _remember(self, name: str, value: str) -> None:
        # Scripts may read it: it is a preference, and secret to nobody.
        self.taken[name] = self._cookie(name, value, max_age=YEAR_S, httponly=False)

    def _take(self, name: str, value: str, *, max_age: int | None) -> None:
        full_name = _CookieNames(self.settings)(name)
        self.taken[full_name] = self._cookie(full_name, value, max_age=max_age)

    def _drop(self, name: str) -> None:
        self._take(name, "", max_age=0)

    def _cookie(self, name: str, value: str, *, max_age: int | None, httponly: bool = True) -> Cookie:
        return Cookie(
            key=name,
            value=value,
            path="/",
            max_age=max_age,
            secure=self.settings.uses_https,
            httponly=httponly,
            samesite="lax",
        )


class _CookieNames:
    """`__Host-` keeps other hosts of a domain from planting a cookie; browsers take it over https only."""

    def __init__(self, settings: HttpSettings) -> None:
        self._prefix = "__Host-" if settings.uses_https else ""

    def __call__(self, name: str) -> str:
        return self._prefix + name


def _well_formed(value: str | None) -> str | None:
    return value if value and _KEY.match(value) else None


def theme_of(cookies: Mapping[str, str]) -> str:
    """The one that was chosen on this device, else the first of `THEMES`."""
    theme = cookies.get("theme", "")
    return theme if theme in THEMES else THEMES[0]


def language_of(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """The one that was chosen on this device, else the best of those that the browser accepts."""
    chosen = connection.cookies.get("lang")
    if chosen in LANGUAGES:
        return chosen
    accepted = connection.headers.get("accept-language", "")[:200].split(",")
    return language_for(name.partition(";")[0].strip() for name in accepted)


def visitor_of(request: ASGIConnection[Any, Any, Any, Any]) -> Visitor:
    """The visitor of a page's request, once `Gate` has let it in."""
    visitor: Visitor = request.state["visitor"]
    return visitor


def known_visitor(request: ASGIConnection[Any, Any, Any, Any]) -> Visitor | None:
    """As `visitor_of`; nothing for requests that never got to the gate."""
    visitor: Visitor | None = request.state.get("visitor")
    return visitor


def caller_of(request: ASGIConnection[Any, Any, Any, Any]) -> Caller:
    """Who is signed in. Raises `SignInNeeded` when nobody is."""
    caller = visitor_of(request).caller
    if caller is None:
        raise SignInNeeded(way_back(request))
    return caller


def submission_of(request: ASGIConnection[Any, Any, Any, Any]) -> Submission:
    """What was submitted, without the token."""
    submission: Submission = request.state["submission"]
    return submission


class Gate:
    """Every request for a page comes through here first, before any handler of it.

    An unsafe one from elsewhere is refused before anything is read from the database; then a browser with a
    session cookie is recognised, by one statement.
    """

    def __init__(self, settings: HttpSettings) -> None:
        self._settings = settings

    async def __call__(self, connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
        """Raises `ForeignRequest`, or `Lapsed` once it is known who the visitor is now."""
        visitor = Visitor.of(connection, self._settings)
        lapse = await self._lapse_of(connection, visitor)
        await self._recognise(visitor, handler)
        speak(visitor.speech)
        connection.state["visitor"] = visitor
        if lapse:
            raise lapse

    async def _lapse_of(self, connection: ASGIConnection[Any, Any, Any, Any], visitor: Visitor) -> Lapsed | None:
        try:
            await self._refuse_foreign(connection, visitor)
        except Lapsed as lapse:
            return lapse
        return None

    async def _refuse_foreign(self, connection: ASGIConnection[Any, Any, Any, Any], visitor: Visitor) -> None:
        if not isinstance(connection, Request) or connection.method in csrf.SAFE_METHODS:
            return
        if not csrf.comes_from_here(connection.headers, self._settings.public_url):
            raise ForeignRequest
        fields = await submitted(connection)
        token = fields.pop(csrf.FIELD, "")
        connection.state["submission"] = fields
        if visitor.binding is None or not csrf.token_fits(self._settings.csrf_key, visitor.binding, token):
            raise Lapsed

    async def _recognise(self, visitor: Visitor, handler: BaseRouteHandler) -> None:
        if visitor.session_key is None:
            return
        providers = handler.resolve_dependencies()
        callers: Callers = await providers["callers"]()
        keys: Secrets = await providers["secrets"]()
        caller = await callers.by_session(keys.hash_of(visitor.session_key))
        if caller is None:
            visitor.end_session()
            visitor.was_signed_in = True
        else:
            visitor.recognise(caller)


class OnlyFor:
    """A guard: the page is for signed-in people of these roles; of any role when none is named."""

    def __init__(self, *roles: Role) -> None:
        self._roles = roles

    async def __call__(self, connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
        """Raises `SignInNeeded` or `WrongRole`."""
        caller = caller_of(connection)
        if self._roles and caller.role not in self._roles:
            raise WrongRole


def way_back(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """The page that was asked for; for a submission, the page that it was made on."""
    url = connection.url
    if isinstance(connection, Request) and connection.method not in csrf.SAFE_METHODS:
        path = connection.headers.get("referer", "").removeprefix(f"{url.scheme}://{url.netloc}")
    else:
        path = url.path + (f"?{url.query}" if url.query else "")
    return own_path(path, "/")
