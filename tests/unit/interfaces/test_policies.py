"""No operation of the API is open by oversight."""

from __future__ import annotations

import pytest
from litestar import Litestar, get
from litestar.exceptions import ImproperlyConfiguredException
from litestar.handlers import HTTPRouteHandler

from interfaces.api.gate import require_policies
from interfaces.api.policies import OPT, PUBLIC, Access


def _operation(path: str, opt: dict[str, object]) -> HTTPRouteHandler:
    @get(path, opt=opt)
    async def operation() -> None: ...

    return operation


def _routes(handler: HTTPRouteHandler) -> Litestar:
    return Litestar([handler], openapi_config=None, logging_config=None)


def test_an_operation_without_a_policy_stops_the_start() -> None:
    with pytest.raises(ImproperlyConfiguredException, match="/api/bare"):
        require_policies(_routes(_operation("/api/bare", {})).routes)


def test_an_operation_with_a_policy_and_a_page_without_one_are_fine() -> None:
    require_policies(_routes(_operation("/api/open", {OPT: Access(policy=PUBLIC)})).routes)
    require_policies(_routes(_operation("/page", {})).routes)
