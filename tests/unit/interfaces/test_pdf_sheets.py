"""A printed sheet: every letter can be read and copied, and the same words make the same file."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import unicodedata
from pathlib import Path

import pytest
from pypdf import PdfReader

from interfaces.http.pdf_sheets import FONTS, Sheet, SheetPress, letters_whole

LOCK = json.loads((FONTS / "vendor.lock.json").read_text())
LOCKED = {name: digest for entry in LOCK for name, digest in entry["files"].items()}


def a_sheet(*facts: tuple[str, str]) -> Sheet:
    return Sheet(title="Receipt 1", sum="₦5,000.00", facts=facts, remark="Thank you.")


def text_of(pdf: bytes) -> str:
    pages = PdfReader(io.BytesIO(pdf)).pages
    return unicodedata.normalize("NFC", " ".join(" ".join(page.extract_text() for page in pages).split()))


@pytest.mark.parametrize(
    "name",
    ["Ìmọ̀ràn", "Adébáyọ̀ Ẹ̀niọlá", "Ọ̀ṣun-Ṣẹ́gun", "Ńkẹ́chi", "Łukasz Żółć", "Ġorġ", "Ελένη", "Ольга", "GH₵ KSh R €"],
)
async def test_names_are_printed_letter_by_letter(name: str) -> None:
    assert unicodedata.normalize("NFC", name) in text_of(await SheetPress().pdf(a_sheet(("Paid by", name))))


@pytest.mark.parametrize("text", ["Ẹ̀", "Ọ́ Ọ̀ ọ̀ ẹ́", "Ìmọ̀ràn", "Ṣ́", "plain", "", "\u0301 alone"])
def test_letters_are_put_together_otherwise_and_stay_the_same(text: str) -> None:
    assert unicodedata.normalize("NFD", letters_whole(text)) == unicodedata.normalize("NFD", text)


def test_a_mark_above_a_capital_is_part_of_the_letter() -> None:
    assert letters_whole("Ẹ̀") == "È\u0323"
    assert letters_whole("ọ̀") == "ò\u0323"
    assert letters_whole("e\u0301 s\u0323") == "é ṣ"


async def test_the_same_sheet_makes_the_same_bytes() -> None:
    sheet = a_sheet(("Paid by", "Chidi Obi"))
    assert await SheetPress().pdf(sheet) == await SheetPress().pdf(sheet)


async def test_what_looks_like_markup_is_printed_as_it_is() -> None:
    words = "<b>Tom</b> & <img src='file:///etc/passwd'/> &amp;"
    assert words in text_of(await SheetPress().pdf(a_sheet(("Why", words))))


async def test_long_words_and_long_texts_find_room() -> None:
    sheet = a_sheet(("Reference", "x" * 300), ("Why", "because " * 250))
    text = text_of(await SheetPress().pdf(sheet))
    assert text.count("x") >= 300
    assert text.count("because") == 250


@pytest.mark.parametrize("name", sorted(LOCKED))
def test_a_font_is_what_was_fetched(name: str) -> None:
    assert hashlib.sha256((FONTS / name).read_bytes()).hexdigest() == LOCKED[name]


def test_every_font_is_in_the_lock_and_comes_with_its_licence() -> None:
    present = {path.name for path in Path(FONTS).iterdir()}
    assert present - {"vendor.lock.json"} == set(LOCKED)
    assert all("LICENSE" in entry["files"] for entry in LOCK)


async def test_many_sheets_at_once_do_not_get_into_each_others_way() -> None:
    names = [f"Adébáyọ̀ {number} Ẹ̀niọlá" for number in range(12)]
    presses = [SheetPress() for _ in range(4)]
    pdfs = await asyncio.gather(
        *(presses[number % 4].pdf(a_sheet(("Paid by", name))) for number, name in enumerate(names))
    )
    for name, pdf in zip(names, pdfs, strict=True):
        assert unicodedata.normalize("NFC", name) in text_of(pdf)
