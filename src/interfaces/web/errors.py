"""Pages for what went wrong: what happened, what it means, what to do next."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from litestar import Request, Response
from litestar.exceptions import HTTPException

from domain.refusals import Kind, Refusal
from interfaces.http.problems import headers_of, status_of
from interfaces.web.csrf import ForeignRequest
from interfaces.web.language import translated
from interfaces.web.pages import Page, SeeOther
from interfaces.web.visitors import SignInNeeded, WrongRole

TITLES = {
    400: "That request makes no sense to us",
    401: "Log in first",
    403: "This is not open to you",
    404: "There is nothing here",
    405: "That does not work here",
    409: "That does not fit any more",
    413: "That is too large",
    415: "That is not a form",
    422: "Something needs your attention",
    429: "Too many attempts",
    500: "Something broke on our side",
    503: "Imoran is not available at the moment",
}
DETAILS = {
    400: "The address or the form is not one of ours. Go back and try again.",
    403: "Your account is of another kind than this page is for.",
    404: "The address is wrong, or what was here is gone, or it is not yours.",
    405: "The page can be looked at or sent to, but not in that way. Go back and try again.",
    413: "What you sent is larger than we take. Choose something smaller and send it again.",
    500: "It is not your fault. Try again; if it happens again, tell us the number below.",
    503: "Nothing was lost. Try again in a minute.",
}


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
    return Page(
        "error.html",
        status_code=status,
        headers=headers,
        title=title or TITLES.get(status, "That did not work"),
        detail=detail or DETAILS.get(status, "Go back and try again."),
        request_id=request_id,
    )


def show_refusal(request: Request[Any, Any, Any], refusal: Refusal) -> Response[str]:
    """A refusal that no form took: a page of its own."""
    if isinstance(refusal, WrongRole):
        return render_error_page(request, 403)
    detail = None if refusal.kind is Kind.MISSING else translated(refusal.said)
    return render_error_page(request, status_of(refusal), detail=detail, headers=headers_of(refusal))


def show_http_fault(request: Request[Any, Any, Any], fault: HTTPException) -> Response[str]:
    """What the framework refuses."""
    detail = fault.detail if fault.status_code == 400 and fault.detail.endswith(".") else None
    return render_error_page(request, fault.status_code, detail=detail)


def ask_to_sign_in(_: Request[Any, Any, Any], needed: SignInNeeded) -> Response[str]:
    """To the log-in page, and back from there."""
    return SeeOther(f"/login?next={quote(needed.return_to, safe='/')}")


def refuse_foreign(request: Request[Any, Any, Any], _: ForeignRequest) -> Response[str]:
    """A form from another site, or one that lay open for too long."""
    return render_error_page(
        request,
        403,
        title="This form was open for too long",
        detail="Nothing was changed. Open the page again and send the form once more.",
    )
