"""Cursors are read only where they were written."""

from __future__ import annotations

import pytest

from interfaces.http.cursors import Cursors
from interfaces.http.problems import InvalidCursor

KEY = ("2030-01-31T09:00:00+00:00", "01980000-0000-7000-8000-000000000000")
CURSORS = Cursors(b"k" * 32, "slots of ada")


def test_a_cursor_leads_back_to_its_key() -> None:
    assert CURSORS.read(CURSORS.write(KEY)) == KEY


def test_the_first_page_has_no_key_and_the_last_no_cursor() -> None:
    assert CURSORS.read(None) is None
    assert CURSORS.read("") is None
    assert CURSORS.write(None) is None


def test_a_cursor_of_another_list_is_refused() -> None:
    with pytest.raises(InvalidCursor):
        Cursors(b"k" * 32, "slots of bola").read(CURSORS.write(KEY))


def test_a_cursor_sealed_with_another_key_is_refused() -> None:
    with pytest.raises(InvalidCursor):
        Cursors(b"x" * 32, "slots of ada").read(CURSORS.write(KEY))


def test_no_character_of_a_cursor_can_be_changed() -> None:
    cursor = CURSORS.write(KEY) or ""
    for position, character in enumerate(cursor[:-1]):  # the last one may carry bits of padding
        changed = cursor[:position] + ("A" if character != "A" else "B") + cursor[position + 1 :]
        with pytest.raises(InvalidCursor):
            CURSORS.read(changed)


@pytest.mark.parametrize("nonsense", ["a", "====", "é", "A" * 5000, "\x00", "🙂", "a b"])
def test_nonsense_is_no_cursor(nonsense: str) -> None:
    with pytest.raises(InvalidCursor):
        CURSORS.read(nonsense)
