"""Forms that charge or create are sent twice: by a double press, or by a reload after a lost answer. They have one
effect, and lead to the same page.

Such a form holds a key that was made with its page (the macro `once`). Nobody but people who are signed in has
keys: they belong to accounts.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import ClientException

from application.idempotency.answer_once import AnswerOnce, KeyInFlight, KeyMismatch
from application.idempotency.ports import Answer, Call
from interfaces.http.idempotency import call_of, claim_for, is_key, with_headers
from interfaces.web.csrf import SAFE_METHODS
from interfaces.web.form_keys import FIELD, new_key
from interfaces.web.pages import Page
from interfaces.web.submissions import Submission
from interfaces.web.visitors import FLASH_COOKIES, submission_of, visitor_of, way_back

LOOK_EVERY_S = 0.1
MOST_LOOKS = 40

BeforeRequest = Callable[[Request[Any, Any, Any]], Awaitable[Response[Any] | None]]


def begin_keyed_forms(answer_once: AnswerOnce) -> BeforeRequest:
    """A hook that runs once the visitor was let in."""

    async def begin(request: Request[Any, Any, Any]) -> Response[Any] | None:
        if request.method in SAFE_METHODS:
            return None
        fields = submission_of(request)
        key = fields.pop(FIELD, None)
        caller = visitor_of(request).caller
        if key is None or caller is None:
            return None
        if not is_key(key):
            raise ClientException("The form could not be read.")
        call = call_of(request, caller.account_id, key, msgspec.json.encode(sorted(fields.items())))
        try:
            return await _after_the_first(request, answer_once, call)
        except KeyInFlight:
            return _sent_already(request, fields, key, is_under_way=True)
        except KeyMismatch:
            return _sent_already(request, fields, new_key(), is_under_way=False)

    return begin


async def _after_the_first(
    request: Request[Any, Any, Any], answer_once: AnswerOnce, call: Call
) -> Response[bytes] | None:
    """What `claim_for` says, once the first press was answered; for as long as people wait for a page."""
    for _ in range(MOST_LOOKS):
        try:
            return await claim_for(request, answer_once, call)
        except KeyInFlight:
            await asyncio.sleep(LOOK_EVERY_S)
    return await claim_for(request, answer_once, call)


def _sent_already(request: Request[Any, Any, Any], fields: Submission, key: str, *, is_under_way: bool) -> Page:
    url = request.url
    return Page(
        "sent_already.html",
        address=url.path + (f"?{url.query}" if url.query else ""),
        status_code=409 if is_under_way else 422,
        fields=fields | {FIELD: key},
        is_under_way=is_under_way,
        form_page=way_back(request),
    )


def kept(answer: Answer) -> Answer | None:
    """The way on to the page that shows what was done, and what that page says first.

    Forms that are shown again have another key. A way to another site, such as the checkout, is found anew each
    time, for it may be closed by then.
    """
    leads_on = answer.status == 303 and dict(answer.headers)["location"].startswith("/")
    return with_headers(answer, _belongs_to_it) if leads_on else None


def _belongs_to_it(name: str, value: str) -> bool:
    return name == "location" or (name == "set-cookie" and value.startswith(FLASH_COOKIES))
