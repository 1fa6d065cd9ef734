"""Loads the demo: people, sessions for the weeks to come, and a past of bookings, payments and reviews.

Everything goes through the domain and the product's own collections, so that the demo obeys the rules of a
real market; only the clock is turned back. One transaction: a start that is interrupted leaves nothing.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from application.product import Product
from application.transactions import UnitOfWork
from infrastructure.demo.accounts import PASSWORD, Credentials, account_of, hash_credentials, profile_of
from infrastructure.demo.consultants import CONSULTANTS, DEMO_CONSULTANT
from infrastructure.demo.history import make_up
from infrastructure.demo.people import DEMO_CLIENT, DEMO_OPERATOR, REGULARS, DemoPerson
from infrastructure.demo.pictures import portrait
from infrastructure.demo.replay import Replay
from infrastructure.demo.slots import services_of, slots_around
from infrastructure.identity import new_id
from infrastructure.postgres.database import Database
from infrastructure.postgres.unit_of_work import SqlUnitsOfWork

PEOPLE: tuple[DemoPerson, ...] = (DEMO_CLIENT, *REGULARS, DEMO_OPERATOR, *CONSULTANTS)
NEWS_ARE_READ_WITHIN = timedelta(days=5)


@dataclass(frozen=True)
class DemoAccounts:
    """One log-in for each role, all with the same password. `by_role` has the usernames."""

    password: str
    by_role: dict[str, str]


LOG_INS = DemoAccounts(
    password=PASSWORD,
    by_role={person.role.value: person.username for person in (DEMO_CLIENT, DEMO_CONSULTANT, DEMO_OPERATOR)},
)


async def load_demo_data(product: Product, database: Database) -> DemoAccounts | None:
    """Fill an empty database, once; the answer is the same ever after.

    Nothing when the accounts that are there are somebody else's; they are left alone.
    """
    emails: list[str] = await database.pool.fetchval("SELECT coalesce(array_agg(email), '{}') FROM accounts")
    if not emails:
        await _load(product, database)
        return LOG_INS
    return LOG_INS if DEMO_CLIENT.person.email in emails else None


async def _load(product: Product, database: Database) -> None:
    credentials, pictures = await asyncio.gather(
        hash_credentials(product.register_account.hasher), _paint_pictures(product)
    )
    async with SqlUnitsOfWork(database, new_id)() as uow:
        await _store(uow, credentials, pictures)
        await uow.commit()


async def _paint_pictures(product: Product) -> dict[str, str]:
    """Names in the picture store, by username."""

    async def paint(person: DemoPerson) -> tuple[str, str]:
        painted = await asyncio.to_thread(portrait, person.first_name, person.last_name)
        return person.username, await product.pictures.store(painted)

    return dict(await asyncio.gather(*(paint(person) for person in PEOPLE if person.has_picture)))


async def _store(uow: UnitOfWork, credentials: Credentials, pictures: dict[str, str]) -> None:
    now = await uow.now()
    accounts = {
        person.username: account_of(person, credentials, pictures.get(person.username), now) for person in PEOPLE
    }
    for account in accounts.values():
        await uow.accounts.add(account)
    for consultant in CONSULTANTS:
        await uow.profiles.add(profile_of(consultant, accounts[consultant.username]))
    slots = {}
    for consultant in CONSULTANTS:
        consultant_id = accounts[consultant.username].id
        services = services_of(consultant, consultant_id)
        for service in services:
            await uow.services.add(service)
        slots[consultant.username] = slots_around(now, consultant, consultant_id, services)
    visits = make_up(slots, now)
    visited = {visit.slot.id for visit in visits}
    for slot in (slot for of_consultant in slots.values() for slot in of_consultant):
        if slot.id in visited or not slot.span.has_begun(now):
            await uow.slots.add(slot)
    replay = Replay(uow, accounts)
    for visit in visits:
        await replay.store(visit)
    for account in accounts.values():
        await uow.notifications.mark_all_read(account.id, until=now - NEWS_ARE_READ_WITHIN, now=now)
