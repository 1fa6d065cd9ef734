"""What people look at the site with, and everything that their browsers complain about meanwhile."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from playwright.async_api import Browser, ConsoleMessage, Locator, Page, Request, expect

from application.accounts.callers import Caller
from tests.e2e.site import Site
from tests.e2e.walk import TOO_WIDE
from tests.marketplace import PASSWORD


@dataclass
class Screen:
    """Opens pages for one person after another. `complaints` name the page; none is good."""

    browser: Browser
    site: Site
    has_scripts: bool
    width: int
    complaints: list[str] = field(default_factory=list)

    async def page(self, path: str, caller: Caller | None = None) -> Page:
        """That page, in a browser of one's own; logged in as the caller."""
        context = await self.browser.new_context(
            viewport={"width": self.width, "height": 900},
            base_url=self.site.url,
            java_script_enabled=self.has_scripts,
            reduced_motion="reduce",
        )
        page = await context.new_page()
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("request", self._look_where_it_goes)
        if caller is None:
            await page.goto(path)
        else:
            await page.goto(f"/login?next={path}")
            await log_in(page, caller.username)
        return page

    async def leave(self) -> None:
        """Close everything."""
        for context in self.browser.contexts:
            await context.close()

    def _note(self, said: ConsoleMessage) -> None:
        # What is refused is sent back with the form, and the browser makes an error of its own of that.
        if said.type == "error" and "status of 422" not in said.text:
            self.complaints.append(f"{said.page.url if said.page else ''}: {said.text}")

    def _look_where_it_goes(self, request: Request) -> None:
        if not request.url.startswith((self.site.url, self.site.paystack_url, "data:", "blob:")):
            self.complaints.append(request.url)


async def log_in(page: Page, identifier: str, password: str = PASSWORD) -> None:
    """On the page for that."""
    await page.get_by_label(re.compile("^Username")).fill(identifier)
    await page.get_by_label("Password", exact=True).fill(password)
    await page.get_by_role("button", name="Log in", exact=True).click()
    await expect(page).not_to_have_url(re.compile(r"/login(\?|$)"))


async def press(page: Page, name: str | re.Pattern[str]) -> None:
    """A button."""
    await _click(page.get_by_role("button", name=name).first)


async def follow(page: Page, name: str | re.Pattern[str]) -> None:
    """A link."""
    await _click(page.get_by_role("main").get_by_role("link", name=name).first)


async def _click(target: Locator) -> None:
    culprit = await target.evaluate(TOO_WIDE)
    assert culprit is None, f"{target.page.url} is too wide: {culprit}"
    await target.click()


async def reads(page: Page, words: str | re.Pattern[str]) -> None:
    """Wait until the page says so."""
    await expect(page.get_by_text(words).first).to_be_visible()
