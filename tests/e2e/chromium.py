"""The browser of the tests."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, async_playwright

from tests.e2e.test_in_the_browser import ARGUMENTS, BROWSERS


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """The system's Chromium, or the one that Playwright keeps."""
    path = next((found for found in map(shutil.which, BROWSERS) if found), None)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        await browser.close()
