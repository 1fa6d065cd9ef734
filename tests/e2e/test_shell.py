"""What stands around every page, in Chromium: theme, menu, toasts, questions, being offline."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.chromium import chromium
from tests.e2e.site import Site
from tests.e2e.test_in_the_browser import register

DARK, LIGHT = "rgb(23, 22, 27)", "rgb(248, 247, 249)"
OpenPage = Callable[..., Awaitable[Page]]


@pytest.fixture
def complaints() -> list[str]:
    """What the console and the pages' scripts complained about."""
    return []


@pytest.fixture
async def new_page(site: Site, complaints: list[str]) -> AsyncIterator[OpenPage]:
    """Pages of people with a browser of their own each."""
    async with chromium() as browser:

        async def open_page(width: int = 1280, **options: Any) -> Page:
            context = await browser.new_context(
                viewport={"width": width, "height": 900}, base_url=site.url, **options
            )
            page = await context.new_page()
            page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            return page

        yield open_page
    assert complaints == []


async def ground(page: Page) -> str:
    """The colour that the page is painted on."""
    colour: str = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    return colour


async def test_the_theme_is_switched_in_place_and_stays(new_page: OpenPage) -> None:
    page = await new_page()
    await page.goto("/help")
    assert await ground(page) == DARK
    await page.evaluate("document.body.dataset.sameDocument = 'yes'")
    await page.get_by_role("button", name="Light theme").click()
    assert await ground(page) == LIGHT
    await expect(page.locator("meta[name=theme-color]")).to_have_attribute("content", LIGHT)
    await expect(page.get_by_role("button", name="Light", exact=True)).to_have_attribute("aria-pressed", "true")
    assert await page.evaluate("document.body.dataset.sameDocument") == "yes"
    await page.goto("/terms")
    assert await ground(page) == LIGHT
    await page.get_by_role("button", name="Dark theme").click()
    assert await ground(page) == DARK


async def test_without_scripts_the_same_button_leads_back_to_the_page(new_page: OpenPage) -> None:
    page = await new_page(java_script_enabled=False)
    await page.goto("/help?from=test")
    header = await page.get_by_role("banner").bounding_box()
    assert header
    assert header["height"] < 90, "one row"
    await page.get_by_role("button", name="Light theme").click()
    await expect(page).to_have_url(re.compile(r"/help\?from=test$"))
    await expect(page.locator("html")).to_have_attribute("data-bs-theme", "light")


async def test_the_device_decides_when_it_is_asked_to(new_page: OpenPage) -> None:
    page = await new_page(color_scheme="light")
    await page.goto("/help")
    assert await ground(page) == DARK
    await page.get_by_role("button", name="As the device").click()
    assert await ground(page) == LIGHT
    await page.goto("/terms")
    assert await ground(page) == LIGHT
    await page.emulate_media(color_scheme="dark")
    await expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    assert await ground(page) == DARK


async def test_a_phone_has_a_menu_with_scripts_and_without(new_page: OpenPage) -> None:
    page = await new_page(360)
    await page.goto("/help")
    entry = page.get_by_role("navigation", name="Main").get_by_role("link", name="Find a consultant")
    button = page.get_by_role("button", name="Menu")
    await expect(entry).to_be_hidden()
    await button.click()
    await expect(entry).to_be_visible()
    await expect(button).to_have_attribute("aria-expanded", "true")
    await entry.focus()
    await page.keyboard.press("Escape")
    await expect(entry).to_be_hidden()
    await expect(button).to_be_focused()

    plain = await new_page(360, java_script_enabled=False)
    await plain.goto("/help")
    await expect(plain.get_by_role("button", name="Menu")).to_be_hidden()
    await plain.get_by_role("navigation", name="Main").get_by_role("link", name="Find a consultant").click()
    await expect(plain).to_have_url(re.compile("/consultants$"))


