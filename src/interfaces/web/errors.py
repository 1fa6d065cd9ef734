"""Pages for what went wrong: what happened, what it means, what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException

from domain.refusals import Kind, Refusal
from interfaces.http.problems import headers_of, status_of
from interfaces.web import csrf, words
from interfaces.web.csrf import ForeignRequest
from interfaces.web.language import Speech, gettext, speak, translated
from interfaces.web.pages import Page
from interfaces.web.visitors import WrongRole, known_visitor, language_of


@dataclass(frozen=True, slots=True)
class Fault:
    """What a page says about a status: what happened, and what to do about it."""

    title: str
    detail: str


def fault_of(status: int) -> Fault:
    """The words for that status."""
    known = {
        400: Fault(
            gettext("That request makes no sense to us"),
            gettext("The address or the form is not one of ours. Go back and try again."),
        ),
        401: Fault(gettext("Log in first"), gettext("This page is for people who are logged in.")),
        403: Fault(
            gettext("This is not open to you"),
            gettext("Your account is of another kind than this page is for."),
        ),
        404: Fault(
            gettext("There is nothing here"),
            gettext("The address is wrong, or what was here is gone, or it is not yours."),
        ),
        405: Fault(
            gettext("That does not work here"),
            gettext("The page can be looked at or sent to, but not in that way. Go back and try again."),
        ),
        409: Fault(
            gettext("That does not fit any more"),
            gettext("Something changed while you were looking. Go back to see how things stand now."),
        ),
        413: Fault(
            gettext("That is too large"),
            gettext("What you sent is larger than we take. Choose something smaller and send it again."),
        ),
        415: Fault(gettext("That is not a form"), gettext("Go back and send the form as it stands in the page.")),
        422: Fault(
            gettext("Something needs your attention"),
            gettext("What you sent cannot be used as it is. Go back, mend it and send it again."),
        ),
        429: Fault(
            gettext("Too many attempts"),
            gettext("To keep accounts safe, we take only so many in a while. What you entered was not used."),
        ),
        500: Fault(
            gettext("Something broke on our side"),
            gettext("It is not your fault. Try again; by the number below we find the cause."),
        ),
        503: Fault(
            gettext("Imoran is not available at the moment"),
            gettext("Nothing was lost. Try again in a minute."),
        ),
    }
    return known.get(status) or Fault(gettext("That did not work"), gettext("Go back and try again."))


def render_error_page(
    request: Request[Any, Any, Any],
    status: int,
    title: str | None = None,
    detail: str | None = None,
    request_id: str | None = None,
    headers: dict[str, str] | None = None,
) -> Response[str]:
    """A page for that status. It reads nothing, so that it works while the database is down.

    Without `title` or `detail` it says what fits the status; `request_id` is for people to tell us.
    """
    visitor = known_visitor(request)
    speak(visitor.speech if visitor else Speech(language_of(request)))
    fault = fault_of(status)
    return Page(
        "error.html",
        status_code=status,
        headers=headers,
        part="notice",
        status=status,
        title=title or fault.title,
        detail=translated(detail) if detail else fault.detail,
        again_in=_again_in(headers or {}),
        was_sent=request.method not in csrf.SAFE_METHODS,
        request_id=request_id if status >= 500 else None,
    )


def _again_in(headers: dict[str, str]) -> str | None:
    """How long to wait, in words, where an answer says so."""
    seconds = int(headers.get("Retry-After", 0))
    return words.minutes(-(-seconds // 60)) if seconds >= 30 else None


def show_refusal(request: Request[Any, Any, Any], refusal: Refusal) -> Response[str]:
    """A refusal that no form took: a page of its own."""
    if isinstance(refusal, WrongRole):
        return render_error_page(request, 403)
    detail = None if refusal.kind is Kind.MISSING else refusal.said
    return render_error_page(request, status_of(refusal), detail=detail, headers=headers_of(refusal))


def show_http_fault(request: Request[Any, Any, Any], fault: HTTPException) -> Response[str]:
    """What the framework refuses."""
    detail = fault.detail if fault.status_code == 400 and fault.detail.endswith(".") else None
    return render_error_page(request, fault.status_code, detail=detail)


def refuse_foreign(request: Request[Any, Any, Any], _: ForeignRequest) -> Response[str]:
    """A form from another site, or from a browser that does not say where it comes from."""
    return render_error_page(
        request,
        403,
        title=gettext("We do not know where this form came from"),
        detail=gettext("Nothing was changed. Open the page again and send the form once more."),
    )
