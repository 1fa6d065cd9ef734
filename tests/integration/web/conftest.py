"""Browsers for the pages."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack

import httpx
import pytest

from tests.integration.web.browser import Browser

NewBrowser = Callable[[], Browser]


@pytest.fixture
async def new_browser(client: httpx.AsyncClient) -> AsyncIterator[NewBrowser]:
    """Any number of browsers, each with cookies of its own; `client` runs the application for them."""
    stack = AsyncExitStack()

    def make() -> Browser:
        one = httpx.AsyncClient(transport=client._transport, base_url=client.base_url)
        stack.push_async_callback(one.aclose)
        return Browser(one)

    yield make
    await stack.aclose()


@pytest.fixture
def browser(new_browser: NewBrowser) -> Browser:
    """One browser, not logged in."""
    return new_browser()
