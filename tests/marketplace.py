"""People, sessions and payments for tests, made through the use cases as a caller would."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, ClassVar
from uuid import UUID

import httpx

from application.accounts.callers import Caller, Scope
from application.accounts.issue_token import IssueTokenCommand
from application.accounts.ports import SecretHasher
from application.accounts.register_account import RegisterAccountCommand
from application.availability.save_availability import SlotRow
from application.bookings.reserve_seat import ReserveSeatCommand
from application.bookings.views import BookingDetails, BookingView
from application.consultants.update_profile import UpdateProfileCommand
from application.operations.prove_operator import Proof
from application.payments.start_payment import StartedPayment
from application.product import Product
from domain.accounts import Role
from domain.availability import Slot
from domain.money import Money
from infrastructure.postgres.database import Database

PASSWORD = "bright-harmattan-morning"
QUESTION = "phrase"
ANSWER = "seven green umbrellas"
PRICE = Money(500_000, "NGN")
PROOF = Proof(note="Both of them wrote to us", password=PASSWORD)
"""What an operator's action comes with."""


class RememberedHashes:
    """Makes each hash once for all tests: everybody here has the same password, and hashing takes its time."""

    _known: ClassVar[dict[str, str]] = {}

    def __init__(self, hasher: SecretHasher) -> None:
        self._hasher = hasher

    def __getattr__(self, name: str) -> Any:
        return getattr(self._hasher, name)

    async def hash_password(self, password: str) -> str:
        """The real hash, remembered."""
        return self._known.get(password) or self._known.setdefault(
            password, await self._hasher.hash_password(password)
        )

    async def hash_answer(self, normalised: str) -> str:
        """The real hash, remembered."""
        return self._known.get(normalised) or self._known.setdefault(
            normalised, await self._hasher.hash_answer(normalised)
        )


