"""A form: what was typed, what is wrong with it, and what the next page shows of both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from domain.money import Money
from domain.refusals import FieldCheck, FieldError, Invalid, Kind, Refusal
from domain.sentences import Sentence
from domain.text import is_clean
from interfaces.web.language import translated
from interfaces.web.money_words import read_money

STATUS = {
    Kind.INVALID: 422,
    Kind.UNAUTHENTICATED: 422,
    Kind.FORBIDDEN: 403,
    Kind.CONFLICT: 409,
    Kind.STALE: 409,
    Kind.THROTTLED: 429,
    Kind.UNAVAILABLE: 503,
}


@dataclass(frozen=True, slots=True)
class Mistake:
    """One line of the summary. Without a field it stands there as text, with no way to jump to."""

    field: str | None
    message: str


class Form:
    """What all forms can do. A form of its own says which fields it has and makes the command.

    `FIELDS` in page order; whatever else was submitted is ignored. `SECRET` is never shown again.
    `FIELD_OF` tells at which field a refusal stands, by the refusal's code.
    """

    FIELDS: ClassVar[tuple[str, ...]] = ()
    SECRET: ClassVar[frozenset[str]] = frozenset()
    FIELD_OF: ClassVar[Mapping[str, str]] = {}

    def __init__(self, typed: Mapping[str, str] | None = None) -> None:
        self.typed = {name: value for name, value in (typed or {}).items() if self.has_field(name)}
        self.errors: dict[str, str] = {}
        self.problem: str | None = None
        self.status = 200

    def has_field(self, name: str) -> bool:
        """Whether the form has that field."""
        return name in self.FIELDS

    def __getitem__(self, name: str) -> str:
        """What to show in the field."""
        return "" if name in self.SECRET else self.typed.get(name, "")

    @property
    def is_wrong(self) -> bool:
        """Whether there is anything to mend."""
        return bool(self.errors or self.problem)

    @property
    def mistakes(self) -> list[Mistake]:
        """What is wrong with the whole first, then the fields in page order."""
        whole = [Mistake(None, self.problem)] if self.problem else []
        order = {name: place for place, name in enumerate(self.FIELDS)}
        ordered = sorted(self.errors.items(), key=lambda error: order.get(error[0], len(order)))
        return whole + [Mistake(name, message) for name, message in ordered]

    def take(self, refusal: Refusal) -> None:
        """Show a refusal at the fields that it is about. One about something missing is raised on."""
        if refusal.kind is Kind.MISSING:
            raise refusal
        self.status = STATUS[refusal.kind]
        if isinstance(refusal, Invalid):
            for error in refusal.errors:
                self._note(error)
        elif refusal.code in self.FIELD_OF:
            self._note(FieldError(self.FIELD_OF[refusal.code], refusal.said))
        else:
            self.problem = translated(refusal.said)

    def _note(self, error: FieldError) -> None:
        name = self.FIELD_OF.get(error.field, error.field)
        if self.has_field(name):
            self.errors.setdefault(name, translated(error.message))
        else:
            self.problem = translated(error.message)


class Reading:
    """Reads a form's fields into what a command needs, and collects everything that is wrong."""

    def __init__(self, typed: Mapping[str, str]) -> None:
        self._typed = typed
        self.check = FieldCheck()

    def text(self, name: str, missing: str | None = None, *, longest: int = 254, lines: bool = False) -> str:
        """Trimmed. With `missing`, that is said when it is empty."""
        text = self._typed.get(name, "").replace("\r\n", "\n").strip()
        if missing is not None:
            self.check.require(bool(text), name, missing)
        self.check.require(
            len(text) <= longest, name, Sentence("Use at most {longest:,} characters.", longest=longest)
        )
        self.check.require(is_clean(text, lines=lines), name, "Remove the characters that cannot be typed.")
        return text

    def secret(self, name: str, missing: str) -> str:
        """Exactly as typed."""
        secret = self._typed.get(name, "")
        self.check.require(bool(secret), name, missing)
        return secret

    def choice(self, name: str, allowed: Iterable[str], missing: str) -> str:
        """One of a list."""
        chosen = self._typed.get(name, "")
        self.check.require(chosen in set(allowed), name, missing)
        return chosen

    def money(self, name: str, currency: str) -> Money:
        """Zero when it could not be read; that was noted then."""
        money = self.check.attempt(lambda: read_money(self._typed.get(name, ""), currency, field=name))
        return money or Money(0, currency)

    def whole_number(self, name: str, message: str) -> int:
        """0 when it could not be read; that was noted then."""
        typed = self._typed.get(name, "").strip()
        is_number = typed.isascii() and typed.isdigit() and len(typed) <= 9
        self.check.require(is_number, name, message)
        return int(typed) if is_number else 0

    def done(self) -> None:
        """Raises `Invalid` with everything that is wrong."""
        self.check.done()
