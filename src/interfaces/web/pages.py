"""Answers for browsers: a page made from a template, or the way to another page."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Litestar, Request, Response
from litestar.enums import MediaType
from litestar.response.base import ASGIResponse

from domain.pictures import small_picture
from domain.refusals import Refusal, Throttled
from interfaces.web import (
    account_words,
    audit_words,
    booking_words,
    calendar_links,
    consultant_words,
    form_keys,
    health_words,
    language,
    money_words,
    notification_words,
    operator_timelines,
    operator_words,
    pattern_words,
    picker_words,
    record_words,
    security_words,
    time_words,
    webhook_words,
    words,
    zones,
)
from interfaces.web.flashes import Flash
from interfaces.web.forms.form import Form
from interfaces.web.shell import THEME_COLOURS, shell_of
from interfaces.web.static_files import address_of
from interfaces.web.visitors import Visitor, known_visitor, language_of

TEMPLATES = Path(__file__).parent / "templates"


@functools.cache
def environment() -> Environment:
    """The templates and the words that they can use."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.policies["ext.i18n.trimmed"] = True
    # What the extension adds to the environment is beyond its type.
    install: Callable[..., None] = vars(made)["install_gettext_callables"]
    install(
        language.gettext,
        language.ngettext,
        newstyle=True,
        pgettext=language.pgettext,
        npgettext=language.npgettext,
    )
    made.globals |= {
        "asset": address_of,
        "booking_words": booking_words,
        "consultant_words": consultant_words,
        "account_words": account_words,
        "audit_words": audit_words,
        "health_words": health_words,
        "operator_timelines": operator_timelines,
        "operator_words": operator_words,
        "record_words": record_words,
        "notification_words": notification_words,
        "pattern_words": pattern_words,
        "small_picture": small_picture,
        "tint": words.tint,
        "picker_words": picker_words,
        "security_words": security_words,
        "currency_mark": money_words.currency_mark,
        "form_key": form_keys.new_key,
        "google_calendar": calendar_links.google_address,
        "outlook_calendar": calendar_links.outlook_address,
        "span": time_words.unbroken(time_words.span),
        "theme_colours": THEME_COLOURS,
        "webhook_words": webhook_words,
        "words": words,
        "zone_for": zones.zone_for,
        "zone_in_words": time_words.zone_in_words,
        "zones_by_region": zones.zones_by_region,
    }
    made.filters |= {
        "money": money_words.money_in_words,
        "exact_sum": money_words.exact_sum,
        "one_decimal": words.one_decimal,
        "instant": time_words.unbroken(time_words.instant),
        "clock": time_words.unbroken(time_words.clock),
        "day": time_words.day,
        "date_words": time_words.calendar_date,
        "long_date": time_words.long_date,
        "short_date": time_words.short_date,
        "utc": time_words.as_datetime_attribute,
    }
    return made


PART_WANTED = "HX-Request"
VARIES_BY = "Accept-Language, Cookie"


def wants_part(request: Request[Any, Any, Any]) -> bool:
    """Whether a script asks, to put what it gets into the page that is open."""
    return request.headers.get(PART_WANTED) == "true" and request.headers.get("HX-Request-Type") != "full"


class Page(Response[str]):
    """A template and what it shows; rendered when the answer is sent, with the visitor at hand.

    Templates find the request's `visitor` (nothing on an error page that nobody got in for), `path`, `now`
    and `shell` beside the given values. With `part` a script that asks for a piece of the page (`HX-Request`)
    gets that block of the template alone; everybody else gets the page.
    """

    def __init__(
        self,
        template: str,
        /,
        *,
        status_code: int = 200,
        headers: dict[str, str] | None = None,
        part: str | None = None,
        **values: Any,
    ) -> None:
        super().__init__("", status_code=status_code, media_type=MediaType.HTML, headers=headers)
        self.template = template
        self.part = part
        self.values = values

    def to_asgi_response(
        self, app: Litestar | None, request: Request[Any, Any, Any], **given: Any
    ) -> ASGIResponse:
        """Render, then take along the cookies that rendering asked for."""
        visitor = known_visitor(request)
        language.speak(visitor.speech if visitor else language.Speech(language_of(request)))
        part = self.part if wants_part(request) else None
        self.content = (
            environment()
            .get_template(self.template)
            .render(
                {"form": None, "now": datetime.now(UTC), **self.values},
                visitor=visitor,
                path=request.url.path,
                shell=shell_of(request, visitor, part),
            )
        )
        if self.part:
            self.headers.setdefault("Vary", f"{VARIES_BY}, {PART_WANTED}")
        _dress(self, visitor)
        return super().to_asgi_response(app, request, **given)


class SeeOther(Response[str]):
    """On to another page with a GET (303), perhaps with a message for it."""

    def __init__(
        self,
        path: str,
        *,
        success: str | None = None,
        info: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(
            "", status_code=303, media_type=MediaType.HTML, headers={"Location": path, **(headers or {})}
        )
        self.message = Flash("success", success) if success else Flash("info", info) if info else None

    def to_asgi_response(
        self, app: Litestar | None, request: Request[Any, Any, Any], **given: Any
    ) -> ASGIResponse:
        """Take along the message and the cookies."""
        visitor = known_visitor(request)
        if visitor and self.message:
            visitor.tell(self.message)
        _dress(self, visitor)
        return super().to_asgi_response(app, request, **given)


def _dress(response: Response[str], visitor: Visitor | None) -> None:
    """Cookies, and who may keep the answer, which depends on who asks; nobody keeps a personal one."""
    is_personal = visitor is not None and (visitor.caller is not None or bool(visitor.taken))
    response.headers.setdefault("Cache-Control", "no-store" if is_personal else "private, no-cache")
    response.headers.setdefault("Vary", VARIES_BY)
    for cookie in visitor.taken.values() if visitor else ():
        response.set_cookie(cookie)


def refused(form: Form, refusal: Refusal, template: str, **values: Any) -> Page:
    """The form again, with what was typed and what is wrong. What is missing altogether is raised on."""
    form.take(refusal)
    headers = None
    if isinstance(refusal, Throttled):
        headers = {"Retry-After": str(refusal.retry_after_s)}
        form.problem = words.too_many_attempts(refusal.retry_after_s)
    return Page(template, status_code=form.status, headers=headers, form=form, **values)
