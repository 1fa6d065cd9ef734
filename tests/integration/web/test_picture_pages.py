"""One's picture: every refusal in its own words, the chosen part, and what others get to see of it."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageDraw

from domain.accounts import Role
from domain.pictures import PicturesUnavailable
from infrastructure.media.picture_store import PictureStore
from tests.integration.web.browser import Browser
from tests.integration.web.html import mistakes_in
from tests.marketplace import Marketplace


def halves() -> bytes:
    """60 × 40, red on the left, blue on the right."""
    picture = Image.new("RGB", (60, 40), "red")
    ImageDraw.Draw(picture).rectangle((30, 0, 60, 40), fill="blue")
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def moving() -> bytes:
    file = io.BytesIO()
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue")]
    frames[0].save(file, "WEBP", save_all=True, append_images=frames[1:], duration=100)
    return file.getvalue()


async def test_the_chosen_part_is_what_others_see(browser: Browser, marketplace: Marketplace) -> None:
    await browser.log_in(await marketplace.consultant())
    await browser.open("/account/picture")
    await browser.upload("/account/picture", halves(), x="30", y="10", side="30")
    assert mistakes_in(browser.page) == []
    [shown] = [image for image in browser.page.all("img") if "avatar" in image["class"]]
    small, large = [part.split()[0] for part in shown["srcset"].split(", ")]
    assert small == shown["src"]
    for address, side in ((small, 128), (large, 384)):
        answer = await browser.client.get(address)
        with Image.open(io.BytesIO(answer.content)) as picture:
            assert picture.size == (side, side)
            pixel = picture.getpixel((5, 5))
        assert isinstance(pixel, tuple)
        assert pixel[2] > 200 > 60 > pixel[0]


@pytest.mark.parametrize(
    ("content", "part", "said"),
    [
        (b"<svg/>", {}, "This file is something else."),
        (halves()[:60], {}, "This picture is damaged and does not open."),
        (moving(), {}, "This picture moves."),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 5_300_000, {}, "Choose a picture of at most 5 MB."),
        (halves(), {"x": "50", "y": "0", "side": "40"}, "Choose a part inside of the picture."),
        (halves(), {"x": "-5", "y": "0", "side": "40"}, "Choose the part of the picture again."),
    ],
    ids=["kind", "damaged", "moving", "bytes", "outside", "nonsense"],
)
async def test_each_fault_has_its_own_sentence(
    browser: Browser, marketplace: Marketplace, content: bytes, part: dict[str, str], said: str
) -> None:
    await browser.log_in(await marketplace.account(Role.OPERATOR))
    await browser.open("/account/picture")
    await browser.upload("/account/picture", content, status=422, **part)
    assert mistakes_in(browser.page) == []
    assert browser.main.count(said) == 2  # in the summary and at the field
    assert browser.page.all("title")[0].text.startswith("Error: ")


async def test_when_pictures_cannot_be_stored_the_page_says_so_and_the_old_one_stays(
    browser: Browser, marketplace: Marketplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    await browser.log_in(await marketplace.client())
    await browser.open("/account/picture")
    await browser.upload("/account/picture", halves())
    before = await marketplace.database.pool.fetchval("SELECT picture FROM accounts WHERE picture IS NOT NULL")

    async def full(*_: object) -> None:
        raise PicturesUnavailable

    with monkeypatch.context() as patch:
        patch.setattr(PictureStore, "_put", full)
        await browser.upload("/account/picture", halves(), status=503)
    assert "Pictures cannot be stored at the moment." in browser.main
    assert mistakes_in(browser.page) == []
    after = await marketplace.database.pool.fetchval("SELECT picture FROM accounts WHERE picture IS NOT NULL")
    assert after == before


async def test_initials_have_a_colour_that_stays_the_persons(browser: Browser, marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    await browser.log_in(consultant)
    colours = []
    for path in ("/account/picture", f"/consultants/{await marketplace.slug(consultant)}"):
        await browser.open(path)
        [initials] = [span for span in browser.page.all("span") if "initials" in span["class"]]
        colours += [name for name in initials["class"].split() if name.startswith("tint-")]
    assert len(colours) == 2
    assert len(set(colours)) == 1
