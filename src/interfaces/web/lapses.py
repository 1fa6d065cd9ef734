"""Sessions and forms that ended while somebody was writing: nothing is lost, nothing is sent without a press."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from litestar import Request, Response

from interfaces.web.csrf import SAFE_METHODS, Lapsed
from interfaces.web.forms.accounts import (
    AnswerForm,
    CodeForm,
    IdentifierForm,
    LogInForm,
    NewPasswordForm,
    RegistrationForm,
)
from interfaces.web.forms.form import Form
from interfaces.web.kept_entries import FIELD, KeptEntries
from interfaces.web.language import gettext
from interfaces.web.pages import Page, SeeOther, wants_part
from interfaces.web.visitors import OnlyFor, SignInNeeded, submission_of, visitor_of

SHOWN_AGAIN: dict[str, tuple[type[Form], str]] = {
    "/login": (LogInForm, "account/login.html"),
    "/register": (RegistrationForm, "account/register.html"),
    "/recover": (IdentifierForm, "account/recover.html"),
    "/recover/code": (CodeForm, "account/recover_answer.html"),
    "/recover/answer": (AnswerForm, "account/recover_answer.html"),
    "/recover/password": (NewPasswordForm, "account/recover_password.html"),
}
"""Forms of people who are not signed in, which ask for secrets: those have to be typed again in any case."""
WHOLE_PAGE = {"HX-Retarget": "body", "HX-Reswap": "innerHTML"}
"""Also for a script that wanted a piece of it."""


def ask_to_sign_in(request: Request[Any, Any, Any], needed: SignInNeeded) -> Response[str]:
    """Log in, and go on: to the page that was asked for, or with the entries of the form that was sent."""
    if request.method not in SAFE_METHODS:
        return _sign_in_keeping(request)
    address = f"/login?next={quote(needed.return_to, safe='/')}"
    if wants_part(request):
        return Response("", status_code=200, headers={"HX-Redirect": address})
    if visitor_of(request).was_signed_in:
        return SeeOther(address, info=gettext("Your session ended. Log in to go on."))
    return SeeOther(address)


def offer_again(request: Request[Any, Any, Any], _: Lapsed) -> Response[str]:
    """The form that lay open for too long, with what was entered."""
    visitor = visitor_of(request)
    if visitor.caller is None and request.url.path in SHOWN_AGAIN:
        return _same_form(request)
    if visitor.caller is None and _is_for_members(request):
        return _sign_in_keeping(request)
    return resume_page(KeptEntries.of(request), status=403)


def resume_page(entries: KeptEntries, *, status: int = 200) -> Page:
    """What was entered, to be sent with one press."""
    return Page(
        "account/resume.html",
        status_code=status,
        headers=WHOLE_PAGE,
        entries=entries,
        is_back=status == 200,
    )


def _sign_in_keeping(request: Request[Any, Any, Any]) -> Page:
    entries = KeptEntries.of(request)
    form = LogInForm({"next": entries.page, FIELD: entries.packed})
    return Page("account/login.html", status_code=403, headers=WHOLE_PAGE, form=form)


def _same_form(request: Request[Any, Any, Any]) -> Page:
    kind, template = SHOWN_AGAIN[request.url.path]
    form = kind(submission_of(request))
    form.problem = gettext(
        "This form was open for too long. Nothing was changed: check it, and send it once more."
    )
    return Page(template, status_code=403, form=form)


def _is_for_members(request: Request[Any, Any, Any]) -> bool:
    return any(isinstance(guard, OnlyFor) for guard in request.route_handler.resolve_guards())
