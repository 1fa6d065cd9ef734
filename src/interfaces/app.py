"""Puts the web application together: API, pages, and what stands around both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager

from litestar import Litestar
from litestar.datastructures import State

from application.product import Product
from interfaces.api.gate import require_policies
from interfaces.api.router import build_api
from interfaces.http.compression import Compression
from interfaces.http.deadline import Deadline
from interfaces.http.errors import ErrorAnswers
from interfaces.http.head_requests import HeadRequests
from interfaces.http.injection import dependencies_of, provide
from interfaces.http.metrics import metrics
from interfaces.http.pdf_sheets import SheetPress
from interfaces.http.request_log import RequestLog
from interfaces.http.request_metrics import RequestMetrics
from interfaces.http.security_headers import SecurityHeaders
from interfaces.http.settings import HttpSettings
from interfaces.web.errors import render_error_page
from interfaces.web.router import build_pages

LARGEST_BODY = 64 * 1024
MOST_PARTS = 20
"""Of a multipart form."""


def build_web_app(
    product: Product,
    settings: HttpSettings,
    *,
    lifespan: Sequence[Callable[[Litestar], AbstractAsyncContextManager[None]]],
) -> Litestar:
    """The application that a web server process serves. Raises when an operation of the API names no policy."""
    app = Litestar(
        route_handlers=[*build_api(product), metrics, build_pages(product, settings)],
        dependencies=dependencies_of(product, settings) | {"sheet_press": provide(SheetPress())},
        exception_handlers=ErrorAnswers(render_error_page).handlers(),
        middleware=[Deadline],
        lifespan=list(lifespan),
        state=State({"cursor_key": settings.cursor_key}),
        request_max_body_size=LARGEST_BODY,
        multipart_form_part_limit=MOST_PARTS,
        openapi_config=None,
        logging_config=None,
        debug=False,
    )
    require_policies(app.routes)
    # Around the router and its error handling, so that answers to unknown addresses pass through them too.
    answering = HeadRequests(Compression(app.asgi_handler))
    app.asgi_handler = RequestLog(RequestMetrics(SecurityHeaders(answering, settings)))
    return app
