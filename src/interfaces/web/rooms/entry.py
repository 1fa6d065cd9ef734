"""Getting in and out: register, log in, log out."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from application.accounts.callers import Caller, Callers
from application.accounts.log_in import LogIn, OpenedSession
from application.accounts.log_out import LogOut
from application.accounts.make_recovery_codes import MakeRecoveryCodes
from application.accounts.ports import Secrets
from application.accounts.register_account import RegisterAccount
from domain.accounts import Role
from domain.refusals import NotFound, Refusal
from interfaces.http.client_address import client_address
from interfaces.web import drafts
from interfaces.web.forms.accounts import LogInForm, RegistrationForm
from interfaces.web.kept_entries import FIELD, KeptEntries
from interfaces.web.language import gettext
from interfaces.web.lapses import resume_page
from interfaces.web.own_paths import own_path
from interfaces.web.pages import Page, SeeOther, refused
from interfaces.web.rooms.recovery_codes import show_codes
from interfaces.web.visitors import YEAR_S, submission_of, visitor_of

BROWSER = "browser"
"""The cookie by which a browser is known that was logged in before."""
HOME_OF = {Role.CLIENT: "/bookings", Role.CONSULTANT: "/consultant", Role.OPERATOR: "/operator"}


class EntryController(Controller):
    """For everybody."""

    path = "/"

    @get("/register")
    async def registration(self, request: Request[Any, Any, Any]) -> Response[str]:
        """The form; `?role=` chooses beforehand, `?next=` is where one was going."""
        wanted = own_path(request.query_params.get("next"), "")
        role = request.query_params.get("role", "")
        return Page("account/register.html", form=RegistrationForm({"role": role, "next": wanted}))

    @post("/register")
    async def register(
        self,
        request: Request[Any, Any, Any],
        register_account: NamedDependency[RegisterAccount],
        log_in: NamedDependency[LogIn],
        make_recovery_codes: NamedDependency[MakeRecoveryCodes],
        callers: NamedDependency[SkipValidation[Callers]],
        secrets: NamedDependency[SkipValidation[Secrets]],
    ) -> Response[str]:
        """Open an account, go on logged in, and first of all write the recovery codes down."""
        form = RegistrationForm(submission_of(request))
        try:
            command = form.command()
            await register_account(command)
        except Refusal as refusal:
            return refused(form, refusal, "account/register.html")
        log_in_form = LogInForm({"identifier": command.username, "password": command.password})
        opened = await _begin_session(request, log_in_form, log_in, secrets)
        codes = await make_recovery_codes(await _caller(opened, callers, secrets))
        on_to = own_path(form["next"], HOME_OF[opened.account.role])
        return show_codes(visitor_of(request), codes, on_to=on_to)

    @get("/login")
    async def log_in_form(self, request: Request[Any, Any, Any]) -> Response[str]:
        """The form; `?next=` is where one was going."""
        wanted = own_path(request.query_params.get("next"), "")
        caller = visitor_of(request).caller
        if caller is not None:
            return SeeOther(wanted or HOME_OF[caller.role])
        return Page("account/login.html", form=LogInForm({"next": wanted}))

    @post("/login")
    async def log_in(
        self,
        request: Request[Any, Any, Any],
        log_in: NamedDependency[LogIn],
        callers: NamedDependency[SkipValidation[Callers]],
        secrets: NamedDependency[SkipValidation[Secrets]],
    ) -> Response[str]:
        """Begin a session under a new key. Entries that were kept meanwhile are there to be sent."""
        form = LogInForm(submission_of(request))
        try:
            opened = await _begin_session(request, form, log_in, secrets)
        except Refusal as refusal:
            return refused(form, refusal, "account/login.html")
        if entries := KeptEntries.unpacked(form[FIELD]):
            visitor_of(request).recognise(await _caller(opened, callers, secrets))
            return resume_page(entries)
        welcome = gettext("Welcome, {name}.").format(name=opened.account.person.first_name)
        return SeeOther(own_path(form["next"], HOME_OF[opened.account.role]), success=welcome)

    @post("/logout")
    async def log_out(self, request: Request[Any, Any, Any], log_out: NamedDependency[LogOut]) -> Response[str]:
        """End the session, and have the browser forget what it kept of it."""
        visitor = visitor_of(request)
        if visitor.caller is not None:
            await log_out(visitor.caller)
        visitor.end_session()
        drafts.forget_all(visitor)
        return SeeOther(
            "/", success=gettext("You are logged out."), headers={"Clear-Site-Data": '"cache", "storage"'}
        )


async def _begin_session(
    request: Request[Any, Any, Any], form: LogInForm, log_in: LogIn, secrets: Secrets
) -> OpenedSession:
    """Log in and hand the new key to the browser; the key that it came with ends."""
    visitor = visitor_of(request)
    opened = await log_in(
        form.command(
            address=client_address(request),
            user_agent=request.headers.get("user-agent", ""),
            replaces=secrets.hash_of(visitor.session_key) if visitor.session_key else None,
            browser=visitor.kept(request, BROWSER),
        )
    )
    visitor.begin_session(opened.key)
    visitor.keep(BROWSER, opened.browser, max_age=YEAR_S)
    return opened


async def _caller(opened: OpenedSession, callers: Callers, secrets: Secrets) -> Caller:
    caller = await callers.by_session(secrets.hash_of(opened.key))
    if caller is None:
        raise NotFound
    return caller
