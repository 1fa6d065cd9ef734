"""Accounts: people who can log in, and the rules for what they prove themselves with."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain.refusals import FieldCheck, Kind, Refusal
from domain.sentences import Sentence
from domain.text import bare, is_clean, is_plain_name

USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*\Z")
PHONE = re.compile(r"\+?[0-9][0-9 ()-]*\Z")
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 256
SHORTEST_ANSWER = 4
LONGEST_ANSWER = 128


class Role(StrEnum):
    """What an account may do; fixed when it is made."""

    CLIENT = "client"
    CONSULTANT = "consultant"
    OPERATOR = "operator"


class AccountStatus(StrEnum):
    """A suspended account can neither log in nor be booked; of an erased one nothing personal is left."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    ERASED = "erased"


class Theme(StrEnum):
    """How pages look; `system` follows the device."""

    DARK = "dark"
    LIGHT = "light"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """How an account wants pages to speak and to look; nothing where nobody chose.

    `time_zone` is an IANA name, `language` an ISO 639-1 code, `has_long_day` asks for 14:00 instead of 2:00 pm.
    """

    time_zone: str | None = None
    has_long_day: bool | None = None
    theme: Theme | None = None
    language: str | None = None


SECURITY_QUESTIONS: dict[str, str] = {
    "phrase": "What is the recovery phrase that you wrote down?",
    "first_employer_street": "On which street was your first place of work?",
    "childhood_neighbour": "What was the full name of a neighbour from your childhood?",
    "first_trip": "Where did you go on the first trip without your family?",
    "teacher_nickname": "What did pupils call the teacher whom everybody feared?",
    "lost_thing": "What is the thing you lost that you still think about?",
    "first_phone_model": "What was the make and model of your first phone?",
    "unfinished_book": "Which book did you never finish?",
    "first_concert": "Who played at the first concert that you went to?",
    "childhood_hideout": "Where did you hide as a child?",
    "invented_game": "What was the name of a game that you made up?",
    "first_salary_purchase": "What did you buy with your first salary?",
    "worst_job": "What was the worst job that you ever did?",
}
"""The questions on offer, by key. People pick one; nobody writes their own. Old keys stay readable."""


class InvalidCredentials(Refusal):
    """One answer for an unknown identifier, a wrong password and a suspended account."""

    code = "invalid_credentials"
    kind = Kind.UNAUTHENTICATED
    sentence = "That username or e-mail and password do not go together."


class WrongCurrentPassword(Refusal):
    """A password is changed only by somebody who knows the present one."""

    code = "wrong_current_password"
    kind = Kind.INVALID
    sentence = "That is not your current password."


class ProofNeeded(Refusal):
    """Some changes are for people who gave their password a moment ago."""

    code = "proof_needed"
    kind = Kind.INVALID
    sentence = "Enter your current password, so that we know it is you."


class FrozenAfterRecovery(Refusal):
    """An answer can be guessed: for three days what is hard to get back stays as it is."""

    code = "frozen_after_recovery"
    sentence = (
        "Your password was reset by your security question less than three days ago. In case it was not you, "
        "e-mail address, phone number and security question stay as they are until then."
    )


class RecoveryFailed(Refusal):
    """Never says which part was wrong: the identifier, the question, the answer, the code or the time."""

    code = "recovery_failed"
    kind = Kind.INVALID
    sentence = "Those answers do not open an account. Check what you entered."


class OnlyCodesAreLeft(Refusal):
    """Without the question and without codes nobody could get back in."""

    code = "recovery_codes_needed"
    sentence = "Make recovery codes first: without them and without the question, a forgotten password is final."


class UsernameTaken(Refusal):
    """Another account has that username, in whatever case."""

    code = "username_taken"
    sentence = "That username is taken."


class EmailTaken(Refusal):
    """Another account has that e-mail address, in whatever case."""

    code = "email_taken"
    sentence = "There is already an account with that e-mail address."


class Forbidden(Refusal):
    """The caller's role or the token's scope never fits."""

    code = "forbidden"
    kind = Kind.FORBIDDEN
    sentence = "This is not open to you."


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """The personal side of an account. Raises `Invalid` with every field that breaks a bound.

    That the e-mail address is well formed is checked before, by a library that knows RFC 5322.
    """

    username: str
    email: str
    first_name: str
    last_name: str
    phone_number: str | None

    def __post_init__(self) -> None:
        check = FieldCheck()
        check.require(
            3 <= len(self.username) <= 40 and USERNAME.match(self.username) is not None,
            "username",
            "Use 3 to 40 letters, digits, dots, hyphens and underscores; begin with a letter or digit.",
        )
        check.require(bool(self.first_name.strip()), "first_name", "Enter your first name.")
        check.require(bool(self.last_name.strip()), "last_name", "Enter your last name.")
        for name, value in (("first_name", self.first_name), ("last_name", self.last_name)):
            check.require(len(value) <= 80 and is_plain_name(value), name, "Use at most 80 ordinary characters.")
        check.require(
            self.phone_number is None or (len(self.phone_number) <= 30 and bool(PHONE.match(self.phone_number))),
            "phone_number",
            "Enter a phone number such as +234 803 123 4567.",
        )
        check.done()

    @property
    def display_name(self) -> str:
        """How others see the person."""
        return f"{self.first_name} {self.last_name}"

    @property
    def own_words(self) -> frozenset[str]:
        """Words about the person that make a poor password or security answer."""
        words = {self.username, self.email, self.email.split("@")[0], self.first_name, self.last_name}
        words |= {self.display_name, self.phone_number or ""}
        return frozenset(normalise_answer(word) for word in words if word)


