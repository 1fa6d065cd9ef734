"""The database as the last line of defence: each rule, attacked past the domain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest

from tests.marketplace import Marketplace


@dataclass(frozen=True)
class Ground:
    """A session with one paid seat out of two, and somebody else."""

    marketplace: Marketplace
    ids: dict[str, object]

    async def run(self, statement: str) -> None:
        """Run SQL in which `{name}` stands for an id."""
        await self.marketplace.database.pool.execute(
            statement.format(**{name: f"'{value}'" for name, value in self.ids.items()})
        )


@pytest.fixture
async def ground(marketplace: Marketplace) -> Ground:
    consultant, client, other = (
        await marketplace.consultant(),
        await marketplace.client(),
        await marketplace.client(),
    )
    slot = await marketplace.slot(consultant, capacity=2)
    booking = await marketplace.confirmed_booking(client, slot)
    return Ground(
        marketplace,
        {
            "slot": slot.id,
            "booking": booking.id,
            "consultant": consultant.account_id,
            "client": client.account_id,
            "other": other.account_id,
            "elsewhere": (await marketplace.consultant()).account_id,
            "other_slot": (await marketplace.slot(consultant, starts_in=timedelta(days=4))).id,
            "new": uuid4(),
        },
    )


BOOK = """
INSERT INTO bookings (id, slot_id, client_id, consultant_id, starts_at, ends_at, reason, price_amount,
  price_currency, cancellation_policy, status, hold_expires_at, last_actor, created_at, commission_bps)
SELECT {new}, id, %(who)s, consultant_id, starts_at + %(shift)s, ends_at + %(shift)s, 'x', price_amount, 'NGN',
  'strict', %(status)s, %(hold)s, 'client', now(), 1500 FROM slots WHERE id = {slot}
