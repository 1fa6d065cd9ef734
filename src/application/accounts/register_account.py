"""Open an account."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from application.accounts.ports import CommonSecrets, EmailChecker, SecretHasher
from application.identity import NewId
from application.transactions import OpenUnitOfWork, TransactionConflictError, retried
from domain.accounts import (
    Account,
    Person,
    Role,
    check_password,
    check_security_answer,
    normalise_answer,
)
from domain.consultants import CancellationPolicy, ConsultantProfile, SlugTaken
from domain.money import Money
from domain.refusals import FieldCheck, Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterAccountCommand:
    """What somebody fills in to get an account."""

    username: str
    email: str
    password: str = field(repr=False)
    role: Role
    first_name: str
    last_name: str
    phone_number: str | None
    security_question: str
    security_answer: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RegisterAccount:
    """Open an account for a client or a consultant.

    - Username and e-mail address belong to one account each, whatever their case.
    - The password is long, uncommon and not about the person; the security answer is hard to guess.
    - A consultant gets a profile that is not published yet.
    """

    open_uow: OpenUnitOfWork
    hasher: SecretHasher
    common: CommonSecrets
    check_email: EmailChecker
    new_id: NewId
    currency: str

    async def __call__(self, command: RegisterAccountCommand) -> Account:
        """The new account. Raises `Invalid`, `UsernameTaken` or `EmailTaken`."""
        if command.role is Role.OPERATOR:
            raise Invalid.field("role", "Choose client or consultant.")
        return await self.open_account(command)

    async def open_account(self, command: RegisterAccountCommand) -> Account:
        """As a call, for any role: operators are made by another operator's command only."""
        person = self._checked_person(command)
        password_hash = await self.hasher.hash_password(command.password)
        answer_hash = await self.hasher.hash_answer(normalise_answer(command.security_answer))
        return await self._store(command, person, password_hash, answer_hash)

    def _checked_person(self, command: RegisterAccountCommand) -> Person:
        check = FieldCheck()
        email = check.attempt(lambda: self.check_email(command.email)) or "unknown"
        person = check.attempt(
            lambda: Person(
                username=command.username,
                email=email,
                first_name=command.first_name.strip(),
                last_name=command.last_name.strip(),
                phone_number=command.phone_number or None,
            )
        )
        if person is None:
            raise check.refusal()
        check.attempt(lambda: check_password(command.password, person, self.common.passwords))
        check.attempt(
            lambda: check_security_answer(
                command.security_question,
                command.security_answer,
                person=person,
                password=command.password,
                common_answers=self.common.answers,
            )
        )
        check.done()
        return person

    @retried
    async def _store(
        self, command: RegisterAccountCommand, person: Person, password_hash: str, answer_hash: str
    ) -> Account:
        try:
            return await self._store_once(command, person, password_hash, answer_hash)
        except SlugTaken as taken:
            # A namesake registered at the same moment: the next try finds the slug taken and numbers ours.
            raise TransactionConflictError(str(taken)) from taken

    async def _store_once(
        self, command: RegisterAccountCommand, person: Person, password_hash: str, answer_hash: str
    ) -> Account:
        async with self.open_uow() as uow:
            account = Account(
                id=self.new_id(),
                person=person,
                role=command.role,
                password_hash=password_hash,
                security_question=command.security_question,
                security_answer_hash=answer_hash,
                created_at=await uow.now(),
            )
            await uow.accounts.add(account)
            if account.role is Role.CONSULTANT:
                slug = await uow.profiles.free_slug(_slug_of(person))
                await uow.profiles.add(_blank_profile(account, slug, self.currency))
            await uow.audit.add("account.registered", account_id=account.id)
            await uow.commit()
        return account


def _slug_of(person: Person) -> str:
    """The person's name in the characters of an address, or the username where nothing is left of it."""
    for words in (person.display_name, person.username):
        ascii_only = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
        slug = re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")[:50].strip("-")
        if len(slug) >= 3:
            return slug
    return "consultant"


def _blank_profile(account: Account, slug: str, currency: str) -> ConsultantProfile:
    return ConsultantProfile(
        account_id=account.id,
        slug=slug,
        headline="",
        specializations=(),
        languages=(),
        bio="",
        time_zone="UTC",
        default_price=Money(0, currency),
        policy=CancellationPolicy.FLEXIBLE,
        is_published=False,
    )
