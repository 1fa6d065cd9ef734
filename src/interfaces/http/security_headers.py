"""What every answer tells browsers to refuse."""

from __future__ import annotations

from litestar.types import ASGIApp, Message, Receive, Scope, Send

from interfaces.http.settings import HttpSettings

Headers = tuple[tuple[bytes, bytes], ...]

_EVERYWHERE: Headers = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=()"),
    (b"cache-control", b"no-store"),
    (b"server", b"Imoran"),  # or the server would name itself
)
_STRICT_TRANSPORT: Headers = ((b"strict-transport-security", b"max-age=31536000; includeSubDomains"),)
_NOTHING = "default-src 'none'; frame-ancestors 'none'"


class SecurityHeaders:
    """Adds them to every answer, errors included; a header that the handler set itself stays as it is.

    Nothing is kept by caches unless its handler says so.
    """

    def __init__(self, app: ASGIApp, settings: HttpSettings) -> None:
        self._app = app
        shared = _EVERYWHERE + (_STRICT_TRANSPORT if settings.is_production else ())
        self._for_pages = (*shared, (b"content-security-policy", _page_policy(settings).encode()))
        self._for_others = (*shared, (b"content-security-policy", _NOTHING.encode()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = dict(message["headers"])
                is_page = given.get(b"content-type", b"").startswith(b"text/html")
                wanted = self._for_pages if is_page else self._for_others
                message["headers"] = [
                    *message["headers"],
                    *(header for header in wanted if header[0] not in given),
                ]
            await send(message)

        await self._app(scope, receive, send_guarded)


def _page_policy(settings: HttpSettings) -> str:
    """Everything comes from files of our own; no script and no style stands inside a page.

    The pay form is answered with a redirect to the checkout, which browsers follow only when the
    checkout is named as a target of forms.
    """
    directives = [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        f"form-action 'self' {settings.checkout_origin}",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "object-src 'none'",
    ]
    if settings.is_production:
        directives.append("upgrade-insecure-requests")
    return "; ".join(directives)
