"""Choosing the square of one's picture in Chromium: by mouse, by keyboard, and not at all."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw
from playwright.async_api import Browser, FilePayload, Page, expect

from domain.accounts import Role
from tests.e2e.site import Site
from tests.e2e.test_in_the_browser import browser, complaints, person
from tests.marketplace import PASSWORD, Marketplace

__all__ = ["browser", "complaints"]


def thirds() -> FilePayload:
    """A wide picture: red, green and blue."""
    picture = Image.new("RGB", (900, 300), "red")
    ImageDraw.Draw(picture).rectangle((300, 0, 600, 300), fill="green")
    ImageDraw.Draw(picture).rectangle((601, 0, 900, 300), fill="blue")
    file = io.BytesIO()
    picture.save(file, "PNG")
    return FilePayload(name="thirds.png", mimeType="image/png", buffer=file.getvalue())


async def save(page: Page) -> str:
    """Save what was chosen: the colour in the middle of what is stored."""
    stored = page.locator("img.avatar")
    before = await stored.get_attribute("src") if await stored.count() else ""
    await page.get_by_role("button", name="Save picture").click()
    await expect(stored).not_to_have_attribute("src", before or "-")
    address = await stored.get_attribute("src")
    assert address
    answer = await page.request.get(address)
    with Image.open(io.BytesIO(await answer.body())) as picture:
        red, green, blue = picture.convert("RGB").getpixel((64, 64))  # type: ignore[misc]  # three of RGB
    return max((red, "red"), (green, "green"), (blue, "blue"))[1]


async def test_the_square_is_dragged_moved_by_keys_or_left_in_the_middle(
    browser: Browser, site: Site, site_marketplace: Marketplace, complaints: list[str]
) -> None:
    account = await site_marketplace.account(Role.CLIENT)
    page = await person(browser, site, complaints, 360)
    await page.goto("/login?next=/account/picture")
    await page.get_by_label("Username").fill(account.username)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Log in").click()

    await page.get_by_label("Choose a picture").set_input_files(thirds())
    await expect(page.get_by_text("The part that others see")).to_be_visible()
    assert await save(page) == "green"

    await page.get_by_label("Choose another picture").set_input_files(thirds())
    await page.get_by_label("Left to right").focus()
    await page.keyboard.press("End")
    assert await save(page) == "blue"

    await page.get_by_label("Choose another picture").set_input_files(thirds())
    box = await page.locator("[data-crop-whole]").bounding_box()
    assert box
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    await page.mouse.move(*middle)
    await page.mouse.down()
    await page.mouse.move(box["x"], middle[1], steps=4)
    await page.mouse.up()
    assert await save(page) == "red"
    assert complaints == []
