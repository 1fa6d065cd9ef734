"""Which characters people may put into text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.text import is_clean, is_plain_name

CONTROLS = [chr(code) for code in (*range(0x20), 0x7F, *range(0x80, 0xA0))]
LAYOUT = ["\n", "\t"]
DISGUISES = list(
    "\u00ad\u061c\u180e\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2064\u2066\u2067\u2068\u2069"
    "\ufeff\U000e0041"
)
NAMES = ["Ada", "O’Brien", "Ìmọ̀ràn", "Ngozi Okonjo-Iweala", "José", "李", "عائشة", "Müller", "d'Arc", "நிலா"]


@pytest.mark.parametrize("control", CONTROLS, ids=ascii)
def test_control_characters_are_never_welcome_in_one_line(control: str) -> None:
    assert not is_clean(f"a{control}b")


@pytest.mark.parametrize("control", CONTROLS, ids=ascii)
def test_among_lines_only_new_lines_and_tabs_are_welcome(control: str) -> None:
    assert is_clean(f"a{control}b", lines=True) == (control in LAYOUT)


@given(st.integers(0xD800, 0xDFFF), st.booleans())
def test_half_a_surrogate_pair_is_never_welcome(code: int, lines: bool) -> None:
    assert not is_clean(f"a{chr(code)}b", lines=lines)


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"])))
def test_every_other_character_is_welcome(text: str) -> None:
    assert is_clean(text)


@given(st.text())
def test_clean_text_can_be_stored(text: str) -> None:
    if is_clean(text, lines=True):
        assert b"\x00" not in text.encode()


@pytest.mark.parametrize("name", NAMES)
def test_names_of_the_world_are_plain(name: str) -> None:
    assert is_plain_name(name)


@pytest.mark.parametrize("disguise", DISGUISES, ids=ascii)
def test_a_name_has_no_character_that_hides_or_turns_others(disguise: str) -> None:
    assert not is_plain_name(f"Ada{disguise}")
    assert is_clean(f"Ada{disguise}")