async def test_a_message_is_lifted_into_a_toast_that_waits_for_who_reads_it(new_page: OpenPage) -> None:
    page = await new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.goto("/design")
    assert not any("dialogs" in address for address in asked)
    await page.get_by_role("link", name="Show a toast").click()
    toast = page.locator(".swal2-toast")
    await expect(toast).to_contain_text("Link saved")
    await expect(page.locator("[data-flash]")).to_have_count(0)
    assert await page.evaluate("document.activeElement === document.body")
    await toast.hover()
    assert await page.evaluate("Swal.isTimerRunning()") is False
    await page.mouse.move(10, 10)
    assert await page.evaluate("Swal.isTimerRunning()") is True
    await page.get_by_role("button", name="Close").focus()
    assert await page.evaluate("Swal.isTimerRunning()") is False
    await page.keyboard.press("Enter")
    await expect(toast).to_have_count(0)


async def test_without_scripts_a_message_stands_in_the_page(new_page: OpenPage) -> None:
    page = await new_page(java_script_enabled=False)
    await page.goto("/design/toast")
    await expect(page.get_by_role("status").filter(has_text="Link saved")).to_be_visible()
    await page.reload()
    await expect(page.get_by_text("Link saved")).to_have_count(0)


async def test_a_dangerous_step_is_asked_over_the_page_in_the_words_of_its_own_page(new_page: OpenPage) -> None:
    page = await new_page()
    await page.goto("/design")
    link = page.get_by_role("link", name="End the sample")
    await link.click()
    dialog = page.get_by_role("dialog", name="End your sample?")
    await expect(dialog).to_contain_text("Nothing is really ended.")
    await expect(dialog.get_by_role("button", name="Keep the sample")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await expect(link).to_be_focused()
    await expect(page).to_have_url(re.compile("/design$"))

    await link.click()
    await dialog.get_by_role("button", name="End the sample").click()
    await expect(page.locator(".swal2-toast")).to_contain_text("Sample ended")

    plain = await new_page(java_script_enabled=False)
    await plain.goto("/design")
    await plain.get_by_role("link", name="End the sample").click()
    await expect(plain.get_by_role("heading", name="End your sample?", level=1)).to_be_visible()
    await plain.get_by_role("button", name="End the sample").click()
    await expect(plain.get_by_text("Sample ended")).to_be_visible()


async def test_offline_nothing_that_was_typed_is_lost(new_page: OpenPage, complaints: list[str]) -> None:
    page = await new_page()
    await page.goto("/login")
    line = page.get_by_text("You are offline.")
    await expect(line).to_be_hidden()
    await page.get_by_label("Username or e-mail address").fill("ada")
    await page.context.set_offline(True)
    await expect(line).to_be_visible()
    await page.get_by_role("button", name="Log in").click()
    await expect(page.get_by_label("Username or e-mail address")).to_have_value("ada")
    await page.context.set_offline(False)
    await expect(line).to_be_hidden()
    assert all("ERR_INTERNET_DISCONNECTED" in complaint for complaint in complaints)
    complaints.clear()


async def test_a_signed_in_persons_theme_follows_them(new_page: OpenPage) -> None:
    page = await new_page()
    await register(page, "theme-chooser", "Bisi", "I am looking for advice")
    await page.goto("/help")
    async with page.expect_response(re.compile("/appearance$")) as told:
        await page.get_by_role("button", name="Light theme").click()
    assert (await told.value).status == 303
    await page.goto("/terms")
    assert await ground(page) == LIGHT


async def test_nothing_moves_while_a_page_loads(new_page: OpenPage) -> None:
    page = await new_page(360)
    await page.add_init_script(
        "window.shift = 0; new PerformanceObserver((list) => { for (const entry of list.getEntries())"
        " window.shift += entry.value; }).observe({type: 'layout-shift', buffered: true});"
    )
    for path in ("/", "/design/toast"):
        await page.goto(path, wait_until="networkidle")
        assert await page.evaluate("window.shift") <= 0.02, path
