"""The manner in which a page speaks: its language, and whether its clocks go to twelve or to twenty-four.

English texts are their own names in the catalogues of `locales/`; what a catalogue lacks is said in English.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from babel.core import negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from domain.sentences import Sentence

CATALOGUES = Path(__file__).parent / "locales"
LANGUAGES = {"en": "English", "fr": "Français"}
"""Those on offer, in their own words."""
_LOCALES = {"en": "en_NG"}
"""Whose way of writing dates and money; a language that is not here writes them its own way."""


@dataclass(frozen=True, slots=True)
class Speech:
    """`language` is one of `LANGUAGES`."""

    language: str = "en"
    has_long_day: bool = False
    """Whether clocks show 14:00, and not 2:00 pm."""


_speech: ContextVar[Speech] = ContextVar("speech", default=Speech())  # noqa: B039 - it cannot be changed


def speak(speech: Speech) -> None:
    """From now on, in this request."""
    _speech.set(speech)


def speech() -> Speech:
    """As this request speaks."""
    return _speech.get()


def locale() -> str:
    """For Babel's dates and numbers."""
    language = _speech.get().language
    return _LOCALES.get(language, language)


def language_for(accepted: Iterable[str]) -> str:
    """The first language on offer among those that a browser accepts, best first; English without any."""
    return negotiate_locale([name.replace("-", "_") for name in accepted], LANGUAGES) or "en"


def gettext(message: str) -> str:
    """The message as the page speaks."""
    return _catalogue().gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """The message for so many."""
    return _catalogue().ngettext(one, many, count)


def pgettext(context: str, message: str) -> str:
    """The message where `context` tells apart what English has one word for."""
    return _catalogue().pgettext(context, message)


def npgettext(context: str, one: str, many: str, count: int) -> str:
    """Both."""
    return _catalogue().npgettext(context, one, many, count)


def translated(sentence: str) -> str:
    """A sentence of the product's, such as a refusal, as the page speaks."""
    if not isinstance(sentence, Sentence):
        return gettext(sentence)
    values = {
        name: translated(value) if isinstance(value, Sentence) else value
        for name, value in sentence.values.items()
    }
    return gettext(sentence.template).format(**values)


def _catalogue() -> NullTranslations:
    return _load(_speech.get().language)


@functools.cache
def _load(language: str) -> NullTranslations:
    path = CATALOGUES / f"{language}.po"
    if not path.exists():
        return NullTranslations()
    compiled = io.BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)