class Marketplace:
    """Short ways to the state that a test begins with."""

    def __init__(
        self, product: Product, database: Database, sandbox: httpx.AsyncClient, *, first_number: int = 1
    ) -> None:
        self.product = product
        self.database = database
        self.sandbox = sandbox
        self._numbers = count(first_number)

    async def account(self, role: Role) -> Caller:
        """A new account, logged in."""
        number = next(self._numbers)
        register_account = replace(
            self.product.register_account, hasher=RememberedHashes(self.product.register_account.hasher)
        )
        account = await register_account.open_account(
            RegisterAccountCommand(
                username=f"{role}{number}",
                email=f"{role}{number}@example.com",
                password=PASSWORD,
                role=role,
                first_name="Ada" if role is Role.CONSULTANT else "Chidi",
                last_name=f"Number {number}",
                phone_number=None,
                security_question=QUESTION,
                security_answer=ANSWER,
            )
        )
        return Caller(
            account_id=account.id,
            role=role,
            username=account.person.username,
            first_name=account.person.first_name,
            picture=None,
            scopes=frozenset(Scope),
        )

    async def client(self) -> Caller:
        """A new client."""
        return await self.account(Role.CLIENT)

    async def clients(self, number: int) -> list[Caller]:
        """Many clients at once, by SQL: a race should not wait for them one after another."""
        template = await self.client()
        rows = await self.database.pool.fetch(
            """
            INSERT INTO accounts (id, username, email, role, first_name, last_name, password_hash,
              security_question, security_answer_hash, created_at)
            SELECT gen_random_uuid(), username || '-' || n, n || email, role, first_name, last_name, password_hash,
              security_question, security_answer_hash, created_at
            FROM accounts, generate_series(1, $2) n WHERE id = $1 RETURNING id, username
            """,
            template.account_id,
            number,
        )
        return [replace(template, account_id=row["id"], username=row["username"]) for row in rows]

    async def consultant(self) -> Caller:
        """A new consultant with a published profile."""
        caller = await self.account(Role.CONSULTANT)
        await self.product.update_profile(
            caller,
            UpdateProfileCommand(
                headline="Contracts without tears",
                bio="Twenty years at the bar in Lagos.",
                specializations=("Law",),
                languages=("English", "Yoruba"),
                time_zone="Africa/Lagos",
                default_price=PRICE,
                is_published=True,
            ),
        )
        return caller

    async def slug(self, consultant: Caller) -> str:
        """A consultant's public address."""
        profile = await self.product.consultant_queries.own_profile(consultant.account_id)
        assert profile is not None
        return profile.slug

    async def slot(
        self,
        consultant: Caller,
        *,
        starts_in: timedelta = timedelta(days=1),
        capacity: int = 1,
        price: Money = PRICE,
    ) -> Slot:
        """An open session of one hour."""
        starts_at = datetime.now(UTC) + starts_in
        row = SlotRow(starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), capacity=capacity, price=price)
        [slot] = await self.product.save_availability(consultant, [row])
        return slot

    async def booking(self, client: Caller, slot: Slot) -> BookingView:
        """A seat, held or confirmed."""
        return await self.product.reserve_seat(client, ReserveSeatCommand(slot_id=slot.id, reason="A lease"))

    async def started_payment(self, client: Caller, booking: BookingView) -> StartedPayment:
        """A checkout page that waits for the payer."""
        return await self.product.start_payment(client, booking.id)

    async def pay(self, reference: str, **outcome: object) -> None:
        """The payer pays at Paystack, which tells nobody."""
        body = {"status": "success", "is_announced": False} | outcome
        answer = await self.sandbox.put(f"/_sandbox/transactions/{reference}/outcome", json=body)
        assert answer.is_success, answer.text

    async def confirmed_booking(self, client: Caller, slot: Slot) -> BookingDetails:
        """A seat that is paid for."""
        booking = await self.booking(client, slot)
        if booking.status == "pending":
            payment = await self.started_payment(client, booking)
            await self.pay(payment.reference)
            await self.product.settle_payment(payment.reference)
        return await self.details(client, booking.id)

    async def completed_booking(self, client: Caller, consultant: Caller, slot: Slot) -> BookingDetails:
        """A session that took place."""
        booking = await self.confirmed_booking(client, slot)
        await self.move_into_past(slot.id)
        await self.product.complete_session(consultant, booking.id)
        return await self.details(client, booking.id)

    async def details(self, client: Caller, booking_id: UUID) -> BookingDetails:
        """A booking as its client sees it."""
        details = await self.product.booking_queries.details(client.account_id, booking_id)
        assert details is not None
        return details

    async def token(self, caller: Caller) -> str:
        """A bearer token."""
        issued = await self.product.issue_token(
            IssueTokenCommand(identifier=caller.username, password=PASSWORD, address="127.0.0.1")
        )
        return issued.token

    async def move_into_past(self, slot_id: UUID, *, by: timedelta = timedelta(days=7)) -> None:
        """Let time go by for one session and its bookings, which no trigger would allow otherwise."""
        async with self.database.pool.acquire() as connection, connection.transaction():
            await connection.execute("SET LOCAL session_replication_role = replica")
            for table, column in (("slots", "id"), ("bookings", "slot_id")):
                await connection.execute(
                    f"UPDATE {table} SET starts_at = starts_at - $2::interval, ends_at = ends_at - $2::interval "
                    f"WHERE {column} = $1",
                    slot_id,
                    by,
                )
            await connection.execute(
                "UPDATE slots SET occupied = tstzrange(lower(occupied) - $2::interval, "
                "upper(occupied) - $2::interval, '[)') WHERE id = $1",
                slot_id,
                by,
            )

    async def lapse_hold(self, booking_id: UUID, *, ago: timedelta = timedelta(minutes=5)) -> None:
        """Let a hold run out some time ago."""
        await self.database.pool.execute(
            "UPDATE bookings SET hold_expires_at = clock_timestamp() - $2::interval WHERE id = $1", booking_id, ago
        )
