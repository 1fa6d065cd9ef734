"""The accounts and profiles of the people in the demo."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from application.accounts.ports import SecretHasher
from domain.accounts import Account, normalise_answer
from domain.consultants import ConsultantProfile
from domain.money import Money
from infrastructure.demo.people import DemoConsultant, DemoPerson
from infrastructure.identity import new_id

PASSWORD = "bright-harmattan-morning"  # noqa: S105 - printed for everybody who starts the demo
SECURITY_QUESTION = "phrase"
SECURITY_ANSWER = "seven green umbrellas"
AGE = timedelta(days=120)
"""Older than anything that the people did."""


@dataclass(frozen=True)
class Credentials:
    """Everybody has the same, so that the slow hashes are worked out once."""

    password_hash: str = field(repr=False)
    answer_hash: str = field(repr=False)


async def hash_credentials(hasher: SecretHasher) -> Credentials:
    """Both at once."""
    password_hash, answer_hash = await asyncio.gather(
        hasher.hash_password(PASSWORD), hasher.hash_answer(normalise_answer(SECURITY_ANSWER))
    )
    return Credentials(password_hash, answer_hash)


def account_of(person: DemoPerson, credentials: Credentials, picture: str | None, now: datetime) -> Account:
    """An account opened some months before `now`."""
    return Account(
        id=new_id(),
        person=person.person,
        role=person.role,
        password_hash=credentials.password_hash,
        security_question=SECURITY_QUESTION,
        security_answer_hash=credentials.answer_hash,
        picture=picture,
        created_at=now - AGE,
    )


def profile_of(consultant: DemoConsultant, account: Account) -> ConsultantProfile:
    """The published profile."""
    return ConsultantProfile(
        account_id=account.id,
        slug=consultant.slug,
        headline=consultant.headline,
        specializations=consultant.specializations,
        languages=consultant.languages,
        bio=consultant.bio,
        time_zone=consultant.time_zone,
        default_price=Money(consultant.naira * 100, "NGN"),
        policy=consultant.policy,
        is_published=True,
    )