"""


def book(
    who: str = "{other}",
    shift: str = "interval '0'",
    status: str = "'pending'",
    hold: str = "now() + interval '1 h'",
) -> str:
    """An INSERT that bypasses every rule of the domain."""
    return BOOK % {"who": who, "shift": shift, "status": status, "hold": hold}


ATTACKS = {
    "rule 1, one seat too many": ("UPDATE slots SET seats_taken = 3 WHERE id = {slot}", "ck_slots_seats_taken"),
    "rule 5, capacity below taken": ("UPDATE slots SET capacity = 0 WHERE id = {slot}", "ck_slots_capacity"),
    "rule 5, taken slot moved": (
        "UPDATE slots SET starts_at = starts_at + interval '1 min' WHERE id = {slot}",
        "tg_slots_taken_stays",
    ),
    "rule 5, taken slot deleted": ("DELETE FROM slots WHERE id = {slot}", "tg_slots_taken_stays"),
    "rule 2, overlapping slot": (
        "INSERT INTO slots (id, consultant_id, starts_at, ends_at, capacity, price_amount, price_currency) "
        "SELECT {new}, consultant_id, starts_at + interval '59 min', ends_at + interval '1 h', 1, 0, 'NGN' "
        "FROM slots WHERE id = {slot}",
        "ex_slots_consultant_overlap",
    ),
    "rule 2, a session in the buffer of another": (
        "INSERT INTO slots (id, consultant_id, starts_at, ends_at, capacity, price_amount, price_currency, "
        "buffer_before_minutes) SELECT {new}, consultant_id, ends_at, ends_at + interval '1 h', 1, 0, 'NGN', 10 "
        "FROM slots WHERE id = {slot}",
        "ex_slots_consultant_overlap",
    ),
    "rule 5, a taken slot cancelled with its bookings left": (
        "UPDATE slots SET status = 'cancelled' WHERE id = {slot}",
        "ck_slots_cancelled_is_empty",
    ),
    "a booking moved to another consultant": (
        "UPDATE bookings SET consultant_id = {elsewhere} WHERE id = {booking}",
        "tg_bookings_lawful",
    ),
    "a booking moved to a time that is not its slot's": (
        "UPDATE bookings SET slot_id = {other_slot} WHERE id = {booking}",
        "tg_bookings_slot_open",
    ),
    "somebody absent from a session that took place": (
        "UPDATE bookings SET absent = 'client' WHERE id = {booking}",
        "ck_bookings_absent",
    ),
    "two places in one line": (
        "INSERT INTO waiting_entries SELECT gen_random_uuid(), {slot}, {other}, 'waiting', now() "
        "FROM generate_series(1, 2)",
        "uq_waiting_entries_slot_client",
    ),
    "an offer without an end": (
        "INSERT INTO waiting_entries VALUES ({new}, {slot}, {other}, 'offered', now())",
        "ck_waiting_entries_offer",
    ),
    "a slot of somebody else's service": (
        "WITH service AS (INSERT INTO services VALUES ({new}, {elsewhere}, 'Talk', '', 30, 0, 'NGN', 1, 0, 0, "
        "true, 1, now()) RETURNING id) "
        "UPDATE slots SET service_id = service.id FROM service WHERE slots.id = {slot}",
        "fk_slots_service",
    ),
    "rule 3, own slot": (book("{consultant}"), "ck_bookings_own_slot"),
    "rule 4, a booking at another time than its slot": (
        book(shift="interval '1 day'"),
        "tg_bookings_slot_open",
    ),
    "a booking that begins completed": (book(status="'completed'", hold="NULL"), "tg_bookings_lawful"),
    "a hold without an end": (book(hold="NULL"), "ck_bookings_hold"),
    "confirmed without a payment": (book(status="'confirmed'", hold="NULL"), "tg_bookings_paid"),
    "rule 6, another price": (
        "UPDATE bookings SET price_amount = 1 WHERE id = {booking}",
        "tg_bookings_lawful",
    ),
    "rule 7, a link that is no https": (
        "UPDATE bookings SET meeting_link = 'javascript:alert(1)' WHERE id = {booking}",
        "ck_bookings_meeting_link",
    ),
    "rule 8, completed before the end": (
        "UPDATE bookings SET status = 'completed' WHERE id = {booking}",
        "tg_bookings_not_over",
    ),
    "an unlawful step": (
        "UPDATE bookings SET status = 'expired' WHERE id = {booking}",
        "tg_bookings_lawful",
    ),
    "rule 9, a review of a session that is not over": (
        "INSERT INTO reviews VALUES ({new}, {booking}, {client}, {consultant}, 5, '', now())",
        "tg_reviews_completed",
    ),
    "two payments for one booking": (
        "INSERT INTO payments (id, booking_id, reference, amount, currency, customer_email, mode, status, "
        "pays_for_booking, charged_amount, charged_currency, created_at) "
        "VALUES ({new}, {booking}, 'second', 1, 'NGN', 'x', 'test', 'success', true, 1, 'NGN', now())",
        "uq_payments_paying",
    ),
    "more refunded than paid": (
        "INSERT INTO refunds (id, payment_id, amount, currency, reason, status, created_at) "
        "SELECT {new}, id, charged_amount + 1, 'NGN', 'x', 'requested', now() FROM payments",
        "ck_payments_refunded",
    ),
    "history rewritten": (
        "UPDATE booking_transitions SET actor = 'operator'",
        "tg_booking_transitions_append_only",
    ),
    "audit trail shortened": ("DELETE FROM audit_entries", "tg_audit_entries_append_only"),
    "a password in the clear": (
        "UPDATE accounts SET password_hash = 'secret' WHERE id = {client}",
        "ck_accounts_password_hash",
    ),
}


@pytest.mark.parametrize("attack", ATTACKS)
async def test_the_database_refuses(ground: Ground, attack: str) -> None:
    statement, constraint = ATTACKS[attack]
    with pytest.raises(asyncpg.IntegrityConstraintViolationError) as refusal:
        await ground.run(statement)
    assert refusal.value.constraint_name == constraint


async def test_a_reviewed_session_cannot_turn_out_to_have_been_missed(ground: Ground) -> None:
    await ground.marketplace.move_into_past(UUID(str(ground.ids["slot"])))
    await ground.run("UPDATE bookings SET status = 'completed' WHERE id = {booking}")
    await ground.run("INSERT INTO reviews VALUES ({new}, {booking}, {client}, {consultant}, 5, '', now())")
    with pytest.raises(asyncpg.CheckViolationError) as refusal:
        await ground.run("UPDATE bookings SET status = 'no_show' WHERE id = {booking}")
    assert refusal.value.constraint_name == "tg_bookings_reviewed"


async def test_a_full_slot_takes_no_further_booking_by_any_path(ground: Ground) -> None:
    await ground.run("UPDATE slots SET capacity = 1 WHERE id = {slot}")
    with pytest.raises(asyncpg.CheckViolationError) as refusal:
        await ground.run(book())
    assert refusal.value.constraint_name == "ck_slots_seats_taken"


async def test_a_closed_slot_takes_no_booking_by_any_path(ground: Ground) -> None:
    await ground.run("UPDATE slots SET status = 'closed' WHERE id = {slot}")
    with pytest.raises(asyncpg.CheckViolationError) as refusal:
        await ground.run(book())
    assert refusal.value.constraint_name == "tg_bookings_slot_open"


async def test_a_second_seat_in_one_slot_is_refused_by_an_index_of_its_own(ground: Ground) -> None:
    await ground.run("ALTER TABLE bookings DROP CONSTRAINT ex_bookings_client_overlap")
    with pytest.raises(asyncpg.UniqueViolationError) as refusal:
        await ground.run(book("{client}"))
    assert refusal.value.constraint_name == "uq_bookings_slot_client"


async def test_overlapping_bookings_of_one_client_are_refused_by_the_database(ground: Ground) -> None:
    consultant = await ground.marketplace.consultant()
    elsewhere = await ground.marketplace.slot(consultant)
    with pytest.raises(asyncpg.ExclusionViolationError) as refusal:
        await ground.run(book("{client}").replace("{slot}", f"'{elsewhere.id}'"))
    assert refusal.value.constraint_name == "ex_bookings_client_overlap"


async def test_a_lawful_booking_passes(ground: Ground) -> None:
    await ground.run(book())
