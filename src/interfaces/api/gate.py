"""Every call of the API comes through here first: media type, bearer token, role, scope."""

from __future__ import annotations

from collections.abc import Sequence

from litestar.enums import ScopeType
from litestar.exceptions import ImproperlyConfiguredException
from litestar.routes import BaseRoute, HTTPRoute
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send

from application.accounts.callers import Caller, Callers
from application.accounts.callers import Scope as TokenScope
from application.accounts.ports import Secrets
from domain.accounts import Forbidden
from interfaces.api.policies import OPT, Access, Policy
from interfaces.http.problems import (
    InsufficientScope,
    InvalidToken,
    MissingToken,
    RequestError,
    UnsupportedMediaType,
)

_LONGEST_HEADER = 200


class Gate:
    """Middleware of the API's router. The caller stands in `request.user` afterwards.

    Only the Authorization header counts: no cookie, no query parameter. What a token may do is what its
    owner may do at this moment, within the token's scopes. Reading takes `read`, anything else `write`.
    """

    def __init__(self, app: ASGIApp, callers: Callers, secrets: Secrets) -> None:
        self._app = app
        self._callers = callers
        self._secrets = secrets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application. Raises `RequestError` or `Forbidden`."""
        if scope["type"] == ScopeType.HTTP:
            await self._check(scope)
        await self._app(scope, receive, send)

    async def _check(self, scope: HTTPScope) -> None:
        access: Access | None = scope["route_handler"].opt.get(OPT)
        _refuse_nonsense(scope)
        if access is not None:  # nothing but OPTIONS has none: `require_policies` sees to it
            if access.body is not None and not _fits(_media_type(scope), access):
                raise UnsupportedMediaType(f"Send the body as {access.body}.")
            if access.policy.needs_token:
                scope["user"] = await self._admit(scope, access.policy)

    async def _admit(self, scope: HTTPScope, policy: Policy) -> Caller:
        token = _bearer_token(scope)
        if not self._secrets.is_api_token(token):
            raise InvalidToken
        caller = await self._callers.by_token(self._secrets.hash_of(token))
        if caller is None:
            raise InvalidToken
        if caller.role not in policy.roles:
            raise Forbidden
        needed = TokenScope.READ if scope["method"] == "GET" else TokenScope.WRITE
        if needed not in caller.scopes:
            raise InsufficientScope
        return caller


def _refuse_nonsense(scope: HTTPScope) -> None:
    query = scope["query_string"]
    if b"%00" in query or "\0" in scope["path"]:
        raise RequestError("Leave out the character U+0000.")
    if b"&" in query:
        names = [part.partition(b"=")[0] for part in query.split(b"&")]
        if len(set(names)) < len(names):
            raise RequestError("A parameter stands twice in the address.")


def _bearer_token(scope: HTTPScope) -> str:
    values = [value for name, value in scope["headers"] if name == b"authorization"]
    if not values:
        raise MissingToken
    scheme, _, token = values[0].partition(b" ")
    if len(values) > 1 or scheme.lower() != b"bearer" or len(token) > _LONGEST_HEADER:
        raise InvalidToken
    return token.strip(b" ").decode("latin-1")


def _fits(media_type: bytes, access: Access) -> bool:
    """A call without a body names no media type."""
    return media_type == str(access.body).encode() or (access.body_is_optional and not media_type)


def _media_type(scope: HTTPScope) -> bytes:
    for name, value in scope["headers"]:
        if name == b"content-type":
            return bytes(value.partition(b";")[0].strip().lower())
    return b""


def require_policies(routes: Sequence[BaseRoute]) -> None:
    """Raises `ImproperlyConfiguredException` for an operation below /api that does not say who may call it."""
    for route in routes:
        if not isinstance(route, HTTPRoute) or not route.path.startswith("/api"):
            continue
        for handler in route.route_handlers:
            if handler.http_methods != {"OPTIONS"} and not isinstance(handler.opt.get(OPT), Access):
                raise ImproperlyConfiguredException(f"{route.path} ({handler}) names no policy")
