"""The API's own description: OpenAPI 3.1 for programs, Swagger UI for people."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import fields
from html import escape
from typing import Any

import msgspec
from litestar import Litestar, MediaType, Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, License, SecurityScheme
from litestar.response.base import ASGIResponse
from litestar.types import ControllerRouterHandler

from application.product import Product
from interfaces.api.json_answers import public_answer
from interfaces.api.operations import SECURITY_SCHEME
from interfaces.api.policies import OPT, PUBLIC, Access
from interfaces.api.webhook_messages import webhook_messages
from interfaces.http.injection import provide
from interfaces.web.static_files import address_of

VERSION = "1.0.0"
SCHEMA_PATH = "/api/schema/"
SUMMARY = """Find a consultant, book a seat in one of their sessions, pay through Paystack, meet, review.

Instants are RFC 3339 in UTC. Money is an integer of subunits (kobo) with a currency. Lists come in pages: pass
`next_cursor` as `cursor`, or follow the Link header. Errors are RFC 9457 problems, whose `code` is stable.
Mint a token with `createToken` and send it as `Authorization: Bearer imo_…`. Send an `Idempotency-Key` with every
POST whose answer may get lost: when you call again, nothing is done twice, and you get the first answer.
"""
_OPEN = {OPT: Access(policy=PUBLIC)}
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Imoran API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{style}">
</head>
<body>
<div id="api" data-schema="{schema}"></div>
<script src="{bundle}"></script>
<script src="/api/docs/start.js"></script>
</body>
</html>
"""
_START = """const place = document.getElementById("api");
SwaggerUIBundle({ url: place.dataset.schema, domNode: place, deepLinking: true, validatorUrl: null });
"""


def build_documentation(operations: Sequence[ControllerRouterHandler]) -> list[HTTPRouteHandler]:
    """Handlers below /api for the schema of these operations and for the page that shows it."""

    @functools.cache
    def schema() -> msgspec.Raw:
        return msgspec.Raw(msgspec.json.encode(describe(operations)))

    @get("/schema", include_in_schema=False, opt=_OPEN, sync_to_thread=False)
    def show_schema(request: Request[Any, Any, Any]) -> ASGIResponse:
        return public_answer(request, schema())

    return [show_schema, show_page, start_script]


def describe(operations: Sequence[ControllerRouterHandler]) -> dict[str, Any]:
    """The OpenAPI document, from an application of these operations that nobody calls."""
    parts = [part.name for part in fields(Product)] + ["http_settings", "sheet_press"]
    app = Litestar(
        route_handlers=operations,
        dependencies={name: provide(None) for name in parts},
        openapi_config=OpenAPIConfig(
            title="Imoran",
            version=VERSION,
            description=SUMMARY,
            webhooks=webhook_messages(),
            license=License(name="MIT", identifier="MIT"),
            components=Components(
                security_schemes={
                    SECURITY_SCHEME: SecurityScheme(
                        type="http",
                        scheme="bearer",
                        description="A token of `createToken`. Each operation names the scope that it takes.",
                    )
                }
            ),
        ),
        logging_config=None,
    )
    return app.openapi_schema.to_schema()


@get("/docs", include_in_schema=False, opt=_OPEN, sync_to_thread=False)
def show_page() -> Response[str]:
    """Swagger UI, from files of our own."""
    page = _PAGE.format(
        style=escape(address_of("vendor/swagger-ui/swagger-ui.css")),
        bundle=escape(address_of("vendor/swagger-ui/swagger-ui-bundle.js")),
        schema=SCHEMA_PATH,
    )
    return Response(page, media_type=MediaType.HTML)


@get("/docs/start.js", include_in_schema=False, opt=_OPEN, sync_to_thread=False)
def start_script() -> Response[str]:
    """What the page runs: a file, because no script stands inside a page."""
    return Response(_START, media_type="text/javascript")
