"""One printed page of facts, as a PDF."""

from __future__ import annotations

import asyncio
import functools
import io
import threading
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, HRFlowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

FONTS = Path(__file__).parent / "fonts"
INK = HexColor("#221f1b")
PALE = HexColor("#6a645c")
ACCENT = HexColor("#a15000")
LINE = HexColor("#ddd6ca")
MARGIN = 22 * mm
LABEL_WIDTH = 42 * mm
FRAME_PADDING = 6
"""What the library keeps free on each side of its own accord, in points."""
_ONE_AT_A_TIME = threading.Lock()
"""The library keeps its place in a font's file. A request that is given up leaves its thread behind."""
ABOVE = 230
"""The combining class of marks that stand above their letter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What stands on the page: a title, one sum, facts with their labels, and a last remark."""

    title: str
    sum: str
    facts: Sequence[tuple[str, str]]
    remark: str


class SheetPress:
    """Makes PDFs beside the event loop, one at a time."""

    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(1)

    async def pdf(self, sheet: Sheet) -> bytes:
        """The same sheet makes the same bytes."""
        async with self._turns:
            return await asyncio.to_thread(_printed, sheet)


@functools.cache
def _load_fonts() -> None:
    """Letters of every language written with Latin, Greek or Cyrillic ones, and the signs of all currencies."""
    for name in ("DejaVuSans", "DejaVuSans-Bold"):
        pdfmetrics.registerFont(TTFont(name, str(FONTS / f"{name}.ttf")))


def _printed(sheet: Sheet) -> bytes:
    with _ONE_AT_A_TIME:
        return _composed_document(sheet)


def _composed_document(sheet: Sheet) -> bytes:
    _load_fonts()
    content = io.BytesIO()
    document = SimpleDocTemplate(
        content,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
        title=sheet.title,
        author="Imoran",
        lang="en",
        invariant=1,
    )
    document.build(_story(sheet, document.width - 2 * FRAME_PADDING))
    return content.getvalue()


def _story(sheet: Sheet, width: float) -> list[Flowable]:
    facts = Table(
        [[_text(label, colour=PALE), _text(value)] for label, value in sheet.facts],
        colWidths=[LABEL_WIDTH, width - LABEL_WIDTH],
        hAlign="LEFT",
    )
    facts.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("TOPPADDING", (0, 0), (-1, -1), 5),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
                ("LINEBELOW", (0, 0), (-1, -1), 0.5, LINE),
            ]
        )
    )
    return [
        _text("Imoran", size=13, colour=ACCENT, is_bold=True),
        Spacer(0, 14 * mm),
        _text(sheet.title, size=20, is_bold=True),
        Spacer(0, 3 * mm),
        _text(sheet.sum, size=28, is_bold=True),
        Spacer(0, 8 * mm),
        HRFlowable(width="100%", thickness=1.5, color=ACCENT, spaceAfter=2 * mm),
        facts,
        Spacer(0, 8 * mm),
        _text(sheet.remark, size=9, colour=PALE),
    ]


def _text(text: str, *, size: int = 10, colour: HexColor = INK, is_bold: bool = False) -> Paragraph:
    style = ParagraphStyle(
        "text",
        fontName="DejaVuSans-Bold" if is_bold else "DejaVuSans",
        fontSize=size,
        leading=size * 1.4,
        textColor=colour,
        splitLongWords=1,
    )
    return Paragraph(escape(letters_whole(text)), style)


def letters_whole(text: str) -> str:
    """The same text in the letters that fonts draw best.

    `Ẹ̀` has a mark above and one below. Unicode puts the lower one into the letter first, and the upper one would
    be drawn through a capital; the other way round both are in their places.
    """
    letters: list[str] = []
    for char in unicodedata.normalize("NFD", text):
        if letters and unicodedata.combining(char):
            letters[-1] += char
        else:
            letters.append(char)
    return "".join(map(_composed, letters))


def _composed(letter: str) -> str:
    above = [mark for mark in letter[1:] if unicodedata.combining(mark) == ABOVE]
    others = [mark for mark in letter[1:] if unicodedata.combining(mark) != ABOVE]
    if not above or not others:
        return unicodedata.normalize("NFC", letter)
    return unicodedata.normalize("NFC", letter[0] + "".join(above)) + "".join(others)
