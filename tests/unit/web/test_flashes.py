"""Messages that travel by cookie."""

from __future__ import annotations

import pytest

from interfaces.web.flashes import Flash, FlashWriter

WRITER = FlashWriter(b"k" * 32)
MESSAGE = Flash("success", "Link saved – ₦5,000.00 <b>")


def test_the_next_page_reads_what_the_last_one_wrote() -> None:
    assert WRITER.open(WRITER.seal(MESSAGE)) == MESSAGE


def test_nobody_else_can_make_a_page_say_something() -> None:
    assert WRITER.open(FlashWriter(b"x" * 32).seal(MESSAGE)) is None


@pytest.mark.parametrize("sealed", [None, "", "a", "a.b", ".", "é.é", "a" * 5000])
def test_nonsense_says_nothing(sealed: str | None) -> None:
    assert WRITER.open(sealed) is None


def test_a_changed_message_says_nothing() -> None:
    content, _, signature = WRITER.seal(MESSAGE).partition(".")
    assert WRITER.open(f"{content[:-2]}AA.{signature}") is None