@dataclass(slots=True, kw_only=True)
class Account:
    """A person who can log in. Hashes are opaque to the domain."""

    id: UUID
    person: Person
    role: Role
    password_hash: str = field(repr=False)
    security_question: str
    security_answer_hash: str = field(repr=False)
    has_question_recovery: bool = True
    status: AccountStatus = AccountStatus.ACTIVE
    picture: str | None = None
    created_at: datetime
    version: int = 1

    @property
    def is_active(self) -> bool:
        """Not suspended."""
        return self.status is AccountStatus.ACTIVE

    @property
    def takes_answers(self) -> bool:
        """Whether the security question opens it. It never opens an operator's account."""
        return self.is_active and self.has_question_recovery and self.role is not Role.OPERATOR


def normalise_answer(answer: str) -> str:
    """Trimmed, case-folded, NFKC, inner white space to one space: "  LAgos " equals "lagos"."""
    return " ".join(unicodedata.normalize("NFKC", answer).casefold().split())


def check_password(password: str, person: Person, common_passwords: frozenset[str]) -> None:
    """Raises `Invalid` for a password that is too short, too long, common, or mostly about the person."""
    check = FieldCheck()
    check.require(
        len(password) >= SHORTEST_PASSWORD,
        "password",
        Sentence("Use at least {shortest} characters.", shortest=SHORTEST_PASSWORD),
    )
    check.require(
        len(password) <= LONGEST_PASSWORD,
        "password",
        Sentence("Use at most {longest} characters.", longest=LONGEST_PASSWORD),
    )
    folded = password.casefold()
    check.require(folded not in common_passwords, "password", "Many people use that password; choose another.")
    check.require(
        not _is_mostly_about(folded, person.own_words | {"imoran"}),
        "password",
        "Your password is mostly your name, e-mail address or phone number; choose another.",
    )
    check.require(is_clean(password), "password", "Use characters that can be typed.")
    check.done()


def _is_mostly_about(password: str, words: frozenset[str]) -> bool:
    return any(len(word) >= 4 and len(password.replace(word, "")) * 2 < len(password) for word in words)


def check_security_answer(
    question: str, answer: str, *, person: Person, password: str, common_answers: frozenset[str]
) -> None:
    """Raises `Invalid` for an unknown question or an answer that others could guess.

    `common_answers` are `bare`. Accents, spaces and punctuation make no answer harder to guess.
    """
    normalised = normalise_answer(answer)
    known = {bare(word) for word in (*person.own_words, password)}
    asked = {bare(word) for word in SECURITY_QUESTIONS.get(question, "").split()}
    check = FieldCheck()
    check.require(question in SECURITY_QUESTIONS, "security_question", "Pick a question from the list.")
    check.require(
        len(normalised) >= SHORTEST_ANSWER,
        "security_answer",
        Sentence("Use at least {shortest} characters.", shortest=SHORTEST_ANSWER),
    )
    check.require(
        len(answer) <= LONGEST_ANSWER,
        "security_answer",
        Sentence("Use at most {longest} characters.", longest=LONGEST_ANSWER),
    )
    check.require(is_clean(answer), "security_answer", "Use characters that can be typed.")
    check.require(
        bare(answer) not in common_answers | known and not {bare(word) for word in answer.split()} <= asked,
        "security_answer",
        "That answer is easy to guess; a phrase that you write down is safer.",
    )
    check.done()


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionPolicy:
    """When a browser session ends by itself."""

    idle: timedelta
    absolute: timedelta


SESSION_POLICIES: dict[Role, SessionPolicy] = {
    Role.CLIENT: SessionPolicy(idle=timedelta(minutes=30), absolute=timedelta(hours=12)),
    Role.CONSULTANT: SessionPolicy(idle=timedelta(minutes=30), absolute=timedelta(hours=12)),
    Role.OPERATOR: SessionPolicy(idle=timedelta(minutes=15), absolute=timedelta(hours=8)),
}

PROOF_LIFE = timedelta(minutes=10)
"""For so long after giving the password somebody is not asked for it again."""

DEFAULT_TOKEN_LIFE = timedelta(days=30)
LONGEST_TOKEN_LIFE = timedelta(days=365)
