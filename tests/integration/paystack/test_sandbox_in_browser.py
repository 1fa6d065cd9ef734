"""The checkout page in Chromium: only a real browser enforces the content security policy."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from litestar import Litestar, get
from litestar.connection import Request
from litestar.datastructures import State
from playwright.async_api import Browser, Page

from infrastructure.paystack.sandbox.app import build_sandbox
from tests.chromium import chromium

from .sandbox_driver import Inbox, Json, SandboxDriver, StandingClock, free_port, served, settings_for


@get("/payments/return", media_type="text/html")
async def shop_page(request: Request[Any, Any, State]) -> str:
    return f'<link rel="icon" href="data:,">Back with {request.query_params["reference"]}'


@asynccontextmanager
async def sandbox_and_browser() -> AsyncIterator[tuple[SandboxDriver, Browser, str]]:
    """Serve a sandbox and, on another origin, a shop; yield the shop's callback address too."""
    shop_port, sandbox_port = free_port(), free_port()
    settings = settings_for(StandingClock(), public_url=f"http://127.0.0.1:{sandbox_port}", webhook_url=None)
    async with (
        served(Litestar([shop_page], openapi_config=None), shop_port),
        served(build_sandbox(settings), sandbox_port),
        httpx.AsyncClient(base_url=settings.public_url, trust_env=False) as client,
        chromium() as browser,
    ):
        driver = SandboxDriver(client, StandingClock(), Inbox())
        yield driver, browser, f"http://127.0.0.1:{shop_port}/payments/return"


async def opened_page(browser: Browser, opened: Json, complaints: list[str], **context: Any) -> Page:
    page = await (await browser.new_context(**context)).new_page()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(opened["authorization_url"])
    return page


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_payer_types_a_card_and_comes_back_to_a_shop_on_another_origin(scripts: bool) -> None:
    complaints: list[str] = []
    async with sandbox_and_browser() as (sandbox, browser, callback):
        opened = await sandbox.initialize(reference="im-1", callback_url=callback)
        page = await opened_page(browser, opened, complaints, java_script_enabled=scripts)
        await page.get_by_label("Card number").press_sequentially("5060666666666666666")
        await page.get_by_label("Expiry").press_sequentially("12/30")
        await page.get_by_label("CVV", exact=True).fill("123")
        await page.get_by_role("button", name="Pay ₦5,000.00").click()
        await page.get_by_label("PIN").fill("1234")
        await page.get_by_role("button", name="Go on").click()
        await page.get_by_label("Code").fill("123456")
        await page.get_by_role("button", name="Pay ₦5,000.00").click()
        await page.wait_for_url(f"{callback}?trxref=im-1&reference=im-1")
        assert "Back with im-1" in await page.content()
        assert (await sandbox.verify("im-1"))["status"] == "success"

    assert complaints == []


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
async def test_the_page_fits_its_screen_and_reaches_nobody_else(width: int, scheme: Any) -> None:
    complaints: list[str] = []
    async with sandbox_and_browser() as (sandbox, browser, callback):
        opened = await sandbox.initialize(reference="im-1", callback_url=callback)
        page = await opened_page(
            browser, opened, complaints, viewport={"width": width, "height": 800}, color_scheme=scheme
        )
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        await page.reload()
        overflow = await page.evaluate("document.documentElement.scrollWidth - window.innerWidth")

    assert overflow <= 0
    assert all(url.startswith(opened["authorization_url"].split("/checkout")[0]) for url in asked)
    assert complaints == []
