"""Every language on offer says everything, with the same gaps to be filled as the English."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from interfaces.web.language import CATALOGUES, LANGUAGES
from scripts.messages import template

TRANSLATED = [language for language in LANGUAGES if language != "en"]
GAP = re.compile(r"%\(\w+\)s|%%|\{[\w:,]*\}|</?\w+[^>]*>|&\w+;")
BEFORE_A_SIGN = re.compile(r"(?<![\u202f\u00a0\s«(!?/&])[;!?](?=\s|$)|\u0020[;:!?»]|«\u0020")


@cache
def catalogue(language: str) -> Catalog:
    """As it stands in its file."""
    with (CATALOGUES / f"{language}.po").open("rb") as source:
        return read_po(source, locale=language)


def messages(catalog: Catalog) -> dict[tuple[object, str | None], Message]:
    """By text and context."""
    return {(message.id, message.context): message for message in catalog if message.id}


def forms(text: str | Sequence[str] | None) -> tuple[str, ...]:
    """Singular and plural, or the only one."""
    return (text or "",) if text is None or isinstance(text, str) else tuple(text)


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_has_the_texts_of_the_product_and_no_others(language: str) -> None:
    """Run `make messages` when it does not."""
    assert messages(catalogue(language)).keys() == messages(template()).keys()


@pytest.mark.parametrize("language", TRANSLATED)
def test_nothing_is_left_in_english(language: str) -> None:
    missing = [
        message.id
        for message in messages(catalogue(language)).values()
        if message.fuzzy or not all(forms(message.string))
    ]
    assert missing == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_same_gaps_are_filled(language: str) -> None:
    """The singular may leave out the number."""
    for message in messages(catalogue(language)).values():
        known = [sorted(GAP.findall(text)) for text in forms(message.id)]
        said = [sorted(GAP.findall(text)) for text in forms(message.string)]
        assert said[-1] == known[-1], message.id
        assert set(said[0]) <= {*known[0], *known[-1]}, message.id


def test_french_signs_stand_behind_a_narrow_space() -> None:
    texts = [text for message in messages(catalogue("fr")).values() for text in forms(message.string)]
    assert [text for text in texts if BEFORE_A_SIGN.search(GAP.sub("x", text))] == []
